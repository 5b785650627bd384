//! `top-node bench plan`: projects a network of many shards from measured figures.
//!
//! ```text
//! figures      what one payment, one ledger and one signature cost a node: read from the reports of `bench network`
//! network      shards, zones, committees, and the machine of a node
//! projection   what each resource allows a shard, and which one is the first to saturate
//! command      arguments, tables, JSON
//! ```
//!
//! It is arithmetic. What it assumes is printed with its result ([`projection::ASSUMPTIONS`]): a projection is as good as these.

mod command;
mod figures;
mod network;
mod projection;

pub use command::PlanCommand;
