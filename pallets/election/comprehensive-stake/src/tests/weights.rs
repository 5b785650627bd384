//! Weights are positive, grow with their parameters, and leave room in a block.

use super::ledger::*;
use crate::{mock::*, weights::SubstrateWeight, Call, WeightInfo, MIN_DAYS};
use frame_support::{dispatch::GetDispatchInfo, traits::Get, weights::Weight};
use frame_system::limits::BlockWeights;
use tp_stake::{OnParticipation, OnVotesChange};

type Weights = SubstrateWeight<Test>;

#[test]
fn calls_have_weights_and_proofs_that_of_their_signatures() {
	let calls: [fn() -> Weight; 15] = [
		Weights::register,
		Weights::set_keys,
		Weights::set_network_id,
		Weights::set_dividend,
		Weights::add_deposit,
		Weights::set_roles,
		Weights::leave,
		Weights::return_to_service,
		Weights::withdraw_deposit,
		Weights::vote,
		Weights::withdraw_vote,
		Weights::move_vote,
		Weights::settle_vote,
		Weights::set_parameters,
		Weights::cancel_slash,
	];
	assert!(calls.iter().all(|weight| weight().ref_time() > 0));
	// 35 and 38 µs measured for one verification of each kind.
	for weight in [Weights::register(), Weights::set_keys()] {
		assert!(weight.ref_time() >= 73_000_000);
	}
}

#[test]
fn calls_that_change_votes_include_the_weight_of_notifications() {
	let (node, once) = (account(1), <VotesLog as OnVotesChange<AccountId>>::weight());
	let cases = [
		(Call::<Test>::vote { node, amount: 1, days: MIN_DAYS }, Weights::vote() + once),
		(Call::withdraw_vote { vote: 0 }, Weights::withdraw_vote() + once * 3),
		(Call::move_vote { vote: 0, node }, Weights::move_vote() + once * 4),
		(Call::settle_vote { holder: node, vote: 0 }, Weights::settle_vote() + once * 3),
		(Call::leave {}, Weights::leave()),
	];
	for (call, weight) in cases {
		assert_eq!(call.get_dispatch_info().call_weight, weight, "{call:?}");
	}
}

#[test]
fn more_members_and_more_slashes_weigh_more() {
	assert!(Weights::on_participation(128).ref_time() > Weights::on_participation(4).ref_time());
	assert!(Weights::on_epoch_end(32).ref_time() > Weights::on_epoch_end(0).ref_time());
	let whole = <Stake as OnParticipation<AccountId>>::weight(128);
	assert_eq!(whole, Weights::on_participation(128) + Weights::on_epoch_end(32));
	let block: BlockWeights = <<Test as frame_system::Config>::BlockWeights as Get<BlockWeights>>::get();
	let block = block.max_block.ref_time();
	println!("an epoch's end with 128 members and 32 slashes: {:.2} % of a block", {
		100.0 * whole.ref_time() as f64 / block as f64
	});
}
