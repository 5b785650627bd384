//! Relaying: a replica that makes no progress tells other members what it holds, and they pass on what it lacks.
//!
//! A quorum needs q of the n − f members that work, so all of them where f are silent. Then one broken link between two
//! correct members withholds a vote from each, and without relaying no view of the height ends. With relaying it is enough
//! that the links between correct members connect them all: what a member learned from one neighbour it passes on to
//! another.
//!
//! Safety does not depend on who brings a message. A replica passes on what it has verified and counted, unchanged, under
//! the signature of its sender. The receiver verifies it like any other and counts it in the slot of its sender, where a
//! second copy has no effect. Nothing is signed for another member.
//!
//! An answer has the votes under the asker's own key as well. They show to it that a second process votes with its key, to which it
//! may have no link. A correct member lacks none of its own votes: it names them when it asks, and its log was replayed.
//!
//! Bounds: a replica asks [`MEMBERS_ASKED`] members at a time, four times in a base timeout, and later once. It answers a
//! member at most as often, and once more if a process with its key listens. An answer has at most one proposal, and three votes of
//! each member; to a process that listens, two more under its key.

use super::{machine::Replica, state::Phase};
use crate::{
	inventory::Inventory,
	io::{Output, Timer},
	message::{Commit, Message, Prepare, Signed},
};
use tp_pbft::{MemberIndex, MessageKind, SignerBitmap, View};

/// Members that are asked at a time: each answers with the same votes, so more of them cost more than they bring. The next
/// time it is the turn of the next members, so f silent ones do not matter for long.
pub const MEMBERS_ASKED: usize = 3;
/// Pauses between two questions in a base timeout. A view with a relay takes up to four questions, and should end in time.
const ASKS_PER_TIMEOUT: u64 = 4;
/// Number of questions in quick succession. After that the pause is the base timeout.
const QUICK_ASKS: u32 = 8;

impl Replica {
	/// Asks some members for the messages that this replica lacks, if it votes, its view runs, and nothing new was sent since
	/// the last time. Restarts the timer.
	pub(super) fn on_ask_timer(&mut self) {
		let state = &mut self.state;
		state.answered.clear();
		let runs = state.phase == Phase::Changing || state.timed_view == Some(state.view);
		// A replica that has just sent a message waits for the answers of the others to it.
		let due = !std::mem::take(&mut state.progressed) && runs && state.decided.is_none();
		state.asks = if due { state.asks.saturating_add(1) } else { 0 };
		let base = u64::from(state.pace.base_timeout_ms);
		let pause = if state.asks <= QUICK_ASKS { base / ASKS_PER_TIMEOUT } else { base };
		if let Some(me) = state.me.filter(|_| due && self.rules.relays) {
			let members = self.next_to_ask(me);
			let inventory = self.inventory();
			self.outputs.push(Output::Ask(members, inventory));
		}
		self.set_timer(Timer::Ask, pause.max(1));
	}

	/// Returns the members whose turn it is, and moves on. Each replica begins with those after itself, so that not all ask
	/// the same ones.
	fn next_to_ask(&mut self, me: MemberIndex) -> Vec<MemberIndex> {
		let size = self.state.committee.size();
		let others = size.saturating_sub(1);
		let count = MEMBERS_ASKED.min(others);
		let first = self.state.asked;
		self.state.asked = (first + count) % others.max(1);
		let member = |turn: usize| (usize::from(me) + 1 + (first + turn) % others) % size;
		(0..count).filter_map(|turn| MemberIndex::try_from(member(turn)).ok()).collect()
	}

