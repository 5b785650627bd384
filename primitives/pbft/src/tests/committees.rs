//! Quorums, and the order of primaries.

use super::*;

#[test]
fn quorums_are_those_of_pbft() {
	for (n, f, q) in [
		(1, 0, 1),
		(2, 0, 2),
		(3, 0, 3),
		(4, 1, 3),
		(5, 1, 4),
		(6, 1, 5),
		(7, 2, 5),
		(10, 3, 7),
		(16, 5, 11),
		(31, 10, 21),
		(128, 42, 86),
	] {
		let committee = committee(&vec![1; n]);
		assert_eq!((committee.max_faulty(), committee.quorum()), (f, q), "n = {n}");
		assert!(2 * q > n + f, "two quorums of {n} share a correct member");
		assert!(q <= n - f, "the correct members of {n} are a quorum");
	}
	assert_eq!((committee(&[]).max_faulty(), committee(&[]).quorum()), (0, 0));
}

#[test]
fn members_are_found_by_key() {
	let committee = committee(&[1, 1, 1]);
	assert_eq!(committee.index_of(&pair(2).public()), Some(2));
	assert_eq!(committee.index_of(&pair(9).public()), None);
	assert_eq!(committee.member(3), None);
}

#[test]
fn every_member_is_primary_once_before_the_order_starts_over() {
	for weights in [vec![1; 7], vec![0; 7], vec![u64::MAX, 0, 1, 0, 5, 0, 0]] {
		let committee = committee(&weights);
		let order = committee.primaries();
		let mut members = order.clone();
		members.sort_unstable();
		assert_eq!(members, (0..7).collect::<Vec<_>>());
		for view in 0..21 {
			assert_eq!(committee.primary(view), Some(order[view as usize % 7]));
		}
	}
	assert_eq!(committee(&[]).primary(0), None);
	assert!(committee(&[]).primaries().is_empty());
}

#[test]
fn the_order_follows_from_seed_and_weights_alone() {
	let mut committee = committee(&[3, 1, 4, 1, 5]);
	let order = committee.primaries();
	committee.epoch = 77;
	assert_eq!(committee.primaries(), order);
	let orders: alloc::collections::BTreeSet<_> = (0..50u8)
		.map(|byte| {
			committee.seed = [byte; 32];
			committee.primaries()
		})
		.collect();
	assert!(orders.len() > 20, "{} orders from 50 seeds", orders.len());
}

/// The order is part of the format: light clients and other implementations draw the same.
#[test]
fn the_draw_is_as_documented() {
	let committee = committee(&[10, 20, 30, 40]);
	let mut expected = Vec::new();
	for k in 0u64.. {
		let hash = sp_io::hashing::blake2_256(&[&committee.seed[..], &k.to_le_bytes()].concat());
		let point = u128::from_le_bytes(hash[..16].try_into().expect("16 bytes")) % 100;
		let member = match point {
			0..=9 => 0,
			10..=29 => 1,
			30..=59 => 2,
			_ => 3,
		};
		if !expected.contains(&member) {
			expected.push(member);
		}
		if expected.len() == 4 {
			break;
		}
	}
	assert_eq!(committee.primaries(), expected);
}

#[test]
fn the_first_primary_is_drawn_by_weight() {
	let mut committee = committee(&[1, 2, 3, 4]);
	let mut first = [0u32; 4];
	const DRAWS: u32 = 20_000;
	for draw in 0..DRAWS {
		committee.seed[..4].copy_from_slice(&draw.to_le_bytes());
		first[usize::from(committee.primaries()[0])] += 1;
	}
	for (member, count) in first.iter().enumerate() {
		let expected = DRAWS / 10 * (u32::try_from(member).expect("small") + 1);
		// Five standard deviations of a binomial count are below 340 here.
		assert!(count.abs_diff(expected) < 350, "member {member}: {count} instead of {expected}");
	}
}

#[test]
fn the_next_seed_depends_on_seed_and_output() {
	let seed = next_seed(&[1; 32], &VrfOutput([2; 32]));
	assert_eq!(seed, sp_io::hashing::blake2_256(&[[1u8; 32], [2; 32]].concat()));
	assert_ne!(seed, next_seed(&[1; 32], &VrfOutput([3; 32])));
	assert_ne!(seed, next_seed(&[2; 32], &VrfOutput([2; 32])));
}
