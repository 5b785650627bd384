//! Block announcements carry the block's certificate, which is checked before anything is downloaded.

use super::{certified::verify_certificate, client::LedgerClient};
use crate::{
	error::{AnnouncementError, CertifiedBlockError},
	log_targets::LOG_TARGET,
	verified::VerifiedCertificates,
};
use codec::DecodeAll;
use futures::FutureExt;
use sp_blockchain::BlockStatus;
use sp_consensus::block_validation::{BlockAnnounceValidator, Validation};
use sp_core::H256;
use sp_runtime::traits::Header as _;
use std::{error::Error, future::Future, pin::Pin, sync::Arc};
use tp_core::{Block, Hash, Header};
use tp_pbft::Certificate;

/// Checks announcements of the next height in full, and those beyond it by their form. Their committee is not known
/// yet; the import queue's verifier checks each block on the way there.
pub struct CertificateAnnounceValidator<C> {
	client: Arc<C>,
	known: Arc<VerifiedCertificates>,
	/// The last header and certificate that were verified. Every peer announces them, so each is verified once.
	verified: Option<(Hash, H256)>,
}

impl<C> CertificateAnnounceValidator<C> {
	/// Returns a validator that reads committees from the states of `client`.
	pub fn new(client: Arc<C>, known: Arc<VerifiedCertificates>) -> Self {
		Self { client, known, verified: None }
	}
}

impl<C: LedgerClient> CertificateAnnounceValidator<C> {
	/// Checks an announcement. Returns whether it may be the new best block.
	fn check(&mut self, header: &Header, data: &[u8]) -> Result<bool, AnnouncementError> {
		let certificate = Certificate::decode_all(&mut &data[..])?;
		// Cheap, and before the lookups: these fields are compared with the header, whose hash is computed here.
		if certificate.height != *header.number() || certificate.hash != header.hash() {
			return Err(AnnouncementError::OtherBlock);
		}
		// A known block tells only that the peer has it too. The rate of such announcements is not limited, so they
		// must not cost a call of the runtime.
		if matches!(self.client.status(header.hash()), Ok(BlockStatus::InChain)) {
			return Ok(*header.number() >= self.client.info().best_number);
		}
		// The hash covers the whole certificate: other signatures over the same block are verified again.
		let announced = (header.hash(), H256(sp_crypto_hashing::blake2_256(data)));
		if self.verified == Some(announced) {
			return Ok(true);
		}
		match verify_certificate(&*self.client, &self.known, header, certificate) {
			Ok(_) => {
				self.verified = Some(announced);
				Ok(true)
			},
			// No verdict on the block: this node may only lack the parent. Block sync fetches it, and verifies on
			// import.
			Err(CertifiedBlockError::UnknownCommittee { .. }) => Ok(true),
			Err(error) => Err(error.into()),
		}
	}
}

impl<C: LedgerClient> BlockAnnounceValidator<Block> for CertificateAnnounceValidator<C> {
	fn validate(
		&mut self,
		header: &Header,
		data: &[u8],
	) -> Pin<Box<dyn Future<Output = Result<Validation, Box<dyn Error + Send>>> + Send>> {
		let validation = match self.check(header, data) {
			Ok(is_new_best) => Validation::Success { is_new_best },
			Err(error) => {
				log::debug!(target: LOG_TARGET, "Refused the announcement of block {}: {error}", header.number());
				Validation::Failure { disconnect: true }
			},
		};
		async move { Ok(validation) }.boxed()
	}
}
