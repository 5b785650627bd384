//! An honest proof passes. Every change of it is refused with its own error.

use super::*;
use proptest::prelude::*;

/// The first and last segments of the first and last of five lanes, and four between.
const ASKED: [(u32, u32); 8] = [(0, 0), (0, 15), (4, 0), (4, 15), (1, 3), (2, 0), (2, 7), (3, 14)];

fn asked() -> Vec<SegmentIndex> {
	ASKED.map(|(lane, segment)| SegmentIndex { lane, segment }).to_vec()
}

/// Verifies a proof over five lanes after a test has changed it.
fn forged(change: impl FnOnce(&mut Proof)) -> Result<(), PowerError> {
	let mut proof = Proof::new(1, 5, &SMALL).asked(&asked());
	assert_eq!(proof.verify(&SMALL), Ok(()));
	change(&mut proof);
	proof.verify(&SMALL)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]
	#[test]
	fn honest_proofs_pass(number: u8, lanes in 1..20u32, segments_per_lane in 1..20u32, steps_per_segment in 1..5u32) {
		let shape = Shape { segments_per_lane, steps_per_segment };
		prop_assert_eq!(Proof::new(number, lanes, &shape).verify(&shape), Ok(()));
	}

	#[test]
	fn proofs_with_a_flipped_bit_fail(
		lanes in 1..9u32,
		at in 0..8usize,
		part in 0..4u8,
		sibling: usize,
		bit in 0..256usize,
	) {
		let mut proof = Proof::new(3, lanes, &SMALL);
		let SegmentProof { start, end, start_path, end_path } = &mut proof.reveal.segments[at];
		let path = if part == 2 { start_path } else { end_path };
		let sibling = sibling % path.len();
		let (hash, expected) = match part {
			0 => (start, None),
			1 => (end, Some(PowerError::EndNotCommitted { segment: at })),
			2 => (&mut path[sibling], Some(PowerError::StartNotCommitted { segment: at })),
			_ => (&mut path[sibling], Some(PowerError::EndNotCommitted { segment: at })),
		};
		hash.0[bit / 8] ^= 1 << (bit % 8);
		let error = proof.verify(&SMALL).unwrap_err();
		match expected {
			Some(expected) => prop_assert_eq!(error, expected),
			None => {
				let start = [PowerError::StartNotCommitted { segment: at }, PowerError::WrongLaneStart { segment: at }];
				prop_assert!(start.contains(&error), "{}", error);
			},
		}
	}
}

#[test]
fn proofs_of_the_full_shape_pass() {
	let full = Shape::default();
	let proof = Proof::new(1, 2, &full);
	assert_eq!(proof.drawn.len(), 8);
	assert_eq!(proof.verify(&full), Ok(()));
}

#[test]
fn another_segment_is_not_the_one_drawn() {
	let other = SegmentIndex { lane: 1, segment: 4 };
	assert_eq!(
		forged(|proof| proof.reveal.segments[4] = proof.lanes.prove(other).unwrap()),
		Err(PowerError::StartNotCommitted { segment: 4 })
	);
	// The same segment of another lane.
	let other = SegmentIndex { lane: 2, segment: 3 };
	assert_eq!(
		forged(|proof| proof.reveal.segments[4] = proof.lanes.prove(other).unwrap()),
		Err(PowerError::StartNotCommitted { segment: 4 })
	);
	assert_eq!(forged(|proof| proof.reveal.segments.swap(4, 6)), Err(PowerError::StartNotCommitted { segment: 4 }));
}

#[test]
fn the_count_of_segments_is_the_drawn_one() {
	let wrong = |found| Err(PowerError::SegmentCount { expected: 8, found });
	assert_eq!(forged(|proof| proof.reveal.segments.truncate(7)), wrong(7));
	assert_eq!(forged(|proof| proof.reveal.segments.clear()), wrong(0));
	assert_eq!(forged(|proof| proof.reveal.segments.push(proof.reveal.segments[0].clone())), wrong(9));
}

