//! `top-node bench`: what networks of validators on this machine do, idle and under full load.
//!
//! ```text
//! chain   the main chain: signed transfers, the stock path of the SDK
//! units   a shard: its unit lane, stage by stage, and its extrinsic lane for comparison
//!
//! idle:  one transfer at a time, with pauses       ──▶ latency from submission to final
//! load:  as many transfers as the pools take       ──▶ transfers, processor time, block intervals, latency
//! ```
//!
//! Validators and load generator share the machine; the generator signs in advance to stay small.

mod blocks;
mod chain;
mod genesis;
mod idle;
mod load;
mod report;
mod session;
mod units;

pub use chain::ChainBench;
pub use units::{genesis_head, keypair, AccountStore, Scheme, UnitsBench};

/// Measurements.
#[derive(Debug, clap::Subcommand)]
pub enum BenchCommand {
	/// Measure a network of validators on this machine, idle and under full load of signed transfers.
	Chain(ChainBench),
	/// Measure the unit lane of a shard on this machine, stage by stage, and its extrinsic lane for comparison.
	Units(UnitsBench),
}

impl BenchCommand {
	/// Runs it.
	pub fn run(&self) -> anyhow::Result<()> {
		match self {
			Self::Chain(bench) => bench.run(),
			Self::Units(bench) => bench.run(),
		}
	}
}
