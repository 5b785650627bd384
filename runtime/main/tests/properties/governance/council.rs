//! What a council can do, and what is refused to it by name.

use super::*;
use frame_support::traits::InstanceFilter;
use pallet_shard_assignment::LedgerParams;
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchError::BadOrigin, Perbill};
use tp_core::{Hash, TOP};
use tp_sortition::Role;

/// Dispatches a call of the whole council.
fn by_council(call: impl Into<RuntimeCall>) -> DispatchResult {
	let council = OriginCaller::Council(pallet_collective::RawOrigin::Members(7, 7));
	frame_support::storage::with_storage_layer(|| {
		call.into().dispatch(council.into()).map(drop).map_err(|refused| refused.error)
	})
}

#[test]
fn what_takes_a_referendum_is_refused_to_the_council_by_name() {
	on_chain(PRODUCTION, |_| {
		let code_hash = Hash::repeat_byte(7);
		let beneficiary = Box::new(Sr25519Keyring::Eve.to_account_id().into());
		let code = vec![7; 100];
		let of_root: [RuntimeCall; 12] = [
			frame_system::Call::set_code { code: code.clone() }.into(),
			frame_system::Call::set_code_without_checks { code }.into(),
			frame_system::Call::authorize_upgrade { code_hash }.into(),
			frame_system::Call::set_storage { items: vec![] }.into(),
			pallet_treasury::Call::spend { asset_kind: Box::new(()), amount: TOP, beneficiary, valid_from: None }
				.into(),
			pallet_treasury::Call::void_spend { index: 0 }.into(),
			pallet_collective::Call::set_members { new_members: vec![], prime: None, old_count: 7 }.into(),
			pallet_referenda::Call::cancel { index: 0 }.into(),
			pallet_referenda::Call::kill { index: 0 }.into(),
			pallet_scheduler::Call::cancel { when: 1, index: 0 }.into(),
			pallet_balances::Call::force_set_balance { who: Sr25519Keyring::Eve.to_account_id().into(), new_free: TOP }
				.into(),
			pallet_whitelist::Call::dispatch_whitelisted_call {
				call_hash: code_hash,
				call_encoded_len: 1,
				call_weight_witness: Default::default(),
			}
			.into(),
		];
		for call in of_root {
			assert_eq!(by_council(call.clone()), Err(BadOrigin), "{call:?}");
		}
		// No account has the sudo key.
		let remark = Box::new(frame_system::Call::remark { remark: vec![] }.into());
		let alice = RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id());
		let by_alice = RuntimeCall::from(pallet_sudo::Call::sudo { call: remark }).dispatch(alice);
		assert_eq!(by_alice.unwrap_err().error, pallet_sudo::Error::<Runtime>::RequireSudo.into());
		assert_ok!(by_council(pallet_whitelist::Call::whitelist_call { call_hash: code_hash }));
	});
}

