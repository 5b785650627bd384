//! Carries over the network, to nodes that make a ledger's blocks and run no router.
//!
//! ```text
//! node of a shard alone                                  node of the zone and all shards
//!   hash of the last answer ────── /<genesis>/carry/1 ──▶ waits until a block could take something else
//!   a block could take it? ◀────────────────────────────  zone header, messages, cursors, with proofs
//!     └─▶ the next block that this node makes
//! ```
//!
//! Proofs carry the trust: the runtime leaves out what does not hold. So a router that lies costs time, and its reputation. Registrations
//! have no proof, so none is carried: a node registers the zone that it derives itself.

mod ask;
mod asking;
mod protocol;
mod serve;
mod shelf;
#[cfg(test)]
mod tests;

pub use protocol::{LIMITS, PROTOCOL};

pub(crate) use ask::run as ask;
pub(crate) use protocol::Load;
pub(crate) use serve::run as serve;
pub(crate) use shelf::Shelf;
