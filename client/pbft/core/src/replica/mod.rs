//! The replica: one height of PBFT at a time.
//!
//! ```text
//!            work, idle, pace          check ok             q Prepares          q Commits of any view
//! StartHeight ────────▶ PrePrepare ────────────▶ Prepare ──────────▶ Commit ─────────────▶ Output::Commit
//!    timer, bad proposal, f+1 ViewChanges │ at any point before
//!                                         ▼
//!                  ViewChange(v) ── q of them ──▶ primary(v): PrePrepare with NewView ──▶ as above
//! ```
//!
//! | file | rules of `consensus.md` |
//! |---|---|
//! | `proposing.rs` | when a primary proposes, what a replica accepts: safety 3, 4, 6 |
//! | `voting.rs` | Prepare, Commit, decision: safety 1, 2, 4 |
//! | `view_change.rs` | leaving and opening views: safety 2, 3; liveness 1 to 3 |
//! | `recovery.rs` | what the vote log binds us to: safety 5 |
//! | `resending.rs` | lost messages |
//! | `admission.rs` | what is worth its verification |
//!
//! Invariants, each kept at one place:
//! - a vote of ours leaves only through [`Replica::say`] or [`Replica::ask_for_view`], which put its record before it;
//! - a Prepare or Commit is only said for `state.view` in [`Phase::Voting`], and `state.view` only grows;
//! - `state.accepted` is set once a view;
//! - `Output::Commit` is given once a height, by [`Replica::finish`].

mod admission;
mod blocks;
mod proposing;
mod recovery;
mod resending;
mod state;
mod status;
mod view_change;
mod view_changes;
mod votes;
mod voting;

pub use blocks::MAX_BLOCKS;
pub use state::Phase;
pub use status::{MemberStatus, Status};
pub use view_change::MAX_TIMEOUT_DOUBLINGS;
pub use votes::{VIEWS_AHEAD, VIEWS_BEHIND};

use crate::{message::Payload, Input, Message, Output, Proposal, Record, Rules, Signed, Signer, Timer, Verified};
use state::HeightState;
use tp_pbft::{BlockHash, Committee, Domain, Evidence, Height, MemberIndex, MessageKind, Pace, Slot, View};
use votes::Noted;

/// The protocol's state machine. See the module.
pub struct Replica {
	domain: Domain,
	signer: Box<dyn Signer>,
	rules: Rules,
	/// What the vote log held at start, of heights that have not begun yet.
	log: Vec<Record>,
	state: HeightState,
	outputs: Vec<Output>,
}

impl Replica {
	/// A replica that does nothing until [`Input::StartHeight`].
	///
	/// `log`: what the vote log held at start, in order. The records of a height bind the replica when that height
	/// begins; those below are ignored. The log must keep the records of a height until its block is durable in the
	/// database: a block that was imported and lost again in a crash is decided anew, and only the log makes it the
	/// same one.
	pub fn new(domain: Domain, signer: Box<dyn Signer>, log: Vec<Record>) -> Self {
		Self::with_rules(domain, signer, log, Rules::SOUND)
	}

	/// As [`Self::new`], for the simulator, which alone has other rules.
	#[doc(hidden)]
	pub fn with_rules(domain: Domain, signer: Box<dyn Signer>, log: Vec<Record>, rules: Rules) -> Self {
		Self { domain, signer, rules, log, state: HeightState::none(), outputs: Vec::new() }
	}

	/// Takes what happened, returns what to do, in order. The records to persist come first, so that one sync serves
	/// the whole step.
	pub fn step(&mut self, input: Input) -> Vec<Output> {
		match input {
			Input::StartHeight { height, committee, me, pace, since_parent_ms } => {
				self.start_height(height, committee, me, pace, since_parent_ms)
			},
			_ if self.state.phase == Phase::Decided => {},
			Input::Message(verified) => self.on_message(verified),
			Input::Certificate(certificate, proposal) => {
				if certificate.height == self.state.height && certificate.epoch == self.state.committee.epoch {
					self.take_certificate(certificate, proposal);
				}
			},
			Input::WorkPending => {
				self.state.work_pending = true;
				self.on_pace();
			},
			Input::ProposalBuilt { height, view, proposal } => {
				if height == self.state.height {
					self.on_built(view, proposal);
				}
			},
			Input::ProposalChecked { hash, verdict } => self.on_checked(hash, verdict.is_ok()),
			Input::BlockFetched(proposal) => self.on_fetched(proposal),
			Input::Timer(timer) => self.on_timer(timer),
			Input::MemberConnected(member) => self.repeat_to(member),
		}
		self.rearm_resend();
		let mut outputs = std::mem::take(&mut self.outputs);
		// Stable: what is said stays in order. A record that is on disk earlier than need be binds us earlier, no more.
		outputs.sort_by_key(|output| !matches!(output, Output::Persist(_)));
		outputs
	}

	/// A block of this height that we have, for members that ask for it.
	pub fn block(&self, hash: &BlockHash) -> Option<&Proposal> {
		self.state.blocks.get(hash)
	}

