//! Every sequence of calls keeps the invariants and the sum of tokens.

use super::ledger::*;
use crate::{mock::*, *};
use proptest::prelude::*;
use sp_runtime::{DispatchResult, Perbill};
use std::{collections::BTreeMap, sync::Mutex};
use tp_core::{Balance, TOP};
use tp_sortition::Role;
use tp_stake::{Nodes as _, Punish};

/// Controllers are 1 to 4, holders 11 to 14; a reporter is one of either.
const CONTROLLERS: u8 = 4;

#[derive(Clone, Debug)]
enum Step {
	Register(u8, u8),
	SetKeys(u8, u8),
	AddDeposit(u8, Balance),
	SetRoles(u8, u8),
	Leave(u8),
	Return(u8),
	WithdrawDeposit(u8),
	Vote(u8, u8, Balance, u32),
	WithdrawVote(usize),
	MoveVote(usize, u8),
	SettleVote(usize),
	Slash(u8, u32, Option<u8>),
	Cancel(u32),
	Seat(u8, u64),
	EndEpochs(Vec<(u8, u32)>, u64),
	PassDays(u64),
}

fn step() -> impl Strategy<Value = Step> {
	let controller = || 1..=CONTROLLERS;
	let holder = || 11u8..=14;
	let amount = || prop_oneof![TOP / 2..2 * TOP, TOP..1_000_000 * TOP];
	let part = || prop_oneof![Just(100_000_000u32), Just(1_000_000_000), 0..=1_000_000_000u32];
	prop_oneof![
		6 => (controller(), 30u8..60).prop_map(|(node, keys)| Step::Register(node, keys)),
		1 => (controller(), 30u8..40).prop_map(|(node, keys)| Step::SetKeys(node, keys)),
		1 => (controller(), amount()).prop_map(|(node, amount)| Step::AddDeposit(node, amount)),
		1 => (controller(), 0u8..5).prop_map(|(node, role)| Step::SetRoles(node, role)),
		1 => controller().prop_map(Step::Leave),
		1 => controller().prop_map(Step::Return),
		4 => controller().prop_map(Step::WithdrawDeposit),
		6 => (holder(), controller(), amount(), 25u32..610).prop_map(|(a, b, c, d)| Step::Vote(a, b, c, d)),
		3 => any::<usize>().prop_map(Step::WithdrawVote),
		3 => (any::<usize>(), controller()).prop_map(|(vote, node)| Step::MoveVote(vote, node)),
		2 => any::<usize>().prop_map(Step::SettleVote),
		2 => (controller(), part(), prop::option::of(11u8..=20)).prop_map(|(a, b, c)| Step::Slash(a, b, c)),
		1 => (0u32..4).prop_map(Step::Cancel),
		1 => (controller(), 0u64..4).prop_map(|(node, ahead)| Step::Seat(node, ahead)),
		4 => (prop::collection::vec((controller(), 0u32..=100), 0..4), 0u64..4).prop_map(|(a, b)| Step::EndEpochs(a, b)),
		3 => (1u64..200).prop_map(Step::PassDays),
	]
}

impl Step {
	/// Returns the kind of step.
	fn name(&self) -> String {
		let debug = format!("{self:?}");
		debug.split('(').next().unwrap_or_default().to_owned()
	}
}

/// Returns the vote with an index, modulo the number of votes.
fn pick(number: usize) -> Option<(AccountId, VoteId)> {
	let votes: Vec<_> = Votes::<Test>::iter_keys().chain(LeavingVotes::<Test>::iter_keys()).collect();
	votes.get(number.checked_rem(votes.len())?).cloned()
}

fn with_vote(number: usize, call: impl FnOnce(RuntimeOrigin, AccountId, VoteId) -> DispatchResult) -> DispatchResult {
	pick(number).map_or(Ok(()), |(holder, id)| call(RuntimeOrigin::signed(holder), holder, id))
}

fn run(step: Step) -> DispatchResult {
	match step {
		Step::Register(node, keys) => register_with(node, keys, &[Role::Edge], 200_000 * TOP),
		Step::SetKeys(node, of) => Stake::set_keys(signed(node), keys(of), proof(of, &account(node))),
		Step::AddDeposit(node, amount) => Stake::add_deposit(signed(node), amount),
		Step::SetRoles(node, role) => {
			let role = Role::ALL.get(usize::from(role)).map_or(Vec::new(), |role| vec![*role, Role::Edge]);
			Stake::set_roles(signed(node), roles(&role))
		},
		Step::Leave(node) => Stake::leave(signed(node)),
		Step::Return(node) => Stake::return_to_service(signed(node)),
		Step::WithdrawDeposit(node) => Stake::withdraw_deposit(signed(node)),
		Step::Vote(holder, node, amount, days) => Stake::vote(signed(holder), account(node), amount, days),
		Step::WithdrawVote(number) => with_vote(number, |holder, _, id| Stake::withdraw_vote(holder, id)),
		Step::MoveVote(number, to) => with_vote(number, |holder, _, id| Stake::move_vote(holder, id, account(to))),
		Step::SettleVote(number) => with_vote(number, |_, holder, id| Stake::settle_vote(signed(20), holder, id)),
		Step::Slash(node, part, reporter) => {
			let epoch = CurrentEpoch::get();
			let slash = Stake::slash(&account(node), epoch, Perbill::from_parts(part), reporter.map(account));
			assert_eq!(slash.is_some(), Nodes::<Test>::contains_key(account(node)));
			Ok(())
		},
		Step::Cancel(ahead) => Stake::cancel_slash(signed(200), FirstSlash::<Test>::get() + ahead),
		Step::Seat(node, ahead) => {
			Stake::note_seat(&account(node), CurrentEpoch::get() + ahead);
			Ok(())
		},
		Step::EndEpochs(members, silent) => {
			end_epoch_with(&[report(&members)]);
			end_epochs(silent);
			Ok(())
		},
		Step::PassDays(days) => {
			pass_days(days);
			Ok(())
		},
	}
}

