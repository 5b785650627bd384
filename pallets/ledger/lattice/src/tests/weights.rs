//! The costs of units follow from the weights of batches.

use crate::{
	weights::{SubstrateWeight, WeightInfo, OPERATIONS_UNITS},
	UnitCosts,
};

type W = SubstrateWeight<crate::mock::Test>;

#[test]
fn a_batch_costs_what_was_measured() {
	let costs = UnitCosts::of::<W>();
	for units in [0, 1, 7, 512] {
		assert_eq!(costs.applied(units, units, 0), W::apply_units(units));
	}
	let operations = 16 * OPERATIONS_UNITS;
	let (measured, derived) = (W::apply_operations(operations), costs.applied(OPERATIONS_UNITS, operations, 0));
	let difference = measured.ref_time().abs_diff(derived.ref_time());
	assert!(difference < measured.ref_time() / 10, "{difference} ps of {measured:?}");
}

#[test]
fn a_wrong_signature_spoils_its_chunk_and_no_more_than_the_batch() {
	let costs = UnitCosts::of::<W>();
	assert_eq!(costs.applied(64, 0, 1), costs.applied(64, 0, 64));
	assert_eq!(costs.applied(3, 0, u32::MAX), costs.applied(3, 0, 3));
	assert!(costs.applied(128, 0, 1).ref_time() > costs.applied(128, 0, 0).ref_time());
}

#[test]
fn no_batch_costs_more_than_its_bytes_may() {
	let costs = UnitCosts::of::<W>();
	// A unit with 16 operations has at least 666 bytes.
	for units in [0, 1, 50] {
		let most = costs.applied(units, 16 * units, units);
		assert!(costs.at_most(units * 666).ref_time() >= most.ref_time(), "{units} units");
	}
}
