//! Many chains in one node: starts and stops them as a set says that may change at any time, and starts those again that end.
//!
//! ```text
//! ChainsHandle::want ──▶ Supervisor ── Input ──▶ core ── Output ──▶ Supervisor ──▶ Launch, Chain
//!                            ▲                                           │
//!                            └──────────── started, ended ◀──────────────┘
//! ```
//!
//! [`core`] is a pure state machine: it sees no clock, no task and no chain. [`Supervisor`] drives it. What a chain is, two
//! traits say, so that tests run chains that are none. [`sdk`] has the chains of the SDK, [`isolate`] what keeps two of them
//! in one process apart.
//!
//! The main chain always runs. Its end is the end of the node. The end of another chain is logged, and it is started again
//! after a pause that grows.

pub mod core;
mod error;
pub mod isolate;
mod log_targets;
pub mod sdk;
mod supervisor;
#[cfg(test)]
mod tests;

pub use error::ChainError;
pub use log_targets::LOG_TARGETS;
pub use supervisor::{Chain, ChainsHandle, Launch, Supervisor, WantedChains};
