//! The attacker's quarter of all stake in each shape, and what it does with it.

use crate::network::{run, tried, Network, Setting, LEDGERS, SEATS};
use pallet_testkit::SeedSalt;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use top_takeover::{drawn, Group, Moments};
use tp_core::ChainTag;
use tp_stake::EpochClock;

/// Samples of the distribution where nodes have more than two weights.
const SAMPLES: usize = 200;
/// Subsets of its tickets that the attacker tries, and seeds that the last author of an epoch can choose between.
const TRIALS: u64 = 4;
/// Members that a committee tolerates: f.
const FAULTY: usize = (SEATS - 1) / 3;

/// What the attacker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
	/// Nothing but to stand.
	Stands,
	/// It moves its votes to its node with the best number of the epoch.
	MovesVotes,
	/// It keeps tickets back, so that its others land on the main chain by the seed that it expects.
	KeepsTickets,
	/// It cuts f honest members of the main chain off.
	CutsOff,
	/// In a quarter of the epochs it authors the last block, and chooses between two seeds.
	ChoosesSeed,
}

/// A shape of the attacker's stake.
pub struct Shape {
	/// Its name.
	pub name: &'static str,
	/// The nodes.
	pub setting: Setting,
	/// What the attacker does.
	pub act: Act,
}

/// Returns all shapes. In each the attacker has a quarter of all stake.
pub fn all() -> Vec<Shape> {
	let setting = |attacker: Vec<u32>, others: Vec<u32>, votes: Vec<u32>| Setting { attacker, others, votes };
	let million = 1_000_000;
	let equal = || setting(vec![2 * million; 62], vec![2 * million; 186], vec![]);
	let shape = |name, setting, act| Shape { name, setting, act };
	vec![
		shape("equal nodes", equal(), Act::Stands),
		shape(
			"many nodes at the least deposit",
			setting(vec![million; 140], vec![4 * million; 105], vec![]),
			Act::Stands,
		),
		shape("one whale", setting(vec![130 * million; 1], vec![2 * million; 195], vec![]), Act::Stands),
		// Sixteen nodes of one million, and votes of 108 million that can move.
		shape(
			"moving votes",
			setting(vec![million; 16], vec![2 * million; 186], vec![27 * million / 4; 16]),
			Act::MovesVotes,
		),
		shape("tickets kept back", equal(), Act::KeepsTickets),
		shape("absences caused to others", equal(), Act::CutsOff),
		shape("the last blocks of an epoch", equal(), Act::ChoosesSeed),
	]
}

/// What the attacker got.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
	shape: &'static str,
	draws: u32,
	/// Seats that were drawn, over all ledgers, and the attacker's part of them.
	seats_drawn: usize,
	won: usize,
	/// What it wins on average by the exact distribution, and by how many standard deviations it differs.
	exact: f64,
	sigmas: f64,
	/// The part of the main chain's new seats that it won, and the deviation from an even deal of what it won.
	part_of_main: f64,
	main_sigmas: f64,
	/// Its seats of 32 on each ledger: mean and most.
	mean_held: Vec<f64>,
	most_held: Vec<usize>,
	/// Committees in which it had more than f members, and a quorum.
	more_than_f: u32,
	quorums: u32,
	/// The smallest committee of the main chain.
	smallest_committee: usize,
	/// The largest number of tickets that were accepted in one epoch.
	most_tickets: usize,
}

impl Outcome {
	/// Returns what is out of its bounds.
	pub fn faults(&self, act: Act) -> Vec<String> {
		let mut faults = Vec::new();
		let mut check = |is_kept: bool, fault: String| {
			if !is_kept {
				faults.push(format!("{}: {fault}", self.shape));
			}
		};
		// Four standard deviations are passed once in 16,000 runs. An attacker that acts on what it knows may win less.
		let is_fair = self.sigmas.abs() < 4.0 || (act == Act::MovesVotes && self.sigmas < 4.0);
		check(is_fair || act == Act::KeepsTickets, format!("{} sigma from the exact distribution", self.sigmas));
		check(self.sigmas < 4.0, format!("{} sigma above the exact distribution", self.sigmas));
		let is_steered = act == Act::ChoosesSeed;
		check(is_steered || self.main_sigmas < 4.0, format!("{} sigma above an even deal", self.main_sigmas));
		check(self.part_of_main < 0.30, format!("{} of the main chain's seats", self.part_of_main));
		check(self.smallest_committee == SEATS, format!("a committee of {}", self.smallest_committee));
		check(self.quorums == 0, format!("{} quorums", self.quorums));
		faults
	}
}

