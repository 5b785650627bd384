//! Weights are positive, grow with their components, and leave room in a block.

use super::*;
use crate::weights::SubstrateWeight;

type Weights = SubstrateWeight<Test>;

#[test]
fn weights_grow_with_each_component() {
	for weight in [Weights::on_participation, Weights::on_epoch_end, Weights::claim] {
		assert!(weight(0).ref_time() > 0);
		assert!(weight(64).ref_time() > weight(1).ref_time());
	}
	assert!(Weights::votes_change().ref_time() > 0);
}

#[test]
fn an_epochs_end_at_its_fullest_is_a_small_part_of_a_block() {
	const MILLISECOND: u64 = 1_000_000_000;
	// The weight is known without storage.
	let worst = <Rewards as OnParticipation<AccountId>>::weight(tp_pbft::MAX_MEMBERS).ref_time();
	println!("epoch end with all bounds reached: {} ms, with parity-db", worst / MILLISECOND);
	// A block takes at most 2 s.
	assert!(worst <= 100 * MILLISECOND);
	let small = Weights::on_epoch_end(4).ref_time();
	println!("epoch end with 4 committees: {} ms", small / MILLISECOND);
	assert!(small <= 30 * MILLISECOND);
}
