//! The unit lane of a node: drives the unit pool, whose rules are in `tc-lattice-pool`.
//!
//! A unit goes one way, from the RPC or a peer down to the pool:
//!
//! ```text
//! RPC ──▶ UnitPool (handle)              peers ──▶ gossip
//!             │                                      │
//!             └──────────────┬───────────────────────┘
//!                            ▼
//!                  Intake: an urgent and a bulk queue, a share for each sender
//!                            ▼
//!                  verifier: hash, admit, verify signatures together (nice_verifier: those of the bulk queue), insert
//!                            ▼
//!                  LaneState (state): Pool, Verdicts ──▶ Verdicts serve the execution of blocks
//!                     │          │           │
//!                     ▼          ▼           ▼
//!                 Watchers     Outbox     author: the batch of the next block
//!                     │          │
//!                     ▼          ▼
//!             RPC subscriptions  gossip ──▶ peers: other members, or all peers
//!
//! import ──▶ LatticeObserver ──┬─▶ Archive: recent blocks, receipts ──▶ index: units by hash and account
//!                              └─▶ LaneState: the pool after the block
//! ```
//!
//! Modules depend on each other in layers, each on those before it alone:
//!
//! | layer | holds |
//! |---|---|
//! | `submission`, `queue`, `intake` | origin of units, queues of submissions |
//! | `chain`, `counts` | what the lane reads from the chain, what it counts for operators |
//! | `state` | pool, verdicts, watchers, outbox, batch size |
//! | `reads` | threads on which the RPC reads state and archive |
//! | `archive` | blocks and receipts of the past |
//! | `nice_verifier` | a thread of lower priority that verifies signatures |
//! | `verifier`, `gossip`, `author`, `import` | the parts that change the state |
//! | `sketch` | proposals that name the units which the members have |
//! | `handle` | [`UnitPool`], which starts the parts and serves the RPC |
//!
//! A unit is verified once, when it arrives; the verdict is known when a block with the unit is executed. The pool
//! takes in every block within the block's import, so it never validates by another state than the next block builds
//! on.

mod archive;
mod author;
mod chain;
mod counts;
mod extrinsics;
mod gossip;
mod handle;
mod import;
mod intake;
mod log_targets;
mod nice_verifier;
mod priority;
mod queue;
mod reads;
mod sketch;
mod state;
mod submission;
pub mod two_lanes;
mod verifier;

pub use archive::{Archive, ArchiveError, FoundUnit};
pub use author::LatticeContents;
pub use chain::{record_key, ChainError, ChainView, SdkChain};
pub use extrinsics::Extrinsics;
pub use gossip::{configure, Gossip, GossipParams};
pub use handle::{OpenError, UnitPool, UnitPoolParams};
pub use import::LatticeObserver;
pub use log_targets::LOG_TARGETS;
pub use reads::{Call, ReadError, Readers, Reads};
pub use state::{AccountView, Lagged, LatticeExtensions, Outgoing, Verdicts, Watch, WatchError, WatcherId};
pub use submission::SubmitError;
pub use tc_lattice_index::{Link, Place, UnitIndex};
pub use tc_lattice_pool::{DropReason, Limits, Status};

#[cfg(test)]
mod tests;
