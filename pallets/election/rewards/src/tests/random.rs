//! Random acts of nodes and holders. At every step the sums are right, and each account gets the amount of a
//! floating-point model, within the error of rounding.

use super::*;
use frame_support::storage::with_transaction;
use proptest::prelude::*;
use sp_runtime::{DispatchError, TransactionOutcome};
use std::collections::BTreeMap;

const NODES: AccountId = 4;
const HOLDERS: std::ops::Range<AccountId> = 100..105;

#[derive(Clone, Debug)]
enum Step {
	/// A holder's votes for a node get another weight, or are withdrawn if it is zero.
	Vote { holder: AccountId, node: AccountId, weight: Balance },
	/// A holder's votes move from one node to another.
	Move { holder: AccountId, from: AccountId, to: AccountId },
	/// A node changes its dividend.
	Dividend { node: AccountId, percent: u32 },
	/// Nodes work, and an epoch ends after some time.
	Epoch { elapsed_ms: u64, work: Vec<u32> },
	/// A node claims, or a holder claims from all its nodes.
	Claim { who: AccountId },
}

fn step() -> impl Strategy<Value = Step> {
	let weight =
		prop_oneof![3 => Just(0), 1 => 1..10u128, 4 => 1..1_000_000_000_000u128, 1 => Just(40_000_000_000_000_000u128)];
	let claimant = prop_oneof![0..NODES, HOLDERS];
	let elapsed = prop_oneof![4 => 1..2 * EPOCH_MS, 1 => Just(0), 1 => Just(YEAR_MS)];
	let work = proptest::collection::vec(0..1_000u32, NODES as usize);
	prop_oneof![
		4 => (HOLDERS, 0..NODES, weight).prop_map(|(holder, node, weight)| Step::Vote { holder, node, weight }),
		2 => (HOLDERS, 0..NODES, 0..NODES).prop_map(|(holder, from, to)| Step::Move { holder, from, to }),
		1 => (0..NODES, 0..=100u32).prop_map(|(node, percent)| Step::Dividend { node, percent }),
		4 => (elapsed, work).prop_map(|(elapsed_ms, work)| Step::Epoch { elapsed_ms, work }),
		3 => claimant.prop_map(|who| Step::Claim { who }),
	]
}

/// Expected earnings, with the precision of a float.
#[derive(Default)]
struct Model {
	earned: BTreeMap<AccountId, f64>,
	/// Maximum number of roundings, each of which loses less than a unit.
	roundings: f64,
}

impl Model {
	fn add(&mut self, who: AccountId, amount: f64) {
		*self.earned.entry(who).or_default() += amount;
	}

	/// Adds the earnings of a node's work, and those of its voters.
	fn pay(&mut self, node: AccountId, work: f64, votes: f64) {
		let all = Registry::weight_of(&node) as f64;
		let dividend = match all > 0.0 {
			true => work * f64::from(Registry::dividend(&node, 0).deconstruct()) / 1e9,
			false => 0.0,
		};
		self.add(node, work - dividend);
		if all > 0.0 {
			for holder in HOLDERS {
				self.add(holder, (votes + dividend) * Registry::weight_by(&holder, &node) as f64 / all);
			}
		}
	}

	fn epoch(&mut self, budget: Balance, work: &[u32]) {
		let budget = budget as f64;
		let sum: u32 = work.iter().sum();
		// A committee has 100 certificates.
		let service =
			|node: AccountId, signed: u32| Registry::weight_of(&node) as f64 * f64::from(signed.min(100)) / 100.0;
		let services: f64 = (0..).zip(work).map(|(node, signed)| service(node, *signed)).sum();
		for (node, signed) in (0..).zip(work) {
			let mut earned = 0.0;
			if sum > 0 {
				earned += budget * 0.6 * f64::from(*signed) / f64::from(sum);
			}
			let votes = match services > 0.0 {
				true => budget * 0.2 * service(node, *signed) / services,
				false => 0.0,
			};
			self.pay(node, earned, votes);
		}
		self.roundings += 20.0;
	}

	fn check(&self) {
		for (who, earned) in &self.earned {
			let nodes: Vec<AccountId> = (0..NODES).collect();
			let got = (Balances::balance(who) + Rewards::claimable_with(who, &nodes)) as f64;
			// A float has 53 bits and takes many additions.
			let tolerance = self.roundings + earned * 1e-12;
			assert!((got - earned).abs() <= tolerance, "{who} has {got}, and should have {earned} ± {tolerance}");
		}
	}
}

fn apply(step: Step, model: &mut Model) {
	match step {
		Step::Vote { holder, node, weight } => vote(holder, node, weight),
		Step::Move { holder, from, to } => {
			let moved = Registry::weight_by(&holder, &from);
			vote(holder, from, 0);
			let there = Registry::weight_by(&holder, &to);
			vote(holder, to, there + moved);
		},
		Step::Dividend { node, percent } => {
			Rewards::before_dividend_change(&node);
			set_dividend(node, percent);
		},
		Step::Epoch { elapsed_ms, work } => {
			report(ChainTag::Shard { zone: 1, incarnation: 1 }, (0..).zip(work.iter().map(|times| signed(*times))));
			end_epoch_after(elapsed_ms);
			let budget = history().last().map_or(0, |rewards| rewards.budget);
			model.epoch(budget, &work);
		},
		Step::Claim { who } => {
			let before = (Balances::balance(&who), claimable(who));
			let nodes = (0..NODES).collect();
			match Rewards::claim(RuntimeOrigin::signed(who), nodes) {
				Ok(()) => assert_eq!(Balances::balance(&who), before.0 + before.1),
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

/// Checks that no pot owes more than it holds, and that roundings leave little in it, once all nodes are settled.
fn check_pots(roundings: f64) {
	let settle_and_check = || {
		(0..NODES).for_each(|node| Rewards::settle_node(&node));
		check();
		check_settled_pots(roundings);
		TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
	};
	assert_ok!(with_transaction(settle_and_check));
}

fn check_settled_pots(roundings: f64) {
	for (node, pot) in VoterPots::<Test>::iter() {
		let owed: Balance = HOLDERS.map(|holder| Rewards::unsettled(&holder, &node)).sum();
		assert!(owed <= pot.amount, "{node} owes {owed} of {}", pot.amount);
		assert!((pot.amount - owed) as f64 <= roundings, "{} of {node} has no owner", pot.amount - owed);
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
			// All votes are withdrawn. No pot is left, and all amounts are claimable, claimed or burned.
			for (holder, node) in HOLDERS.flat_map(|holder| (0..NODES).map(move |node| (holder, node))) {
				if Registry::weight_by(&holder, &node) > 0 {
					vote(holder, node, 0);
					check();
				}
			}
			assert_eq!(VoterPots::<Test>::iter().count(), 0);
			assert_eq!(Checkpoints::<Test>::iter().count(), 0);
			let burned = CurrentTotals::<Test>::get().burned;
			assert!(burned as f64 <= model.roundings * NODES as f64, "{burned} units are more than roundings leave");
		});
	}
}
