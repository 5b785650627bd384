//! Units between nodes: towards the committee, and within it.
//!
//! A member sends units of its RPC, and units of nodes that are no members, to the other members. Any other node sends
//! its units to all its peers. So a unit passes each member once and floods nothing.
//!
//! A peer answers for each unit, and says how many it takes before it has answered. So nothing is dropped silently: a unit for which a
//! peer has no room waits here (`link`), and a peer that connects is sent all units that are open.

mod budget;
mod link;
mod message;
mod peers;
mod protocol;
mod run;

pub use protocol::{configure, Gossip};
pub use run::GossipParams;
