//! What is paid when.

use std::time::Duration;

/// A planned payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
	/// Its time, from the begin of the load.
	pub at: Duration,
	/// The shard of the sender.
	pub from: u16,
	/// The shard of the receiver.
	pub to: u16,
}

/// Plans `count` payments of each of the shards, one every `interval` and shard. `remote_percent` of them lead to the other shards,
/// equally to each. Without other shards all are local.
pub fn plan(shards: u16, remote_percent: u8, count: u32, interval: Duration) -> Vec<Planned> {
	let percent = if shards > 1 { u32::from(remote_percent.min(100)) } else { 0 };
	let mut planned = Vec::new();
	for number in 0..count {
		let remote_before = |number: u32| u64::from(number) * u64::from(percent) / 100;
		let is_remote = remote_before(number + 1) > remote_before(number);
		for from in 0..shards {
			// Shards take turns within an interval, and so do the others that they pay.
			let at = interval * number + interval * u32::from(from) / u32::from(shards.max(1));
			let others = u64::from(shards.saturating_sub(1).max(1));
			let step = u16::try_from(remote_before(number) % others).unwrap_or_default() + 1;
			let to = if is_remote { (from + step) % shards } else { from };
			planned.push(Planned { at, from, to });
		}
	}
	planned
}

#[cfg(test)]
mod tests {
	use super::*;

	const INTERVAL: Duration = Duration::from_millis(10);

	#[test]
	fn shards_have_an_equal_load_in_all_directions() {
		for (shards, percent, remote) in [(1, 100, 0), (2, 0, 0), (2, 10, 60), (4, 30, 180), (4, 100, 600)] {
			let plan = plan(shards, percent, 600, INTERVAL);
			assert_eq!(plan.len(), 600 * usize::from(shards));
			assert!(plan.is_sorted_by_key(|planned| planned.at), "in the order of their times");
			for from in 0..shards {
				let of = |to: u16| plan.iter().filter(|planned| (planned.from, planned.to) == (from, to)).count();
				assert_eq!(of(from), 600 - remote);
				let others = usize::from(shards).saturating_sub(1).max(1);
				assert!((0..shards).filter(|to| *to != from).all(|to| of(to) == remote / others));
			}
		}
	}

	#[test]
	fn a_plan_has_its_rate() {
		let plan = plan(2, 50, 100, INTERVAL);
		assert_eq!((plan[0].at, plan[1].at), (Duration::ZERO, INTERVAL / 2));
		assert_eq!(plan.last().unwrap().at, INTERVAL * 99 + INTERVAL / 2);
	}
}
