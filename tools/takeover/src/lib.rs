//! Exact distributions of the seats that an attacker wins, beside which `examples/takeover` puts what the pallets draw.
//!
//! The draw is weighted sampling without replacement. With nodes of two weights it is Wallenius' distribution, and with one
//! weight the hypergeometric. Both are computed here from their definition, by floating point and without logarithms of
//! draws: nothing is shared with the runtime's arithmetic.

use serde::Serialize;

/// Nodes of one owner that may be drawn, all of one weight.
#[derive(Clone, Copy, Debug)]
pub struct Group {
	/// The number of nodes.
	pub nodes: usize,
	/// The weight of each.
	pub weight: f64,
}

/// Returns the probability of each number of an attacker's nodes among the first `seats` that are drawn, from 0 on.
///
/// Each draw takes one of the remaining nodes with a probability in proportion to its weight.
pub fn drawn(attacker: Group, others: Group, seats: usize) -> Vec<f64> {
	let seats = seats.min(attacker.nodes + others.nodes);
	let mut chances = vec![0.0; seats + 1];
	chances[0] = 1.0;
	for done in 0..seats {
		let mut next = vec![0.0; seats + 1];
		for (hits, chance) in chances.iter().enumerate().take(done + 1).filter(|(_, chance)| **chance > 0.0) {
			let mine = (attacker.nodes - hits.min(attacker.nodes)) as f64 * attacker.weight;
			let rest = (others.nodes - (done - hits).min(others.nodes)) as f64 * others.weight;
			let hit = if mine + rest > 0.0 { mine / (mine + rest) } else { 0.0 };
			next[hits + 1] += chance * hit;
			next[hits] += chance * (1.0 - hit);
		}
		chances = next;
	}
	chances
}

/// Mean and variance of a distribution over the numbers from 0 on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
	/// The mean.
	pub mean: f64,
	/// The variance.
	pub variance: f64,
}

impl Moments {
	/// Returns the moments of a distribution.
	pub fn of(chances: &[f64]) -> Self {
		let mean = chances.iter().enumerate().map(|(at, chance)| at as f64 * chance).sum::<f64>();
		let square = chances.iter().enumerate().map(|(at, chance)| (at as f64).powi(2) * chance).sum::<f64>();
		Self { mean, variance: square - mean * mean }
	}

	/// Adds the moments of an independent number.
	pub fn add(&mut self, other: Self) {
		self.mean += other.mean;
		self.variance += other.variance;
	}

	/// Returns by how many standard deviations a sum differs from the mean.
	pub fn sigmas(&self, sum: f64) -> f64 {
		if self.variance > 0.0 {
			(sum - self.mean) / self.variance.sqrt()
		} else {
			0.0
		}
	}
}

/// What it costs to have enough members of one committee, in TOP.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
	/// The members of the committee.
	pub seats: usize,
	/// The members that can fork the ledger if they split the network: f + 1.
	pub fork_members: usize,
	/// The members that certify any block: the quorum.
	pub quorum_members: usize,
	/// The stake with which the attacker has f + 1 members on average, at this total stake.
	pub fork_stake: f64,
	/// The stake with which it has a quorum on average.
	pub quorum_stake: f64,
	/// What f + 1 nodes of the least deposit lose if they all contradict themselves: their deposits.
	pub fork_loss: f64,
}

impl Cost {
	/// Returns the costs for a committee, where the honest nodes have `honest` of stake and a node deposits at least `least`.
	///
	/// x of n seats on average take the share x / n of all stake, so the attacker needs `honest × x / (n − x)`.
	pub fn of(seats: usize, honest: f64, least: f64) -> Self {
		let faulty = seats.saturating_sub(1) / 3;
		let (fork, quorum) = (faulty + 1, seats - faulty);
		let stake = |members: usize| honest * members as f64 / (seats - members).max(1) as f64;
		let (fork_stake, quorum_stake) = (stake(fork), stake(quorum));
		let fork_loss = fork as f64 * least;
		Self { seats, fork_members: fork, quorum_members: quorum, fork_stake, quorum_stake, fork_loss }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn choose(n: usize, k: usize) -> f64 {
		if k > n {
			return 0.0;
		}
		(0..k).map(|at| (n - at) as f64 / (k - at) as f64).product()
	}

	#[test]
	fn equal_weights_give_the_hypergeometric_distribution() {
		let chances = drawn(Group { nodes: 30, weight: 7.0 }, Group { nodes: 90, weight: 7.0 }, 16);
		for (hits, chance) in chances.iter().enumerate() {
			let exact = choose(30, hits) * choose(90, 16 - hits) / choose(120, 16);
			assert!((chance - exact).abs() < 1e-12, "{hits}: {chance} {exact}");
		}
		let Moments { mean, variance } = Moments::of(&chances);
		assert!((mean - 4.0).abs() < 1e-9);
		assert!((variance - 16.0 * 0.25 * 0.75 * 104.0 / 119.0).abs() < 1e-9);
	}

	#[test]
	fn one_draw_follows_the_weights_and_all_draws_take_all() {
		let (mine, others) = (Group { nodes: 3, weight: 5.0 }, Group { nodes: 10, weight: 2.0 });
		let once = drawn(mine, others, 1);
		assert!((once[1] - 15.0 / 35.0).abs() < 1e-12);
		let all = drawn(mine, others, 20);
		assert!((all[3] - 1.0).abs() < 1e-12 && all.len() == 14);
		assert_eq!(drawn(mine, others, 0), [1.0]);
	}

	#[test]
	fn sums_are_compared_by_standard_deviations() {
		let mut sum = Moments { mean: 2.0, variance: 3.0 };
		sum.add(Moments { mean: 1.0, variance: 1.0 });
		assert_eq!((sum.sigmas(7.0), Moments::default().sigmas(3.0)), (2.0, 0.0));
	}

	#[test]
	fn a_fork_takes_a_third_and_a_quorum_two_thirds() {
		let cost = Cost::of(4, 300.0, 10.0);
		assert_eq!((cost.fork_members, cost.quorum_members), (2, 3));
		assert_eq!((cost.fork_stake, cost.quorum_stake, cost.fork_loss), (300.0, 900.0, 20.0));
	}
}
