//! The addresses that nodes publish.

use super::ledger::*;
use crate::{mock::*, *};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, traits::Get};
use pallet_testkit::{apply, authorized, validate};
use sp_core::{ed25519, Pair};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchResult,
};
use tp_core::TOP;
use tp_pbft::{
	Address, NodeAddresses, Publication, MAX_ADDRESSES, MAX_ADDRESS_BYTES, PUBLICATION_INTERVAL_MS,
	PUBLICATION_TOLERANCE_MS,
};
use tp_sortition::Role;
use tp_stake::Nodes as _;

/// Returns the network identity of a node.
fn identity(number: u8) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[number; 32])
}

/// Returns an address of 192.0.2.0/24 with port 30333, by its last number.
fn address(number: u8) -> Address {
	vec![4, 192, 0, 2, number, 6, 0x76, 0x7d].try_into().unwrap()
}

/// Returns the record that a node makes now.
fn record(number: u8, addresses: &[Address]) -> NodeAddresses {
	NodeAddresses {
		identity: identity(number).public(),
		addresses: addresses.to_vec().try_into().unwrap(),
		made_at: Now::get(),
	}
}

/// Signs a record by a vote key and an identity.
fn signed_by(key: u8, identity_of: u8, record: &NodeAddresses) -> Publication {
	let payload = record.signing_payload(&System::block_hash(0), &keys(key).pbft);
	Publication {
		key: keys(key).pbft,
		record: record.clone(),
		by_key: pairs(key).0.sign(&payload),
		by_identity: identity(identity_of).sign(&payload),
	}
}

fn call(publication: Publication) -> Call<Test> {
	Call::publish_addresses { publication }
}

/// Sends a record as a block does.
fn send(publication: Publication) -> DispatchResult {
	Stake::publish_addresses(authorized::<Test>(), publication)
}

/// Publishes a record of a node.
fn publish(number: u8, record: NodeAddresses) -> DispatchResult {
	send(signed_by(number, number, &record))
}

fn published(number: u8) -> Option<NodeAddresses> {
	Stake::addresses(&account(number))
}

#[test]
fn a_node_publishes_its_addresses_without_an_account() {
	with_nodes([1], || {
		let first = record(1, &[address(1), address(2)]);
		assert_ok!(apply::<Test>(call(signed_by(1, 1, &first))).unwrap());
		assert_eq!(published(1), Some(first.clone()));
		assert_eq!(events(), [Event::AddressesPublished { node: account(1) }]);
		let expected = tp_stake::Published { record: Some(first), now: GENESIS_MS };
		assert_eq!(Stake::published(&keys(1).pbft), Some(expected));
		assert_eq!(Stake::published(&keys(2).pbft), None);
		// An account cannot send it.
		let sent = Stake::publish_addresses(signed(1), signed_by(1, 1, &record(1, &[address(3)])));
		assert_eq!(sent, Err(sp_runtime::DispatchError::BadOrigin));
	});
}

#[test]
fn a_node_publishes_once_an_hour_and_no_record_can_be_replayed() {
	with_nodes([1], || {
		let first = record(1, &[address(1)]);
		assert_ok!(publish(1, first.clone()));
		assert_noop!(publish(1, first.clone()), Error::<Test>::PublishedTooSoon);
		Now::mutate(|now| *now += PUBLICATION_INTERVAL_MS - 1);
		assert_noop!(publish(1, record(1, &[address(2)])), Error::<Test>::PublishedTooSoon);
		// Not even with a time that is a little ahead, which the tolerance allows: the next record waits for longer then.
		let ahead = NodeAddresses { made_at: Now::get() + 1, ..record(1, &[address(2)]) };
		assert_ok!(publish(1, ahead.clone()));
		Now::mutate(|now| *now += PUBLICATION_INTERVAL_MS);
		assert_noop!(publish(1, record(1, &[address(3)])), Error::<Test>::PublishedTooSoon);
		for old in [first, ahead] {
			assert_noop!(publish(1, old), Error::<Test>::WrongTime);
		}
		Now::mutate(|now| *now += 1);
		assert_ok!(publish(1, record(1, &[address(3)])));
	});
}

#[test]
fn the_time_of_a_record_is_that_of_the_ledger() {
	with_nodes([1], || {
		let at = |made_at| NodeAddresses { made_at, ..record(1, &[address(1)]) };
		for wrong in [0, u64::MAX, GENESIS_MS - PUBLICATION_TOLERANCE_MS - 1, GENESIS_MS + PUBLICATION_TOLERANCE_MS + 1]
		{
			assert_noop!(publish(1, at(wrong)), Error::<Test>::WrongTime);
		}
		assert_ok!(publish(1, at(GENESIS_MS - PUBLICATION_TOLERANCE_MS)));
	});
}

#[test]
fn records_need_the_vote_key_and_the_identity_that_they_name() {
	with_nodes([1, 2], || {
		let own = record(1, &[address(1)]);
		let other = record(2, &[address(1)]);
		let later = NodeAddresses { made_at: own.made_at + 1, ..own.clone() };
		let cases = [
			("another node's vote key", Publication { key: keys(1).pbft, ..signed_by(2, 1, &own) }),
			("another identity", signed_by(1, 2, &own)),
			// It would send others to the peer of node 2.
			("the identity of another node", signed_by(1, 1, &other)),
			("another record", Publication { record: own.clone(), ..signed_by(1, 1, &later) }),
			("another vote key than the signed one", Publication { key: keys(2).pbft, ..signed_by(1, 1, &own) }),
		];
		for (case, publication) in cases {
			assert_eq!(send(publication), Err(Error::<Test>::WrongPublication.into()), "{case}");
		}
		assert_eq!((published(1), published(2)), (None, None));
	});
}