/// Returns the burned part of slashes, by the events of this block.
fn burned() -> Balance {
	let of = |event| match event {
		Event::Slashed { deposit, votes, rewarded, .. } => Some(deposit + votes - rewarded),
		Event::PastVoteSlashed { amount, rewarded, .. } => Some(amount - rewarded),
		_ => None,
	};
	events().into_iter().filter_map(of).sum()
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

	fn invariants_hold_for_any_calls(steps in prop::collection::vec(step(), 1..120)) {
		build((1..=CONTROLLERS).map(genesis_node).collect()).execute_with(|| {
			System::set_block_number(1);
			let mut expected = issuance();
			let mut outcomes = Outcomes::default();
			for step in steps {
				System::reset_events();
				let root = sp_io::storage::root(sp_runtime::StateVersion::V1);
				let name = step.name();
				let result = frame_support::storage::with_storage_layer(|| run(step.clone()));
				if result.is_err() {
					let after = sp_io::storage::root(sp_runtime::StateVersion::V1);
					assert_eq!(root, after, "{step:?} failed with {result:?} and changed the state");
				}
				outcomes.count(&name, &result);
				expected -= burned();
				assert_eq!(issuance(), expected, "after {step:?}");
				check();
			}
			// At the end all voters can withdraw the remaining value, and no token stays in the pools.
			pass_days(700);
			end_epochs(20);
			for (holder, id) in Votes::<Test>::iter_keys().collect::<Vec<_>>() {
				Stake::withdraw_vote(RuntimeOrigin::signed(holder), id).unwrap();
			}
			check();
			end_epochs(20);
			for (holder, id) in LeavingVotes::<Test>::iter_keys().collect::<Vec<_>>() {
				Stake::withdraw_vote(RuntimeOrigin::signed(holder), id).unwrap();
			}
			assert_eq!((held_votes(), Pools::<Test>::iter().count(), PastPools::<Test>::iter().count()), (0, 0, 0));
			check();
			outcomes.add_to_all();
		});
	}
}

/// The number of steps by kind and result.
#[derive(Default)]
struct Outcomes(BTreeMap<String, u32>);

impl Outcomes {
	fn count(&mut self, name: &str, result: &DispatchResult) {
		let outcome: &str = match result {
			Ok(()) => "done",
			Err(error) => (*error).into(),
		};
		*self.0.entry(format!("{name} {outcome}")).or_default() += 1;
	}

	fn add_to_all(self) {
		let mut all = ALL_OUTCOMES.lock().unwrap();
		self.0.into_iter().for_each(|(outcome, count)| *all.entry(outcome).or_default() += count);
	}
}

static ALL_OUTCOMES: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

/// Rounds of 96 sequences by chance, at most. One round can miss a rare outcome.
const ROUNDS: u32 = 20;

/// The results that some sequence must reach.
const OUTCOMES: [&str; 11] = [
	"Register done",
	"SetKeys done",
	"WithdrawDeposit done",
	"Vote done",
	"Vote SlashPending",
	"WithdrawVote done",
	"MoveVote done",
	"MoveVote VotePunishable",
	"WithdrawVote VotePunishable",
	"SettleVote done",
	"Cancel done",
];

/// Returns the results that no sequence reached yet.
fn missing() -> Vec<&'static str> {
	let all = ALL_OUTCOMES.lock().unwrap();
	OUTCOMES.into_iter().filter(|outcome| !all.contains_key(*outcome)).collect()
}

#[test]
fn invariants_hold_for_any_calls_and_the_sequences_cover_the_outcomes() {
	invariants_hold_for_any_calls();
	// The sequences are new ones each time: more of them, if these miss an outcome.
	(1..ROUNDS).take_while(|_| !missing().is_empty()).for_each(|_| invariants_hold_for_any_calls());
	ALL_OUTCOMES.lock().unwrap().iter().for_each(|(outcome, count)| println!("{count:6} {outcome}"));
	assert_eq!(missing(), Vec::<&str>::new(), "no sequence reached them");
}
