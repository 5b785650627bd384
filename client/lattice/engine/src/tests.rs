//! The unit lane over a chain in memory.

mod again;
mod chain;
mod flow;
mod lock;
pub(crate) mod memory;
mod peers;
mod reads;

use crate::chain::{ChainError, ChainView};
