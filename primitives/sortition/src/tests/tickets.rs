//! Tickets: only the holder of a VRF key can draw with it, and it draws one number for one purpose.

use super::*;
use alloc::collections::BTreeSet;
use codec::{Decode, Encode};
use sp_core::sr25519::vrf::VrfSignature;

const RANDOMNESS: Seed = [9; 32];

fn ticket() -> (Ticket, VrfId) {
	let pair = vrf_pair(0);
	(signed_by(&pair, &RANDOMNESS, 5, Role::Validator), vrf_id(&pair))
}

#[test]
fn a_ticket_shows_the_number_that_was_drawn() {
	let (ticket, key) = ticket();
	assert_eq!(ticket.verify(&key, &RANDOMNESS), Some(draw_of(&ticket.vrf)));
	let decoded = Ticket::decode(&mut &ticket.encode()[..]);
	assert_eq!(decoded.as_ref(), Ok(&ticket));
	// The number is the hash of the pre-output alone.
	let hash = sp_io::hashing::blake2_256(&ticket.vrf.pre_output.encode());
	assert_eq!(draw_of(&ticket.vrf).to_le_bytes(), hash[..8]);
}

#[test]
fn a_ticket_counts_for_one_key_epoch_role_and_randomness() {
	let (ticket, key) = ticket();
	assert_eq!(ticket.verify(&vrf_id(&vrf_pair(1)), &RANDOMNESS), None);
	assert_eq!(ticket.verify(&key, &[8; 32]), None);
	for epoch in [4, 6] {
		assert_eq!(Ticket { epoch, ..ticket.clone() }.verify(&key, &RANDOMNESS), None);
	}
	for role in Role::ALL.into_iter().filter(|role| *role != ticket.role) {
		assert_eq!(Ticket { role, ..ticket.clone() }.verify(&key, &RANDOMNESS), None);
	}
}

#[test]
fn another_key_draws_another_number_that_does_not_count() {
	let (ticket, key) = ticket();
	for thief in (1..10).map(vrf_pair) {
		let forged = Ticket { node: ticket.node.clone(), ..signed_by(&thief, &RANDOMNESS, 5, Role::Validator) };
		assert_eq!(forged.verify(&key, &RANDOMNESS), None);
		assert_ne!(draw_of(&forged.vrf), draw_of(&ticket.vrf));
	}
}

#[test]
fn signing_again_changes_the_proof_and_not_the_number() {
	let pair = vrf_pair(0);
	let (first, key) = ticket();
	for _ in 0..20 {
		let again = signed_by(&pair, &RANDOMNESS, 5, Role::Validator);
		assert_ne!(again.vrf.proof, first.vrf.proof);
		assert_eq!(again.vrf.pre_output, first.vrf.pre_output);
		assert_eq!(again.verify(&key, &RANDOMNESS), first.verify(&key, &RANDOMNESS));
	}
}

#[test]
fn a_number_cannot_be_chosen() {
	let pair = vrf_pair(0);
	let (ticket, key) = ticket();
	// The pre-output of the same key for another purpose fails with either proof.
	let other = signed_by(&pair, &RANDOMNESS, 6, Role::Validator);
	for (pre_output, proof) in [(&other.vrf, &ticket.vrf), (&other.vrf, &other.vrf), (&ticket.vrf, &other.vrf)] {
		let vrf = VrfSignature { pre_output: pre_output.pre_output.clone(), proof: proof.proof.clone() };
		assert_eq!(Ticket { vrf, ..ticket.clone() }.verify(&key, &RANDOMNESS), None);
	}
	// A ticket with any changed bit fails.
	let bytes = ticket.vrf.encode();
	for bit in 0..bytes.len() * 8 {
		let mut bytes = bytes.clone();
		bytes[bit / 8] ^= 1 << (bit % 8);
		if let Ok(vrf) = VrfSignature::decode(&mut &bytes[..]) {
			assert_eq!(Ticket { vrf, ..ticket.clone() }.verify(&key, &RANDOMNESS), None, "bit {bit}");
		}
	}
}

/// The key of the secret zero is the identity of the group. Anybody can compute its draws.
#[test]
fn the_key_of_the_secret_zero_draws_nothing() {
	let pair = sr25519::Pair::from_seed_slice(&[0; 64]).unwrap();
	assert_eq!(pair.public().0, [0; 32]);
	let ticket = signed_by(&pair, &RANDOMNESS, 5, Role::Validator);
	assert_eq!(ticket.vrf.pre_output.encode(), [0; 32]);
	assert_eq!(ticket.verify(&vrf_id(&pair), &RANDOMNESS), None);
}

#[test]
fn numbers_differ_by_key_epoch_role_and_randomness() {
	let mut draws = BTreeSet::new();
	for pair in (0..4).map(vrf_pair) {
		for (epoch, role) in (0..8).flat_map(|epoch| Role::ALL.map(|role| (epoch, role))) {
			for randomness in [[1; 32], [2; 32]] {
				draws.insert(draw_of(&signed_by(&pair, &randomness, epoch, role).vrf));
			}
		}
	}
	assert_eq!(draws.len(), 4 * 8 * 4 * 2);
}

#[test]
fn sets_of_roles_contain_the_roles_they_were_created_from() {
	let roles = Roles::of(&[Role::Edge, Role::Validator]);
	assert_eq!(roles.iter().collect::<Vec<_>>(), [Role::Edge, Role::Validator]);
	assert!(roles.is_valid() && !Roles::default().is_valid());
	assert!(Roles::decode(&mut &[0b1111][..]).unwrap().is_valid());
	assert!(!Roles::decode(&mut &[0b1_0000][..]).unwrap().is_valid());
	assert_eq!(Role::ALL.map(Role::is_drawn), [false, true, true, false]);
}
