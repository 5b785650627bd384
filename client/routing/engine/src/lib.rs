#![doc = include_str!("../README.md")]

mod access;
pub mod carrying;
mod contacts;
mod contents;
mod drawn;
mod drawn_news;
mod follow;
mod handle;
mod judge;
mod log_targets;
mod naming;
mod progress;
pub mod reads;
mod shared;
mod state;
mod tries;
mod unrouted;

pub use access::{AccessError, Followed, LedgerAccess, Taken, SEAL_MS, SEATS_BEFORE};
pub use handle::RouterHandle;
pub use log_targets::LOG_TARGETS;
pub use unrouted::Unrouted;

#[cfg(test)]
mod tests;
