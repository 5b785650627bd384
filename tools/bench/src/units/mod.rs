//! `top-node bench units`: the unit lane of a shard, stage by stage. For comparison, the extrinsic lane of the same
//! chain on the same machine.
//!
//! ```text
//! accounts    keys from an index        genesis, chain   the state funds all of them
//! light       one unit at a time ──▶ latency until its receipt is verified
//! signer      units signed in advance   calls            the JSON that submits them; submit: a connection
//! load        many connections, with a bound on units in flight ──▶ the capacity
//! open_loop   loads below the capacity: each unit at its planned time (schedule), also if earlier ones wait
//! floor       the verification of a unit, which no node can do without
//! finality    when each unit was final, by the blocks
//! window      what validators and generator use meanwhile: usage, counters, stages
//! baseline    the same for signed transfers, on a fresh network of the same chain
//! report      both lanes in numbers; table: for people; plot: drawn
//! ```
//!
//! The window is the whole load, from the first submission until the last transfer is final. The final transfers are
//! counted in the state: the nonces of all senders.

mod accounts;
mod args;
mod baseline;
mod calls;
mod chain;
mod counters;
mod finality;
mod floor;
mod genesis;
mod lane;
mod light;
mod load;
mod open_loop;
pub mod plot;
mod receivers;
mod report;
mod run;
mod schedule;
mod signer;
mod stages;
mod submit;
mod table;
mod text;
mod usage;
mod window;

pub use accounts::{genesis_head, genesis_head_in, keypair, seed, Accounts};
pub use args::{AccountStore, Scheme, UnitsBench};
pub use chain::{units_chain, UnitsChain};
pub use usage::GroupReport;

#[cfg(test)]
pub use report::tests::report as sample_report;
