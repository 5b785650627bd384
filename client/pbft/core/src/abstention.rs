//! When this node does not vote, because it could contradict votes that it does not know.
//!
//! That is so without the log of its votes, and beside a second process with its keys. It goes on to follow the others, and
//! votes again as soon as it cannot contradict itself: above 1 + a height at which q other members work.
//!
//! Why that is enough: had this key voted above h + 1, then q members had voted Commit at h + 1 before this process began.
//! Any q members include a correct one of those, and it sends nothing more at h. So q members that do so prove that the key
//! has not voted above h + 1.

use crate::working::Working;
use tp_pbft::{Height, MemberIndex};

/// How many milliseconds no vote under this node's key may have come from elsewhere before this node votes again. A process that runs
/// votes in each height, so it shows much sooner.
pub const KEY_QUIET_MS: u64 = 60_000;

/// Returns how many milliseconds a process waits for votes of others with its key. `rank`: how many of these have a smaller identity
/// in the network. Without it, two processes that wait for each other would vote in the same moment.
pub fn key_quiet_ms(rank: usize) -> u64 {
	KEY_QUIET_MS.saturating_mul(u64::try_from(rank).unwrap_or(u64::MAX).saturating_add(1))
}

/// A time without votes. Times are in milliseconds of any clock that never goes back.
pub struct Abstention {
	/// Set while another process uses the key: until when it counts as running.
	key_used_until: Option<u64>,
	/// How long after a vote the other process counts as running.
	quiet_ms: u64,
	/// The other members whose messages for the height came since it began.
	working: Working,
	/// The height from which this node may vote, once it is known.
	from: Option<Height>,
}

impl Abstention {
	/// Begins when votes were lost before this start.
	pub fn without_log() -> Self {
		Self { key_used_until: None, quiet_ms: KEY_QUIET_MS, working: Working::default(), from: None }
	}

	/// Begins when another process used the key. `rank`: see [`key_quiet_ms`].
	pub fn of_used_key(now_ms: u64, rank: usize) -> Self {
		let quiet_ms = key_quiet_ms(rank);
		Self { key_used_until: Some(now_ms.saturating_add(quiet_ms)), quiet_ms, ..Self::without_log() }
	}

	/// Notes a vote under this node's key from elsewhere.
	pub fn note_key_used(&mut self, now_ms: u64) {
		self.key_used_until = Some(now_ms.saturating_add(self.quiet_ms));
		self.working.clear();
		self.from = None;
	}

	/// Whether another process was seen to use the key.
	pub fn is_of_used_key(&self) -> bool {
		self.key_used_until.is_some()
	}

	/// Notes a verified message of another member for the height that runs. Returns the height from which this node may vote,
	/// once it is known. The abstention lasts until that height begins, so that a vote under the key is noticed until then.
	pub fn note_member(&mut self, height: Height, member: MemberIndex, quorum: usize, now_ms: u64) -> Option<Height> {
		if self.key_used_until.is_some_and(|until| now_ms < until) {
			return None;
		}
		if self.from.is_none() && self.working.note(height, member, quorum) {
			self.from = Some(height.saturating_add(2));
		}
		self.from
	}

	/// Whether this node may vote at a height.
	pub fn is_over(&self, height: Height) -> bool {
		self.from.is_some_and(|from| height >= from)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const QUORUM: usize = 3;

	#[test]
	fn a_node_without_its_log_waits_for_a_quorum_at_one_height() {
		let mut abstention = Abstention::without_log();
		let mut note = |height, member| abstention.note_member(height, member, QUORUM, 0);
		assert_eq!(note(7, 0), None);
		assert_eq!(note(7, 0), None);
		assert_eq!(note(7, 1), None);
		assert_eq!(note(8, 2), None, "members at different heights prove nothing");
		assert_eq!(note(8, 0), None);
		assert_eq!(note(8, 1), Some(10));
	}

	#[test]
	fn a_node_whose_key_is_used_waits_until_the_other_process_is_gone() {
		let mut abstention = Abstention::of_used_key(0, 0);
		let quorum_at = |abstention: &mut Abstention, height, now| {
			(0..3).filter_map(|member| abstention.note_member(height, member, QUORUM, now)).next()
		};
		assert_eq!(quorum_at(&mut abstention, 7, KEY_QUIET_MS / 2), None);
		abstention.note_key_used(KEY_QUIET_MS / 2);
		assert_eq!(quorum_at(&mut abstention, 8, KEY_QUIET_MS), None);
		assert_eq!(quorum_at(&mut abstention, 9, KEY_QUIET_MS * 3 / 2), Some(11));
		assert!(!abstention.is_over(10) && abstention.is_over(11));
		abstention.note_key_used(KEY_QUIET_MS * 3 / 2);
		assert!(!abstention.is_over(11), "the key was used before the height began");
	}

	#[test]
	fn of_two_nodes_that_wait_for_each_other_one_votes_before_the_other() {
		let quorum_at = |rank, now| {
			let mut abstention = Abstention::of_used_key(0, rank);
			(0..3).any(|member| abstention.note_member(7, member, QUORUM, now).is_some())
		};
		assert_eq!([0, 1].map(|rank| quorum_at(rank, KEY_QUIET_MS)), [true, false]);
		assert_eq!([1, 2].map(|rank| quorum_at(rank, 2 * KEY_QUIET_MS)), [true, false]);
		let mut later = Abstention::of_used_key(0, 1);
		later.note_key_used(10);
		assert_eq!((0..3).find_map(|member| later.note_member(7, member, QUORUM, 2 * KEY_QUIET_MS + 9)), None);
	}
}
