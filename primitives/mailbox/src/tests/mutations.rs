//! Packets and acknowledgements with one changed byte prove nothing else than the whole ones.

use super::ledgers::{account, account_in, lane_to, payment, shard, TestLedger, MANY};
use crate::{Acknowledgement, Anchor, Home, Lane, Packet};
use codec::{DecodeAll, Encode};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const MUTATIONS: usize = 100_000;

/// A shard with messages on several lanes, of which one is returned.
fn source() -> (TestLedger, Lane) {
	let mut source = shard(1);
	source.give(&account(1), 100_000);
	source.begin_block();
	for number in 0..40u32 {
		let to = account_in(u8::try_from(number % 5).unwrap());
		source.send(&account(1), payment(Home::Zone(0), &to, 10 + u128::from(number))).unwrap();
	}
	let lane = lane_to(&source, Home::Zone(0), &account_in(3));
	(source, lane)
}

/// Changes a bit, a byte, or the order of some.
fn mutate(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
	let (at, other) = (rng.gen_range(0..bytes.len()), rng.gen_range(0..bytes.len()));
	match rng.gen_range(0..4) {
		0 => bytes[at] ^= 1 << rng.gen_range(0..8),
		1 => bytes[at] = rng.gen(),
		2 => bytes.swap(at, other),
		_ => {
			bytes.remove(at);
			bytes.insert(rng.gen_range(0..=bytes.len()), rng.gen());
		},
	}
}

/// The numbers of leaves and the index in a path only say how to read its siblings: some of them lead to the same root with the
/// same leaf. So a mutated packet is refused, or proves the same.
#[test]
fn a_hundred_thousand_mutated_packets_prove_nothing_else() {
	let (mut source, lane) = source();
	let (valid, anchor) = source.packet(&lane, 2, 6);
	let proven = valid.clone().verify(&anchor).unwrap();
	let (mut rng, mut refused, mut same) = (ChaCha8Rng::seed_from_u64(2), 0, 0);
	while refused < MUTATIONS {
		let mut bytes = valid.encode();
		mutate(&mut rng, &mut bytes);
		let Ok(packet) = Packet::decode_all(&mut &bytes[..]) else {
			refused += 1;
			continue;
		};
		if packet == valid {
			continue;
		}
		match packet.verify(&anchor) {
			Err(_) => refused += 1,
			Ok(other) => {
				assert_eq!(other, proven);
				same += 1;
			},
		}
	}
	assert!(same < MUTATIONS / 20, "{same} mutations change nothing");
}

#[test]
fn a_hundred_thousand_mutated_cursors_prove_nothing_else() {
	let (mut source, lane) = source();
	let mut destination = shard(1);
	let lanes: Vec<Lane> = source.logs.keys().copied().collect();
	for lane in &lanes {
		let (packet, anchor) = source.backlog(lane);
		destination.take(vec![packet], &anchor, MANY);
	}
	let (valid, anchor): (Acknowledgement, Anchor) = destination.acknowledgement(&lane);
	let proven = valid.verify(&anchor).unwrap();
	let (mut rng, mut refused, mut same) = (ChaCha8Rng::seed_from_u64(3), 0, 0);
	while refused < MUTATIONS {
		let mut bytes = valid.encode();
		mutate(&mut rng, &mut bytes);
		match Acknowledgement::decode_all(&mut &bytes[..]).map(|mutated| (mutated == valid, mutated.verify(&anchor))) {
			Ok((true, _)) => {},
			Ok((false, Ok(other))) => {
				assert_eq!(other, proven);
				same += 1;
			},
			Err(_) | Ok((false, Err(_))) => refused += 1,
		}
	}
	assert!(same < MUTATIONS / 10, "{same} mutations change nothing");
}

/// A header of another block proves none of it.
#[test]
fn a_packet_is_refused_below_another_header() {
	let (mut source, lane) = source();
	let (packet, old) = source.packet(&lane, 0, 4);
	source.begin_block();
	source.send(&account(1), payment(Home::Zone(0), &account_in(3), 10)).unwrap();
	let (newer, new) = source.packet(&lane, 0, 4);
	assert!(packet.clone().verify(&old).is_ok() && newer.clone().verify(&new).is_ok());
	assert!(packet.verify(&new).is_err() && newer.verify(&old).is_err());
}