	/// Returns what this replica holds.
	fn inventory(&self) -> Inventory {
		let state = &self.state;
		let size = MemberIndex::try_from(state.committee.size()).unwrap_or(MemberIndex::MAX);
		let senders = |kind| {
			let mut senders = SignerBitmap::new(usize::from(size));
			(0..size)
				.filter(|member| state.votes.has(state.view, kind, *member))
				.for_each(|member| senders.insert(member));
			senders
		};
		Inventory {
			epoch: state.committee.epoch,
			height: state.height,
			view: state.view,
			proposal: state.accepted.is_some(),
			prepares: senders(MessageKind::Prepare),
			commits: senders(MessageKind::Commit),
			requested: (0..size).map(|member| state.view_changes.requested(member).unwrap_or_default()).collect(),
		}
	}

	/// Answers a member that asks.
	pub(super) fn on_asked(&mut self, member: MemberIndex, inventory: &Inventory) {
		let state = &self.state;
		let same = inventory.height == state.height && inventory.epoch == state.committee.epoch;
		let is_other = state.committee.member(member).is_some() && state.me != Some(member);
		// A process that asks often must not take the answers of another process with its key, which listens.
		let asker = (member, inventory.is_of_listener());
		if !same || !is_other || !self.rules.relays || state.answered.contains(&asker) {
			return;
		}
		let messages = self.lacked_by(member, inventory);
		if !messages.is_empty() {
			self.state.answered.insert(asker);
			self.outputs.push(Output::PassOn(member, messages));
		}
	}

	/// Returns the messages that a member lacks, in an order in which it can use them: what leads into a view, then the
	/// votes of that view.
	fn lacked_by(&self, member: MemberIndex, inventory: &Inventory) -> Vec<Signed<Message>> {
		let state = &self.state;
		// A proposal above the member's view brings the view changes that open its view.
		let proposal = self
			.held_pre_prepare()
			.filter(|_| state.view > inventory.view || state.view == inventory.view && !inventory.proposal);
		let view = if proposal.is_some() { state.view } else { inventory.view };
		// Requests for a view that has begun are of no more use to a member in it.
		let has_begun = proposal.is_some() || inventory.proposal;
		let is_lacked = |requested: View, sender| {
			(requested > view || requested == view && !has_begun) && requested > inventory.requested(sender)
		};
		let view_changes = state.view_changes.latest().filter(|signed| is_lacked(signed.message.view, signed.sender));
		let view_changes = view_changes.map(|signed| signed.clone().map(Message::ViewChange));
		// What the member holds of another view than that of the proposal is not known.
		let holds = |held: &SignerBitmap, sender| view == inventory.view && held.contains(sender);
		let prepares = self.held_votes(view, MessageKind::Prepare);
		let prepares = prepares.filter(|signed| !holds(&inventory.prepares, signed.sender));
		let commits = self.held_votes(view, MessageKind::Commit);
		let commits = commits.filter(|signed| !holds(&inventory.commits, signed.sender));
		let messages = view_changes.chain(proposal).chain(prepares).chain(commits);
		// A process that listens does not know the view.
		let own =
			(inventory.is_of_listener() && view != state.view).then_some([MessageKind::Prepare, MessageKind::Commit]);
		let own = own.into_iter().flatten().flat_map(|kind| self.held_votes(state.view, kind));
		messages.chain(own.filter(|signed| signed.sender == member)).collect()
	}

	/// Returns the votes of a kind that this replica counted in a view.
	fn held_votes(&self, view: View, kind: MessageKind) -> impl Iterator<Item = Signed<Message>> + '_ {
		let state = &self.state;
		state.votes.votes(view, kind).map(move |(sender, vote)| {
			let hash = vote.payload;
			let message = match kind {
				MessageKind::Prepare => Message::Prepare(Prepare { view, hash }),
				_ => Message::Commit(Commit { view, hash }),
			};
			let (epoch, height) = (state.committee.epoch, state.height);
			Signed { epoch, height, sender, message, signature: vote.signature.clone() }
		})
	}

	/// Returns the proposal of the current view as its primary signed it.
	fn held_pre_prepare(&self) -> Option<Signed<Message>> {
		self.own_pre_prepare().or_else(|| self.state.pre_prepare.clone())
	}
}
