//! Weights are positive and grow with their parameters.

use crate::{mock::*, weights::SubstrateWeight, WeightInfo};

type Weights = SubstrateWeight<Test>;

#[test]
fn a_larger_committee_weighs_more() {
	for weight in [Weights::block, Weights::later_view, Weights::end_epoch, Weights::note_parent] {
		assert!(weight(1).ref_time() > 0);
		assert!(weight(128).ref_time() > weight(4).ref_time());
	}
}

#[test]
fn a_certificate_weighs_at_least_its_signature_checks() {
	let per_signature = (Weights::note_parent(128) - Weights::note_parent(0)).ref_time() / 128;
	// 35 µs measured for one ed25519 verification.
	assert!(per_signature >= 35_000_000);
}
