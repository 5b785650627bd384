//! What a new process waits for before it votes, because another process may run with its key.
//!
//! An operator who moves a validator, or starts a copy of its disk, has two processes for a while. If the new one votes, each
//! of the two may see the other first, and the process that worked may stop. So the new one listens:
//!
//! ```text
//! the newest block is of a height at which the log has a vote, or of the one before:
//!     links to q − 1 others, and none of them is ahead ─▶ it votes         a network that starts, a short restart
//! else the others decided without this process:
//!     q others work at a height h ─▶ it votes from h + 2 on                the first process votes at h and h + 1, and is seen
//!     LISTEN_MS are over          ─▶ it votes                              the others may need it
//! in both cases, with a link to a second process with the key, or less than LINKED_MS after its loss:
//!     key_quiet_ms are over       ─▶ it votes                              the second process does not
//! ```
//!
//! This is no safety rule. It decides which of two processes stops; that a process which sees the other one does not vote is
//! the rule of [`crate::Abstention`] and of the replica.

use crate::{abstention::key_quiet_ms, working::Working};
use tp_pbft::{Committee, Height, MemberIndex};

/// How many milliseconds a new process listens at most, from its start, or from the moment that it stops to be far behind.
/// A busy network makes four blocks in that time. An idle one may make none: then the link to another process, whose handshake
/// proves the key, is what tells. The others may need this process meanwhile, so it is no longer.
pub const LISTEN_MS: u64 = 2_000;
/// How many milliseconds a process whose log is as new as the chain waits for members to say that they are ahead. An answer takes
/// one round trip, which is far below the base timeout. A lost link to a second process with the key counts for as long.
pub const LINKED_MS: u64 = 500;

/// A link to another process with this key.
struct Second {
	since_ms: u64,
	/// How many of the processes with this key come before this one.
	rank: usize,
	/// Since when the link is lost.
	lost_ms: Option<u64>,
}

impl Second {
	/// Returns until when this process waits for the votes of the other one.
	fn until_ms(&self) -> u64 {
		let lost_until_ms = self.lost_ms.map_or(u64::MAX, |lost_ms| lost_ms.saturating_add(LINKED_MS));
		self.since_ms.saturating_add(key_quiet_ms(self.rank)).min(lost_until_ms)
	}

	/// Whether the link was lost for so long that a new one is another link.
	fn is_gone(&self, now_ms: u64) -> bool {
		self.lost_ms.is_some_and(|lost_ms| now_ms >= lost_ms.saturating_add(LINKED_MS))
	}
}

/// The first seconds of a process. Times are in milliseconds of any clock that never goes back.
pub struct Listening {
	/// The newest height at which this key voted, as far as the vote log tells; 0 for none.
	voted: Height,
	/// When it ends, if nothing ends it before.
	until_ms: u64,
	/// Whether there is no other member: then there is no network to listen to.
	alone: bool,
	/// Since when there are links to q − 1 others, and none to another process with this key.
	linked_since_ms: Option<u64>,
	/// The last link to another process with this key.
	second: Option<Second>,
	working: Working,
	/// The newest height of which a certificate came while it ran; 0 for none.
	decided: Height,
	/// The newest height of which another member passed on a vote under this key that the log lacks; 0 for none.
	used: Height,
	/// The first height at which q others worked.
	live: Option<Height>,
	/// Whether it was silent at a height because of this.
	silent: bool,
}

impl Listening {
	/// Begins with a process. `voted`: the newest height at which the vote log has a vote.
	pub fn new(voted: Height, now_ms: u64) -> Self {
		let until_ms = now_ms.saturating_add(LISTEN_MS);
		Self {
			voted,
			until_ms,
			alone: false,
			linked_since_ms: None,
			second: None,
			working: Working::default(),
			decided: 0,
			used: 0,
			live: None,
			silent: false,
		}
	}

