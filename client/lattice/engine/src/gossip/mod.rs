//! Units between nodes: towards the committee, and within it.
//!
//! A member sends units of its RPC, and units of nodes that are no members, to the other members. Any other node sends
//! its units to all its peers. So a unit passes each member once and floods nothing. A unit that is in no block after
//! some seconds is sent again: a peer may have had no room for it, or may have connected later.

mod budget;
mod message;
mod protocol;
mod run;

pub use protocol::{configure, Gossip};
pub use run::GossipParams;
