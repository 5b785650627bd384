//! Weights cover the cost of their parts.

use crate::{mock::Test, weights::SubstrateWeight, WeightInfo};
use frame_support::{dispatch::DispatchClass, traits::Get};

type Weights = SubstrateWeight<Test>;

#[test]
fn a_report_weighs_at_least_its_signature_checks() {
	// One ed25519 verification takes 35 µs. There are three.
	assert!(Weights::authorize_report().ref_time() >= 3 * 35_000_000);
	assert!(Weights::report().ref_time() > Weights::authorize_report().ref_time());
}

#[test]
fn a_report_fits_into_a_block() {
	let limits = <<Test as frame_system::Config>::BlockWeights as Get<frame_system::limits::BlockWeights>>::get();
	let max = limits.get(DispatchClass::Operational).max_extrinsic.unwrap();
	assert!((Weights::report() + Weights::authorize_report()).all_lte(max / 10));
}

#[test]
fn the_removal_of_more_records_weighs_more() {
	assert!(Weights::prune(0).ref_time() > 0);
	assert!(Weights::prune(32).ref_time() > Weights::prune(1).ref_time());
	assert!(Weights::prune(1).ref_time() > Weights::prune(0).ref_time());
}
