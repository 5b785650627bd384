//! The accounts of a chain with an account store, for nodes that begin with a late state.
//!
//! ```text
//! state of the newest block, without accounts ─ root of the accounts ─▶ AccountFetcher ─▶ tables, checked ─▶ store
//!                                                                            │ ▲
//!                                    /<genesis>/<fork>/accounts/1     Want   ▼ │ Answer
//! kept version ─▶ View ─▶ TableExport ─────────────────────────────────────▶ serve
//! ```
//!
//! What is asked and checked stands in [`tc_account_store::transfer`]. This crate has the network and the clock.

mod fetch;
mod log_targets;
mod protocol;
mod serve;
#[cfg(test)]
mod tests;

pub use fetch::{AccountFetcher, FetchError};
pub use log_targets::LOG_TARGETS;
pub use protocol::{configure, AccountRequest, MAX_ANSWER_BYTES};
pub use serve::{serve, AccountSource};
