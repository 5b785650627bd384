//! The one check of a block's certificate, called by the import queue, the engine's import and the announcements.

use super::{client::LedgerClient, epoch_span::EpochSpan};
use crate::{
	error::{CertifiedBlockError, LedgerError},
	verified::VerifiedCertificates,
};
use codec::DecodeAll;
use sp_runtime::traits::Header as _;
use tp_core::Header;
use tp_pbft::{
	check_signature, find_pre_digest, BlockHash, Certificate, CertificateError, Committee, Domain, ENGINE_ID,
};

/// A certificate that was verified for one block. Only [`verify_certificate`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedCertificate(Certificate);

impl VerifiedCertificate {
	/// Returns the certificate.
	pub fn into_inner(self) -> Certificate {
		self.0
	}
}

/// Checks that `certificate` makes the block of `header` final, by the committee in its parent's state. Certificates in
/// `known` are not verified again.
pub fn verify_certificate<C: LedgerClient>(
	client: &C,
	known: &VerifiedCertificates,
	header: &Header,
	certificate: Certificate,
) -> Result<VerifiedCertificate, CertifiedBlockError> {
	let height = *header.number();
	let parent = *header.parent_hash();
	// The form is checked before the runtime is called: it costs nothing, and most garbage fails here.
	check_form(header, &certificate)?;
	let (committee, domain) =
		read_committee(client, parent).map_err(|source| CertifiedBlockError::UnknownCommittee { height, source })?;
	known.verify(&certificate, &domain, &committee, check_signature)?;
	Ok(VerifiedCertificate(certificate))
}

/// As [`verify_certificate`], by the committee that the last header of the epoch before names: for a block whose parent's state
/// this node never had. `span` is the epoch that the certificate names, if this node knows it.
pub fn verify_in_epoch(
	span: Option<&EpochSpan>,
	domain: &Domain,
	known: &VerifiedCertificates,
	header: &Header,
	certificate: Certificate,
) -> Result<VerifiedCertificate, CertifiedBlockError> {
	let (height, epoch) = (*header.number(), certificate.epoch);
	check_form(header, &certificate)?;
	let span = span.filter(|span| span.epoch == epoch && span.contains(height));
	let committee = span.ok_or(CertifiedBlockError::OtherEpoch { height, epoch })?.committee();
	known.verify(&certificate, domain, &committee, check_signature)?;
	Ok(VerifiedCertificate(certificate))
}

fn check_form(header: &Header, certificate: &Certificate) -> Result<(), CertifiedBlockError> {
	let height = *header.number();
	find_pre_digest(header.digest())?;
	if certificate.height != height {
		return Err(CertificateError::WrongHeight { expected: height, found: certificate.height }.into());
	}
	if certificate.hash != header.hash() {
		return Err(CertificateError::WrongBlock.into());
	}
	Ok(())
}

/// Returns the committee of the height after `parent`, and the ledger's signing domain.
pub fn read_committee<C: LedgerClient>(client: &C, parent: BlockHash) -> Result<(Committee, Domain), LedgerError> {
	let api = client.runtime_api();
	let committee = tp_pbft::PbftApi::committee(&*api, parent)?;
	let config = tp_pbft::PbftApi::config(&*api, parent)?;
	Ok((committee, Domain { chain: config.chain, genesis: client.info().genesis_hash }))
}

/// Returns the stored certificate of a block, or `None` if the block is not known or is the genesis.
pub fn read_certificate<C: LedgerClient>(client: &C, hash: BlockHash) -> Result<Option<Certificate>, LedgerError> {
	let justifications = client.justifications(hash)?;
	// A block without a PBFT justification is the genesis: the import writes one with every other block.
	let Some(encoded) = justifications.as_ref().and_then(|all| all.get(ENGINE_ID)) else { return Ok(None) };
	Certificate::decode_all(&mut encoded.as_slice())
		.map(Some)
		.map_err(|source| LedgerError::StoredCertificate { hash, source })
}
