//! Weights are positive and grow with their components.

use super::*;
use crate::weights::SubstrateWeight;

type Weights = SubstrateWeight<Test>;

#[test]
fn weights_grow_with_each_component() {
	let one = Weights::next_committees(1, 1).ref_time();
	for more in [Weights::next_committees(2, 1), Weights::next_committees(1, 2)] {
		assert!(more.ref_time() > one);
	}
	assert!(Weights::deal(2).ref_time() > Weights::deal(1).ref_time());
	assert!(Weights::order_candidates().ref_time() > 0);
	assert!(Weights::epoch_ended(2).ref_time() > Weights::epoch_ended(1).ref_time());
}

#[test]
fn a_block_of_a_deal_weighs_what_it_looks_up() {
	on_network(&[(Main, 4)], 4, 8, |network| {
		let quiet = <ShardAssignment as Hooks<u64>>::on_initialize(System::block_number());
		submit_all(4..8);
		let next = ShardAssignment::next_committee(1, &network.members, None);
		pallet_testkit::CurrentEpoch::set(1);
		let weight = <ShardAssignment as Hooks<u64>>::on_initialize(System::block_number());
		assert!(weight.all_gte(quiet + Weights::deal(12) + Weights::order_candidates()));
		network.members = next;
	});
}

#[test]
fn a_ticket_weighs_at_least_its_proof() {
	// The native check takes 100 µs. Wasm is slower.
	assert!(Weights::submit_ticket().ref_time() > 100_000_000);
	assert!(Weights::authorize_submit_ticket().ref_time() > 100_000_000);
}

#[test]
fn the_weight_of_an_epochs_end_grows_with_its_ledgers() {
	let of = |ledgers: &[(ChainTag, u32)]| on_network(ledgers, 1, 1, |_| ShardAssignment::weight().ref_time());
	let main = of(&[(ChainTag::Main, 4)]);
	let larger = of(&[(ChainTag::Main, 8)]);
	let zone = of(&[(ChainTag::Main, 4), (ChainTag::Zone(0), 4)]);
	let shard = of(&[(ChainTag::Main, 4), (shard(0, 0), 4)]);
	// It depends on the numbers of seats and ledgers alone: the deal of each role has its own weight.
	assert!(main < larger && larger < zone && zone == shard, "{main} {larger} {zone} {shard}");
	on_network(&[(ChainTag::Main, 4)], 1, 1, |_| {
		assert!(
			ShardAssignment::epoch_ended_weight().ref_time() > Weights::epoch_ended(tp_pbft::MAX_MEMBERS).ref_time()
		);
	});
}
