//! Commit votes for the newest block that arrive after its certificate was complete. The next block's author includes
//! them, so that the participation of slow members is counted too.

use std::collections::BTreeMap;
use tc_pbft_core::{Message, Signed, Verified};
use tp_pbft::{Certificate, Committee, Domain, MemberIndex, PbftSignature};

/// The newest block's certificate, its committee, and late votes.
#[derive(Default)]
pub struct ParentCommits(Option<Parent>);

struct Parent {
	certificate: Certificate,
	committee: Committee,
	domain: Domain,
	late: BTreeMap<MemberIndex, PbftSignature>,
}

impl ParentCommits {
	/// Starts to collect votes for a block that was committed.
	pub fn start(&mut self, certificate: Certificate, committee: Committee, domain: Domain) {
		self.0 = Some(Parent { certificate, committee, domain, late: BTreeMap::new() });
	}

	/// Adds a late vote for the newest block; ignores other messages.
	pub fn offer(&mut self, message: Signed<Message>) {
		let Some(parent) = &mut self.0 else { return };
		let slot = parent.certificate.slot();
		let Message::Commit(commit) = &message.message else { return };
		let fits = message.slot() == slot && commit.hash == parent.certificate.hash;
		let known = parent.certificate.signers.contains(message.sender) || parent.late.contains_key(&message.sender);
		if !fits || known {
			return;
		}
		// Verified like any message, because the author of the next block is judged by these votes: a forged one would
		// make its certificate invalid.
		let verified = message.verify(&parent.domain, &parent.committee, slot.height, &tp_pbft::check_signature);
		if let Ok(verified) = verified.map(Verified::into_signed) {
			parent.late.insert(verified.sender, verified.signature);
		}
	}

	/// Returns `stored` with the late votes added.
	pub fn complete(&self, stored: Certificate) -> Certificate {
		let Some(parent) = self.0.as_ref().filter(|parent| parent.certificate.slot() == stored.slot()) else {
			return stored;
		};
		if parent.late.is_empty() || parent.certificate.hash != stored.hash {
			return stored;
		}
		let mut votes = parent.late.clone();
		// Stored votes win over late ones: they were verified with the certificate.
		votes.extend(stored.votes().map(|(index, signature)| (index, signature.clone())));
		Certificate::from_votes(stored.slot(), stored.hash, parent.committee.size(), votes.into_iter().collect())
	}
}
