//! Keys are proved, belong to one node, and are valid after two epochs.

use super::ledger::*;
use crate::{mock::*, *};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use sp_core::Pair;
use sp_runtime::{BoundToRuntimeAppPublic, DispatchResult, RuntimeAppPublic};
use tp_core::{Balance, TOP};
use tp_sortition::Role;
use tp_stake::{NodeKeys, Nodes as _};

const DEPOSIT: Balance = 200_000 * TOP;

fn register_as(number: u8, keys: NodeKeys, proof: Vec<u8>) -> DispatchResult {
	Stake::register(signed(number), roles(&[Role::Edge]), keys, proof, network_id(number), DEPOSIT, DIVIDEND)
}

fn set_keys(number: u8, keys_of: u8) -> DispatchResult {
	Stake::set_keys(signed(number), keys(keys_of), proof(keys_of, &account(number)))
}

fn keys_at(number: u8, epoch: u64) -> Option<NodeKeys> {
	Stake::keys_at(&account(number), epoch)
}

/// A key type as the runtimes bind it.
pub struct Bound<Public>(core::marker::PhantomData<Public>);

impl<Public: RuntimeAppPublic> BoundToRuntimeAppPublic for Bound<Public> {
	type Public = Public;
}

sp_runtime::impl_opaque_keys! {
	/// The session keys of the runtimes.
	pub struct SessionKeys {
		/// Vote key.
		pub pbft: Bound<tp_pbft::PbftId>,
		/// VRF key.
		pub vrf: Bound<tp_pbft::VrfId>,
	}
}

#[test]
fn the_result_of_a_key_rotation_is_accepted() {
	build(Vec::new()).execute_with(|| {
		// As `author_rotateKeysWithOwner` does with the bytes of the account.
		let generated = SessionKeys::generate(account(1).as_ref(), None);
		let keys = NodeKeys::decode(&mut &generated.keys.encode()[..]).unwrap();
		let proof = generated.proof.encode();
		assert_noop!(register_as(2, keys.clone(), proof.clone()), Error::<Test>::WrongProof);
		assert_ok!(register_as(1, keys, proof));
	});
}

#[test]
fn a_proof_of_less_than_both_keys_of_the_sender_is_refused() {
	with_nodes([1], || {
		let statement = sp_core::proof_of_possession::statement_of_ownership(account(2).as_ref());
		let ((pbft, vrf), (other_pbft, other_vrf)) = (pairs(2), pairs(3));
		let good = proof(2, &account(2));
		let swapped = [&good[64..], &good[..64]].concat();
		let cases = [
			("empty", Vec::new()),
			("one signature", good[..64].to_vec()),
			("a byte less", good[..127].to_vec()),
			("a byte more", [&good[..], &[0]].concat()),
			("the other way round", swapped),
			("for another account", proof(2, &account(9))),
			("by other keys", proof(3, &account(2))),
			("by another vote key", (other_pbft.sign(&statement), vrf.sign(&statement)).encode()),
			("by another VRF key", (pbft.sign(&statement), other_vrf.sign(&statement)).encode()),
			("of the bare account", (pbft.sign(account(2).as_ref()), vrf.sign(account(2).as_ref())).encode()),
		];
		for (case, proof) in cases {
			assert!(!crate::keys::is_proof_of(&keys(2), &account(2), &proof), "{case}");
			assert_noop!(register_as(2, keys(2), proof.clone()), Error::<Test>::WrongProof);
			assert_noop!(Stake::set_keys(signed(1), keys(2), proof), Error::<Test>::WrongProof);
		}
		assert_ok!(register_as(2, keys(2), good));
	});
}

#[test]
fn keys_of_another_node_are_refused_even_with_their_secrets() {
	with_nodes([1], || {
		// Both keys, and each of them. The sender knows the secrets.
		let (pbft, vrf) = pairs(2);
		let statement = sp_core::proof_of_possession::statement_of_ownership(account(2).as_ref());
		let (old_pbft, old_vrf) = pairs(1);
		let cases = [
			(keys(1), (old_pbft.sign(&statement), old_vrf.sign(&statement)).encode()),
			(NodeKeys { vrf: keys(2).vrf, ..keys(1) }, (old_pbft.sign(&statement), vrf.sign(&statement)).encode()),
			(NodeKeys { vrf: keys(1).vrf, ..keys(2) }, (pbft.sign(&statement), old_vrf.sign(&statement)).encode()),
		];
		for (keys, proof) in cases {
			assert_noop!(register_as(2, keys, proof), Error::<Test>::KeysInUse);
		}
		assert_ok!(register(2, &[Role::Edge], DEPOSIT));
		assert_noop!(set_keys(2, 1), Error::<Test>::KeysInUse);

		// Keys that are not valid yet, and keys that are not valid any more.
		assert_ok!(set_keys(1, 10));
		assert_noop!(set_keys(2, 10), Error::<Test>::KeysInUse);
		assert_noop!(register_with(3, 10, &[Role::Edge], DEPOSIT), Error::<Test>::KeysInUse);
		end_epochs(3);
		assert_ok!(set_keys(1, 11));
		assert_eq!(node(1).keys, keys(10));
		assert_noop!(set_keys(2, 1), Error::<Test>::KeysInUse);
		assert_noop!(register_with(3, 1, &[Role::Edge], DEPOSIT), Error::<Test>::KeysInUse);
	});
}

