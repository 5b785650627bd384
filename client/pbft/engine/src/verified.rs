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

/// Certificates that wait for [`VerifiedCertificates::take_new`]. The engine takes them with each block.
const MAX_NEW: usize = 16;

/// The newest certificates that were found valid, each for one committee and one domain.
#[derive(Debug, Default)]
pub struct VerifiedCertificates {
	verified: Mutex<VecDeque<H256>>,
	new: Mutex<VecDeque<Certificate>>,
}

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
		if self.verified.lock().contains(&name) {
			return Ok(());
		}
		// Without the lock: it takes milliseconds in a large committee.
		certificate.verify_signatures(domain, committee, check)?;
		push(&self.new, MAX_NEW, certificate.clone());
		push(&self.verified, MAX_VERIFIED, name);
		Ok(())
	}

	/// Takes the certificates that were found valid since the last call. Those of another chain prove who forked.
	pub fn take_new(&self) -> VecDeque<Certificate> {
		std::mem::take(&mut self.new.lock())
	}
}

/// Adds an item, and drops the oldest of too many.
fn push<T>(queue: &Mutex<VecDeque<T>>, most: usize, item: T) {
	let mut queue = queue.lock();
	if queue.len() >= most {
		queue.pop_front();
	}
	queue.push_back(item);
}

#[cfg(test)]
mod tests;
