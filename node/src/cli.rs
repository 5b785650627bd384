//! The command line.

use crate::{
	chain_spec,
	commands::{
		BenchmarkCommand, LocalNetworkCommand, NodeCommand, RebuildUnitIndexCommand, ReceiptCommand, TxCommand,
	},
	explorer::ExplorerArgs,
	failure,
	shards::LedgersOfNode,
};
use sc_chain_spec::ChainType;
use sc_cli::{SharedParams, SubstrateCli};
use sc_service::Configuration;
use tc_chain::AccountStore;
use top_bench::BenchCommand;
use top_local_network::MAX_SHARDS;

/// Shards of a plain `--dev`.
const DEV_SHARDS: u16 = 2;

/// The TOP node.
#[derive(Debug, clap::Parser)]
pub struct Cli {
	/// The command. Default: run a node.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// Arguments of a node.
	#[command(flatten)]
	pub run: RunCommand,
}

/// Arguments of a node.
#[derive(Debug, Clone, clap::Parser)]
pub struct RunCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub base: sc_cli::RunCmd,

	/// Stop the node when the disk of the base path has less free space.
	#[arg(long, value_name = "MiB", default_value_t = 512)]
	pub min_free_space: u64,

	/// Compute no proofs of computing power in idle time. A registered node without them counts half, and is drawn
	/// less.
	#[arg(long)]
	pub no_power_proof: bool,

	/// Vote although the vote log of this validator is lost. Use it once, and only if no other process runs with the keys of
	/// this validator, and if it has not voted at the heights that are not in its database: it could sign two conflicting
	/// votes, and lose its deposit.
	#[arg(long)]
	pub votes_lost: bool,

	/// Keep the index of units, by which the RPC finds units of the past. It takes about a tenth of the processor time of a
	/// validator under full load. Default: `off` for validators, `on` for other nodes and for development chains.
	#[arg(long, value_name = "SWITCH")]
	pub unit_index: Option<Switch>,

	/// Where a preset keeps its accounts: `trie`, the SDK's database, or `memory`, the account store. It is a property of the
	/// chain, so all nodes of a network need the same, and a specification in a file must agree. Default: `memory` for shards.
	#[arg(long, value_name = "STORE")]
	pub account_store: Option<AccountStore>,

	/// Run zone 0 and this number of its shards beside the main chain, each with an equal part of its tables: for development. The
	/// ports of the zone are those of the main chain plus 1, those of the shards plus 2, 3 and so on. Default: 2 with `--dev`
	/// alone, none otherwise.
	#[arg(
		long, value_name = "COUNT", conflicts_with = "account_store",
		value_parser = clap::value_parser!(u16).range(..=i64::from(MAX_SHARDS)),
	)]
	pub shards: Option<u16>,

	/// Which ledgers of `--shards` this node runs beside the main chain: `all`, or `assigned`: those for which the main chain draws it.
	/// A router of the zone runs the zone and all shards, a validator of a shard that shard alone, and other nodes none. They change
	/// with the committees, without a restart.
	#[arg(long, value_name = "WHICH", default_value_t = LedgersOfNode::All, requires = "shards")]
	pub ledgers: LedgersOfNode,
	#[allow(missing_docs)]
	#[command(flatten)]
	pub explorer: ExplorerArgs,

	/// End with this process, which must be the parent.
	#[arg(long, value_name = "PID", hide = true)]
	pub parent_process: Option<i32>,
}

impl RunCommand {
	/// Returns the number of shards that run beside the main chain.
	pub fn shards(&self) -> u16 {
		let SharedParams { chain, dev, .. } = &self.base.shared_params;
		let is_plain_dev = *dev && chain.is_none() && self.account_store.is_none();
		self.shards.unwrap_or(if is_plain_dev { DEV_SHARDS } else { 0 })
	}

	/// Returns whether a node with this configuration keeps the index of units.
	pub fn keeps_unit_index(&self, config: &Configuration) -> bool {
		let is_for_development = config.chain_spec.chain_type() == ChainType::Development;
		match self.unit_index {
			Some(switch) => switch == Switch::On,
			None => !config.role.is_authority() || is_for_development,
		}
	}
}

/// The value of an option that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
	/// On.
	On,
	/// Off.
	Off,
}

/// Commands of the binary.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)] // Parsed once a process.
pub enum Subcommand {
	/// Run a node, as without any subcommand.
	Run(RunCommand),

	/// Run a network of several nodes on this machine.
	LocalNetwork(LocalNetworkCommand),

	/// Send transactions.
	#[command(subcommand)]
	Tx(TxCommand),

	/// Register a node, show its status, let it leave; vote for a node; claim rewards.
	#[command(subcommand)]
	Node(NodeCommand),

	/// Fetch receipts of payments, and check them without a node.
	#[command(subcommand)]
	Receipt(ReceiptCommand),

	/// Measure networks on this machine.
	#[command(subcommand)]
	Bench(BenchCommand),

	/// Generate, show and store keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Build a chain specification.
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Export a chain specification.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Import one block of the database again, if its state is pruned. A block with a state counts as known.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Export blocks with their certificates.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Import blocks, verifying each certificate.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the database of a chain.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Revert the chain to an earlier block. Imported blocks are final, so there is nothing to revert.
	Revert(sc_cli::RevertCmd),

	/// Show the newest blocks of a database.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Rebuild the index of units from the blocks of the database.
	RebuildUnitIndex(RebuildUnitIndexCommand),

	/// Run the SDK's benchmarks of runtimes and machines, in builds with the feature `runtime-benchmarks`.
	Benchmark(BenchmarkCommand),
}

impl Cli {
	/// Returns where the node that this command runs keeps its accounts, if the command says it.
	fn account_store(&self) -> Option<AccountStore> {
		match &self.subcommand {
			None => self.run.account_store,
			Some(Subcommand::Run(command)) => command.account_store,
			Some(_) => None,
		}
	}
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"TOP Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn executable_name() -> String {
		// Fixed, since the default base path contains it: a renamed binary keeps its data.
		env!("CARGO_PKG_NAME").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		"the TOP developers".into()
	}

	fn support_url() -> String {
		"the README of the project".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		match chain_spec::load(id, self.account_store()) {
			Ok(spec) => Ok(Box::new(spec)),
			Err(error) => Err(failure::one_line(&error)),
		}
	}
}

#[cfg(test)]
#[path = "cli_tests.rs"]
mod tests;
