//! Weights cover what they are made of.

use crate::{mock::*, weights::SubstrateWeight, WeightInfo};
use frame_support::{dispatch::DispatchClass, traits::Get};

type Weights = SubstrateWeight<Test>;

#[test]
fn a_report_weighs_at_least_its_signature_checks() {
	// 35 µs measured for one ed25519 verification; there are three.
	assert!(Weights::authorize_report().ref_time() >= 3 * 35_000_000);
	assert!(Weights::report().ref_time() > Weights::authorize_report().ref_time());
}

#[test]
fn a_report_fits_into_a_block() {
	let limits = <<Test as frame_system::Config>::BlockWeights as Get<frame_system::limits::BlockWeights>>::get();
	let most = limits.get(DispatchClass::Operational).max_extrinsic.unwrap();
	assert!((Weights::report() + Weights::authorize_report()).all_lte(most / 10));
}

#[test]
fn forgetting_more_weighs_more() {
	assert!(Weights::prune(0).ref_time() > 0);
	assert!(Weights::prune(32).ref_time() > Weights::prune(1).ref_time());
	assert!(Weights::prune(1).ref_time() > Weights::prune(0).ref_time());
}
