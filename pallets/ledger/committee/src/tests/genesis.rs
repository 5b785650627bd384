//! Checks of the genesis, and the runtime API on it.

use super::ledger::*;
use crate::{mock::*, *};
use tp_pbft::{Committee as PbftCommittee, Pace, PbftConfig};

#[test]
fn the_api_on_the_genesis_describes_the_first_height() {
	on_ledger(4, |_| {
		let expected = PbftCommittee { epoch: 0, members: members(0..4), seed: GENESIS_SEED };
		assert_eq!(Committee::committee(), expected);
		assert_eq!(Committee::config(), PbftConfig { chain: Chain::get(), pace: PACE });
		assert_eq!(EpochStart::<Test>::get(), 1);
	});
}

#[test]
fn one_member_and_the_largest_committee_are_fine() {
	for size in [1, tp_pbft::MAX_MEMBERS as usize] {
		on_ledger(size, |ledger| {
			ledger.run_to(3);
			assert_eq!(Committee::committee().size(), size);
		});
	}
}

#[test]
fn a_genesis_without_members_is_refused() {
	let ensure = |members| build(genesis_config(members)).execute_with(Committee::ensure_committee);
	assert_eq!(ensure(Vec::new()), Err("the genesis names no committee member"));
	assert_eq!(ensure(members(0..1)), Ok(()));
}

#[test]
#[should_panic = "has 129 members, more than 128"]
fn too_many_are_refused() {
	build(genesis_config(members(0..129)));
}

#[test]
#[should_panic = "have a key in common"]
fn one_vote_key_twice_is_refused() {
	let mut members = members(0..4);
	members[3].key = members[0].key.clone();
	build(genesis_config(members));
}

#[test]
#[should_panic = "have a key in common"]
fn one_vrf_key_twice_is_refused() {
	let mut members = members(0..4);
	members[3].vrf = members[0].vrf.clone();
	build(genesis_config(members));
}

#[test]
#[should_panic = "an epoch of the genesis lasts no time"]
fn empty_epochs_are_refused() {
	build(GenesisConfig { epoch_ms: 0, ..genesis_config(members(0..4)) });
}

#[test]
#[should_panic = "closes tickets in the last block of an epoch"]
fn epochs_that_do_not_close_are_refused() {
	build(GenesisConfig { closing_blocks: 0, ..genesis_config(members(0..4)) });
}

#[test]
#[should_panic = "the pace of the genesis is not valid"]
fn a_pace_without_timeout_is_refused() {
	build(GenesisConfig { pace: Pace { base_timeout_ms: 0, ..PACE }, ..genesis_config(members(0..4)) });
}
