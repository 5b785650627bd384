//! The task that owns the core: turns events into inputs, and carries out the outputs.
//!
//! | file | purpose |
//! |---|---|
//! | `params.rs` | what the engine is made of, and why it stops |
//! | `state.rs` | what the engine keeps: for its lifetime, and for the height that runs |
//! | `opening.rs` | start: vote log, recovery of lost blocks |
//! | `event_loop.rs` | the order in which events are taken |
//! | `heights.rs` | the begin of a height, the choice of the replica, announcements |
//! | `peering.rs` | substreams: handshakes, penalties, reserved peers |
//! | `inbound.rs` | messages, blocks and certificates of peers, verified at the door |
//! | `outbound.rs` | the core's outputs, votes synced before they leave |
//! | `jobs.rs` | builds and checks, off the task |
//! | `key_use.rs` | when a node does not vote, because it could contradict itself |
//! | `listening.rs` | a new process listens before it votes |
//! | `relaying.rs` | messages that come over other members |
//! | `past.rs` | heights that ended: evidence from the certificates of others |
//! | `clocks.rs`, `clock_reports.rs` | how far this node's clock is off |
//! | `turns.rs` | messages before timers, within bounds |
//! | `commits.rs`, `signatures.rs`, `timers.rs` | late commit votes, known signatures, timers |

mod clock_reports;
mod clocks;
mod commits;
mod event_loop;
mod heights;
mod inbound;
mod jobs;
mod key_use;
mod listening;
mod opening;
mod outbound;
mod params;
mod past;
mod peering;
mod relaying;
mod signatures;
mod sketches;
mod state;
mod timers;
mod turns;

pub use event_loop::run;
pub use params::{EngineError, EngineParams};
pub use state::Engine;

#[cfg(test)]
mod tests;
