//! The unit lane of a node: it drives the unit pool, whose rules are in `tc-lattice-pool`.
//!
//! ```text
//! RPC ──────┐                                                        ┌─▶ watchers
//!           ├─▶ queue ─▶ verifiers: admit, signatures, insert ─▶ Pool ─▶ gossip: to members, or towards them
//! gossip ───┘                    │                            ▲  │
//!                                ▼                            │  └─▶ BlockContents: the author's batch
//!             Verdicts ─▶ execution of blocks                 │
//!                                                             │
//! import ─▶ BlockObserver: the block's units, the accounts ───┴─▶ index ─▶ Archive: units by hash, receipts
//!           that it changed
//! ```
//!
//! A unit is verified once, when it comes in; the verdict is at hand when a block with it is executed. The pool is told of
//! every block within its import, so that it never judges by another state than the next block builds on.

mod archive;
mod chain;
mod contents;
mod cycle;
mod gossip;
mod observer;
mod units;
mod unsettled;
mod verdicts;
mod verify;
mod watchers;

pub use archive::{Archive, ArchiveError, FoundUnit};
pub use chain::{ChainView, SdkChain};
pub use contents::LatticeContents;
pub use gossip::{configure, Gossip, GossipParams, Outgoing};
pub use observer::LatticeObserver;
pub use tc_lattice_index::UnitIndex;
pub use tc_lattice_pool::{DropReason, Limits, Status};
pub use units::{AccountView, SubmitError, Units, UnitsParams};
pub use verdicts::{LatticeExtensions, Verdicts};
pub use watchers::Watch;

#[cfg(test)]
mod tests;

/// Target of all log lines of the unit lane.
const LOG_TARGET: &str = "lattice";
