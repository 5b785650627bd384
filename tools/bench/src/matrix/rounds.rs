//! The order of the runs, within the time.

use std::time::Duration;

/// Chooses the next run: every variant once a round, in alternating order, while the time suffices.
#[derive(Debug)]
pub struct Rounds {
	/// Longest run of each variant; zero before its first.
	longest: Vec<Duration>,
	rounds: u16,
	budget: Duration,
	/// Runs of the present round that remain, the next one last.
	rest: Vec<usize>,
	round: u16,
	skipped: u32,
}

impl Rounds {
	/// Begins with the first round of a number of variants.
	pub fn new(variants: usize, rounds: u16, budget: Duration) -> Self {
		let longest = vec![Duration::ZERO; variants];
		Self { longest, rounds, budget, rest: Vec::new(), round: 0, skipped: 0 }
	}

	/// Returns the round and the variant to run next; `None` if all rounds or the time are over. A variant for which the
	/// time does not suffice is left out; others may be shorter. Its length is not known in the first round: then it runs.
	pub fn next(&mut self, elapsed: Duration) -> Option<(u16, usize)> {
		let left = self.budget.saturating_sub(elapsed);
		loop {
			if self.rest.is_empty() {
				if self.round == self.rounds {
					return None;
				}
				self.round += 1;
				self.rest = (0..self.longest.len()).collect();
				// The last one is taken first.
				if self.round % 2 == 1 {
					self.rest.reverse();
				}
			}
			let variant = self.rest.pop()?;
			if !left.is_zero() && self.longest[variant] <= left {
				return Some((self.round, variant));
			}
			self.skipped += 1;
		}
	}

	/// Records how long a run took.
	pub fn took(&mut self, variant: usize, time: Duration) {
		self.longest[variant] = self.longest[variant].max(time);
	}

	/// Returns the number of runs that were left out, because the time did not suffice.
	pub fn skipped(&self) -> u32 {
		self.skipped
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const SECOND: Duration = Duration::from_secs(1);

	fn run(rounds: &mut Rounds, times: &[u32]) -> (Vec<(u16, usize)>, Duration) {
		let (mut order, mut elapsed) = (Vec::new(), Duration::ZERO);
		while let Some((round, variant)) = rounds.next(elapsed) {
			order.push((round, variant));
			rounds.took(variant, SECOND * times[variant]);
			elapsed += SECOND * times[variant];
		}
		(order, elapsed)
	}

	#[test]
	fn each_round_has_all_variants_in_alternating_order() {
		let mut rounds = Rounds::new(3, 2, SECOND * 100);
		let (order, _) = run(&mut rounds, &[1, 1, 1]);
		assert_eq!(order, [(1, 0), (1, 1), (1, 2), (2, 2), (2, 1), (2, 0)]);
		assert_eq!(rounds.skipped(), 0);
	}

	#[test]
	fn a_run_that_would_exceed_the_time_is_left_out_for_shorter_ones() {
		let mut rounds = Rounds::new(2, 5, SECOND * 30);
		let (order, elapsed) = run(&mut rounds, &[10, 2]);
		assert!(elapsed <= SECOND * 30, "{elapsed:?}");
		assert_eq!(order.iter().filter(|(_, variant)| *variant == 1).count(), 5, "{order:?}");
		assert_eq!(order.iter().filter(|(_, variant)| *variant == 0).count(), 2, "{order:?}");
		assert_eq!(rounds.skipped(), 3);
	}

	#[test]
	fn without_time_nothing_runs() {
		assert_eq!(Rounds::new(3, 5, Duration::ZERO).next(Duration::ZERO), None);
	}
}
