//! The import queue's verifier: a block from another node needs a valid certificate.

use super::{
	certified::{verify_certificate, verify_in_epoch, VerifiedCertificate},
	client::LedgerClient,
	import::CERTIFICATE_INTERMEDIATE,
	last_headers::LastHeaders,
	path::ImportPath,
	refusal::refuse,
};
use crate::{
	error::{LedgerError, SyncedBlockError},
	network::is_body_of,
	verified::VerifiedCertificates,
};
use codec::DecodeAll;
use sc_consensus::{BlockImportParams, Verifier};
use sp_api::Core;
use sp_runtime::{traits::Header as _, StateVersion};
use std::sync::Arc;
use tp_core::{Block, Header};
use tp_pbft::{Certificate, ENGINE_ID};

/// Refuses blocks that are not final. A fault of this node is not blamed on the sender: see the module `refusal`.
pub struct PbftVerifier<C> {
	client: Arc<C>,
	known: Arc<VerifiedCertificates>,
	lasts: Arc<LastHeaders<C>>,
}

impl<C> PbftVerifier<C> {
	/// Returns a verifier that reads committees from the states of `client`, and for blocks whose parents have none from the last
	/// headers of epochs.
	pub fn new(client: Arc<C>, known: Arc<VerifiedCertificates>, lasts: Arc<LastHeaders<C>>) -> Self {
		Self { client, known, lasts }
	}
}

impl<C: LedgerClient> PbftVerifier<C> {
	/// Checks all that must hold before the import, and adds the verified certificate to the block.
	fn check(&self, mut block: BlockImportParams<Block>) -> Result<BlockImportParams<Block>, SyncedBlockError> {
		let path = ImportPath::of(&block).ok_or(SyncedBlockError::NotExecuted)?;
		// Refused here as well, because a refusal by the import alone makes sync ask again at once.
		if path == ImportPath::Executed && self.client.info().finalized_state.is_none() {
			return Err(SyncedBlockError::AwaitsState);
		}
		if block.post_hash.is_some_and(|hash| hash != block.header.hash()) {
			return Err(SyncedBlockError::OtherHash);
		}
		let target = (path == ImportPath::State).then(|| self.lasts.target(&block.header.hash())).flatten();
		let certificate = target.map_or_else(|| certificate_of(&mut block), Ok)?;
		let verified = match path {
			ImportPath::Executed => verify_certificate(&*self.client, &self.known, &block.header, certificate)?,
			ImportPath::State | ImportPath::History => self.verify_by_epoch(&block.header, certificate)?,
		};
		self.check_body(&block, path)?;
		block.insert_intermediate(CERTIFICATE_INTERMEDIATE, verified);
		Ok(block)
	}

	/// Checks a certificate by the last headers of epochs.
	fn verify_by_epoch(
		&self,
		header: &Header,
		certificate: Certificate,
	) -> Result<VerifiedCertificate, SyncedBlockError> {
		let (span, domain) = (self.lasts.span(certificate.epoch)?, self.lasts.domain()?);
		Ok(verify_in_epoch(span.as_deref(), &domain, &self.known, header, certificate)?)
	}

	/// Checks the body against the header, which the certificate binds. Execution checks it too, but a block that was
	/// executed as a proposal is imported without execution: a wrong body would enter the database.
	fn check_body(&self, block: &BlockImportParams<Block>, path: ImportPath) -> Result<(), SyncedBlockError> {
		let Some(body) = &block.body else {
			// A node that prunes bodies asks for history without them.
			return if path == ImportPath::History { Ok(()) } else { Err(SyncedBlockError::BodyMissing) };
		};
		let is_body = |version| is_body_of(&block.header, body, version);
		let is_its_body = match path {
			ImportPath::Executed => {
				let version =
					self.client.runtime_api().version(*block.header.parent_hash()).map_err(LedgerError::from)?;
				is_body(version.extrinsics_root_state_version())
			},
			// The version is in the parent's state. A root of either version binds the whole body.
			ImportPath::State | ImportPath::History => is_body(StateVersion::V0) || is_body(StateVersion::V1),
		};
		is_its_body.then_some(()).ok_or(SyncedBlockError::OtherBody)
	}
}

/// Takes the certificate out of a block.
fn certificate_of(block: &mut BlockImportParams<Block>) -> Result<Certificate, SyncedBlockError> {
	let justifications = block.justifications.take().ok_or(SyncedBlockError::NoJustification)?;
	let encoded = justifications.get(ENGINE_ID).ok_or(SyncedBlockError::OtherEngine)?;
	Ok(Certificate::decode_all(&mut &encoded[..])?)
}

#[async_trait::async_trait]
impl<C: LedgerClient> Verifier<Block> for PbftVerifier<C> {
	async fn verify(&self, block: BlockImportParams<Block>) -> Result<BlockImportParams<Block>, String> {
		let (origin, header) = (block.origin, block.header.clone());
		self.check(block).or_else(|error| refuse(origin, header, error))
	}
}
