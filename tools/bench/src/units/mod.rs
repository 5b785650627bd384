//! `top-node bench units`: the unit lane of a shard, stage by stage. For comparison, the extrinsic lane of the same
//! chain on the same machine.
//!
//! ```text
//! accounts   keys from an index; the genesis funds all
//! light      one unit at a time ──▶ latency until its receipt is verified
//! calls      units signed in advance, as the JSON of the calls that submit them
//! load       many connections, with a bound on units in flight
//! window     what the validators use meanwhile: processor, stages (by Prometheus), blocks
//! baseline   the same for signed transfers, on a fresh network of the same chain
//! report     both lanes in numbers; table: for people
//! ```
//!
//! The window is the whole load, from the first submission until the last transfer is final. The final transfers are
//! counted in the state: the nonces of all senders.

mod accounts;
mod args;
mod baseline;
mod calls;
mod lane;
mod light;
mod load;
mod report;
mod run;
mod stages;
mod table;
mod text;
mod window;

pub use accounts::{genesis_head, keypair, seed, Accounts};
pub use args::{AccountStore, Scheme, UnitsBench};
pub use run::units_chain;

#[cfg(test)]
pub use {lane::tests::lane as sample_lane, report::Report};
