//! Frequency of draws against stake.

use super::*;

/// Returns the probability of each candidate to come first, and second, in weighted sampling without replacement.
fn chances(stakes: &[u32]) -> (Vec<f64>, Vec<f64>) {
	let total: f64 = stakes.iter().map(|stake| f64::from(*stake)).sum();
	let first: Vec<f64> = stakes.iter().map(|stake| f64::from(*stake) / total).collect();
	let second = |at: usize| {
		let others = first.iter().enumerate().filter(|(other, _)| *other != at);
		others.map(|(_, other)| other * first[at] / (1.0 - other)).sum()
	};
	let second = (0..stakes.len()).map(second).collect();
	(first, second)
}

/// Returns the chi-squared statistic over all candidates with a positive probability.
fn chi_squared(counts: &[u32], chances: &[f64], trials: u32) -> f64 {
	let terms = counts.iter().zip(chances).filter(|(_, chance)| **chance > 0.0).map(|(count, chance)| {
		let expected = chance * f64::from(trials);
		(f64::from(*count) - expected).powi(2) / expected
	});
	terms.sum()
}

#[test]
fn candidates_are_drawn_as_often_as_their_stake_says() {
	const TRIALS: u32 = 100_000;
	const STAKES: [u32; 11] = [1, 2, 3, 5, 8, 0, 13, 21, 34, 55, 89];
	let mut rng = rng(5);
	let (mut firsts, mut seconds) = ([0u32; STAKES.len()], [0u32; STAKES.len()]);
	for _ in 0..TRIALS {
		// Stakes of TOP in its smallest unit.
		let candidates = STAKES.map(|stake| (rng.next_u64(), u128::from(stake) * 500_000 * tp_core::TOP));
		let order = order(&candidates);
		assert_eq!(order.len(), STAKES.len() - 1);
		firsts[order[0]] += 1;
		seconds[order[1]] += 1;
	}
	let (first, second) = chances(&STAKES);
	println!("{TRIALS} draws: how often each was first and second, and by how many sigma that is off");
	println!("stake   first  expected  sigma   second  expected  sigma");
	for at in (0..STAKES.len()).filter(|at| STAKES[*at] > 0) {
		let off = (sigmas(firsts[at], TRIALS, first[at]), sigmas(seconds[at], TRIALS, second[at]));
		let expected = (first[at] * f64::from(TRIALS), second[at] * f64::from(TRIALS));
		println!(
			"{:5} {:7} {:9.0} {:6.2} {:8} {:9.0} {:6.2}",
			STAKES[at], firsts[at], expected.0, off.0, seconds[at], expected.1, off.1
		);
		assert!(off.0.abs() < 3.0 && off.1.abs() < 3.0);
	}
	let (first, second) = (chi_squared(&firsts, &first, TRIALS), chi_squared(&seconds, &second, TRIALS));
	println!("chi-squared {first:.1} and {second:.1} at 9 degrees of freedom");
	// A larger value occurs by chance once in a hundred runs.
	assert!(first < 21.7 && second < 21.7);
}

#[test]
fn tickets_are_drawn_as_often_as_their_stake_says() {
	const EPOCHS: u32 = 600;
	const STAKES: [u32; 4] = [1, 2, 3, 4];
	let mut firsts = [0u32; STAKES.len()];
	let nodes: Vec<_> = (0u8..4).map(|index| (vrf_pair(index), vrf_id(&vrf_pair(index)))).collect();
	let mut randomness = [3; 32];
	let mut upper_halves = 0;
	for epoch in 0..EPOCHS {
		randomness = sp_io::hashing::blake2_256(&randomness);
		let candidates = nodes.iter().zip(STAKES).map(|((pair, key), stake)| {
			let ticket = signed_by(pair, &randomness, epoch.into(), Role::Router);
			(ticket.verify(key, &randomness).unwrap(), u128::from(stake))
		});
		let candidates: Vec<_> = candidates.collect();
		upper_halves += candidates.iter().map(|(draw, _)| u32::from(*draw > Draw::MAX / 2)).sum::<u32>();
		firsts[order(&candidates)[0]] += 1;
	}
	let (first, _) = chances(&STAKES);
	println!("{EPOCHS} epochs of VRF tickets: stake, how often first, sigma");
	for at in 0..STAKES.len() {
		let off = sigmas(firsts[at], EPOCHS, first[at]);
		println!("{:5} {:7} {off:6.2}", STAKES[at], firsts[at]);
		assert!(off.abs() < 3.0);
	}
	let off = sigmas(upper_halves, EPOCHS * 4, 0.5);
	println!("draws in the upper half: {upper_halves} of {}, {off:.2} sigma", EPOCHS * 4);
	assert!(off.abs() < 3.0);
}
