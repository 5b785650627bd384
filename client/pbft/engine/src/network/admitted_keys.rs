//! The vote keys whose holders are let in: those of the present committee, of the next one once it is decided, and of the
//! last one for a while.
//!
//! The next committee is connected before its first height begins. A member of the last committee that lags is sent the
//! certificate of its last height.

use std::{
	collections::BTreeSet,
	time::{Duration, Instant},
};
use tp_pbft::{Committee, Epoch, PbftId};

/// How long a committee is let in after its epoch.
const LAST_STAYS: Duration = Duration::from_secs(60);

/// The keys by committee.
#[derive(Default)]
pub struct AdmittedKeys {
	/// The epoch of the present committee. `None` before the first height.
	epoch: Option<Epoch>,
	present: BTreeSet<PbftId>,
	next: BTreeSet<PbftId>,
	last: BTreeSet<PbftId>,
	/// When the members of the last committee are not let in any more.
	last_until: Option<Instant>,
	/// The number of different keys.
	count: usize,
}

impl AdmittedKeys {
	/// Sets the committee of the height that begins. Returns whether an epoch began.
	pub fn begin(&mut self, committee: &Committee, now: Instant) -> bool {
		if self.epoch == Some(committee.epoch) {
			return false;
		}
		let present = committee.members.iter().map(|member| member.key.clone()).collect();
		self.last = std::mem::replace(&mut self.present, present);
		self.last_until = Some(now + LAST_STAYS);
		self.next.clear();
		self.epoch = Some(committee.epoch);
		self.recount();
		true
	}

	/// Sets the next committee.
	pub fn set_next(&mut self, keys: impl IntoIterator<Item = PbftId>) {
		self.next = keys.into_iter().collect();
		self.recount();
	}

	/// Whether the holder of a key is let in.
	pub fn contains(&self, key: &PbftId, now: Instant) -> bool {
		let is_last = || self.last.contains(key) && self.last_until.is_some_and(|until| now < until);
		self.is_present_or_next(key) || is_last()
	}

	/// Whether a key is of the present or of the next committee, whose members dial each other.
	pub fn is_present_or_next(&self, key: &PbftId) -> bool {
		self.present.contains(key) || self.next.contains(key)
	}

	/// Returns the number of keys.
	pub fn count(&self) -> usize {
		self.count
	}

	fn recount(&mut self) {
		self.count = self.present.iter().chain(&self.next).chain(&self.last).collect::<BTreeSet<_>>().len();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use tp_pbft::Member;

	fn key(number: u8) -> PbftId {
		sp_core::ed25519::Public::from_raw([number; 32]).into()
	}

	fn committee(epoch: Epoch, members: [u8; 2]) -> Committee {
		let vrf = sp_core::sr25519::Public::default();
		let member = |number| Member { key: key(number), vrf: vrf.into(), weight: 1 };
		Committee { epoch, members: members.map(member).to_vec(), seed: [0; 32] }
	}

	fn admitted(keys: &AdmittedKeys, now: Instant) -> Vec<u8> {
		(1..=6).filter(|number| keys.contains(&key(*number), now)).collect()
	}

	#[test]
	fn the_next_committee_is_let_in_and_the_last_one_stays_for_a_while() {
		let (mut keys, start) = (AdmittedKeys::default(), Instant::now());
		assert!(admitted(&keys, start).is_empty());
		assert!(keys.begin(&committee(1, [1, 2]), start));
		assert_eq!(admitted(&keys, start), [1, 2]);
		keys.set_next([2, 3].map(key));
		assert_eq!(admitted(&keys, start), [1, 2, 3]);
		assert!(!keys.begin(&committee(1, [1, 2]), start + LAST_STAYS));
		assert_eq!(admitted(&keys, start), [1, 2, 3], "the epoch goes on");

		let later = start + 5 * LAST_STAYS;
		keys.begin(&committee(2, [2, 3]), later);
		assert_eq!(admitted(&keys, later), [1, 2, 3]);
		assert!(!keys.is_present_or_next(&key(1)));
		assert_eq!(admitted(&keys, later + LAST_STAYS), [2, 3]);
		keys.set_next([3, 4].map(key));
		keys.set_next([3, 5].map(key));
		assert_eq!(admitted(&keys, later + LAST_STAYS), [2, 3, 5], "root has named others");
		keys.begin(&committee(3, [3, 5]), later + LAST_STAYS);
		assert_eq!(admitted(&keys, later + LAST_STAYS), [2, 3, 5]);
		assert_eq!(keys.count(), 3, "a key counts once");
	}
}
