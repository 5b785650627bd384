//! The import queue's verifier: a block from another node needs a right certificate.

use super::{
	certified::verify_certificate,
	import::CERTIFICATE_INTERMEDIATE,
	LedgerClient,
};
use codec::DecodeAll;
use sc_consensus::{BlockImportParams, Verifier};
use std::sync::Arc;
use tp_core::Block;
use tp_pbft::{Certificate, ENGINE_ID};

/// Refuses blocks that are not final. An error costs the peer that sent the block its reputation.
pub struct PbftVerifier<C> {
	client: Arc<C>,
}

impl<C> PbftVerifier<C> {
	/// Verifies against the committees in the states that `client` has.
	pub fn new(client: Arc<C>) -> Self {
		Self { client }
	}
}

#[async_trait::async_trait]
impl<C: LedgerClient> Verifier<Block> for PbftVerifier<C> {
	async fn verify(&self, mut block: BlockImportParams<Block>) -> Result<BlockImportParams<Block>, String> {
		if block.with_state() || block.state_action.skip_execution_checks() {
			return Err("state sync is not supported: committees are read from each parent's state".into());
		}
		if block.post_hash.is_some_and(|hash| hash != block.header.hash()) {
			return Err("the block's hash is not its header's".into());
		}
		let justifications = block.justifications.take().ok_or("the block carries no certificate")?;
		let encoded = justifications.get(ENGINE_ID).ok_or("the block's justification is not a PBFT certificate")?;
		let certificate =
			Certificate::decode_all(&mut &encoded[..]).map_err(|_| "the block's certificate does not decode")?;
		let verified =
			verify_certificate(&*self.client, &block.header, certificate).map_err(|error| error.to_string())?;
		block.insert_intermediate(CERTIFICATE_INTERMEDIATE, verified);
		Ok(block)
	}
}
