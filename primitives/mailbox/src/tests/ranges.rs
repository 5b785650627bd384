//! Ranges of messages.

use super::ledgers::{account, main_chain, payment};
use crate::{Class, Destination, Home, Initiator, Lane, LaneLog, Message, Mountain, Range, RangeError, RangeProof};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sp_core::H256;

pub fn message(number: u32) -> Message {
	payment(Home::Main, &account(number), u128::from(number)).by(Initiator { home: Home::Main, account: account(1) })
}

pub fn lane() -> Lane {
	Lane { source: main_chain().ledger.chain, destination: Destination::Main, class: Class::User }
}

/// A log with a number of messages, and the range of each smaller number.
pub fn log(count: u32) -> (LaneLog, Vec<Mountain>) {
	let (mut log, mut mountain) = (LaneLog::new(lane()), Mountain::default());
	let mut mountains = vec![mountain.clone()];
	for number in 0..count {
		let message = message(number);
		mountain.push(message.leaf(&lane(), u64::from(number)));
		log.push(message);
		mountains.push(mountain.clone());
	}
	(log, mountains)
}

pub fn leaves(messages: &[Message], first: u64) -> Vec<H256> {
	(first..).zip(messages).map(|(at, message)| message.leaf(&lane(), at)).collect()
}

/// Returns the root of a number of messages.
fn root_of(mountains: &[Mountain], count: u64) -> H256 {
	mountains[usize::try_from(count).unwrap()].root()
}

#[test]
fn every_range_of_every_count_is_proved_and_of_no_other_count() {
	let (log, mountains) = log(33);
	for count in 1..=33u64 {
		for first in 0..count {
			for end in first + 1..=count {
				let (messages, proof) = log.prove(Range { first, end }, count).unwrap();
				let leaves = leaves(&messages, first);
				let root = root_of(&mountains, count);
				assert_eq!(proof.verify(count, &root, first, &leaves), Ok(()), "{first}..{end} of {count}");
				let other = if count == 33 { 32 } else { count + 1 };
				assert!(proof.verify(other, &root, first, &leaves).is_err());
				assert!(proof.verify(count, &root_of(&mountains, other), first, &leaves).is_err());
				assert!(proof.verify(count, &root, first + 1, &leaves).is_err());
			}
		}
	}
}

#[test]
fn a_pruned_log_proves_what_it_keeps_with_the_same_hashes() {
	let (whole, _) = log(70);
	for before in 0..70u64 {
		let mut pruned = whole.clone();
		pruned.prune(before);
		assert_eq!((pruned.first(), pruned.end()), (before, 70));
		for count in before + 1..=70 {
			for (first, end) in [(before, before + 1), (before, count), (count - 1, count)] {
				let range = Range { first, end };
				assert_eq!(pruned.prove(range, count), whole.prove(range, count), "{first}..{end} of {count}");
			}
		}
		let gone = before.checked_sub(1).map(|first| pruned.prove(Range { first, end: before + 1 }, 70));
		assert_eq!(gone.flatten(), None);
	}
}

#[test]
fn empty_long_and_far_ranges_are_refused_by_name() {
	let (log, mountains) = log(5);
	let root = mountains[5].root();
	let (messages, proof) = log.prove(Range { first: 3, end: 5 }, 5).unwrap();
	let leaves = leaves(&messages, 3);
	assert_eq!(proof.verify(5, &root, 3, &[]), Err(RangeError::Empty));
	assert_eq!(proof.verify(5, &root, 4, &leaves), Err(RangeError::TooFar { end: 6, count: 5 }));
	assert_eq!(proof.verify(5, &root, u64::MAX, &leaves), Err(RangeError::TooFar { end: u64::MAX, count: 5 }));
	let mut longer = proof.clone();
	longer.siblings.push(root);
	assert_eq!(longer.verify(5, &root, 3, &leaves), Err(RangeError::WrongLength { expected: 2, found: 3 }));
	assert_eq!(proof.verify(5, &mountains[4].root(), 3, &leaves), Err(RangeError::OtherRoot));
	assert_eq!(log.prove(Range { first: 3, end: 3 }, 5), None);
	assert_eq!(log.prove(Range { first: 3, end: 6 }, 6), None);
}

/// A change of a proof, of what it proves, or of the root is refused, unless it is the valid proof of other leaves.
#[test]
fn a_hundred_thousand_mutated_range_proofs_are_refused() {
	let (log, mountains) = log(300);
	let mut rng = ChaCha8Rng::seed_from_u64(1);
	let mut refused = 0;
	while refused < 100_000 {
		let count = rng.gen_range(2..=300u64);
		let first = rng.gen_range(0..count);
		let end = (first + rng.gen_range(1..=8)).min(count);
		let (messages, proof) = log.prove(Range { first, end }, count).unwrap();
		let leaves = leaves(&messages, first);
		let root = root_of(&mountains, count);
		assert_eq!(proof.verify(count, &root, first, &leaves), Ok(()));
		for _ in 0..20 {
			let valid = (count, root, first, leaves.clone(), proof.clone());
			let mutated = mutate(&mut rng, valid.clone());
			if mutated == valid {
				continue;
			}
			let (count, root, first, leaves, proof) = mutated;
			match proof.verify(count, &root, first, &leaves) {
				Err(_) => refused += 1,
				// A part of the leaves, and the valid proof of that part.
				Ok(()) => {
					let range = Range { first, end: first + leaves.len() as u64 };
					let (messages, whole) = log.prove(range, count).unwrap();
					assert_eq!((self::leaves(&messages, first), whole), (leaves, proof), "{first} of {count}");
				},
			}
		}
	}
}

type Proof = (u64, H256, u64, Vec<H256>, RangeProof);

fn mutate(rng: &mut ChaCha8Rng, (mut count, mut root, mut first, mut leaves, mut proof): Proof) -> Proof {
	let siblings = proof.siblings.len();
	match rng.gen_range(0..10) {
		0 => count = count.wrapping_add_signed(*[-1, 1, 2, 64, -64].get(rng.gen_range(0..5)).unwrap()),
		1 => root.0[rng.gen_range(0..32)] ^= 1 << rng.gen_range(0..8),
		2 => first = first.wrapping_add_signed(*[-1, 1, 2, 8].get(rng.gen_range(0..4)).unwrap()),
		3 => {
			let at = rng.gen_range(0..leaves.len());
			leaves[at].0[rng.gen_range(0..32)] ^= 1 << rng.gen_range(0..8);
		},
		4 => drop(leaves.pop()),
		5 => leaves.push(H256(rng.gen())),
		6 if siblings > 0 => {
			let at = rng.gen_range(0..siblings);
			proof.siblings[at].0[rng.gen_range(0..32)] ^= 1 << rng.gen_range(0..8);
		},
		7 if siblings > 0 => drop(proof.siblings.remove(rng.gen_range(0..siblings))),
		8 => proof.siblings.insert(rng.gen_range(0..=siblings), H256(rng.gen())),
		9 if siblings > 1 => proof.siblings.swap(0, siblings - 1),
		// A leaf passes for a sibling, and a sibling for a leaf.
		_ => {
			proof.siblings.extend(leaves.pop());
			proof.siblings.rotate_right(1);
		},
	}
	(count, root, first, leaves, proof)
}
