//! The invariants that hold after every step, for every seed.
//!
//! - **Agreement**: no two correct replicas commit different blocks at a height, and none commits twice, across crashes
//!   too.
//! - **Validity**: a block that a correct replica commits was executed or built by a correct replica.
//! - **Proof**: a block that a correct replica commits has a certificate that verifies.
//! - **Rules 1, 2, 5**: a correct replica signs one payload per slot, across restarts. It signs no Prepare or Commit
//!   below a view that it requested, and nothing whose record is not in its vote log.
//! - **Evidence** verifies, and never accuses a correct replica: neither the reports of replicas, nor what the records of all correct
//!   replicas prove together at the end of a run (`world/court.rs`). A fork accuses more than f members.
//! - **No hidden Commit**: a correct replica's request for a view shows a certificate of its last Commit below that view, or a later one.
//! - **Verification** accepts every message of a correct replica at a replica of the same height.
//! - **Progress**, checked by the world at the end: after the faults every correct replica advances.
//!
//! Fragile: a check is worth something only if it can fail. `tests/weakened.rs` breaks the rules one by one and expects
//! these checks to find it.

use crate::keys::{self, Identity};
use sp_core::H256;
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
};
use tc_pbft_core::{Commit, Message, Payload, Record, Signed, ViewChange};
use tp_pbft::{BlockHash, Certificate, Committee, Domain, Evidence, Height, HiddenCommit, MessageKind, View};

/// A violated invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

impl fmt::Display for Violation {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		formatter.write_str(&self.0)
	}
}

impl std::error::Error for Violation {}

/// What a correct replica has signed at a height.
#[derive(Default)]
struct Promises {
	commits: Vec<Commit>,
	requests: Vec<ViewChange>,
}

/// What the correct replicas have done so far.
pub struct Checks {
	domain: Domain,
	/// Whether each identity is correct.
	correct: Vec<bool>,
	decided: BTreeMap<Height, BlockHash>,
	executed: BTreeSet<BlockHash>,
	signed: BTreeMap<(Identity, Height, View, MessageKind), H256>,
	requested: BTreeMap<(Identity, Height), View>,
	/// The Commits and the requests for views.
	promises: BTreeMap<(Identity, Height), Promises>,
	/// Whether forks are expected, because too many members are faulty.
	may_fork: bool,
	forked: BTreeSet<Height>,
	violation: Option<Violation>,
}

impl Checks {
	/// Returns checks of a run that has not started.
	pub fn new(domain: Domain, correct: Vec<bool>, may_fork: bool) -> Self {
		Self {
			domain,
			correct,
			decided: BTreeMap::new(),
			executed: BTreeSet::new(),
			signed: BTreeMap::new(),
			requested: BTreeMap::new(),
			promises: BTreeMap::new(),
			may_fork,
			forked: BTreeSet::new(),
			violation: None,
		}
	}

	/// Returns the first violation.
	pub fn violation(&self) -> Option<&Violation> {
		self.violation.as_ref()
	}

	/// Returns the decided heights.
	pub fn decided(&self) -> &BTreeMap<Height, BlockHash> {
		&self.decided
	}

	/// Returns the heights at which correct replicas committed different blocks, if that was expected.
	pub fn forked(&self) -> &BTreeSet<Height> {
		&self.forked
	}

	/// Records a violation, if it is the first.
	pub fn violated(&mut self, what: String) {
		self.violation.get_or_insert(Violation(what));
	}

	/// Called when a correct replica built a block or found it valid.
	pub fn on_executed(&mut self, hash: BlockHash) {
		self.executed.insert(hash);
	}

	/// Called when a correct replica commits. `committee` is `None` if the quorum was lowered, because certificates
	/// cannot verify then.
	pub fn on_commit(
		&mut self,
		identity: Identity,
		height: Height,
		hash: BlockHash,
		certificate: &Certificate,
		committee: Option<&Committee>,
	) {
		// The first commit fixes the height; every later one is compared with it, across crashes and replicas.
		let decided = *self.decided.entry(height).or_insert(hash);
		if decided != hash && self.may_fork {
			self.forked.insert(height);
		} else if decided != hash {
			self.violated(format!("agreement: {identity} commits {hash:?} at {height}, others {decided:?}"));
		}
		if !self.executed.contains(&hash) {
			self.violated(format!(
				"validity: {identity} commits {hash:?} at {height}, which no correct replica has executed"
			));
		}
		if let Some(committee) = committee {
			if let Err(error) = certificate.verify(&self.domain, committee, height, &hash, keys::check) {
				self.violated(format!("proof: {identity} commits {hash:?} at {height}, but {error}"));
			}
		}
	}

