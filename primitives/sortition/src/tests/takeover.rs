//! Probability that an adversary takes a committee, by committee size and by the adversary's share of the pool.

use super::*;

/// Number of nodes in the pool, all of the same stake.
const POOL: usize = 1_024;
const SIZES: [usize; 5] = [4, 16, 32, 64, 128];
/// Numbers of bad nodes in the pool: 0.1, 0.25, 1/3.
const BAD: [usize; 3] = [102, 256, 341];

/// Returns f, the number of faulty members that a committee tolerates.
fn max_faulty(size: usize) -> usize {
	(size - 1) / 3
}

/// Returns q, the number of votes that certify a block.
fn quorum(size: usize) -> usize {
	size - max_faulty(size)
}

/// Returns n over k. The largest values here are near 10^167.
fn choose(n: usize, k: usize) -> f64 {
	if k > n {
		return 0.0;
	}
	(0..k).map(|at| (n - at) as f64 / (k - at) as f64).product()
}

/// Returns the probability that at least `least` of `drawn` nodes of `pool` are bad.
fn at_least(least: usize, drawn: usize, bad: usize, pool: usize) -> f64 {
	let ways = (least..=drawn).map(|hits| choose(bad, hits) * choose(pool - bad, drawn - hits));
	ways.sum::<f64>() / choose(pool, drawn)
}

/// Returns the probability of more than f bad members. They can halt the ledger, or fork it if they split the network.
fn halt(size: usize, bad: usize) -> f64 {
	at_least(max_faulty(size) + 1, size, bad, POOL)
}

/// Returns the probability of a quorum of bad members. They can certify invalid blocks.
fn forge(size: usize, bad: usize) -> f64 {
	at_least(quorum(size), size, bad, POOL)
}

/// Returns the probability that a forged block also passes the zone: a quorum of its 32 routers is bad.
///
/// The routers come from the rest of the pool. The formula assumes exactly a quorum of bad members in the shard, which
/// leaves the most for the zone. So the result is slightly above the true probability.
fn forge_with_audit(size: usize, bad: usize) -> f64 {
	const ROUTERS: usize = 32;
	forge(size, bad) * at_least(quorum(ROUTERS), ROUTERS, bad - quorum(size), POOL - size)
}

/// Checks the figures of the table of committee sizes.
#[test]
fn the_table_of_committee_sizes_holds() {
	let column = |size| {
		let (forge, audit, halt) = (forge(size, 256), forge_with_audit(size, 256), halt(size, 256));
		println!("n = {size:3}, 0.25 bad: forge {forge:.3e}, with audit {audit:.3e}, halt {halt:.4}");
		alloc::format!("{forge:.1e} {audit:.1e} {halt:.3}")
	};
	assert_eq!(column(16), "2.5e-4 2.1e-11 0.188");
	assert_eq!(column(32), "1.4e-7 6.4e-15 0.150");
	assert_eq!(column(64), "2.0e-13 2.5e-21 0.054");
	assert_eq!(column(128), "1.4e-27 6.4e-37 0.012");
}

/// Returns the members of a drawn committee as indices into the pool, in the order of the draw.
///
/// Equal stakes are ordered by draw, so no logarithm is needed. Some rounds check that [`order`] returns the same.
fn drawn(rng: &mut ChaCha8Rng, is_checked: bool) -> Vec<usize> {
	const MOST: usize = SIZES[SIZES.len() - 1];
	let mut draws: Vec<_> = (0..POOL).map(|at| (rng.next_u64(), at)).collect();
	let candidates: Vec<_> = draws.iter().map(|(draw, _)| (*draw, 500_000 * tp_core::TOP)).collect();
	draws.select_nth_unstable_by(MOST - 1, |a, b| b.cmp(a));
	draws.truncate(MOST);
	draws.sort_unstable_by(|a, b| b.cmp(a));
	let drawn: Vec<_> = draws.into_iter().map(|(_, at)| at).collect();
	if is_checked {
		assert_eq!(order(&candidates)[..MOST], drawn);
	}
	drawn
}

#[test]
fn committees_are_taken_as_often_as_the_hypergeometric_distribution_says() {
	const TRIALS: u32 = 100_000;
	let mut rng = rng(7);
	let mut halts = [[0u32; SIZES.len()]; BAD.len()];
	let mut forges = halts;
	for trial in 0..TRIALS {
		let drawn = drawn(&mut rng, trial < 20);
		for (row, bad) in BAD.into_iter().enumerate() {
			for (column, size) in SIZES.into_iter().enumerate() {
				let hits = drawn[..size].iter().filter(|at| **at < bad).count();
				halts[row][column] += u32::from(hits > max_faulty(size));
				forges[row][column] += u32::from(hits >= quorum(size));
			}
		}
	}
	println!("{TRIALS} committees of {POOL} nodes: more than f bad, and a quorum bad: measured, exact, sigma");
	for (row, bad) in BAD.into_iter().enumerate() {
		for (column, size) in SIZES.into_iter().enumerate() {
			let halt = Cell { count: halts[row][column], trials: TRIALS, chance: halt(size, bad) };
			let forge = Cell { count: forges[row][column], trials: TRIALS, chance: forge(size, bad) };
			println!("bad {:.3}, n = {size:3}: {halt}   {forge}", bad as f64 / POOL as f64);
			halt.check();
			forge.check();
		}
	}
}

/// Shows why the draw must include all candidates, or many more than those of the highest stakes.
///
/// With a cut by stake, an adversary whose nodes are worth one unit more than the others' would be all the candidates.
/// It would take every free seat with a quarter of the stake.
#[test]
fn a_cut_by_stake_would_give_committees_to_nodes_just_above_it() {
	const FREE: usize = 32;
	let (mut rng, bad) = (rng(9), BAD[1]);
	let stake = |at: usize| 500_000 * tp_core::TOP + u128::from(at < bad);
	let mut standing: Vec<_> = (0..POOL).map(|at| (stake(at), at)).collect();
	let bad_seats = |candidates: &[(u128, usize)], rng: &mut ChaCha8Rng| {
		let draws: Vec<_> = candidates.iter().map(|(stake, _)| (rng.next_u64(), *stake)).collect();
		order(&draws).into_iter().take(FREE).filter(|at| candidates[*at].1 < bad).count()
	};
	let of_all = bad_seats(&standing, &mut rng);
	standing.sort_unstable_by(|a, b| b.cmp(a));
	let of_highest = bad_seats(&standing[..2 * FREE], &mut rng);
	println!(
		"{bad} of {POOL} bad, {FREE} free seats: {of_all} bad if all are drawn from, {of_highest} if the highest are"
	);
	assert!(of_all < FREE / 2);
	assert_eq!(of_highest, FREE);
}

/// Observed count of an event with a known probability.
struct Cell {
	count: u32,
	trials: u32,
	chance: f64,
}

impl Cell {
	/// Checks the count. Rare events have no meaningful standard deviation and may occur a few times.
	fn check(&self) {
		let expected = self.chance * f64::from(self.trials);
		if expected < 10.0 {
			assert!(f64::from(self.count) <= expected + 4.0 * expected.sqrt() + 1.0);
		} else {
			assert!(sigmas(self.count, self.trials, self.chance).abs() < 3.5);
		}
	}
}

impl core::fmt::Display for Cell {
	fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
		let measured = f64::from(self.count) / f64::from(self.trials);
		write!(f, "{measured:8.5} {:9.2e}", self.chance)?;
		if self.chance * f64::from(self.trials) < 10.0 {
			write!(f, "      ")
		} else {
			write!(f, " {:5.2}", sigmas(self.count, self.trials, self.chance))
		}
	}
}