	/// Notes that block sync is far behind: what is heard meanwhile is old.
	pub fn note_behind(&mut self, now_ms: u64) {
		self.until_ms = self.until_ms.max(now_ms.saturating_add(LISTEN_MS));
		self.working.clear();
		self.live = None;
	}

	/// Notes to how many other members of the committee there are links, and whether there is one to a second process with
	/// this key: `second` is then how many of the processes with this key come before this one, so that two which begin
	/// together do not vote in the same moment. The second process may have been silent so far, because the network is idle, or
	/// because q others decided some heights faster than it votes. So that it is there is enough to wait for its votes.
	pub fn note_links(&mut self, others: usize, second: Option<usize>, committee: &Committee, now_ms: u64) {
		self.alone = committee.size() < 2;
		let linked = others.saturating_add(1) >= committee.quorum();
		self.linked_since_ms = (linked && second.is_none()).then(|| self.linked_since_ms.unwrap_or(now_ms));
		match (second, &mut self.second) {
			(Some(rank), Some(known)) if !known.is_gone(now_ms) => (known.rank, known.lost_ms) = (rank, None),
			(Some(rank), _) => self.second = Some(Second { since_ms: now_ms, rank, lost_ms: None }),
			(None, Some(known)) => known.lost_ms = known.lost_ms.or(Some(now_ms)),
			(None, None) => {},
		}
	}

	/// Notes a verified message of another member for the height that runs.
	pub fn note_member(&mut self, height: Height, member: MemberIndex, quorum: usize) {
		if self.live.is_none() && self.working.note(height, member, quorum) {
			self.live = Some(height);
		}
	}

	/// Notes a valid certificate of the height that runs: the others decided it without this process, whose block may come
	/// later.
	pub fn note_certificate(&mut self, height: Height) {
		self.decided = self.decided.max(height);
	}

	/// Notes a message under this key for the height that runs, which another member passed on. A vote that the log lacks can come
	/// from a second process, to which there is no link. It can also come from an earlier run whose log was lost, so it only makes
	/// this process listen longer.
	pub fn note_own_key(&mut self, height: Height) {
		if self.is_foreign(height) {
			self.used = self.used.max(height);
		}
	}

	/// Notes a vote of this process.
	pub fn note_vote(&mut self, height: Height) {
		self.voted = self.voted.max(height);
	}

	/// Notes that this process is silent because blocks were decided without it. Returns whether that is so for the first time.
	pub fn note_silent(&mut self) -> bool {
		!std::mem::replace(&mut self.silent, true)
	}

	/// Whether this process was silent because blocks were decided without it.
	pub fn was_silent(&self) -> bool {
		self.silent
	}

	/// Whether no block is known that was decided without this process, when a height begins.
	pub fn is_current(&self, height: Height) -> bool {
		height <= self.voted.saturating_add(1) && height > self.decided
	}

	/// Whether a vote under this node's key for the height cannot come from an earlier run: the log has none.
	pub fn is_foreign(&self, height: Height) -> bool {
		height > self.voted
	}

	/// Whether the height was decided while this process heard q others work at it, or at an earlier one. Certificates of other
	/// heights may be old, and then the signature of this key in them is its own.
	pub fn is_live(&self, height: Height) -> bool {
		self.is_foreign(height) && self.live.is_some_and(|live| height >= live)
	}

	/// Returns when time alone lets this process vote at a height.
	pub fn due_ms(&self, height: Height) -> u64 {
		if self.alone {
			return 0;
		}
		// Fragile: without a value while there is a link to a second process.
		let linked = self.linked_since_ms.filter(|_| self.is_current(height) && height > self.used);
		let due_ms = linked.map_or(self.until_ms, |since| self.until_ms.min(since.saturating_add(LINKED_MS)));
		due_ms.max(self.second.as_ref().map_or(0, Second::until_ms))
	}

	/// Whether this process may vote at a height.
	pub fn may_vote(&self, height: Height, now_ms: u64) -> bool {
		self.is_over(height, now_ms) || now_ms >= self.due_ms(height)
	}

