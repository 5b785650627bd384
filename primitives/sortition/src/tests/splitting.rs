//! The gain of an owner that splits a node's assets over several nodes.
//!
//! A node has at most one seat, so x expected seats of many small nodes are 1 − e^−x seats of a single node. This is
//! the whole gain of a split while stake is linear in assets. A square root pays for every split on top of it.

use super::*;
use crate::sample::Key;

const SEATS: u32 = 16;
const OTHERS: u32 = 127;
const ROUNDS: u32 = 10_000;
/// Numbers of nodes that the owner splits into.
const SPLITS: [u32; 5] = [1, 2, 4, 8, 16];
/// The owner's assets, in multiples of a seat's mean assets. The cap is at 2.
const FAIR_SEATS: [f64; 4] = [0.1, 1.0, 2.0, 6.0];

/// The rule that derives stake from assets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Law {
	/// The rule of this crate, with every candidate in the draw.
	Linear,
	/// The rule of this crate, with only the candidates of the highest stakes, twice as many as seats.
	LinearOfHighest,
	/// The rule of the original network.
	SquareRoot,
}

/// The candidates, the owner's nodes first.
struct Field {
	stakes: Vec<u128>,
	/// Indices of the candidates in the draw.
	candidates: Vec<usize>,
	/// The owner's share in all assets.
	part: f64,
}

impl Field {
	/// Creates the field. The other nodes have assets from half a unit to one and a half.
	fn new(law: Law, fair_seats: f64, split: u32) -> Self {
		let unit = 1_000_000 * tp_core::TOP;
		let others: Vec<u128> =
			(0..u128::from(OTHERS)).map(|at| unit / 2 + unit * at / u128::from(OTHERS - 1)).collect();
		let sum: u128 = others.iter().sum();
		// The owner has the share `fair_seats / SEATS` of all assets.
		let owned = (sum as f64 * fair_seats / (f64::from(SEATS) - fair_seats)) as u128;
		let cap = cap(sum + owned, SEATS);
		let stake = |assets: u128| match law {
			Law::Linear | Law::LinearOfHighest => comprehensive_stake(assets, cap, 10_000, 10_000),
			Law::SquareRoot => assets.isqrt(),
		};
		let mine = (0..split).map(|_| owned / u128::from(split));
		let stakes: Vec<_> = mine.chain(others).map(stake).collect();
		let mut candidates: Vec<_> = (0..stakes.len()).collect();
		if law == Law::LinearOfHighest {
			candidates.sort_by_key(|at| core::cmp::Reverse(stakes[*at]));
			candidates.truncate(2 * SEATS as usize);
		}
		Self { stakes, candidates, part: owned as f64 / (sum + owned) as f64 }
	}

	/// Counts the owner's nodes among the first `SEATS`, and returns whether the first is one of them.
	fn draw(&self, draws: &[Key], split: u32) -> (u32, u32) {
		let keys =
			self.candidates.iter().map(|at| (draws[*at].with_stake(self.stakes[*at]).expect("nodes have stake"), *at));
		let mut keys: Vec<_> = keys.collect();
		keys.select_nth_unstable(SEATS as usize - 1);
		let drawn = &keys[..SEATS as usize];
		let is_owned = |at: usize| u32::from(at < split as usize);
		let first = drawn.iter().min().map_or(0, |(_, at)| is_owned(*at));
		(drawn.iter().map(|(_, at)| is_owned(*at)).sum(), first)
	}
}

/// The owner's seats in all rounds.
#[derive(Clone, Copy, Default)]
struct Got {
	seats: u32,
	firsts: u32,
}

impl Got {
	fn mean_seats(self) -> f64 {
		f64::from(self.seats) / f64::from(ROUNDS)
	}

	/// Returns the standard deviation of [`Self::mean_seats`]. Sampling without replacement varies less than Poisson.
	fn sigma(self) -> f64 {
		f64::from(self.seats.max(1)).sqrt() / f64::from(ROUNDS)
	}
}

#[test]
fn splitting_pays_under_a_square_root_and_not_below_the_cap() {
	let laws = [Law::Linear, Law::LinearOfHighest, Law::SquareRoot];
	let rows: Vec<_> = laws.into_iter().flat_map(|law| FAIR_SEATS.map(|fair| (law, fair))).collect();
	let fields: Vec<_> = rows.iter().map(|(law, fair)| SPLITS.map(|split| Field::new(*law, *fair, split))).collect();
	let mut got = vec![[Got::default(); SPLITS.len()]; rows.len()];
	let mut rng = rng(6);
	for _ in 0..ROUNDS {
		let draws = (0..OTHERS + 16).map(|_| Key::new(rng.next_u64(), 1).unwrap());
		let draws: Vec<_> = draws.collect();
		for (fields, got) in fields.iter().zip(&mut got) {
			for ((field, got), split) in fields.iter().zip(got).zip(SPLITS) {
				let (seats, first) = field.draw(&draws, split);
				got.seats += seats;
				got.firsts += first;
			}
		}
	}
	println!("expected seats of {SEATS}, and gain against one node, of an owner who splits into 1, 2, 4, 8, 16 nodes");
	for ((law, fair), got) in rows.iter().zip(&got) {
		print_row(*law, *fair, got);
	}
	for (((law, fair), got), fields) in rows.iter().zip(&got).zip(&fields) {
		check(*law, *fair, got, fields[0].part);
	}
}

fn print_row(law: Law, fair: f64, got: &[Got]) {
	let cells = got.iter().map(|some| match got[0].seats {
		0 => alloc::format!("{:6.3}       ", some.mean_seats()),
		_ => alloc::format!("{:6.3} ({:.2}x)", some.mean_seats(), some.mean_seats() / got[0].mean_seats()),
	});
	println!("{:>16} {fair:4.1}: {}", alloc::format!("{law:?}"), cells.collect::<Vec<_>>().join("  "));
}

fn check(law: Law, fair: f64, got: &[Got], part: f64) {
	let one = got[0];
	for some in got {
		let noise = 3.0 * (some.sigma().powi(2) + one.sigma().powi(2)).sqrt();
		match law {
			Law::Linear if fair <= 2.0 => {
				// A split gains nothing at a single draw.
				assert!(sigmas(some.firsts, ROUNDS, part).abs() < 3.0);
				// A split gains the seats that the limit of one seat a node takes from the single node.
				let unsplit = -(1.0 - one.mean_seats()).ln();
				assert!(some.mean_seats() < unsplit + noise, "{fair} {}", some.mean_seats());
				if fair < 0.5 {
					assert!((some.mean_seats() - one.mean_seats()).abs() < noise + unsplit - one.mean_seats());
				}
			},
			// Small nodes are not among the highest stakes.
			Law::LinearOfHighest if fair < 0.5 => assert_eq!(some.seats, 0),
			_ => {},
		}
	}
	match law {
		// Assets above the cap count once they are in separate nodes.
		Law::Linear if fair > 2.0 => assert!(got[2].mean_seats() > 2.0 * one.mean_seats()),
		// A node with a 16th of the assets has a quarter of the stake.
		Law::SquareRoot if fair < 0.5 => assert!(got[4].mean_seats() > 3.0 * one.mean_seats()),
		Law::SquareRoot => assert!(got[4].mean_seats() > 2.0 * one.mean_seats()),
		_ => {},
	}
}