#[test]
fn keys_are_valid_from_the_epoch_after_the_next() {
	with_nodes([1], || {
		CurrentEpoch::set(7);
		assert_ok!(register(2, &[Role::Edge], DEPOSIT));
		assert_eq!([7, 8, 9, 10].map(|epoch| keys_at(2, epoch)), [None, None, Some(keys(2)), Some(keys(2))]);
		CurrentEpoch::set(8);
		assert!(!may_stand(2, Role::Edge));
		CurrentEpoch::set(9);
		assert!(may_stand(2, Role::Edge));

		// The present keys are valid until then.
		assert_ok!(set_keys(1, 10));
		assert_eq!([9, 10, 11, 12].map(|epoch| keys_at(1, epoch).unwrap()), [1, 1, 10, 10].map(keys));
		assert!(may_stand(1, Role::Validator));
		let expected = Event::KeysSet { node: account(1), keys: keys(10), count_from: 11 };
		assert_eq!(events().last(), Some(&expected));
		assert_eq!([1, 10].map(|of| Stake::owner(&keys(of).pbft)), [Some(account(1)), Some(account(1))]);
	});
}

#[test]
fn keys_replaced_before_they_are_valid_never_become_valid() {
	with_nodes([1], || {
		assert_ok!(set_keys(1, 10));
		CurrentEpoch::set(1);
		assert_ok!(set_keys(1, 11));
		assert_eq!([1, 2, 3].map(|epoch| keys_at(1, epoch).unwrap()), [1, 1, 11].map(keys));

		// A node whose first keys are not valid yet has none until the last are valid.
		assert_ok!(register(2, &[Role::Edge], DEPOSIT));
		CurrentEpoch::set(2);
		assert_ok!(set_keys(2, 20));
		assert_eq!([2, 3, 4].map(|epoch| keys_at(2, epoch)), [None, Some(keys(2)), Some(keys(20))]);
		check();
	});
}

#[test]
fn set_keys_requires_a_node_and_new_keys() {
	with_nodes([1], || {
		assert_noop!(set_keys(2, 2), Error::<Test>::NoSuchNode);
		assert_noop!(set_keys(1, 1), Error::<Test>::KeysUnchanged);
		assert_ok!(set_keys(1, 10));
		assert_noop!(set_keys(1, 10), Error::<Test>::KeysUnchanged);
		// Back to the present ones, before the others are valid.
		assert_ok!(set_keys(1, 1));
		assert_eq!([0, 2].map(|epoch| keys_at(1, epoch).unwrap()), [1, 1].map(keys));
	});
}

#[test]
fn a_key_may_stay_when_the_other_changes() {
	with_nodes([1], || {
		let statement = sp_core::proof_of_possession::statement_of_ownership(account(1).as_ref());
		let proof = (pairs(1).0.sign(&statement), pairs(10).1.sign(&statement)).encode();
		let mixed = NodeKeys { vrf: keys(10).vrf, ..keys(1) };
		assert_ok!(Stake::set_keys(signed(1), mixed.clone(), proof));
		assert_eq!(keys_at(1, 2), Some(mixed));
		check();
		end_epochs(2);
		assert_ok!(set_keys(1, 11));
		end_epochs(30);
		assert_ok!(set_keys(1, 12));
		assert_eq!(Stake::owner(&keys(1).pbft), Some(account(1)), "past keys are kept");
		end_epochs(30);
		assert_ok!(set_keys(1, 13));
		assert_eq!(Stake::owner(&keys(1).pbft), None);
	});
}

#[test]
fn past_keys_are_kept_while_the_node_can_be_punished_for_them() {
	with_nodes([1], || {
		Stake::note_seat(&account(1), 5);
		assert_ok!(set_keys(1, 10));
		end_epochs(2);
		// The first keys are past ones now, kept while evidence for the last seat counts.
		assert_ok!(set_keys(1, 11));
		let remembered_until = 5 + PARAMETERS.evidence_epochs;
		assert_eq!(node(1).past_keys.to_vec(), [PastKeys { keys: keys(1), remembered_until }]);
		CurrentEpoch::set(remembered_until);
		assert_ok!(set_keys(1, 12));
		assert_eq!(Stake::owner(&keys(1).pbft), Some(account(1)));
		CurrentEpoch::set(remembered_until + 1);
		assert_ok!(set_keys(1, 13));
		assert_eq!(Stake::owner(&keys(1).pbft), None);
		assert_ok!(register_with(2, 1, &[Role::Edge], DEPOSIT));
	});
}

#[test]
fn changes_of_keys_are_bounded_until_past_ones_are_removed() {
	with_nodes([1], || {
		for number in 0..=MAX_PAST_KEYS {
			assert_ok!(set_keys(1, 100 + u8::try_from(number).unwrap()));
		}
		check();
		assert_noop!(set_keys(1, 120), Error::<Test>::TooManyKeyChanges);
		end_epochs(3 + PARAMETERS.evidence_epochs);
		assert_noop!(set_keys(1, 120), Error::<Test>::TooManyKeyChanges);
		end_epochs(1);
		assert_ok!(set_keys(1, 120));
		assert_eq!(node(1).past_keys.len(), 1);
		assert_eq!(PbftOwner::<Test>::iter().count(), 3);
	});
}
