//! The unit lane over a chain in memory.

mod again;
mod chain;
mod flow;
mod lock;
pub(crate) mod memory;
mod peers;
mod reads;
mod recent;

use crate::chain::{ChainError, ChainView};
