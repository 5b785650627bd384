//! The node of the Template Chain: command line and chain specifications. `tc-chain` does the rest: database, pools,
//! network, RPC and the PBFT engine.

mod chain_spec;

use sc_cli::SubstrateCli;
use tc_chain::NodeOptions;

/// A node allocates many small objects on many threads. The system's allocator would keep several times the memory in
/// use.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The command line.
#[derive(Debug, clap::Parser)]
struct Cli {
	#[command(subcommand)]
	subcommand: Option<Subcommand>,

	#[command(flatten)]
	run: sc_cli::RunCmd,

	/// Vote although the vote log of this validator is lost, and no other process runs with its keys.
	#[arg(long)]
	votes_lost: bool,
}

/// Commands other than running a node.
#[derive(Debug, clap::Subcommand)]
enum Subcommand {
	/// Generate, inspect and insert keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),
	/// Export a chain specification.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),
	/// Remove the database of a chain.
	PurgeChain(sc_cli::PurgeChainCmd),
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Template Chain Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		"the Template Chain developers".into()
	}

	fn support_url() -> String {
		"the README of the project".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		Ok(Box::new(chain_spec::load(id)?))
	}
}

fn main() -> sc_cli::Result<()> {
	let cli = Cli::from_args();
	let votes_lost = cli.votes_lost;
	match &cli.subcommand {
		None => cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
			// Proofs of computing power are for nodes that are registered on the main chain.
			// Clients of a small network ask any of its nodes for units of the past.
			let options = NodeOptions { proves_power: false, votes_lost, unit_index: true, router: None, port_offset: 0 };
			tc_chain::new_full(config, options).await.map_err(sc_cli::Error::Service)
		}),
		Some(Subcommand::Key(command)) => command.run(&cli),
		Some(Subcommand::ExportChainSpec(command)) => command.run(cli.load_spec(&command.chain)?),
		Some(Subcommand::PurgeChain(command)) => {
			cli.create_runner(command)?.sync_run(|config| command.run(config.database))
		},
	}
}
