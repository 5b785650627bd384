//! The calls of the ledger's government, and the genesis.

use super::*;
use frame_support::{assert_noop, assert_ok};
use pallet_testkit::has_event;
use sp_runtime::{BuildStorage, DispatchError::BadOrigin};
use tp_beacon::{Anchors, Registration};
use tp_mailbox::{root_of, Head, TableRange};

const SIBLING: ChainTag = ChainTag::Zone(2);

#[test]
fn neighbours_are_registered_once_and_leave_nothing_behind() {
	in_block(|| {
		let root = RuntimeOrigin::root;
		assert_noop!(Beacon::register(RuntimeOrigin::signed(1), neighbour(SIBLING)), BadOrigin);
		assert_noop!(Beacon::register(root(), neighbour(ZONE)), Error::<Test>::KnownSource);
		let empty = Neighbour { members: vec![], ..neighbour(SIBLING) };
		assert_noop!(Beacon::register(root(), empty), Error::<Test>::BadCommittee);
		let before = (Sources::<Test>::iter().count(), SourceList::<Test>::get());
		assert_ok!(Beacon::register(root(), neighbour(SIBLING)));
		assert!(has_event::<Test>(Event::Registered { chain: SIBLING }));
		assert_eq!(SourceList::<Test>::get(), [ChainTag::Main, ZONE, SIBLING, SHARD]);
		assert_ok!(Beacon::announce(root(), SIBLING, 1, members(ZONE, 1)));
		Beacon::do_try_state().unwrap();
		assert_noop!(Beacon::remove(RuntimeOrigin::signed(1), SIBLING), BadOrigin);
		assert_ok!(Beacon::remove(root(), SIBLING));
		assert_noop!(Beacon::remove(root(), SIBLING), Error::<Test>::UnknownSource);
		assert_eq!(before, (Sources::<Test>::iter().count(), SourceList::<Test>::get()));
		assert_eq!(Committees::<Test>::iter_prefix(SIBLING).count(), 0);
	});
}

#[test]
fn tables_are_set_and_stand_in_the_head() {
	in_block(|| {
		assert_eq!(<Beacon as Anchors>::heads_root(), H256::zero());
		import([signed(SHARD, 3, 0)]);
		let Registration { ledger, .. } = neighbour(SHARD).into();
		let signed = signed(SHARD, 3, 0).signed.header;
		let commitments = Commitments::find(&signed.digest).unwrap();
		let head = Head { ledger, height: 3, hash: signed.hash(), commitments };
		assert_eq!(<Beacon as Anchors>::heads_root(), root_of([head]));
		assert_noop!(Beacon::set_tables(RuntimeOrigin::signed(1), SHARD, None), BadOrigin);
		assert_ok!(Beacon::set_tables(RuntimeOrigin::root(), SHARD, Some(TableRange::ALL)));
		let tables = Some(TableRange::ALL);
		assert!(has_event::<Test>(Event::TablesSet { chain: SHARD, tables }));
		assert_eq!(<Beacon as Anchors>::newest(SHARD).unwrap().ledger.tables, tables);
		assert_noop!(Beacon::set_tables(RuntimeOrigin::root(), ChainTag::Zone(9), None), Error::<Test>::UnknownSource);
	});
}

#[test]
#[should_panic = "which is refused: Zone(0) is registered already"]
fn a_genesis_with_a_neighbour_twice_is_refused() {
	let neighbours = vec![neighbour(ZONE), neighbour(ZONE)];
	let beacon = GenesisConfig::<Test> { neighbours, ..Default::default() };
	drop(RuntimeGenesisConfig { system: Default::default(), beacon }.build_storage());
}

#[test]
fn the_size_of_an_update_counts_signatures() {
	use crate::weights::SubstrateWeight;
	let pair = [signed(ZONE, 1, 0), signed(ZONE, 1, 1)];
	let update = Update { headers: vec![signed(SHARD, 1, 0)], conflicts: vec![pair], ..Update::default() };
	let size = UpdateSize::of(&update);
	assert_eq!(size, UpdateSize { registrations: 0, headers: 3, signatures: 9, announcements: 0, sealed: 0 });
	let weight = <SubstrateWeight<Test> as WeightInfo>::update;
	assert!(weight(size).any_gt(weight(UpdateSize { signatures: 8, ..size })));
	assert!(weight(size).any_gt(weight(UpdateSize::default())));
	assert!(weight(UpdateSize { registrations: 1, ..size }).any_gt(weight(size)));
}