/// Runs a shape for a number of draws.
pub fn play(shape: &Shape, draws: u32) -> Outcome {
	let seed = 1 + shape.name.bytes().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
	run(&shape.setting, seed, |network| Game::new(shape, network, seed).play(draws))
}

struct Game<'a> {
	shape: &'a Shape,
	network: &'a mut Network,
	rng: ChaCha8Rng,
	victims: BTreeSet<u16>,
}

impl<'a> Game<'a> {
	fn new(shape: &'a Shape, network: &'a mut Network, seed: u64) -> Self {
		Self { shape, network, rng: ChaCha8Rng::seed_from_u64(seed), victims: BTreeSet::new() }
	}

	fn play(mut self, draws: u32) -> Outcome {
		let mut outcome = Outcome {
			shape: self.shape.name,
			draws,
			seats_drawn: 0,
			won: 0,
			exact: 0.0,
			sigmas: 0.0,
			part_of_main: 0.0,
			main_sigmas: 0.0,
			mean_held: vec![0.0; LEDGERS.len()],
			most_held: vec![0; LEDGERS.len()],
			more_than_f: 0,
			quorums: 0,
			smallest_committee: SEATS,
			most_tickets: 0,
		};
		let (mut exact, mut even) = (Moments::default(), Moments::default());
		let (mut new_of_main, mut won_of_main) = (0, 0);
		for draw in 0..draws {
			SeedSalt::set(self.rng.next_u64());
			let eligible = self.network.eligible();
			let before: Vec<Vec<u16>> = LEDGERS.iter().map(|chain| self.network.newest(*chain)).collect();
			outcome.most_tickets = outcome.most_tickets.max(self.epoch(draw));

			let (mut new, mut won) = (0, 0);
			for (at, chain) in LEDGERS.iter().enumerate() {
				let after = self.network.newest(*chain);
				let came: Vec<u16> = after.iter().copied().filter(|node| !before[at].contains(node)).collect();
				let hits = came.iter().filter(|node| self.network.is_attacker(**node)).count();
				new += came.len();
				won += hits;
				if *chain == ChainTag::Main {
					new_of_main += came.len();
					won_of_main += hits;
					outcome.smallest_committee = outcome.smallest_committee.min(after.len());
				}
				let held = after.iter().filter(|node| self.network.is_attacker(**node)).count();
				outcome.mean_held[at] += held as f64 / f64::from(draws);
				outcome.most_held[at] = outcome.most_held[at].max(held);
				outcome.more_than_f += u32::from(held > FAULTY);
				outcome.quorums += u32::from(held >= SEATS - FAULTY);
			}
			exact.add(self.expected(&eligible, new));
			// Each winner is as likely to come to each seat: hypergeometric.
			let of_main = new / LEDGERS.len();
			let (mine, rest) = (Group { nodes: won, weight: 1.0 }, Group { nodes: new - won, weight: 1.0 });
			even.add(Moments::of(&drawn(mine, rest, of_main)));
			outcome.seats_drawn += new;
			outcome.won += won;
		}
		outcome.exact = exact.mean;
		outcome.sigmas = exact.sigmas(outcome.won as f64);
		outcome.part_of_main = won_of_main as f64 / new_of_main.max(1) as f64;
		outcome.main_sigmas = even.sigmas(won_of_main as f64);
		outcome
	}

