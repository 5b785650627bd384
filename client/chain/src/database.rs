//! The SDK's commands on the database of a chain. They are compiled here, where the client's types are known: the crate
//! of a node that called them would compile the client once more.

use crate::partial::{new_partial, PartialComponents};
use futures::{future::LocalBoxFuture, FutureExt};
use sc_cli::{ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ImportBlocksCmd, RevertCmd};
use sc_service::{Configuration, TaskManager};
use tp_core::Block;

/// A command's work, and the tasks that must live as long.
pub type Work<'a> = (LocalBoxFuture<'a, sc_cli::Result<()>>, TaskManager);

/// Executes a block of the database again.
///
/// # Errors
/// If the database cannot be opened.
pub fn check_block(command: &CheckBlockCmd, config: Configuration) -> sc_cli::Result<Work<'_>> {
	let PartialComponents { client, task_manager, import_queue, .. } = new_partial(&config)?;
	Ok((command.run(client, import_queue).boxed_local(), task_manager))
}

/// Imports blocks from a file, with the checks of a sync.
///
/// # Errors
/// If the database cannot be opened.
pub fn import_blocks(command: &ImportBlocksCmd, config: Configuration) -> sc_cli::Result<Work<'_>> {
	let PartialComponents { client, task_manager, import_queue, .. } = new_partial(&config)?;
	Ok((command.run(client, import_queue).boxed_local(), task_manager))
}

/// Writes blocks into a file.
///
/// # Errors
/// If the database cannot be opened.
pub fn export_blocks(command: &ExportBlocksCmd, config: Configuration) -> sc_cli::Result<Work<'_>> {
	let PartialComponents { client, task_manager, .. } = new_partial(&config)?;
	Ok((command.run(client, config.database).boxed_local(), task_manager))
}

/// Removes the newest blocks.
///
/// # Errors
/// If the database cannot be opened.
pub fn revert(command: &RevertCmd, config: Configuration) -> sc_cli::Result<Work<'_>> {
	let PartialComponents { client, task_manager, backend, .. } = new_partial(&config)?;
	Ok((command.run(client, backend, None).boxed_local(), task_manager))
}

/// Prints the state of the database.
///
/// # Errors
/// If the database cannot be opened.
pub fn chain_info(command: &ChainInfoCmd, config: &Configuration) -> sc_cli::Result<()> {
	command.run::<Block>(config)
}
