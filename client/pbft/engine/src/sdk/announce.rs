//! Block announcements carry the block's certificate, and are checked against it before anything is downloaded.

use super::{certified::verify_certificate, CertifiedBlockError, LedgerClient};
use codec::DecodeAll;
use futures::FutureExt;
use sp_blockchain::BlockStatus;
use sp_consensus::block_validation::{BlockAnnounceValidator, Validation};
use sp_core::H256;
use sp_runtime::traits::Header as _;
use std::{error::Error, future::Future, pin::Pin, sync::Arc};
use tp_core::{Block, Hash, Header};
use tp_pbft::Certificate;

/// Checks announcements of the next height whole, and those beyond it by their form: their committee is not known
/// yet, and the import queue's verifier checks each block on the way there.
pub struct CertificateAnnounceValidator<C> {
	client: Arc<C>,
	/// The newest header and certificate that were verified: every peer announces them.
	verified: Option<(Hash, H256)>,
}

impl<C> CertificateAnnounceValidator<C> {
	/// Checks against the states that `client` has.
	pub fn new(client: Arc<C>) -> Self {
		Self { client, verified: None }
	}
}

impl<C: LedgerClient> CertificateAnnounceValidator<C> {
	fn check(&mut self, header: &Header, data: &[u8]) -> Validation {
		let refused = |reason: String| {
			log::debug!(target: crate::LOG_TARGET, "Refused the announcement of {}: {reason}", header.number());
			Validation::Failure { disconnect: true }
		};
		let Ok(certificate) = Certificate::decode_all(&mut &data[..]) else {
			return refused("it carries no certificate".into());
		};
		if certificate.height != *header.number() || certificate.hash != header.hash() {
			return refused("its certificate is for another block".into());
		}
		// Of a block that we have there is nothing to learn but that the peer has it too. Peers may say so at any rate, so
		// it must not cost a call of the runtime.
		if matches!(self.client.status(header.hash()), Ok(BlockStatus::InChain)) {
			return Validation::Success { is_new_best: *header.number() >= self.client.info().best_number };
		}
		let announced = (header.hash(), H256(sp_crypto_hashing::blake2_256(data)));
		if self.verified == Some(announced) {
			return Validation::Success { is_new_best: true };
		}
		match verify_certificate(&*self.client, header, certificate) {
			Ok(_) => {
				self.verified = Some(announced);
				Validation::Success { is_new_best: true }
			},
			Err(CertifiedBlockError::UnknownCommittee { .. }) => Validation::Success { is_new_best: true },
			Err(error) => refused(error.to_string()),
		}
	}
}

impl<C: LedgerClient> BlockAnnounceValidator<Block> for CertificateAnnounceValidator<C> {
	fn validate(
		&mut self,
		header: &Header,
		data: &[u8],
	) -> Pin<Box<dyn Future<Output = Result<Validation, Box<dyn Error + Send>>> + Send>> {
		let validation = self.check(header, data);
		async move { Ok(validation) }.boxed()
	}
}