	/// Plays one epoch. Returns the number of tickets that were accepted.
	fn epoch(&mut self, draw: u32) -> usize {
		let tickets = self.network.tickets();
		let mine: Vec<u16> = tickets.keys().copied().filter(|node| self.network.is_attacker(*node)).collect();
		let mut sent: BTreeSet<u16> = mine.iter().copied().collect();
		match self.shape.act {
			Act::Stands => {},
			Act::MovesVotes => {
				let luckiest = mine.iter().copied().max_by_key(|node| tickets[node].1);
				if let Some(node) = luckiest {
					self.network.move_votes(node);
				}
			},
			Act::KeepsTickets => {
				let subsets: Vec<BTreeSet<u16>> = (0..TRIALS).map(|trial| self.subset(&mine, trial)).collect();
				let best = subsets.into_iter().max_by_key(|subset| {
					tried(self.network, |network| {
						network.send(&tickets, |node| !network.is_attacker(node) || subset.contains(&node));
						of_main(network)
					})
				});
				sent = best.unwrap_or(sent);
			},
			Act::CutsOff => self.cut_off(draw),
			Act::ChoosesSeed => {},
		}
		let accepted = {
			let network = &*self.network;
			network.send(&tickets, |node| !network.is_attacker(node) || sent.contains(&node))
		};
		// The blocks from the close of tickets to the end of the epoch.
		SeedSalt::set(self.rng.next_u64());
		if self.shape.act == Act::ChoosesSeed && draw.is_multiple_of(4) {
			let other = self.rng.next_u64();
			let by_block = tried(self.network, of_main);
			let by_none = tried(self.network, |network| {
				SeedSalt::set(other);
				of_main(network)
			});
			if by_none > by_block {
				SeedSalt::set(other);
			}
		}
		self.network.end_epoch();
		accepted
	}

	/// Returns some of the attacker's nodes: all of them in the first trial.
	fn subset(&mut self, mine: &[u16], trial: u64) -> BTreeSet<u16> {
		mine.iter().copied().filter(|_| trial == 0 || !self.rng.next_u32().is_multiple_of(4)).collect()
	}

	/// Reports the last epoch's participation: f honest members of the main chain were cut off for two epochs, and then
	/// others are.
	fn cut_off(&mut self, draw: u32) {
		let epoch = pallet_testkit::ManualClock::epoch();
		let Some(over) = epoch.checked_sub(1) else { return };
		if draw.is_multiple_of(2) {
			let present = self.network.committee(ChainTag::Main, epoch);
			let honest = present.into_iter().filter(|node| !self.network.is_attacker(*node));
			self.victims = honest.take(FAULTY).collect();
		}
		self.network.report(ChainTag::Main, over, |node| self.victims.contains(&node));
	}

	/// Returns the exact moments of the attacker's seats in a draw.
	fn expected(&mut self, eligible: &[(u16, f64)], seats: usize) -> Moments {
		let of = |is_attacker: bool| -> Vec<f64> {
			let mine = eligible.iter().filter(|(node, _)| self.network.is_attacker(*node) == is_attacker);
			mine.map(|(_, weight)| *weight).collect()
		};
		let (mine, rest) = (of(true), of(false));
		let group = |weights: &[f64]| {
			let first = weights.first().copied().unwrap_or(1.0);
			let is_even = weights.iter().all(|weight| (weight - first).abs() < 1e-9 * first);
			is_even.then_some(Group { nodes: weights.len(), weight: first })
		};
		if let (Some(mine), Some(rest)) = (group(&mine), group(&rest)) {
			return Moments::of(&drawn(mine, rest, seats));
		}
		// Other weights have no simple formula: the definition is sampled.
		let mut chances = BTreeMap::<usize, f64>::new();
		for _ in 0..SAMPLES {
			let mut keys: Vec<(f64, bool)> = Vec::new();
			for (weights, is_attacker) in [(&mine, true), (&rest, false)] {
				for weight in weights.iter().filter(|weight| **weight > 0.0) {
					let uniform = (self.rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
					keys.push((-(1.0 - uniform).ln() / weight, is_attacker));
				}
			}
			keys.sort_by(|a, b| a.0.total_cmp(&b.0));
			let hits = keys.iter().take(seats).filter(|(_, is_attacker)| *is_attacker).count();
			*chances.entry(hits).or_default() += 1.0 / SAMPLES as f64;
		}
		let most = chances.keys().max().copied().unwrap_or_default();
		let chances: Vec<f64> = (0..=most).map(|hits| chances.get(&hits).copied().unwrap_or_default()).collect();
		let Moments { mean, variance } = Moments::of(&chances);
		// The sampled mean varies as well.
		Moments { mean, variance: variance * (1.0 + 1.0 / SAMPLES as f64) }
	}
}

/// Ends the epoch, and returns the attacker's seats on the main chain.
fn of_main(network: &mut Network) -> usize {
	network.end_epoch();
	network.newest(ChainTag::Main).into_iter().filter(|node| network.is_attacker(*node)).count()
}
