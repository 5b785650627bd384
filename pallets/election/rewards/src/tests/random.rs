//! Random lives of nodes and holders: at every step the sums are right, and nobody gets more or less than a model in
//! floating point says, but for rounding.

use crate::{mock::*, *};
use frame_support::traits::fungible::Inspect;
use proptest::prelude::*;
use std::collections::BTreeMap;
use tp_core::{AccountId, Balance, ChainTag};
use tp_stake::Voters;

const NODES: u8 = 4;
const HOLDERS: u8 = 5;
/// Holders' numbers begin here.
const FIRST_HOLDER: u8 = 100;

#[derive(Clone, Debug)]
enum Step {
	/// A holder's votes for a node become so many; none if zero.
	Vote { holder: u8, node: u8, weight: Balance },
	/// A holder's votes move from one node to another.
	Move { holder: u8, from: u8, to: u8 },
	/// A node changes its dividend.
	Dividend { node: u8, percent: u32 },
	/// Nodes did something, and an epoch ends after some time.
	Epoch { elapsed_ms: u64, work: Vec<u32>, archives: u8 },
	/// Somebody claims: a node, or a holder of all its nodes.
	Claim { who: u8 },
}

fn step() -> impl Strategy<Value = Step> {
	let weight =
		prop_oneof![3 => Just(0), 1 => 1..10u128, 4 => 1..1_000_000_000_000u128, 1 => Just(40_000_000_000_000_000u128)];
	let holder = FIRST_HOLDER..FIRST_HOLDER + HOLDERS;
	let claimant = prop_oneof![0..NODES, holder.clone()];
	let elapsed = prop_oneof![4 => 1..2 * EPOCH_MS, 1 => Just(0), 1 => Just(YEAR_MS)];
	let work = proptest::collection::vec(0..1_000u32, NODES as usize);
	prop_oneof![
		4 => (holder.clone(), 0..NODES, weight).prop_map(|(holder, node, weight)| Step::Vote { holder, node, weight }),
		2 => (holder, 0..NODES, 0..NODES).prop_map(|(holder, from, to)| Step::Move { holder, from, to }),
		1 => (0..NODES, 0..=100u32).prop_map(|(node, percent)| Step::Dividend { node, percent }),
		4 => (elapsed, work, 0..3u8)
			.prop_map(|(elapsed_ms, work, archives)| Step::Epoch { elapsed_ms, work, archives }),
		3 => claimant.prop_map(|who| Step::Claim { who }),
	]
}

/// What everybody earned, as exactly as a float can say it.
#[derive(Default)]
struct Model {
	earned: BTreeMap<AccountId, f64>,
	/// How often somebody may have lost less than a unit.
	roundings: f64,
}

impl Model {
	fn add(&mut self, who: AccountId, amount: f64) {
		*self.earned.entry(who).or_default() += amount;
	}

	/// A node earned something of its work, and something for its voters.
	fn pay(&mut self, node: &AccountId, work: f64, votes: f64) {
		let all = Registry::weight_of(node) as f64;
		let dividend = match all > 0.0 {
			true => work * f64::from(Registry::dividend(node).deconstruct()) / 1e9,
			false => 0.0,
		};
		self.add(node.clone(), work - dividend);
		for ((holder, of), weight) in Votes::get() {
			if of == *node {
				self.add(holder, (votes + dividend) * weight as f64 / all);
			}
		}
	}

	fn epoch(&mut self, budget: Balance, work: &[u32], archives: u8) {
		let budget = budget as f64;
		let sum: u32 = work.iter().sum();
		let weights = Votes::get().values().sum::<Balance>() as f64;
		for (at, signed) in (0..).zip(work) {
			let node = account(at);
			let mut earned = 0.0;
			if sum > 0 {
				earned += budget * 0.6 * f64::from(*signed) / f64::from(sum);
			}
			if at < archives {
				earned += budget * 0.04 / f64::from(archives);
			}
			let votes = match weights > 0.0 {
				true => budget * 0.2 * Registry::weight_of(&node) as f64 / weights,
				false => 0.0,
			};
			self.pay(&node, earned, votes);
		}
		self.roundings += 20.0;
	}

	fn check(&self) {
		for (who, earned) in &self.earned {
			let nodes: Vec<_> = (0..NODES).map(account).collect();
			let got = (Balances::balance(who) + Rewards::claimable_with(who, &nodes)) as f64;
			// A float has 53 bits, and is added to often.
			let tolerance = self.roundings + earned * 1e-12;
			assert!((got - earned).abs() <= tolerance, "{who} has {got}, and should have {earned} ± {tolerance}");
		}
	}
}

fn apply(step: Step, model: &mut Model) {
	match step {
		Step::Vote { holder, node, weight } => vote(&account(holder), &account(node), weight),
		Step::Move { holder, from, to } => {
			let (holder, from, to) = (account(holder), account(from), account(to));
			let moved = Registry::weight_by(&holder, &from);
			vote(&holder, &from, 0);
			let there = Registry::weight_by(&holder, &to);
			vote(&holder, &to, there + moved);
		},
		Step::Dividend { node, percent } => set_dividend(&account(node), percent),
		Step::Epoch { elapsed_ms, work, archives } => {
			Archives::set((0..archives).map(account).collect());
			report(ChainTag::Shard { zone: 1, incarnation: 1 }, (0..).zip(work.iter().map(|times| signed(*times))));
			end_epoch_after(elapsed_ms);
			let budget = history().last().map_or(0, |rewards| rewards.budget);
			model.epoch(budget, &work, archives);
		},
		Step::Claim { who } => {
			let before = (Balances::balance(&account(who)), claimable(who));
			let nodes = (0..NODES).map(account).collect();
			match Rewards::claim(RuntimeOrigin::signed(account(who)), nodes) {
				Ok(()) => assert_eq!(Balances::balance(&account(who)), before.0 + before.1),
				Err(error) => assert!(
					error == Error::<Test>::NothingToClaim.into() && before.1 == 0
						|| error == Error::<Test>::BelowExistentialDeposit.into() && before.1 < DEPOSIT,
					"{error:?} with {} to claim",
					before.1
				),
			}
		},
	}
	model.roundings += 2.0;
}

/// No pot owes more than it holds, and what rounding left in it is little.
fn check_pots(roundings: f64) {
	for (node, pot) in VoterPots::<Test>::iter() {
		let holders = (FIRST_HOLDER..FIRST_HOLDER + HOLDERS).map(account);
		let owed: Balance = holders.map(|holder| Rewards::unsettled(&holder, &node)).sum();
		assert!(owed <= pot.amount, "{node} owes {owed} of {}", pot.amount);
		assert!((pot.amount - owed) as f64 <= roundings, "{} of {node} is nobody's", pot.amount - owed);
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn sums_are_right_at_every_step(steps in proptest::collection::vec(step(), 1..60)) {
		on_ledger(|| {
			let mut model = Model::default();
			for step in steps {
				apply(step, &mut model);
				check();
				check_pots(model.roundings);
				model.check();
			}
			// All leave: everything is claimable, claimed or burned, and no pot is left.
			for (holder, node) in Votes::get().into_keys() {
				vote(&holder, &node, 0);
				check();
			}
			assert_eq!(VoterPots::<Test>::iter().count(), 0);
			assert_eq!(Checkpoints::<Test>::iter().count(), 0);
			let burned = CurrentTotals::<Test>::get().burned;
			assert!(burned as f64 <= model.roundings * f64::from(NODES), "{burned} units are more than rounding leaves");
		});
	}
}
