//! Whole committees of [`tc_pbft_core::Replica`] in one thread, from a seed: virtual time, a bad network, crashes with
//! replay of the vote log, and up to f byzantine members. What is checked, and when, is in [`checks`].
//!
//! ```text
//! seed ─▶ Scenario ─▶ World: event queue ─▶ Node: Replica + chain + vote log + inbox ─▶ outputs ─▶ network, disk
//!                                │                         └─ Behaviour: what a byzantine member makes of them
//!                                └─ Checks after every step; the trace's hash at the end
//! ```
//!
//! The same seed gives the same trace: there is one clock, one queue ordered by time and sequence, one generator of
//! randomness, and no map without an order.
//!
//! What the engine does around the core is mimicked by [`node`] and [`world`] in its simplest form: execution takes some
//! milliseconds, blocks are imported after a moment, a lagging peer is sent the certificate with its block, blocks are
//! fetched from the members that the core names, and the log keeps the records of the newest imported block, which a
//! crash may take out of the database again.

pub mod behaviours;
pub mod block;
pub mod checks;
pub mod keys;
pub mod network;
pub mod node;
pub mod scenario;
pub mod stats;
pub mod trace;
pub mod world;

pub use checks::Violation;
pub use scenario::{Intensity, Scenario};
pub use stats::Stats;
pub use world::{Outcome, World};