#[test]
fn only_the_valid_key_of_a_node_publishes() {
	with_nodes([1], || {
		assert_noop!(publish(2, record(2, &[address(1)])), Error::<Test>::KeyNotValid);
		assert_ok!(register(2, &[Role::Edge], 500_000 * TOP));
		assert_noop!(publish(2, record(2, &[address(1)])), Error::<Test>::KeyNotValid);
		end_epochs(2);
		assert_ok!(publish(2, record(2, &[address(1)])));
		// The next keys follow, and the past ones are remembered for offences alone.
		assert_ok!(Stake::set_keys(signed(1), keys(10), proof(10, &account(1))));
		assert_noop!(publish(10, record(1, &[address(1)])), Error::<Test>::KeyNotValid);
		end_epochs(2);
		assert_noop!(publish(1, record(1, &[address(1)])), Error::<Test>::KeyNotValid);
		assert_ok!(publish(10, record(10, &[address(1)])));
		assert_eq!(published(1).unwrap().identity, identity(10).public());
	});
}

#[test]
fn bytes_that_are_no_address_are_refused() {
	with_nodes([1], || {
		let name = |name: &[u8]| [&[53, u8::try_from(name.len()).unwrap()][..], name, &[6, 0x76, 0x7d]].concat();
		let cases: [(&str, Vec<u8>); 11] = [
			("nothing", vec![]),
			("no port", vec![4, 192, 0, 2, 1]),
			("port 0", vec![4, 192, 0, 2, 1, 6, 0, 0]),
			("half a port", vec![4, 192, 0, 2, 1, 6, 1]),
			("UDP", vec![4, 192, 0, 2, 1, 0x91, 0x02, 0x76, 0x7d]),
			("a peer id", [&address(1)[..], &[0xa5, 0x03, 1, 0]].concat()),
			("half an IPv6 address", vec![41, 32, 1, 13, 184, 6, 0x76, 0x7d]),
			("an empty name", name(b"")),
			("a name with a space", name(b"a b")),
			("a name that is cut", vec![53, 9, b'a', 6, 0x76, 0x7d]),
			("the longest that fits", vec![0xff; MAX_ADDRESS_BYTES as usize]),
		];
		for (case, bytes) in cases {
			let record = record(1, &[address(1), bytes.try_into().unwrap()]);
			assert_eq!(publish(1, record), Err(Error::<Test>::WrongAddress.into()), "{case}");
		}
		assert_noop!(publish(1, record(1, &[])), Error::<Test>::WrongAddress);
		let ip6: Address = [&[41][..], &[32, 1, 13, 184], &[0; 12], &[6, 0x76, 0x7d]].concat().try_into().unwrap();
		let longest = name(&[b'a'; MAX_ADDRESS_BYTES as usize - 5]).try_into().unwrap();
		assert_ok!(publish(1, record(1, &[ip6, longest, name(b"node-1.example.org").try_into().unwrap(), address(1)])));
	});
}

#[test]
fn a_removed_node_leaves_no_addresses() {
	with_nodes([1], || {
		assert_ok!(publish(1, record(1, &[address(1)])));
		assert_ok!(Stake::leave(signed(1)));
		assert!(published(1).is_some(), "it may still have a seat");
		end_epochs(10);
		pass_days(3);
		assert_ok!(Stake::withdraw_deposit(signed(1)));
		assert_eq!(Addresses::<Test>::iter().count(), 0);
		assert_noop!(publish(1, record(1, &[address(1)])), Error::<Test>::KeyNotValid);
	});
}

#[test]
fn a_pool_keeps_one_record_of_a_node_and_names_what_is_wrong() {
	with_nodes([1], || {
		let validated = |record: &NodeAddresses| validate::<Test>(call(signed_by(1, 1, record)));
		let [first, second] = [record(1, &[address(1)]), record(1, &[address(2)])];
		let validity = validated(&first).unwrap();
		assert_eq!(validity.provides, validated(&second).unwrap().provides);
		assert!(validity.propagate && validity.priority == 0, "the transactions of users come first");
		assert_ok!(publish(1, first));
		let refused = |publication, expected: InvalidTransaction| {
			let refused = validate::<Test>(call(publication)).unwrap_err();
			assert_eq!(refused, TransactionValidityError::Invalid(expected));
		};
		refused(signed_by(1, 1, &second), InvalidTransaction::Stale);
		Now::mutate(|now| *now += PUBLICATION_INTERVAL_MS);
		refused(signed_by(1, 1, &second), InvalidTransaction::Stale);
		let third = record(1, &[address(2)]);
		refused(signed_by(1, 2, &third), InvalidTransaction::BadProof);
		refused(signed_by(2, 2, &third), InvalidTransaction::BadSigner);
	});
}

/// Of 10,000 nodes that change their addresses each hour, the records take less than a hundredth of the blocks of that hour.
#[test]
fn a_record_is_small_and_takes_its_share_of_a_block() {
	with_nodes([1], || {
		let longest = Address::try_from([&[53, 123][..], &[b'a'; 123], &[6, 0x76, 0x7d]].concat()).unwrap();
		let record = record(1, &vec![longest; MAX_ADDRESSES as usize]);
		assert!(record.encoded_size() < 600, "{}", record.encoded_size());
		assert_ok!(publish(1, record.clone()));
		let weight = call(signed_by(1, 1, &record)).get_dispatch_info().call_weight;
		let blocks: frame_system::limits::BlockWeights = <Test as frame_system::Config>::BlockWeights::get();
		let block = blocks.max_block;
		// A block each half second.
		assert!(weight.ref_time() * 10_000 / 7_200 < block.ref_time() / 100, "{weight:?} of {block:?}");
	});
}
