//! Measures networks of validators on this machine, idle and under full load; and compares two node binaries.
//!
//! ```text
//! chain     the main chain: signed transfers, the extrinsic lane of the SDK
//! units     a shard: its unit lane, stage by stage, and its extrinsic lane for comparison
//! network   a main chain, a zone and its shards in each node: payments inside shards and between them
//! matrix    the bench of a shard with one factor varied at a time, in interleaved rounds
//! compare   two binaries in turn, in interleaved pairs: ratios of their figures, with confidence intervals
//!
//! idle:  one transfer at a time, with pauses       ──▶ latency from submission until final
//! load:  as many transfers as the pools take       ──▶ transfers, processor time, block intervals, latency
//! open:  as many as planned, at planned times      ──▶ latency of all
//! ```
//!
//! Validators and load generator share the machine; the generator signs in advance to use little processor time, and its
//! time is counted apart.
//!
//! The crate names no runtime: the node passes its own as [`Ledgers`], and `top-node bench` has all benches. The binary
//! `top-bench` measures any node binary by its commands ([`NodeBinary`]).

mod accounting;
mod blocks;
mod chain_lane;
mod compare;
mod genesis;
mod idle;
mod ledgers;
mod load;
mod matrix;
pub mod network;
mod node_binary;
mod percentiles;
mod planner;
mod plot;
mod report;
mod session;
mod spread;
mod units;

pub use chain_lane::ChainBench;
pub use compare::CompareCommand;
pub use genesis::{bench_chain, BenchChain};
pub use ledgers::{Ledger, Ledgers, SignTransfer};
pub use matrix::MatrixCommand;
pub use network::NetworkBench;
pub use node_binary::NodeBinary;
pub use planner::PlanCommand;
pub use units::{genesis_head, keypair, seed, units_chain, AccountStore, Accounts, Scheme, UnitsBench, UnitsChain};

/// Benches.
#[derive(Debug, clap::Subcommand)]
pub enum BenchCommand {
	/// Measure a network of validators on this machine, idle and under full load of signed transfers.
	Chain(ChainBench),
	/// Measure the unit lane of a shard on this machine, stage by stage, and its extrinsic lane for comparison.
	Units(UnitsBench),
	/// Measure networks of a main chain, a zone and its shards on this machine: payments inside shards and between them.
	Network(NetworkBench),
	/// Project a network of many shards from measured figures, and say what saturates first.
	Plan(PlanCommand),
	/// Measure the unit lane with one factor varied at a time: accounts, validators, scheme, and others.
	Matrix(MatrixCommand),
	/// Compare two node binaries: run their benches in turn, and print ratios with confidence intervals.
	Compare(CompareCommand),
}

impl BenchCommand {
	/// Runs a bench, on networks of the running binary.
	///
	/// # Errors
	/// If the network fails, or the bench cannot measure it.
	pub fn run(&self, ledgers: &dyn Ledgers) -> anyhow::Result<()> {
		match self {
			Self::Chain(bench) => bench.run(ledgers),
			Self::Units(bench) => bench.run(ledgers),
			Self::Network(bench) => bench.run(ledgers),
			Self::Plan(command) => command.run(),
			Self::Matrix(command) => command.run(&ledgers.binary()?, &["bench".into(), "units".into()]),
			Self::Compare(command) => command.run(),
		}
	}
}
