//! The import queue's verifier: a block from another node needs a right certificate.

use super::{certified::verify_certificate, import::CERTIFICATE_INTERMEDIATE, LedgerClient};
use crate::network::is_body_of;
use codec::DecodeAll;
use sc_consensus::{BlockImportParams, Verifier};
use sp_api::Core;
use sp_runtime::traits::Header as _;
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

impl<C: LedgerClient> PbftVerifier<C> {
	/// The certificate binds the header, and the header the body. Execution would tell too, but a block that we have
	/// executed as a proposal is imported without it.
	fn check_body(&self, block: &BlockImportParams<Block>) -> Result<(), String> {
		let body = block.body.as_ref().ok_or("the block has no body")?;
		let version =
			self.client.runtime_api().version(*block.header.parent_hash()).map_err(|error| error.to_string())?;
		if !is_body_of(&block.header, body, version.extrinsics_root_state_version()) {
			return Err("the block's body is not the one that its header names".into());
		}
		Ok(())
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
		self.check_body(&block)?;
		block.insert_intermediate(CERTIFICATE_INTERMEDIATE, verified);
		Ok(block)
	}
}