	/// Whether this process has listened long enough, for this height and all later ones.
	pub fn is_over(&self, height: Height, now_ms: u64) -> bool {
		if self.second.as_ref().is_some_and(|second| now_ms < second.until_ms()) {
			return false;
		}
		now_ms >= self.until_ms || self.live.is_some_and(|live| height >= live.saturating_add(2))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::abstention::KEY_QUIET_MS;
	use sp_core::{ed25519, sr25519};
	use tp_pbft::Member;

	const QUORUM: usize = 3;

	fn committee(size: u8) -> Committee {
		let key = |member: u8| ed25519::Public::from_raw([member; 32]).into();
		let vrf = || sr25519::Public::from_raw([9; 32]).into();
		let members = (0..size).map(|member| Member { key: key(member), vrf: vrf(), weight: 1 }).collect();
		Committee { epoch: 0, members, seed: [0; 32] }
	}

	/// Returns the first millisecond at which a process may vote at a height by time alone.
	fn votes_at(listening: &Listening, height: Height) -> u64 {
		(0..=2 * LISTEN_MS).find(|now| listening.may_vote(height, *now)).expect("it votes in the end")
	}

	#[test]
	fn a_committee_of_one_does_not_wait() {
		for voted in [0, 7] {
			let mut listening = Listening::new(voted, 0);
			listening.note_links(0, None, &committee(1), 0);
			assert_eq!([1, 8, 20].map(|height| votes_at(&listening, height)), [0; 3]);
			listening.note_links(0, None, &committee(4), 0);
			assert!(!listening.may_vote(1, 0), "the next committee has more members");
		}
	}

	#[test]
	fn a_network_that_starts_votes_a_moment_after_its_links_are_open() {
		let mut listening = Listening::new(0, 0);
		listening.note_links(1, None, &committee(4), 20);
		assert_eq!(votes_at(&listening, 1), LISTEN_MS, "without a quorum of links");
		listening.note_links(2, None, &committee(4), 40);
		listening.note_links(3, None, &committee(4), 60);
		assert_eq!((votes_at(&listening, 1), listening.due_ms(1)), (40 + LINKED_MS, 40 + LINKED_MS));
		listening.note_links(1, None, &committee(4), 80);
		assert_eq!(votes_at(&listening, 1), LISTEN_MS, "a link is lost");
	}

	#[test]
	fn a_process_that_restarts_before_the_next_block_votes_like_one_of_a_network_that_starts() {
		let mut listening = Listening::new(7, 0);
		listening.note_links(3, None, &committee(4), 0);
		assert_eq!([6, 7, 8].map(|height| votes_at(&listening, height)), [LINKED_MS; 3]);
		assert!(!listening.is_over(8, LINKED_MS), "the first block may show that it is behind");
		assert_eq!(votes_at(&listening, 9), LISTEN_MS);
		listening.note_vote(8);
		assert_eq!(votes_at(&listening, 9), LINKED_MS, "it has voted at height 8");
	}

	#[test]
	fn a_certificate_of_the_height_that_runs_shows_that_the_others_are_ahead() {
		let mut listening = Listening::new(7, 0);
		listening.note_links(3, None, &committee(4), 0);
		listening.note_certificate(8);
		assert_eq!(votes_at(&listening, 8), LISTEN_MS);
	}

	#[test]
	fn a_second_process_that_is_silent_so_far_keeps_a_new_one_silent() {
		let mut listening = Listening::new(0, 0);
		listening.note_links(3, None, &committee(4), 0);
		listening.note_links(3, Some(0), &committee(4), 20);
		listening.note_links(3, Some(0), &committee(4), 30);
		assert!(!listening.may_vote(1, 19 + KEY_QUIET_MS) && listening.may_vote(1, 20 + KEY_QUIET_MS));
		listening.note_links(3, None, &committee(4), 40);
		assert_eq!(votes_at(&listening, 1), 40 + LINKED_MS, "it is gone");
	}

	/// Of seven members q = 5 can decide some heights in a row before a slow one votes.
	#[test]
	fn a_second_process_that_votes_slowly_keeps_a_new_one_silent_for_more_than_two_heights() {
		let mut listening = Listening::new(0, 0);
		(0..3).for_each(|member| listening.note_member(20, member, QUORUM));
		listening.note_links(3, Some(0), &committee(4), 0);
		assert!(!listening.may_vote(22, LISTEN_MS) && !listening.is_over(22, LISTEN_MS));
		listening.note_links(3, None, &committee(4), 0);
		assert!(!listening.is_over(22, LINKED_MS - 1) && listening.is_over(22, LINKED_MS), "it is gone");
	}

	#[test]
	fn a_link_to_a_second_process_that_is_lost_for_a_moment_still_counts() {
		let mut listening = Listening::new(0, 0);
		(0..3).for_each(|member| listening.note_member(20, member, QUORUM));
		let lost_ms = LISTEN_MS;
		listening.note_links(3, Some(0), &committee(4), 0);
		listening.note_links(3, None, &committee(4), lost_ms);
		assert!(!listening.may_vote(22, lost_ms) && !listening.is_over(22, lost_ms), "it just had a link");
		listening.note_links(3, Some(0), &committee(4), lost_ms + LINKED_MS - 1);
		assert!(!listening.may_vote(22, KEY_QUIET_MS - 1) && listening.may_vote(22, KEY_QUIET_MS), "the same link");
		listening.note_links(3, None, &committee(4), lost_ms + LINKED_MS);
		listening.note_links(3, Some(0), &committee(4), lost_ms + 2 * LINKED_MS);
		assert!(!listening.may_vote(22, KEY_QUIET_MS + lost_ms), "a new link");
	}

	#[test]
	fn of_two_processes_that_begin_together_one_votes_before_the_other() {
		let votes_at = |rank| {
			let mut listening = Listening::new(0, 0);
			listening.note_links(3, Some(rank), &committee(4), 20);
			listening.due_ms(1)
		};
		assert_eq!([0, 1, 2].map(votes_at), [1, 2, 3].map(|times| 20 + times * KEY_QUIET_MS));
	}

	#[test]
	fn a_vote_under_the_key_that_is_passed_on_keeps_a_new_process_silent_at_its_height() {
		let mut listening = Listening::new(7, 0);
		listening.note_links(3, None, &committee(4), 0);
		listening.note_own_key(7);
		assert_eq!([7, 8].map(|height| votes_at(&listening, height)), [LINKED_MS; 2], "the log has that vote");
		listening.note_own_key(8);
		assert_eq!(votes_at(&listening, 8), LISTEN_MS);
	}

	#[test]
	fn a_process_without_which_blocks_were_decided_listens_for_two_heights() {
		let mut listening = Listening::new(7, 0);
		listening.note_links(3, None, &committee(4), 0);
		for member in [0, 1] {
			listening.note_member(20, member, QUORUM);
		}
		listening.note_member(21, 2, QUORUM);
		assert!(!listening.may_vote(30, LINKED_MS), "three members at two heights");
		for member in [0, 1] {
			listening.note_member(21, member, QUORUM);
		}
		assert_eq!([21, 22, 23].map(|height| listening.may_vote(height, LINKED_MS)), [false, false, true]);
		assert!(listening.is_over(23, 0));
		assert_eq!([20, 21, 22].map(|height| listening.is_live(height)), [false, true, true]);
		assert!(!listening.is_foreign(7) && listening.is_foreign(8));
	}

	#[test]
	fn the_time_begins_anew_when_the_process_was_far_behind() {
		let mut listening = Listening::new(0, 0);
		(0..3).for_each(|member| listening.note_member(20, member, QUORUM));
		listening.note_behind(LISTEN_MS - 1);
		assert!(!listening.may_vote(22, LISTEN_MS), "what it heard is old");
		assert_eq!(votes_at(&listening, 22), 2 * LISTEN_MS - 1);
	}
}
