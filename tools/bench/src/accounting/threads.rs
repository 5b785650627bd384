//! Processor time of threads by group.

use crate::accounting::proc::Thread;
use std::{
	collections::BTreeMap,
	ops::{Add, AddAssign},
	time::Duration,
};

/// Groups of threads by the beginning of their names, which the kernel cuts to 15 bytes. Each other name is a group.
const GROUPS: [(&str, &str); 12] = [
	("unit-verifier", "verifiers"),
	("bulk-verifier", "verifiers"),
	("bulk-intake", "verifiers"),
	("state-reader", "readers"),
	("history-reader", "readers"),
	("unit-indexer", "indexer"),
	("power-", "power proofs"),
	// Asynchronous tasks and blocking ones have threads of one name: consensus, building, import, RPC and network.
	("tokio-", "runtime"),
	// The main thread, and threads without a name, which have that of the program. The database's are among them.
	("top-node", "main and unnamed"),
	("wasmtime", "compiler"),
	("rayon", "rayon"),
	("offchain-worker", "off-chain workers"),
];
/// The group of threads that began or ended unseen.
pub const ENDED: &str = "ended threads";

/// Processor time by group, and of the whole process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTimes {
	/// Time of each group.
	pub groups: BTreeMap<String, Duration>,
	/// Time of the whole process.
	pub whole: Duration,
}

impl GroupTimes {
	/// Returns the times between two moments, given the threads at both and the time of the whole process in between.
	pub fn between(begin: &BTreeMap<i32, Thread>, end: &BTreeMap<i32, Thread>, whole: Duration) -> Self {
		let mut groups = BTreeMap::<String, Duration>::new();
		for (id, thread) in end {
			// The kernel uses ids again: another name or less time is another thread.
			let before = begin.get(id).filter(|before| before.name == thread.name && before.time <= thread.time);
			let time = thread.time - before.map_or(Duration::ZERO, |before| before.time);
			if time > Duration::ZERO {
				*groups.entry(group(&thread.name)).or_default() += time;
			}
		}
		let seen: Duration = groups.values().sum();
		let ended = whole.saturating_sub(seen);
		if ended > Duration::ZERO {
			groups.insert(ENDED.into(), ended);
		}
		Self { groups, whole }
	}
}

impl AddAssign for GroupTimes {
	fn add_assign(&mut self, other: Self) {
		for (group, time) in other.groups {
			*self.groups.entry(group).or_default() += time;
		}
		self.whole += other.whole;
	}
}

impl Add for GroupTimes {
	type Output = Self;

	fn add(mut self, other: Self) -> Self {
		self += other;
		self
	}
}

/// Returns the group of a thread.
fn group(name: &str) -> String {
	match GROUPS.iter().find(|(begin, _)| name.starts_with(begin)) {
		Some((_, group)) => (*group).to_owned(),
		None => name.trim_end_matches(|last: char| last.is_ascii_digit() || "-_#".contains(last)).to_owned(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn threads(list: &[(i32, &str, u64)]) -> BTreeMap<i32, Thread> {
		let thread = |name: &str, ms| Thread { name: name.into(), time: Duration::from_millis(ms) };
		list.iter().map(|(id, name, ms)| (*id, thread(name, *ms))).collect()
	}

	fn ms(times: &GroupTimes, group: &str) -> Option<u128> {
		times.groups.get(group).map(Duration::as_millis)
	}

	#[test]
	fn groups_add_up_to_the_whole_process() {
		let begin =
			threads(&[(1, "top-node", 5), (2, "unit-verifier-0", 100), (3, "tokio-runtime-w", 7), (4, "old", 9)]);
		let end = threads(&[
			(1, "top-node", 6),
			(2, "unit-verifier-0", 150),
			(3, "tokio-runtime-w", 37),
			// A thread that ended, and another that has its id now.
			(4, "bulk-verifier-1", 20),
			(5, "other-12", 3),
		]);
		let times = GroupTimes::between(&begin, &end, Duration::from_millis(110));
		assert_eq!(ms(&times, "verifiers"), Some(70));
		assert_eq!(
			(ms(&times, "runtime"), ms(&times, "main and unnamed"), ms(&times, "other")),
			(Some(30), Some(1), Some(3))
		);
		assert_eq!(ms(&times, ENDED), Some(6));
		assert_eq!(times.groups.values().sum::<Duration>(), times.whole);
		let twice = times.clone() + times;
		assert_eq!((ms(&twice, "verifiers"), twice.whole.as_millis()), (Some(140), 220));
	}

	#[test]
	fn a_whole_process_below_its_threads_has_no_negative_rest() {
		// The process is counted in ticks, its threads in nanoseconds.
		let times = GroupTimes::between(&threads(&[]), &threads(&[(1, "a", 15)]), Duration::from_millis(10));
		assert_eq!((ms(&times, "a"), ms(&times, ENDED)), (Some(15), None));
	}
}
