//! The import queue's verifier: a block from another node needs a valid certificate.

use super::{certified::verify_certificate, client::LedgerClient, import::CERTIFICATE_INTERMEDIATE, refusal::refuse};
use crate::{
	error::{LedgerError, SyncedBlockError},
	network::is_body_of,
	verified::VerifiedCertificates,
};
use codec::DecodeAll;
use sc_consensus::{BlockImportParams, Verifier};
use sp_api::Core;
use sp_runtime::traits::Header as _;
use std::sync::Arc;
use tp_core::Block;
use tp_pbft::{Certificate, ENGINE_ID};

/// Refuses blocks that are not final. A fault of this node is not blamed on the sender: see the module `refusal`.
pub struct PbftVerifier<C> {
	client: Arc<C>,
	known: Arc<VerifiedCertificates>,
}

impl<C> PbftVerifier<C> {
	/// Returns a verifier that reads committees from the states of `client`.
	pub fn new(client: Arc<C>, known: Arc<VerifiedCertificates>) -> Self {
		Self { client, known }
	}
}

impl<C: LedgerClient> PbftVerifier<C> {
	/// Checks all that must hold before the import, and adds the verified certificate to the block.
	fn check(&self, mut block: BlockImportParams<Block>) -> Result<BlockImportParams<Block>, SyncedBlockError> {
		if block.with_state() || block.state_action.skip_execution_checks() {
			return Err(SyncedBlockError::StateSync);
		}
		if block.post_hash.is_some_and(|hash| hash != block.header.hash()) {
			return Err(SyncedBlockError::OtherHash);
		}
		let justifications = block.justifications.take().ok_or(SyncedBlockError::NoJustification)?;
		let encoded = justifications.get(ENGINE_ID).ok_or(SyncedBlockError::OtherEngine)?;
		let certificate = Certificate::decode_all(&mut &encoded[..])?;
		let verified = verify_certificate(&*self.client, &self.known, &block.header, certificate)?;
		self.check_body(&block)?;
		block.insert_intermediate(CERTIFICATE_INTERMEDIATE, verified);
		Ok(block)
	}

	/// Checks the body against the header, which the certificate binds. Execution checks it too, but a block that was
	/// executed as a proposal is imported without execution: a wrong body would enter the database.
	fn check_body(&self, block: &BlockImportParams<Block>) -> Result<(), SyncedBlockError> {
		let body = block.body.as_ref().ok_or(SyncedBlockError::BodyMissing)?;
		let version = self.client.runtime_api().version(*block.header.parent_hash()).map_err(LedgerError::from)?;
		if !is_body_of(&block.header, body, version.extrinsics_root_state_version()) {
			return Err(SyncedBlockError::OtherBody);
		}
		Ok(())
	}
}

#[async_trait::async_trait]
impl<C: LedgerClient> Verifier<Block> for PbftVerifier<C> {
	async fn verify(&self, block: BlockImportParams<Block>) -> Result<BlockImportParams<Block>, String> {
		let (origin, header) = (block.origin, block.header.clone());
		self.check(block).or_else(|error| refuse(origin, header, error))
	}
}
