//! Weights cover the measured costs.

use crate::{mock::Test, weights::SubstrateWeight, WeightInfo, REMOVALS_PER_BLOCK};
use frame_support::weights::RuntimeDbWeight;
use tp_power::{SEGMENTS_SHOWN, STEPS_PER_SEGMENT};

type Weights = SubstrateWeight<Test>;

#[test]
fn a_reveal_weighs_at_least_its_hashes_and_signature() {
	let hashes = u64::from(SEGMENTS_SHOWN * STEPS_PER_SEGMENT);
	// A hash takes at least 170 ns and a signature 35 µs, without calls to the host.
	let measured = hashes * 170_000 + 35_000_000;
	for weight in [Weights::reveal(), Weights::authorize_reveal()] {
		println!("weight of a reveal: {} µs, measured {} µs", weight.ref_time() / 1_000_000, measured / 1_000_000);
		assert!(weight.ref_time() > measured);
	}
}

#[test]
fn the_weight_of_the_hook_covers_its_removals() {
	let database: RuntimeDbWeight = <Test as frame_system::Config>::DbWeight::get();
	let more = Weights::on_initialize(REMOVALS_PER_BLOCK).saturating_sub(Weights::on_initialize(0));
	assert!(more.ref_time() > database.writes(REMOVALS_PER_BLOCK.into()).ref_time());
}
