//! Weights are positive, grow with what they count, and leave room in a block.

use crate::{mock::*, weights::SubstrateWeight, WeightInfo, LEAST_DAYS, MOST_DAYS};
use frame_support::{traits::Get, weights::Weight};
use frame_system::limits::BlockWeights;
use tp_stake::OnParticipation;

type Weights = SubstrateWeight<Test>;

#[test]
fn calls_weigh_something_and_proofs_their_signatures() {
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
fn the_weight_of_a_lock_is_within_what_is_counted_for_it() {
	let start = std::time::Instant::now();
	let sum: u64 = (LEAST_DAYS..=MOST_DAYS).map(|days| tp_sortition::vote_weight(days).into_inner()).sum();
	let each = start.elapsed() / (MOST_DAYS - LEAST_DAYS + 1);
	println!("the weight of a lock takes {each:?} on this machine, natively (sum {sum})");
	// Native code, possibly unoptimized, on a machine that does other things as well: only an order of magnitude.
	assert!(each < std::time::Duration::from_millis(5));
}

#[test]
fn more_members_and_more_slashes_weigh_more() {
	assert!(Weights::on_participation(128).ref_time() > Weights::on_participation(4).ref_time());
	assert!(Weights::on_epoch_end(32).ref_time() > Weights::on_epoch_end(0).ref_time());
	let whole = <Stake as OnParticipation>::weight(128);
	assert_eq!(whole, Weights::on_participation(128) + Weights::on_epoch_end(32));
	let block: BlockWeights = <<Test as frame_system::Config>::BlockWeights as Get<BlockWeights>>::get();
	let block = block.max_block.ref_time();
	println!("an epoch's end with 128 members and 32 slashes: {:.2} % of a block", {
		100.0 * whole.ref_time() as f64 / block as f64
	});
}
