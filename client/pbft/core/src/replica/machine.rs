//! The state machine: a step from input to outputs, and the one place where this replica's votes are published.

use super::{
	state::{HeightState, Phase},
	votes::Noted,
};
use crate::{
	io::{Input, Output, Record, Timer},
	message::{Message, Payload, Proposal, Signed},
	rules::Rules,
	signer::Signer,
	verify::Verified,
};
use tp_pbft::{
	BlockHash, Committee, Domain, Equivocation, Height, MemberIndex, MessageKind, Pace, SignedPayload, Slot, View,
};

/// The protocol's state machine. The module documentation shows its flow.
pub struct Replica {
	pub(super) domain: Domain,
	pub(super) signer: Box<dyn Signer>,
	pub(super) rules: Rules,
	/// Records of the vote log at start, for heights that have not begun.
	pub(super) log: Vec<Record>,
	pub(super) state: HeightState,
	pub(super) outputs: Vec<Output>,
}

impl Replica {
	/// Returns a replica that does nothing until [`Input::StartHeight`].
	///
	/// `log` holds the records of the vote log at start, in order. The records of a height bind the replica when that
	/// height begins; records of lower heights are ignored. The driver must keep the records of a height until its
	/// block is durable in the database: a block that was imported and lost in a crash is decided again, and only the
	/// records make it the same block.
	pub fn new(domain: Domain, signer: Box<dyn Signer>, log: Vec<Record>) -> Self {
		Self::with_rules(domain, signer, log, Rules::SOUND)
	}

	/// Returns a replica with other rules. For the simulator only.
	#[doc(hidden)]
	pub fn with_rules(domain: Domain, signer: Box<dyn Signer>, log: Vec<Record>, rules: Rules) -> Self {
		Self { domain, signer, rules, log, state: HeightState::none(), outputs: Vec::new() }
	}

	/// Handles an input and returns the actions for the driver, in order. Records come first, so that one sync serves
	/// the whole step.
	pub fn step(&mut self, input: Input) -> Vec<Output> {
		match input {
			Input::StartHeight { height, committee, me, pace, since_parent_ms } => {
				self.start_height(height, committee, me, pace, since_parent_ms)
			},
			// After the decision only the next height counts. So a late message or certificate cannot give a second
			// Commit.
			_ if self.state.phase == Phase::Decided => {},
			Input::Message(verified) => self.on_message(verified),
			Input::Certificate(certificate, proposal) => {
				// The driver verified it for the height that ran at that time; the height may have ended since.
				if certificate.height == self.state.height && certificate.epoch == self.state.committee.epoch {
					self.on_certificate(certificate, proposal);
				}
			},
			Input::WorkPending => {
				self.state.work_pending = true;
				self.on_pace();
			},
			Input::ProposalBuilt { height, view, proposal } => {
				// The result of a build may arrive after its height has ended.
				if height == self.state.height {
					self.on_built(view, proposal);
				}
			},
			Input::BuildFailed { height, view } => {
				if height == self.state.height {
					self.on_build_failed(view);
				}
			},
			Input::ProposalChecked { hash, verdict } => self.on_checked(hash, verdict),
			Input::BlockFetched(proposal) => self.on_fetched(proposal),
			Input::Timer(timer) => self.on_timer(timer),
			Input::MemberConnected(member) => self.resend_to(member),
			Input::Asked(member, inventory) => self.on_asked(member, &inventory),
		}
		self.rearm_resend();
		let mut outputs = std::mem::take(&mut self.outputs);
		// The sort is stable, so messages keep their order. A record that is on disk earlier than necessary does no
		// harm: it only binds this replica earlier. Fragile: the driver syncs between the last record and the first
		// other output; the order here is what makes that enough.
		outputs.sort_by_key(|output| !matches!(output, Output::Persist(_)));
		outputs
	}

