//! How far this node's clock is from those of the other members.
//!
//! Members tell each other their time over their links. Block times would not do: an author stamps at least its parent's
//! time, so one author whose blocks are ahead moves the times of all others.
//!
//! The offset is towards the median of all clocks, this one included. With 2f + 1 clocks it lies between those of correct
//! members, for all that f others say. A reading is too low by the time that the message took.

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use tp_pbft::{Committee, MemberIndex, PbftId};

/// How often a node tells its time, and compares.
pub const INTERVAL: Duration = Duration::from_secs(10);
/// How long a reading counts: some lost messages do not matter.
const FRESH: Duration = Duration::from_secs(45);
/// Largest offset that is not reported: a sixth of what a block's time may be ahead.
pub const MAX_OFFSET_MS: i64 = 5_000;
/// Comparisons in a row that must find an offset before it is reported. A node that stood still reads late once.
const CONFIRMATIONS: u32 = 3;
/// Shortest time between two reports.
const REPORT_PAUSE: Duration = Duration::from_secs(600);

struct Heard {
	/// The member's clock minus this one, in milliseconds.
	offset_ms: i64,
	at: Instant,
}

/// The readings of the members' clocks.
pub struct Clocks {
	heard: BTreeMap<PbftId, Heard>,
	due: Instant,
	confirmed: u32,
	reported: Option<Instant>,
}

/// The result of a comparison. Offsets are in milliseconds, positive if a clock is ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
	/// This node's clock towards the median.
	pub own_ms: i64,
	/// The members' clocks towards this node's.
	pub members_ms: Vec<(MemberIndex, i64)>,
	/// Members whose clock is off, towards the median.
	pub off: Vec<(MemberIndex, i64)>,
	/// Whether to report that a clock is off.
	pub report: bool,
}

impl Clocks {
	/// Returns clocks of which nothing is known.
	pub fn new(now: Instant) -> Self {
		Self { heard: BTreeMap::new(), due: now + INTERVAL, confirmed: 0, reported: None }
	}

	/// Returns when to tell the time and to compare.
	pub fn due(&self) -> Instant {
		self.due
	}

	/// Puts the next comparison off.
	pub fn postpone(&mut self, now: Instant) {
		self.due = now + INTERVAL;
	}

	/// Notes what a member's clock shows, and what this one shows, in milliseconds since 1970. A later reading replaces it.
	pub fn note(&mut self, member: PbftId, theirs_ms: u64, own_ms: u64, now: Instant) {
		let clock = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
		self.heard.insert(member, Heard { offset_ms: clock(theirs_ms).saturating_sub(clock(own_ms)), at: now });
	}

	/// Compares this clock with those of a committee, of which this node may be a member. Returns `None` while too few
	/// clocks are known.
	pub fn compare(&mut self, committee: &Committee, own: Option<MemberIndex>, now: Instant) -> Option<Comparison> {
		self.postpone(now);
		self.heard.retain(|key, heard| committee.index_of(key).is_some() && now.duration_since(heard.at) < FRESH);
		let members = self.heard.iter().filter_map(|(key, heard)| Some((committee.index_of(key)?, heard.offset_ms)));
		let mut members_ms: Vec<_> = members.filter(|(member, _)| Some(*member) != own).collect();
		members_ms.sort_unstable();
		let clocks = members_ms.iter().map(|(_, offset)| *offset).chain(own.map(|_| 0)).collect();
		let median = median(clocks, 2 * committee.max_faulty() + 1)?;
		let is_off = |offset: i64| offset.saturating_abs() > MAX_OFFSET_MS;
		let towards_median = members_ms.iter().map(|(member, offset)| (*member, offset.saturating_sub(median)));
		let off: Vec<_> = towards_median.filter(|(_, offset)| is_off(*offset)).collect();
		let own_ms = median.saturating_neg();
		self.confirmed = if is_off(own_ms) || !off.is_empty() { self.confirmed.saturating_add(1) } else { 0 };
		let paused = self.reported.is_some_and(|last| now.duration_since(last) < REPORT_PAUSE);
		let report = self.confirmed >= CONFIRMATIONS && !paused;
		if report {
			self.reported = Some(now);
		}
		Some(Comparison { own_ms, members_ms, off, report })
	}
}

/// Returns the middle one of at least `enough` clocks: of two, the one nearer to this node's.
fn median(mut clocks: Vec<i64>, enough: usize) -> Option<i64> {
	if clocks.is_empty() || clocks.len() < enough {
		return None;
	}
	clocks.sort_unstable();
	let middle = [clocks[(clocks.len() - 1) / 2], clocks[clocks.len() / 2]];
	middle.into_iter().min_by_key(|offset| offset.saturating_abs())
}

impl Comparison {
	/// Whether this node's own clock is off.
	pub fn is_own_off(&self) -> bool {
		self.own_ms.saturating_abs() > MAX_OFFSET_MS
	}
}

