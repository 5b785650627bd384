//! Weights of the calls.

use crate::{mock::Test, weights::SubstrateWeight, WeightInfo};

type Weights = SubstrateWeight<Test>;

#[test]
fn longer_records_do_not_weigh_less() {
	assert!(Weights::set_record(256).ref_time() >= Weights::set_record(1).ref_time());
	assert!(Weights::remove_record().ref_time() > 0);
}
