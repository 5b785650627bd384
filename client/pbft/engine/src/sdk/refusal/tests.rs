//! The SDK's import queue, with a verifier that refuses.

use super::*;
use crate::error::{CertifiedBlockError, LedgerError};
use sc_consensus::{
	import_queue::{import_single_block, BlockImportError, IncomingBlock},
	BlockCheckParams, BlockImport, ImportResult, Verifier,
};
use sc_network::PeerId;
use sp_runtime::traits::Header as _;
use std::time::Instant;

struct Refuses(fn() -> SyncedBlockError);

#[async_trait::async_trait]
impl Verifier<Block> for Refuses {
	async fn verify(&self, block: BlockImportParams<Block>) -> Result<BlockImportParams<Block>, String> {
		refuse(block.origin, block.header.clone(), (self.0)())
	}
}

struct Import;

#[async_trait::async_trait]
impl BlockImport<Block> for Import {
	type Error = ConsensusError;

	async fn check_block(&self, _: BlockCheckParams<Block>) -> Result<ImportResult, ConsensusError> {
		Ok(ImportResult::imported(false))
	}

	async fn import_block(&self, mut block: BlockImportParams<Block>) -> Result<ImportResult, ConsensusError> {
		take_local_fault(&mut block).await?;
		panic!("a block that was refused is imported");
	}
}

/// Returns how the import queue ends a block of a peer.
async fn queue(verifier: Refuses, peer: PeerId) -> BlockImportError {
	let header = Header::new(1, Default::default(), Default::default(), Default::default(), Default::default());
	let block = IncomingBlock {
		hash: header.hash(),
		header: Some(header),
		body: Some(Vec::new()),
		indexed_body: None,
		justifications: None,
		origin: Some(peer),
		allow_missing_state: false,
		skip_execution: false,
		import_existing: false,
		state: None,
	};
	import_single_block(&mut Import, BlockOrigin::NetworkBroadcast, block, &verifier).await.expect_err("it is refused")
}

#[tokio::test]
async fn a_fault_of_this_node_is_not_blamed_on_the_sender() {
	let fault = || {
		let source = LedgerError::Database(sp_blockchain::Error::Backend("the disk does not answer".into()));
		CertifiedBlockError::UnknownCommittee { height: 1, source }.into()
	};
	let started = Instant::now();
	let error = queue(Refuses(fault), PeerId::random()).await;
	assert!(started.elapsed() >= FAULT_PAUSE, "sync would ask again at once, as long as the fault lasts");
	// Sync punishes a peer for `VerificationFailed` and `BadBlock`, and not for this.
	assert!(matches!(error, BlockImportError::Other(_)), "{error:?}");
	assert!(error.to_string().contains("the disk does not answer"), "{error}");
}

#[tokio::test]
async fn a_fault_of_a_block_is_blamed_on_its_sender() {
	let peer = PeerId::random();
	let started = Instant::now();
	let error = queue(Refuses(|| SyncedBlockError::NoJustification), peer).await;
	assert!(started.elapsed() < FAULT_PAUSE, "the sender cannot hold up the import of other blocks");
	assert!(matches!(error, BlockImportError::VerificationFailed(Some(from), _) if from == peer), "{error:?}");
}
