//! The unit lane over a chain in memory.

mod again;
pub(crate) mod chain;
mod flow;
mod lock;
pub(crate) mod memory;
mod peers;
mod priority;
mod reads;
mod recent;

use crate::chain::{ChainError, ChainView};
