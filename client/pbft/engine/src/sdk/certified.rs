//! The one check of a block's certificate that vote, queue, sync and announcements call.

use super::LedgerClient;
use codec::DecodeAll;
use sp_runtime::traits::Header as _;
use tp_core::Header;
use tp_pbft::{
	check_signature, find_pre_digest, BlockHash, Certificate, CertificateError, Committee, DigestError, Domain, Height,
	ENGINE_ID,
};

/// A certificate that was verified for one block. Only [`verify_certificate`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedCertificate(Certificate);

impl VerifiedCertificate {
	/// The certificate.
	pub fn into_inner(self) -> Certificate {
		self.0
	}
}

/// Why a block is not final.
#[derive(Debug, thiserror::Error)]
pub enum CertifiedBlockError {
	/// The header's digest is not one of PBFT.
	#[error("the header is malformed: {0}")]
	Digest(#[from] DigestError),
	/// The certificate proves nothing.
	#[error("{0}")]
	Certificate(#[from] CertificateError),
	/// The parent's state is not here, so the committee is unknown.
	#[error("the committee of height {height} is not known: {reason}")]
	UnknownCommittee {
		/// The block's height.
		height: Height,
		/// What the runtime or the database says.
		reason: String,
	},
}

/// Checks that `certificate` makes the block of `header` final, by the committee in its parent's state.
pub fn verify_certificate<C: LedgerClient>(
	client: &C,
	header: &Header,
	certificate: Certificate,
) -> Result<VerifiedCertificate, CertifiedBlockError> {
	let height = *header.number();
	let parent = *header.parent_hash();
	find_pre_digest(header.digest())?;
	// A look at the form before the runtime is asked: it costs nothing, and garbage is what attackers send most.
	if certificate.height != height {
		return Err(CertificateError::WrongHeight { expected: height, found: certificate.height }.into());
	}
	let (committee, domain) =
		read_committee(client, parent).map_err(|reason| CertifiedBlockError::UnknownCommittee { height, reason })?;
	certificate.verify(&domain, &committee, height, &header.hash(), check_signature)?;
	Ok(VerifiedCertificate(certificate))
}

/// The committee of the height after `parent`, and the ledger's domain.
pub fn read_committee<C: LedgerClient>(client: &C, parent: BlockHash) -> Result<(Committee, Domain), String> {
	let api = client.runtime_api();
	let committee = tp_pbft::PbftApi::committee(&*api, parent).map_err(|error| error.to_string())?;
	let config = tp_pbft::PbftApi::config(&*api, parent).map_err(|error| error.to_string())?;
	Ok((committee, Domain { chain: config.chain, genesis: client.info().genesis_hash }))
}

/// The stored certificate of a block, if there is such a block and it is not the genesis.
pub fn read_certificate<C: LedgerClient>(client: &C, hash: BlockHash) -> Result<Option<Certificate>, String> {
	let justifications = client.justifications(hash).map_err(|error| error.to_string())?;
	let Some(encoded) = justifications.as_ref().and_then(|all| all.get(ENGINE_ID)) else { return Ok(None) };
	Certificate::decode_all(&mut encoded.as_slice()).map(Some).map_err(|error| error.to_string())
}
