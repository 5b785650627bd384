//! Blocks from sync that are refused: by the sender's fault, or by a fault of this node.
//!
//! The SDK's import queue takes each error of its verifier as the sender's, lowers its reputation and disconnects it. An error
//! of the import has no such effect: sync starts again, and asks for the block once more. So a block that this node could
//! not check passes the verifier, without a verified certificate, and its import returns the error.

use crate::error::SyncedBlockError;
use sc_consensus::BlockImportParams;
use sp_consensus::{BlockOrigin, Error as ConsensusError};
use std::time::Duration;
use tp_core::{Block, Header};

/// Key of a local fault among the import parameters' intermediates.
const LOCAL_FAULT_INTERMEDIATE: &[u8] = b"pbft-local-fault";

/// How long the import of such a block takes. Sync asks again at once, and a fault may last: without the pause it would fetch blocks at
/// the speed of the network.
pub(super) const FAULT_PAUSE: Duration = Duration::from_secs(1);

/// Refuses a block. Returns text for a fault of the sender, and for a fault of this node a block that [`take_local_fault`]
/// refuses.
pub fn refuse(
	origin: BlockOrigin,
	header: Header,
	error: SyncedBlockError,
) -> Result<BlockImportParams<Block>, String> {
	if !error.is_local() {
		// The SDK's interface takes text, and logs it.
		return Err(error.to_string());
	}
	let mut block = BlockImportParams::new(origin, header);
	block.insert_intermediate(LOCAL_FAULT_INTERMEDIATE, error);
	Ok(block)
}

/// Returns an error for a block that this node could not check, after a pause.
pub async fn take_local_fault(block: &mut BlockImportParams<Block>) -> Result<(), ConsensusError> {
	match block.remove_intermediate::<SyncedBlockError>(LOCAL_FAULT_INTERMEDIATE) {
		Ok(error) => {
			tokio::time::sleep(FAULT_PAUSE).await;
			Err(ConsensusError::Other(Box::new(error)))
		},
		Err(_) => Ok(()),
	}
}

#[cfg(test)]
mod tests;