#[test]
fn the_lane_count_is_the_committed_one() {
	// A tree of another size has paths of other lengths, or its leaves have other places.
	assert_eq!(forged(|proof| proof.commitment.lanes = 40), Err(PowerError::StartPathLength { segment: 0 }));
	assert_eq!(forged(|proof| proof.commitment.lanes = 4), Err(PowerError::NoSuchSegment { segment: 2 }));
	assert_eq!(forged(|proof| proof.commitment.lanes = 0), Err(PowerError::LaneCount));
	assert_eq!(forged(|proof| proof.commitment.lanes = MAX_LANES + 1), Err(PowerError::LaneCount));
	// 5 and 6 lanes have 85 and 102 leaves, hence paths of the same length.
	assert_eq!(
		forged(|proof| {
			proof.commitment.lanes = 6;
			proof.drawn = vec![SegmentIndex { lane: 5, segment: 0 }];
			proof.reveal.segments.truncate(1);
		}),
		Err(PowerError::WrongLaneStart { segment: 0 })
	);
	assert_eq!(
		forged(|proof| proof.drawn[4].lane = 5),
		Err(PowerError::NoSuchSegment { segment: 4 }),
		"a verifier that asks for a segment that does not exist"
	);
}

#[test]
fn paths_have_the_length_of_their_place() {
	assert_eq!(
		forged(|proof| proof.reveal.segments[3].start_path.push(H256::zero())),
		Err(PowerError::StartPathLength { segment: 3 })
	);
	assert_eq!(
		forged(|proof| proof.reveal.segments[3].end_path.truncate(1)),
		Err(PowerError::EndPathLength { segment: 3 })
	);
	assert_eq!(
		forged(|proof| proof.reveal.segments[0].end_path = vec![H256::zero(); 100_000]),
		Err(PowerError::EndPathLength { segment: 0 })
	);
}

#[test]
fn lanes_start_where_the_challenge_says() {
	let challenge = challenge(&[1; 32], &node(1));
	let checkpoints = (0..5)
		.map(|lane| {
			// Each lane is a true chain from a start that the prover chooses.
			let mut state = H256::repeat_byte(8);
			let segments = (0..16).map(|segment| {
				state = compute_segment(&challenge, SegmentIndex { lane, segment }, state, &SMALL);
				state
			});
			[H256::repeat_byte(8)].into_iter().chain(segments).collect()
		})
		.collect();
	let proof = Proof::with(1, challenge, Lanes::new(checkpoints, &SMALL).unwrap(), &SMALL).asked(&asked());
	assert_eq!(proof.verify(&SMALL), Err(PowerError::WrongLaneStart { segment: 0 }));
}

#[test]
fn skipped_steps_are_detected() {
	let mut checkpoints: Vec<_> =
		(0..5).map(|lane| compute_lane(&challenge(&[1; 32], &node(1)), lane, &SMALL)).collect();
	checkpoints[2][8] = H256::repeat_byte(1);
	let lanes = Lanes::new(checkpoints, &SMALL).unwrap();
	let proof = Proof::with(1, challenge(&[1; 32], &node(1)), lanes, &SMALL).asked(&asked());
	assert_eq!(proof.verify(&SMALL), Err(PowerError::WrongSteps { segment: 6 }));
}

#[test]
fn lanes_of_another_shape_are_refused() {
	for steps_per_segment in [3, 5] {
		let proof = Proof::new(1, 5, &Shape { steps_per_segment, ..SMALL }).asked(&asked());
		assert_eq!(proof.verify(&SMALL), Err(PowerError::WrongSteps { segment: 0 }));
	}
	let longer = Shape { steps_per_segment: STEPS_PER_SEGMENT + 1, ..SMALL };
	assert_eq!(Proof::new(1, 5, &SMALL).verify(&longer), Err(PowerError::WrongShape));
	assert_eq!(Lanes::new(vec![vec![H256::zero(); 16]], &SMALL).unwrap_err(), PowerError::WrongShape);
	assert_eq!(Lanes::new(vec![], &SMALL).unwrap_err(), PowerError::LaneCount);
	assert_eq!(Lanes::compute(&H256::zero(), MAX_LANES + 1, &SMALL).unwrap_err(), PowerError::LaneCount);
}

#[test]
fn reveals_of_other_nodes_and_epochs_are_refused() {
	assert_eq!(forged(|proof| proof.reveal.node = node(2)), Err(PowerError::NotOfCommitment));
	assert_eq!(forged(|proof| proof.reveal.epoch = 6), Err(PowerError::NotOfCommitment));
}

#[test]
fn a_segment_that_does_not_exist_has_no_proof() {
	let lanes = Lanes::compute(&H256::zero(), 5, &SMALL).unwrap();
	assert_eq!(lanes.prove(SegmentIndex { lane: 5, segment: 0 }), None);
	assert_eq!(lanes.prove(SegmentIndex { lane: 0, segment: 16 }), None);
	assert!(lanes.prove(SegmentIndex { lane: 4, segment: 15 }).is_some());
	assert_eq!(lanes.checkpoints().len(), 5 * 17);
}
