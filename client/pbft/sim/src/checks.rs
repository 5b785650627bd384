//! What must hold after every step, whatever the seed.
//!
//! - **Agreement**: no two correct replicas commit different blocks at a height, nor one of them twice, before and
//!   after crashes.
//! - **Validity**: what a correct replica commits, some correct replica has executed or built.
//! - **Proof**: what a correct replica commits comes with a certificate that verifies.
//! - **Rules 1, 2, 5**: a correct replica signs one payload a slot in all its lives, no Prepare or Commit below a view
//!   that it asked for, and nothing whose record is not in its vote log.
//! - **Evidence** is true, and never against a correct replica.
//! - **Verification** refuses nothing that a correct replica says to a replica at the same height.
//! - **Progress**, checked by the world at the end: after the faults every correct replica advances.

use crate::keys::{self, Identity};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
};
use tc_pbft_core::{Message, Payload, Record, Signed};
use tp_pbft::{BlockHash, Certificate, Committee, Domain, Evidence, Height, MessageKind, View};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		formatter.write_str(&self.0)
	}
}

impl std::error::Error for Violation {}

/// What correct replicas have done so far.
pub struct Checks {
	domain: Domain,
	/// Whether an identity is correct.
	correct: Vec<bool>,
	decided: BTreeMap<Height, BlockHash>,
	executed: BTreeSet<BlockHash>,
	said: BTreeMap<(Identity, Height, View, MessageKind), H256>,
	asked: BTreeMap<(Identity, Height), View>,
	violation: Option<Violation>,
}

impl Checks {
	/// Nothing yet.
	pub fn new(domain: Domain, correct: Vec<bool>) -> Self {
		Self {
			domain,
			correct,
			decided: BTreeMap::new(),
			executed: BTreeSet::new(),
			said: BTreeMap::new(),
			asked: BTreeMap::new(),
			violation: None,
		}
	}

	/// The first violation.
	pub fn violation(&self) -> Option<&Violation> {
		self.violation.as_ref()
	}

	/// Heights decided.
	pub fn decided(&self) -> &BTreeMap<Height, BlockHash> {
		&self.decided
	}

	/// Notes a violation.
	pub fn violated(&mut self, what: String) {
		self.violation.get_or_insert(Violation(what));
	}

	/// A correct replica built a block, or found it valid.
	pub fn on_executed(&mut self, hash: BlockHash) {
		self.executed.insert(hash);
	}

	/// A correct replica commits. `committee`: `None` if certificates cannot be valid, because the quorum was lowered.
	pub fn on_commit(
		&mut self,
		identity: Identity,
		height: Height,
		hash: BlockHash,
		certificate: &Certificate,
		committee: Option<&Committee>,
	) {
		let decided = *self.decided.entry(height).or_insert(hash);
		if decided != hash {
			self.violated(format!("agreement: {identity} commits {hash:?} at {height}, others {decided:?}"));
		}
		if !self.executed.contains(&hash) {
			self.violated(format!(
				"validity: {identity} commits {hash:?} at {height}, which no correct replica executed"
			));
		}
		if let Some(committee) = committee {
			if let Err(error) = certificate.verify(&self.domain, committee, height, &hash, keys::check) {
				self.violated(format!("proof: {identity} commits {hash:?} at {height}, but {error}"));
			}
		}
	}

	/// A correct replica says something, with this in its vote log.
	pub fn on_said(&mut self, identity: Identity, signed: &Signed<Message>, log: &[Record]) {
		let (height, view, kind) = (signed.height, signed.message.view(), signed.message.kind());
		self.on_signed(identity, signed);
		if let Message::PrePrepare(pre_prepare) = &signed.message {
			if let Some(new_view) = &pre_prepare.new_view {
				self.on_signed(identity, new_view);
			}
		}
		let asked = self.asked.entry((identity, height)).or_default();
		match kind {
			MessageKind::ViewChange => *asked = view.max(*asked),
			_ if view < *asked => {
				let asked = *asked;
				self.violated(format!(
					"rule 2: {identity} says {kind:?} in view {view} of {height} after it asked for {asked}"
				));
			},
			_ => {},
		}
		let recorded = |record: &Record| match (record, &signed.message) {
			(Record::Proposed { height, view, proposal, new_view }, Message::PrePrepare(said)) => {
				(*height, *view, proposal) == (signed.height, said.view, &said.proposal)
					&& new_view.as_ref() == said.new_view.as_deref()
			},
			(Record::Prepared { height, view, hash }, Message::Prepare(said)) => {
				(*height, *view, *hash) == (signed.height, said.view, said.hash)
			},
			(Record::Committed { height, prepared, proposal }, Message::Commit(said)) => {
				(*height, prepared.view, prepared.hash, proposal.hash)
					== (signed.height, said.view, said.hash, said.hash)
			},
			(Record::ViewChanged(record), Message::ViewChange(said)) => {
				record.height == signed.height && record.message == *said
			},
			_ => false,
		};
		if !log.iter().rev().any(recorded) {
			self.violated(format!("rule 5: {identity} says {kind:?} in view {view} of {height} without a record"));
		}
	}

	fn on_signed<M: Payload>(&mut self, identity: Identity, signed: &Signed<M>) {
		let (view, kind, payload) = (signed.message.view(), signed.message.kind(), signed.message.payload());
		let said = *self.said.entry((identity, signed.height, view, kind)).or_insert(payload);
		if said != payload {
			let height = signed.height;
			self.violated(format!("rule 1: {identity} signs two {kind:?} in view {view} of {height}"));
		}
	}

	/// A correct replica reports a contradiction.
	pub fn on_evidence(&mut self, accused: Identity, evidence: &Evidence, committee: &Committee) {
		if self.correct[usize::from(accused)] {
			self.violated(format!("evidence: {accused} is accused, which is correct: {evidence:?}"));
		}
		if let Err(error) = evidence.verify(&self.domain, committee, keys::check) {
			self.violated(format!("evidence: against {accused} it does not hold: {error}"));
		}
	}
}
