//! `top-node benchmark`: the SDK's benchmarks, in builds with the feature `runtime-benchmarks`.
//!
//! They are a feature because they bring a hundred crates, of parachains too, and some under GPL-3.0 without a linking
//! exception.

#[cfg(feature = "runtime-benchmarks")]
use {
	frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE},
	sp_runtime::traits::BlakeTwo256,
	tc_chain::{Block, FullBackend, FullClient},
	tp_lattice::lattice_host::HostFunctions,
};

/// `top-node benchmark`.
#[cfg(feature = "runtime-benchmarks")]
#[derive(Debug, clap::Parser)]
pub struct BenchmarkCommand {
	/// The benchmark.
	#[command(subcommand)]
	pub command: BenchmarkCmd,
}

/// `top-node benchmark` in a build without the benchmarks.
#[cfg(not(feature = "runtime-benchmarks"))]
#[derive(Debug, clap::Parser)]
#[command(disable_help_flag = true)]
pub struct BenchmarkCommand {
	#[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
	arguments: Vec<String>,
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkCommand {
	/// Runs a benchmark, unless it builds blocks: those would have no certificates.
	pub(crate) fn run(&self, config: sc_service::Configuration) -> sc_cli::Result<()> {
		match &self.command {
			BenchmarkCmd::Machine(machine) => machine.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone()),
			BenchmarkCmd::Block(block) => {
				block.run::<Block, FullBackend, FullClient>(tc_chain::new_partial(&config)?.client)
			},
			BenchmarkCmd::Pallet(pallet) => pallet.run_with_spec::<BlakeTwo256, HostFunctions>(Some(config.chain_spec)),
			BenchmarkCmd::Storage(_) | BenchmarkCmd::Overhead(_) | BenchmarkCmd::Extrinsic(_) => {
				Err("this benchmark builds blocks without the certificates that PBFT requires; `top-node bench chain` \
				 measures a whole network, `top-node benchmark machine`, `block` and `pallet` work here"
					.into())
			},
		}
	}
}

#[cfg(not(feature = "runtime-benchmarks"))]
impl BenchmarkCommand {
	/// Fails, and names the build that has the benchmarks.
	pub(crate) fn run(&self) -> anyhow::Result<()> {
		anyhow::bail!(
			"this build does not contain the SDK's benchmarks of weights and machines; \
			 `cargo run --release -p {0} --features runtime-benchmarks -- benchmark {1}` has them, and \
			 `{0} bench chain` measures a network",
			env!("CARGO_PKG_NAME"),
			self.arguments.join(" "),
		)
	}
}
