//! Distribution of seats after a hundred epochs of rotation.

use super::*;
use alloc::collections::VecDeque;
use core::cmp::Reverse;

const OWNERS: usize = 256;
/// The richest tenth.
const RICHEST: usize = 26;
const SEATS: usize = 64;
/// Seats that change in an epoch.
const FREE: usize = SEATS / 4;
const EPOCHS: usize = 100;
const RUNS: usize = 12;

/// Distribution of the seats.
struct Outcome {
	/// Share of the richest tenth in all seats, over all epochs.
	richest: f64,
	/// Number of owners that never had a seat, as the mean of all runs.
	never: f64,
}

/// Simulates the rotation of a committee. Owners have a node each, the richest first.
///
/// At every epoch's end the longest-serving leave. They can be drawn again at once, which favors the rich more than a
/// pause would. With `highest_only`, only the nodes with the most stake are candidates, twice as many as free seats.
fn rotate(assets: &[u128], highest_only: bool, rng: &mut ChaCha8Rng) -> Outcome {
	let cap = cap(assets.iter().sum(), SEATS as u32);
	let stakes: Vec<_> = assets.iter().map(|assets| comprehensive_stake(*assets, cap, 10_000, 10_000)).collect();
	let (mut taken, mut taken_by_richest, mut never) = (0, 0, 0);
	for _ in 0..RUNS {
		let mut committee = VecDeque::new();
		let mut seats = vec![0u32; OWNERS];
		for epoch in 0..=EPOCHS {
			let free = if epoch == 0 { SEATS } else { FREE };
			committee.drain(..committee.len().min(free));
			let mut standing: Vec<_> = (0..OWNERS).filter(|owner| !committee.contains(owner)).collect();
			if highest_only {
				// Equal stakes, such as those at the cap, are in random order.
				standing.sort_by_cached_key(|owner| (Reverse(stakes[*owner]), rng.next_u64()));
				standing.truncate(2 * free);
			}
			let candidates: Vec<_> = standing.iter().map(|owner| (rng.next_u64(), stakes[*owner])).collect();
			committee.extend(order(&candidates).into_iter().take(free).map(|at| standing[at]));
			committee.iter().for_each(|owner| seats[*owner] += 1);
		}
		taken += seats.iter().sum::<u32>();
		taken_by_richest += seats[..RICHEST].iter().sum::<u32>();
		never += seats.iter().filter(|seats| **seats == 0).count();
	}
	Outcome { richest: f64::from(taken_by_richest) / f64::from(taken), never: never as f64 / RUNS as f64 }
}

/// Returns the share of the first entries, the richest tenth, in the sum.
fn richest_part(amounts: impl Iterator<Item = u128> + Clone) -> f64 {
	amounts.clone().take(RICHEST).sum::<u128>() as f64 / amounts.sum::<u128>() as f64
}

#[test]
fn the_cap_bounds_what_the_richest_hold() {
	let quantile = |owner: usize| (owner as f64 + 0.5) / OWNERS as f64;
	let units = |assets: f64| (assets * 500_000.0 * tp_core::TOP as f64) as u128;
	let of = |assets: &dyn Fn(f64) -> f64| (0..OWNERS).map(|owner| units(assets(quantile(owner)))).collect::<Vec<_>>();
	let distributions = [
		("equal", of(&|_| 1.0)),
		("1 to 10", of(&|quantile| 10f64.powf(1.0 - quantile))),
		("80 : 20", of(&|quantile| quantile.powf(-1.0 / 1.16))),
		("90 : 10", of(&|quantile| quantile.powf(-1.0 / 1.048))),
	];
	println!("richest tenth of {OWNERS} owners, {SEATS} seats, {EPOCHS} epochs, {RUNS} runs:");
	println!("  assets   of assets  of capped  of seats (never seated)  candidates only the highest");
	for (seed, (name, assets)) in (8..).zip(distributions) {
		let cap = cap(assets.iter().sum(), SEATS as u32);
		let part = richest_part(assets.iter().copied());
		let capped = richest_part(assets.iter().map(|assets| *assets.min(&cap)));
		let all = rotate(&assets, false, &mut rng(seed));
		let highest = rotate(&assets, true, &mut rng(seed));
		println!(
			"{name:>8} {part:11.3} {capped:10.3} {:9.3} {:14.1} {:15.3} {:13.1}",
			all.richest, all.never, highest.richest, highest.never
		);
		// A node has one seat, so the share is below the share of capped stake.
		assert!(all.richest < capped + 0.01);
		// No node has more than one seat of a committee, however candidates are chosen.
		let seats_each = RICHEST as f64 / SEATS as f64;
		assert!(all.richest < seats_each && highest.richest <= seats_each);
		// A node at the cap has twice the weight of a mean seat.
		assert!(capped <= 2.0 * seats_each);
	}
}