#[test]
fn what_is_beyond_its_bounds_is_refused_to_the_council_by_name() {
	use pallet_comprehensive_stake::{Error as StakeError, Parameters as Stake};
	use pallet_computing_power::{Error as PowerError, Parameters as Power};
	use pallet_rewards::{Error as RewardsError, Parameters as Issue};
	use pallet_shard_assignment::{Call as Ledgers, Error as LedgersError};
	on_chain(PRODUCTION, |_| {
		let seats = |seats| Ledgers::<Runtime>::set_seats { chain: ChainTag::Main, seats };
		let register = |seats| {
			let params = LedgerParams { seats, role: Role::Router, genesis_hash: Hash::zero() };
			Ledgers::<Runtime>::register_ledger { chain: ChainTag::Zone(0), params }
		};
		let issue = |yearly_rate, floor| pallet_rewards::Call::<Runtime>::set_parameters {
			parameters: Issue {
				yearly_rate: Perbill::from_percent(yearly_rate),
				floor: Perbill::from_percent(floor),
				..Issue::default()
			},
		};
		let power = |window| pallet_computing_power::Call::<Runtime>::set_parameters {
			parameters: Power { window, ..Power::default() },
		};
		let stake = |leave_delay_ms, evidence_epochs| pallet_comprehensive_stake::Call::<Runtime>::set_parameters {
			parameters: Stake { leave_delay_ms, evidence_epochs, ..Stake::NETWORK },
		};
		let refused: [(RuntimeCall, DispatchError); 13] = [
			(seats(1).into(), LedgersError::<Runtime>::TooFewSeats.into()),
			(seats(6).into(), LedgersError::<Runtime>::SeatsChangeTooMuch.into()),
			(register(1).into(), LedgersError::<Runtime>::TooFewSeats.into()),
			(Ledgers::remove_ledger { chain: ChainTag::Main }.into(), LedgersError::<Runtime>::MainChainStays.into()),
			(issue(100, 2).into(), RewardsError::<Runtime>::AboveGreatest.into()),
			(issue(8, 100).into(), RewardsError::<Runtime>::AboveGreatest.into()),
			(issue(9, 2).into(), RewardsError::<Runtime>::StepTooLarge.into()),
			(issue(8, 0).into(), RewardsError::<Runtime>::BelowLeast.into()),
			(power(1).into(), PowerError::<Runtime>::BelowLeast.into()),
			(power(6_000).into(), PowerError::<Runtime>::StepTooLarge.into()),
			(stake(0, 12).into(), StakeError::<Runtime>::BelowLeast.into()),
			(stake(3 * DAY_MS, 0).into(), StakeError::<Runtime>::BelowLeast.into()),
			(stake(3 * DAY_MS, 6).into(), StakeError::<Runtime>::StepTooLarge.into()),
		];
		for (call, error) in refused {
			assert_eq!(by_council(call.clone()), Err(error), "{call:?}");
		}
		for call in [
			seats(5).into(),
			register(4).into(),
			power(500).into(),
			RuntimeCall::from(stake(2 * DAY_MS + DAY_MS / 4, 9)),
		] {
			assert_eq!(by_council(call.clone()), Ok(()), "{call:?}");
		}
		// Within an epoch, the steps of several motions count together.
		assert_eq!(by_council(seats(6)), Err(LedgersError::<Runtime>::SeatsChangeTooMuch.into()));
		// A referendum sets what the council cannot.
		let minted = RuntimeCall::from(issue(100, 100)).dispatch(RuntimeOrigin::root());
		assert!(minted.is_ok());
		let ceiling = pallet_rewards::ISSUE_CEILING.mul_floor(tp_core::TOTAL_SUPPLY);
		let parameters = pallet_rewards::CurrentParameters::<Runtime>::get();
		assert_eq!(
			parameters.annual_issue(pallet_rewards::Reserve::<Runtime>::get()),
			ceiling,
			"but never more than this"
		);
	});
}

#[test]
fn proxies_that_move_no_tokens_vote_and_propose() {
	let votes: [RuntimeCall; 5] = [
		pallet_conviction_voting::Call::remove_vote { class: None, index: 0 }.into(),
		pallet_referenda::Call::refund_decision_deposit { index: 0 }.into(),
		pallet_treasury::Call::payout { index: 0 }.into(),
		pallet_whitelist::Call::remove_deferred_dispatch { call_hash: Hash::zero() }.into(),
		frame_system::Call::remark { remark: vec![] }.into(),
	];
	for call in votes {
		assert!(ProxyType::NonTransfer.filter(&call), "{call:?}");
	}
	let dest = Sr25519Keyring::Bob.to_account_id().into();
	let moves: [RuntimeCall; 2] = [
		pallet_balances::Call::transfer_keep_alive { dest, value: TOP }.into(),
		pallet_rewards::Call::claim { nodes: vec![] }.into(),
	];
	for call in moves {
		assert!(!ProxyType::NonTransfer.filter(&call), "{call:?}");
	}
}
