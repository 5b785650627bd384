//! `top-node bench network`: a network of nodes that each run a main chain, a zone and its shards.
//!
//! ```text
//! accounts    residents of each shard; their balances are in the genesis of the main chain, from which shards derive
//! plan        what is paid when: an equal load a shard, of which a part leads to the other shards
//! trial       whether units pay accounts of other shards
//! sign        the plan, signed ahead: local payments as units, payments between shards as units or extrinsics
//! drive       sends each payment at its planned time  ◀── submit: one call to one node
//!             marks it final, sealed, credited        ◀── watch: the blocks of all shards and of the zone
//! books       what all accounts and lanes hold before and after: the same sum, and each payment once
//! roles       processor time by role, bytes between nodes
//! run         the steps of one network; report, table, plot
//! ```
//!
//! A latency counts from the planned time. A payment is final when the client has the header of its block, sealed when it has the
//! header of the zone's block that includes that height, credited when it has the header of the block that takes its message.
//!
//! An account has one payment on its way, so that no payment waits for another one of a node. The drive survives nodes that end: it
//! sends what is not final to another node.

mod accounts;
mod args;
mod books;
mod drive;
mod outcome;
mod plan;
mod plot;
mod report;
mod roles;
mod run;
mod sign;
mod submit;
mod table;
mod trial;
mod watch;

pub use accounts::{residents, Resident, Residents};
pub use args::NetworkBench;
pub use books::{check, read_all, settled, Books};
pub use drive::{drive, Drive};
pub use outcome::{Entry, Outcome};
pub use plan::{plan, Planned};
pub use report::RunReport;
pub use sign::{remote_call, By, Payment, RemoteBy, Signer};
pub use trial::remote_by;
pub use watch::{Routes, RELAY_CALL};

#[cfg(test)]
pub(crate) use report::tests;