	/// Called when a correct replica sends a message, with its vote log at that time.
	pub fn on_sent(&mut self, identity: Identity, signed: &Signed<Message>, log: &[Record]) {
		let (height, view, kind) = (signed.height, signed.message.view(), signed.message.kind());
		self.on_signed(identity, signed);
		if let Message::PrePrepare(pre_prepare) = &signed.message {
			if let Some(new_view) = &pre_prepare.new_view {
				self.on_signed(identity, new_view);
			}
		}
		// By identity and not by node: the state survives restarts, and so must the rule.
		let requested = self.requested.entry((identity, height)).or_default();
		match kind {
			MessageKind::ViewChange => *requested = view.max(*requested),
			_ if view < *requested => {
				let requested = *requested;
				self.violated(format!(
					"rule 2: {identity} sends {kind:?} in view {view} of {height} after it requested view {requested}"
				));
			},
			_ => {},
		}
		self.on_promise(identity, signed);
		let recorded = |record: &Record| match (record, &signed.message) {
			(Record::Proposed { height, view, proposal, new_view }, Message::PrePrepare(sent)) => {
				(*height, *view, proposal) == (signed.height, sent.view, &sent.proposal)
					&& new_view.as_ref() == sent.new_view.as_deref()
			},
			(Record::Prepared { height, view, hash }, Message::Prepare(sent)) => {
				(*height, *view, *hash) == (signed.height, sent.view, sent.hash)
			},
			(Record::Committed { height, prepared, proposal }, Message::Commit(sent)) => {
				(*height, prepared.view, prepared.hash, proposal.hash)
					== (signed.height, sent.view, sent.hash, sent.hash)
			},
			(Record::ViewChanged(record), Message::ViewChange(sent)) => {
				record.height == signed.height && record.message == *sent
			},
			_ => false,
		};
		if !log.iter().rev().any(recorded) {
			self.violated(format!("rule 5: {identity} sends {kind:?} in view {view} of {height} without a record"));
		}
	}

	/// A correct replica that was accused by these two messages would lose a tenth of its deposit. Whether anybody receives
	/// both does not matter here.
	fn on_promise(&mut self, identity: Identity, signed: &Signed<Message>) {
		let promises = self.promises.entry((identity, signed.height)).or_default();
		match &signed.message {
			Message::Commit(commit) if !promises.commits.contains(commit) => promises.commits.push(commit.clone()),
			Message::ViewChange(request) if !promises.requests.contains(request) => {
				promises.requests.push(request.clone())
			},
			_ => return,
		};
		let hides = |commit: &&Commit| {
			let mut requests = promises.requests.iter();
			requests
				.any(|request| HiddenCommit::hides(commit.view, &commit.hash, request.view, request.prepared.as_ref()))
		};
		let hidden = promises.commits.iter().find(hides).map(|commit| commit.view);
		if let Some(view) = hidden {
			let height = signed.height;
			self.violated(format!("hidden commit: {identity} does not show its Commit of view {view} of {height}"));
		}
	}

	fn on_signed<M: Payload>(&mut self, identity: Identity, signed: &Signed<M>) {
		let (view, kind, payload) = (signed.message.view(), signed.message.kind(), signed.message.payload());
		let first = *self.signed.entry((identity, signed.height, view, kind)).or_insert(payload);
		if first != payload {
			let height = signed.height;
			self.violated(format!("rule 1: {identity} signs two {kind:?} in view {view} of {height}"));
		}
	}

	/// Called when a correct replica reports evidence.
	pub fn on_evidence(&mut self, accused: Identity, evidence: &Evidence, committee: &Committee) {
		if self.correct[usize::from(accused)] {
			self.violated(format!("evidence: it accuses {accused}, which is correct: {evidence:?}"));
		}
		if let Err(error) = evidence.verify(&self.domain, committee, keys::check) {
			self.violated(format!("evidence: the evidence against {accused} does not verify: {error}"));
		}
	}
}