/// Returns offsets by member as text, in seconds.
pub fn text(offsets: &[(MemberIndex, i64)]) -> String {
	let seconds =
		|(member, offset): &(MemberIndex, i64)| format!("member {member}: {:+.1} s", *offset as f64 / 1_000.0);
	offsets.iter().map(seconds).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, sr25519};
	use tp_pbft::Member;

	const OWN_MS: u64 = 1_700_000_000_000;

	fn committee(size: u8) -> Committee {
		let key = |member: u8| PbftId::from(ed25519::Public::from_raw([member; 32]));
		let vrf = sr25519::Public::from_raw([9; 32]);
		let members = (0..size).map(|member| Member { key: key(member), vrf: vrf.into(), weight: 1 }).collect();
		Committee { epoch: 0, members, seed: [0; 32] }
	}

	/// Compares as member 0, `times` times in a row, with the same offsets of the members from 1 on.
	fn compare(clocks: &mut Clocks, size: u8, offsets: &[i64], times: u32) -> Option<Comparison> {
		let committee = committee(size);
		let mut now = clocks.due();
		let mut last = None;
		for _ in 0..times {
			for (member, offset) in committee.members[1..].iter().zip(offsets) {
				let theirs = OWN_MS.checked_add_signed(*offset).expect("the offsets are small; qed");
				clocks.note(member.key.clone(), theirs, OWN_MS, now);
			}
			last = clocks.compare(&committee, Some(0), now);
			now += INTERVAL;
		}
		last
	}

	#[test]
	fn a_clock_that_is_off_is_reported_with_by_how_much_and_towards_whom() {
		for offset in [20_000, -20_000] {
			let mut clocks = Clocks::new(Instant::now());
			let first = compare(&mut clocks, 4, &[offset, offset + 100, offset - 50], 2).expect("enough clocks");
			assert!(!first.report, "a reading may be late once");
			let found = compare(&mut clocks, 4, &[offset, offset + 100, offset - 50], 1).expect("enough clocks");
			assert!(found.report && found.is_own_off() && (found.own_ms + offset).abs() <= 100, "{found:?}");
			assert_eq!(found.members_ms, vec![(1, offset), (2, offset + 100), (3, offset - 50)]);
			let again = compare(&mut clocks, 4, &[offset, offset + 100, offset - 50], 3).expect("enough clocks");
			assert!(!again.report, "once in a while");
		}
		assert_eq!(text(&[(1, 20_040), (3, -150)]), "member 1: +20.0 s, member 3: -0.1 s");
	}

	#[test]
	fn f_members_cannot_make_this_clock_look_wrong_or_right() {
		let mut clocks = Clocks::new(Instant::now());
		let found = compare(&mut clocks, 4, &[i64::from(u32::MAX), 80, -120], 5).expect("enough clocks");
		assert!(!found.is_own_off() && found.own_ms.abs() <= 120, "{found:?}");
		assert_eq!(found.off.iter().map(|(member, _)| *member).collect::<Vec<_>>(), vec![1], "the liar is named");
		let mut clocks = Clocks::new(Instant::now());
		let found = compare(&mut clocks, 7, &[0, 0, 20_000, 20_000, 20_000, 20_000], 3).expect("enough clocks");
		assert!(found.is_own_off() && found.report, "two members agree with a wrong clock: {found:?}");
	}

	#[test]
	fn too_few_clocks_and_right_clocks_are_not_reported() {
		let mut clocks = Clocks::new(Instant::now());
		assert_eq!(compare(&mut clocks, 4, &[20_000], 5), None, "either of two may be wrong");
		let mut clocks = Clocks::new(Instant::now());
		let found = compare(&mut clocks, 4, &[-300, 250, 4_000], 20).expect("enough clocks");
		assert!(!found.report && found.off.is_empty(), "{found:?}");
		let mut clocks = Clocks::new(Instant::now());
		let alone = compare(&mut clocks, 1, &[], 5).expect("a committee of one");
		assert!(alone.own_ms == 0 && !alone.report);
		let mut clocks = Clocks::new(Instant::now());
		let found = compare(&mut clocks, 2, &[20_000], 5).expect("two clocks");
		assert!(!found.is_own_off(), "of two clocks either may be right");
	}

	#[test]
	fn old_readings_and_those_of_retired_members_do_not_count() {
		let (mut clocks, four) = (Clocks::new(Instant::now()), committee(4));
		compare(&mut clocks, 4, &[20_000; 3], 1);
		let now = clocks.due();
		assert!(clocks.compare(&four, Some(0), now + FRESH).is_none());
		compare(&mut clocks, 4, &[20_000; 3], 1);
		let retired = Committee { members: four.members[..1].to_vec(), ..four };
		let now = clocks.due();
		let alone = clocks.compare(&retired, Some(0), now).expect("a committee of one");
		assert_eq!((alone.own_ms, alone.members_ms), (0, vec![]));
	}
}