	/// Returns a block of this height, for members that ask for it.
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
		// A second start of the same height would forget the votes that this replica has sent at it.
		if height <= self.state.height {
			return;
		}
		// Fixed for the height. Every count is compared with this one number.
		let quorum = (self.rules.quorum)(&committee);
		// An empty committee cannot decide, so nothing is to be done at the height.
		let phase = if committee.members.is_empty() { Phase::Decided } else { Phase::Voting };
		self.state = HeightState::new(height, committee, quorum, me, pace, phase);
		let Some(primary) = self.state.primary(0) else { return };
		self.outputs.push(Output::ViewStarted { view: 0, primary });
		if self.state.me.is_some() {
			self.set_timer(Timer::Idle, u64::from(pace.idle_interval_ms));
			self.set_timer(Timer::Pace, u64::from(pace.block_interval_ms).saturating_sub(since_parent_ms));
			// A committee of one has no other member to send to.
			if self.state.committee.size() > 1 {
				self.set_timer(Timer::Resend, u64::from(pace.base_timeout_ms));
			}
		}
		// Without a place of its own it asks nothing, but it answers: a member that lost its log may be the only way between
		// two others.
		if self.state.committee.size() > 1 {
			self.on_ask_timer();
		}
		// Last, because it sends messages and may decide: view, timers and phase must be set before.
		self.recover();
	}

	fn on_timer(&mut self, timer: Timer) {
		match timer {
			Timer::Idle => {
				self.state.idle_elapsed = true;
				self.on_pace();
			},
			Timer::Pace => {
				self.state.pace_elapsed = true;
				self.on_pace();
			},
			Timer::View(view) => self.on_view_timeout(view),
			Timer::Resend => self.resend(),
			Timer::Ask => self.on_ask_timer(),
			Timer::Retry => self.on_retry(),
		}
	}

	/// Handles a verified message of this height and drops all others.
	fn on_message(&mut self, verified: Verified<Message>) {
		let Signed { epoch, height, sender, message, signature } = verified.into_signed();
		if height != self.state.height || epoch != self.state.committee.epoch {
			return;
		}
		let (kind, view, payload) = (message.kind(), message.view(), message.payload());
		if Some(sender) == self.state.me {
			self.on_own_message(self.slot(kind, view), payload);
			// From a second process it counts like the message of any member.
			if self.state.me.is_some() {
				return;
			}
		}
		match message {
			Message::PrePrepare(pre_prepare) => self.on_pre_prepare(sender, pre_prepare, signature),
			Message::Prepare(prepare) => {
				if self.note(sender, kind, view, payload, signature) == Noted::First {
					self.on_view_0_activity(view);
					self.check_proved_block();
					self.try_commit();
					debug_assert_eq!(prepare.hash, payload);
				}
			},
			Message::Commit(commit) => {
				let vote = SignedPayload { payload, signature: signature.clone() };
				if self.note(sender, kind, view, payload, signature) == Noted::First {
					self.find_hidden_commit(sender, view, &vote);
					self.on_view_0_activity(view);
					self.try_decide(view, commit.hash);
				}
			},
			Message::ViewChange(message) => {
				self.on_view_change(Signed { epoch, height, sender, message, signature });
				self.follow_view_changes();
			},
			Message::NewView(new_view) => {
				// A new view without its proposal opens nothing: its view changes count, and the view begins with the
				// proposal that carries it.
				if self.state.primary(view) == Some(sender) {
					self.note(sender, kind, view, payload, signature);
					new_view.view_changes.into_iter().for_each(|signed| self.on_view_change(signed));
					self.follow_view_changes();
				}
			},
		}
	}

	/// Handles a message under this replica's own key. The replica may have sent it, also before a crash: all its
	/// messages are in the vote log, and were counted. Any other message comes from a second process with the key. A vote beside that
	/// process could contradict its votes, so this replica casts none for the rest of the height.
	pub(super) fn on_own_message(&mut self, slot: Slot, payload: BlockHash) {
		let state = &mut self.state;
		let is_new = |me| state.votes.is_new(me, slot.view, slot.kind, &payload);
		if !self.rules.guards_key || !state.me.is_some_and(is_new) {
			return;
		}
		// From here on the replica only takes what the others decide, as one outside the committee does.
		state.key_used = state.me.take();
		self.outputs.push(Output::OwnKeyUsed(slot));
	}

	/// Counts a member's message in its slot. Reports the member if the message conflicts with an earlier one.
	pub(super) fn note(
		&mut self,
		member: MemberIndex,
		kind: MessageKind,
		view: View,
		payload: BlockHash,
		signature: tp_pbft::PbftSignature,
	) -> Noted {
		// The book keeps the first message even if the second one looks better. If both counted, one faulty member
		// could complete two quorums.
		let noted = self.state.votes.note(member, view, kind, payload, signature.clone());
		// A contradiction between two processes with this replica's key is for the others to report.
		if let Noted::Contradiction(first) = &noted {
			if self.state.key_used == Some(member) {
				return noted;
			}
			if let Some(key) = self.state.committee.member(member).map(|member| member.key.clone()) {
				let found = Equivocation {
					slot: self.slot(kind, view),
					member,
					key,
					first: first.clone(),
					second: SignedPayload { payload, signature },
				};
				self.outputs.push(Output::Report(found.into()));
			}
		}
		noted
	}

	pub(super) fn slot(&self, kind: MessageKind, view: View) -> Slot {
		Slot { epoch: self.state.committee.epoch, height: self.state.height, view, kind }
	}

	/// Signs a message of this replica for the current height.
	pub(super) fn sign<M: Payload>(&self, me: MemberIndex, message: M) -> Signed<M> {
		let slot = self.slot(message.kind(), message.view());
		let signature = self.signer.sign(&slot.signing_payload(&self.domain, &message.payload()));
		Signed { epoch: slot.epoch, height: slot.height, sender: me, message, signature }
	}

	/// Publishes a new message of this replica: signs it, puts its record before it (rule 5), and counts it like the
	/// message of any member.
	pub(super) fn publish(&mut self, me: MemberIndex, message: Message, record: Record) -> Signed<Message> {
		let signed = self.sign(me, message);
		// Invariant (rule 5): the record goes before the message. The own vote is counted at once, although it is not
		// on disk yet: no output of this step leaves before the sync.
		self.outputs.push(Output::Persist(record));
		self.outputs.push(Output::Broadcast(signed.clone()));
		self.state.published = true;
		self.count_own(&signed);
		signed
	}

	pub(super) fn count_own<M: Payload>(&mut self, signed: &Signed<M>) {
		let (kind, view) = (signed.message.kind(), signed.message.view());
		self.note(signed.sender, kind, view, signed.message.payload(), signed.signature.clone());
	}

	pub(super) fn set_timer(&mut self, timer: Timer, after_ms: u64) {
		self.outputs.push(Output::SetTimer { timer, after_ms });
	}
}
