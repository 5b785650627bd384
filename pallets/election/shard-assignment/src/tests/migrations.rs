//! The storage of earlier versions becomes that of the present one.

use super::*;
use crate::migrations::{v1, V1ToV2, V2ToV3};
use frame_support::traits::{GetStorageVersion, OnRuntimeUpgrade, StorageVersion};
use tp_stake::Power;

#[test]
fn seats_are_noted_by_node_and_tickets_come_again() {
	on_network(&[(Main, 4), (shard(0, 0), 2)], 4, 12, |network| {
		network.run_to(3, 0..12);
		let mut expected: Vec<_> = Seated::<Test>::iter().collect();
		// Every member has the power that the nodes prove now.
		expected.iter_mut().for_each(|(.., seat)| seat.power = Power::MAX.ten_thousandths());
		let open = OpenSeats::<Test>::get(Role::Router);
		assert!(!expected.is_empty() && open > 0);
		assert!(Seated::<Test>::clear(100, None).maybe_cursor.is_none());
		assert!(OpenSeats::<Test>::clear(100, None).maybe_cursor.is_none());
		v1::Tickets::<Test>::insert(Role::Router, vec![1, 2, 3]);
		v1::Seated::<Test>::insert(Role::Router, vec![4]);
		StorageVersion::new(1).put::<ShardAssignment>();
		V1ToV2::<Test>::on_runtime_upgrade();
		V2ToV3::<Test>::on_runtime_upgrade();
		assert_eq!(ShardAssignment::on_chain_storage_version(), 3);
		assert_eq!(Seated::<Test>::iter().collect::<Vec<_>>(), expected);
		assert_eq!(OpenSeats::<Test>::get(Role::Router), open);
		assert!(!v1::Tickets::<Test>::contains_key(Role::Router));
		network.epoch(0..12);
	});
}