	fn start_height(
		&mut self,
		height: Height,
		committee: Committee,
		me: Option<MemberIndex>,
		pace: Pace,
		since_parent_ms: u64,
	) {
		// Starting a height again would forget what we said at it.
		if height <= self.state.height {
			return;
		}
		let quorum = (self.rules.quorum)(&committee);
		// Nobody decides nothing.
		let phase = if committee.members.is_empty() { Phase::Decided } else { Phase::Voting };
		self.state = HeightState::new(height, committee, quorum, me, pace, phase);
		let Some(primary) = self.state.primary(0) else { return };
		self.outputs.push(Output::ViewStarted { view: 0, primary });
		if self.state.me.is_some() {
			self.set_timer(Timer::Idle, u64::from(pace.idle_interval_ms));
			self.set_timer(Timer::Pace, u64::from(pace.block_interval_ms).saturating_sub(since_parent_ms));
			if self.state.committee.size() > 1 {
				self.set_timer(Timer::Resend, u64::from(pace.base_timeout_ms));
			}
		}
		self.recover();
	}

	fn on_timer(&mut self, timer: Timer) {
		match timer {
			Timer::Idle => {
				self.state.idle_over = true;
				self.on_pace();
			},
			Timer::Pace => {
				self.state.pace_over = true;
				self.on_pace();
			},
			Timer::View(view) => self.on_view_timeout(view),
			Timer::Resend => self.repeat(),
		}
	}

	/// Verified messages of this height; all others are dropped. Our own come back only from whoever runs with our key.
	fn on_message(&mut self, verified: Verified<Message>) {
		let Signed { epoch, height, sender, message, signature } = verified.into_signed();
		if height != self.state.height || epoch != self.state.committee.epoch || Some(sender) == self.state.me {
			return;
		}
		let (kind, view, payload) = (message.kind(), message.view(), message.payload());
		match message {
			Message::PrePrepare(pre_prepare) => self.on_pre_prepare(sender, pre_prepare, signature),
			Message::Prepare(prepare) => {
				if self.note(sender, kind, view, payload, signature) == Noted::First {
					self.on_view_0_alive(view);
					self.try_commit();
					debug_assert_eq!(prepare.hash, payload);
				}
			},
			Message::Commit(commit) => {
				if self.note(sender, kind, view, payload, signature) == Noted::First {
					self.on_view_0_alive(view);
					self.try_decide(view, commit.hash);
				}
			},
			Message::ViewChange(message) => {
				self.on_view_change(Signed { epoch, height, sender, message, signature });
				self.follow_view_changes();
			},
			Message::NewView(new_view) => {
				if self.state.primary(view) == Some(sender) {
					self.note(sender, kind, view, payload, signature);
					new_view.view_changes.into_iter().for_each(|signed| self.on_view_change(signed));
					self.follow_view_changes();
				}
			},
		}
	}

	/// Notes what a member said, and reports it if it contradicts what it said before in the slot.
	fn note(
		&mut self,
		member: MemberIndex,
		kind: MessageKind,
		view: View,
		payload: BlockHash,
		signature: tp_pbft::PbftSignature,
	) -> Noted {
		let noted = self.state.votes.note(member, view, kind, payload, signature.clone());
		if let Noted::Contradiction(first) = &noted {
			if let Some(key) = self.state.committee.member(member).map(|member| member.key.clone()) {
				self.outputs.push(Output::Report(Evidence {
					slot: self.slot(kind, view),
					member,
					key,
					first: first.clone(),
					second: tp_pbft::SignedPayload { payload, signature },
				}));
			}
		}
		noted
	}

	fn slot(&self, kind: MessageKind, view: View) -> Slot {
		Slot { epoch: self.state.committee.epoch, height: self.state.height, view, kind }
	}

	/// Signs a message of ours for this height.
	fn sign<M: Payload>(&self, me: MemberIndex, message: M) -> Signed<M> {
		let slot = self.slot(message.kind(), message.view());
		let signature = self.signer.sign(&slot.signing_payload(&self.domain, &message.payload()));
		Signed { epoch: slot.epoch, height: slot.height, sender: me, message, signature }
	}

	/// Says something new, its record first (rule 5), and counts it like anybody's.
	fn say(&mut self, me: MemberIndex, message: Message, record: Record) -> Signed<Message> {
		let signed = self.sign(me, message);
		self.outputs.push(Output::Persist(record));
		self.outputs.push(Output::Broadcast(signed.clone()));
		self.state.said_new = true;
		self.count_own(&signed);
		signed
	}

	fn count_own<M: Payload>(&mut self, signed: &Signed<M>) {
		let (kind, view) = (signed.message.kind(), signed.message.view());
		self.note(signed.sender, kind, view, signed.message.payload(), signed.signature.clone());
	}

	fn set_timer(&mut self, timer: Timer, after_ms: u64) {
		self.outputs.push(Output::SetTimer { timer, after_ms });
	}
}

#[cfg(test)]
mod tests;
