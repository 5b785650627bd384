//! Certificates that were verified, so that the engine, block sync and announcements verify each of them once.
//!
//! The engine verifies the votes that make a certificate; its import then needs no second check of q signatures. A
//! block whose announcement was checked needs no second check either when it is downloaded.

use codec::Encode;
use parking_lot::Mutex;
use sp_core::H256;
use std::collections::VecDeque;
use tp_pbft::{Certificate, CertificateError, CheckSignature, Committee, Domain};

/// Certificates that are remembered. A certificate is needed again within a few heights, or never.
const MAX_VERIFIED: usize = 64;

/// The newest certificates that were found valid, each for one committee and one domain.
#[derive(Debug, Default)]
pub struct VerifiedCertificates(Mutex<VecDeque<H256>>);

impl VerifiedCertificates {
	/// Checks form, epoch, quorum and signatures of a certificate for the block that it names. Checks the signatures only if
	/// this very certificate was not found valid before, for the same members.
	///
	/// A failure is never remembered: other signatures for the same block may be valid.
	pub fn verify(
		&self,
		certificate: &Certificate,
		domain: &Domain,
		committee: &Committee,
		check: impl CheckSignature,
	) -> Result<(), CertificateError> {
		// The name covers all that the check reads: domain, epoch, members, and the certificate with its signatures.
		let name =
			(domain, committee.epoch, &committee.members, certificate).using_encoded(sp_crypto_hashing::blake2_256);
		let name = H256(name);
		if self.0.lock().contains(&name) {
			return Ok(());
		}
		// Without the lock: it takes milliseconds in a large committee.
		certificate.verify_signatures(domain, committee, check)?;
		let mut verified = self.0.lock();
		if verified.len() >= MAX_VERIFIED {
			verified.pop_front();
		}
		verified.push_back(name);
		Ok(())
	}
}

#[cfg(test)]
mod tests;
