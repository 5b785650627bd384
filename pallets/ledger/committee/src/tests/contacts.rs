//! What a node learns about the members to connect to.

use super::ledger::*;
use crate::mock::*;
use pallet_testkit::{keys, ElectionLog, Registered, Registry};
use sp_core::ed25519;
use tp_pbft::{Contacts, NodeAddresses, PbftId};

/// Registers a node that published an address.
fn register(number: u16) -> (PbftId, NodeAddresses) {
	let number_byte = u8::try_from(number).unwrap();
	let addresses = vec![vec![4, 192, 0, 2, number_byte, 6, 0x76, 0x7d].try_into().unwrap()];
	let record = NodeAddresses {
		identity: ed25519::Public::from_raw([number_byte; 32]),
		addresses: addresses.try_into().unwrap(),
		made_at: 1,
	};
	let node = Registered { addresses: Some(record.clone()), ..Registered::new(keys(number)) };
	Registry::register(&u64::from(number), node);
	(keys(number).pbft, record)
}

fn vote_keys(numbers: impl IntoIterator<Item = u16>) -> Vec<PbftId> {
	numbers.into_iter().map(|number| keys(number).pbft).collect()
}

/// Returns the published records in the order of keys.
fn sorted(mut records: Vec<(PbftId, NodeAddresses)>) -> Vec<(PbftId, NodeAddresses)> {
	records.sort_by(|(first, _), (second, _)| first.cmp(second));
	records
}

#[test]
fn contacts_are_those_of_the_present_and_of_the_next_committee() {
	on_ledger(4, |ledger| {
		ledger.run_to(1);
		assert_eq!(Committee::contacts(), Contacts::default(), "nothing is decided or published");
		// Members 0 and 3 published, and so did the nodes 5 and 9. Member 5 comes next.
		let [of_0, of_3, of_5, _] = [0, 3, 5, 9].map(register);
		let before = vec![of_0.clone(), of_3.clone()];
		assert_eq!(Committee::contacts(), Contacts { next: vec![], published: sorted(before) });
		ElectionLog::elect(members([1, 3, 5]));
		let next = vote_keys([1, 3, 5]);
		let both = vec![of_0, of_3.clone(), of_5.clone()];
		assert_eq!(Committee::contacts(), Contacts { next, published: sorted(both) });

		ledger.run_to(EPOCH_LENGTH);
		assert_eq!(Committee::contacts(), Contacts { next: vec![], published: sorted(vec![of_3, of_5]) });
	});
}

#[test]
fn members_that_root_named_come_next() {
	on_ledger(4, |ledger| {
		ledger.open();
		ElectionLog::elect(members([5, 6]));
		frame_support::assert_ok!(Committee::set_next_committee(RuntimeOrigin::root(), members([7, 8])));
		ledger.close();
		assert_eq!(Committee::contacts().next, vote_keys([7, 8]));
	});
}
