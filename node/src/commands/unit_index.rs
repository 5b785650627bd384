//! `top-node rebuild-unit-index`: rebuilds the index of units from the blocks of the database.

use sc_cli::{CliConfiguration, DatabaseParams, PruningParams, SharedParams};
use sc_service::Configuration;

/// Arguments of the command.
#[derive(Debug, Clone, clap::Parser)]
pub struct RebuildUnitIndexCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	shared_params: SharedParams,

	#[allow(missing_docs)]
	#[command(flatten)]
	pruning_params: PruningParams,

	#[allow(missing_docs)]
	#[command(flatten)]
	database_params: DatabaseParams,
}

impl RebuildUnitIndexCommand {
	/// Runs the command.
	pub fn run(&self, config: &Configuration) -> sc_cli::Result<()> {
		let mut newest = 0;
		tc_chain::rebuild_unit_index(config, |indexed, of| {
			newest = of;
			eprint!("\rIndexed block {indexed} of {of}");
		})?;
		eprintln!("\nIndexed all units up to block {newest}.");
		Ok(())
	}
}

impl CliConfiguration for RebuildUnitIndexCommand {
	fn shared_params(&self) -> &SharedParams {
		&self.shared_params
	}

	fn pruning_params(&self) -> Option<&PruningParams> {
		Some(&self.pruning_params)
	}

	fn database_params(&self) -> Option<&DatabaseParams> {
		Some(&self.database_params)
	}
}
