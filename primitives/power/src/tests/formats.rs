//! The hashed and signed bytes. The tests repeat the formats independently, so that a change of the code fails here.

use super::*;
use codec::MaxEncodedLen;
use sp_io::hashing::blake2_256;

#[test]
fn a_lane_is_the_chain_of_the_readme() {
	let (randomness, account) = ([7; 32], node(9));
	let challenge = challenge(&randomness, &account);
	assert_eq!(challenge.0, blake2_256(&[[7; 32], [9; 32]].concat()));

	let lane = 3u32;
	let mut state = blake2_256(&[&challenge.0[..], &[3, 0, 0, 0]].concat());
	assert_eq!(lane_start(&challenge, lane).0, state);
	let shape = Shape { segments_per_lane: 3, steps_per_segment: 5 };
	let mut expected = vec![H256(state)];
	for segment in 0..3u8 {
		state = blake2_256(&[&state[..], &challenge.0[..], &[3, 0, 0, 0], &[segment, 0, 0, 0]].concat());
		for _ in 1..5 {
			state = blake2_256(&state);
		}
		expected.push(H256(state));
	}
	assert_eq!(compute_lane(&challenge, lane, &shape), expected);
}

#[test]
fn a_lane_of_one_step_a_segment_has_all_checkpoints() {
	let shape = Shape { segments_per_lane: 3, steps_per_segment: 1 };
	let lane = compute_lane(&H256::zero(), 0, &shape);
	assert_eq!(lane.len(), 4);
	let index = SegmentIndex { lane: 0, segment: 2 };
	assert_eq!(compute_segment(&H256::zero(), index, lane[2], &shape), lane[3]);
}

#[test]
fn the_root_of_a_known_challenge_is_fixed() {
	let challenge = challenge(&[1; 32], &node(1));
	let lanes = Lanes::compute(&challenge, 3, &SMALL).unwrap();
	assert_eq!(format!("{:?}", lanes.root()), "0xa13b521a6d98ce0105caa07ea1e8d896c5fe6f21f8191f224dadb61e15adac60");
	let drawn = draw_segments(&[2; 32], &node(1), 3, &SMALL);
	let drawn: Vec<_> = drawn.into_iter().map(|SegmentIndex { lane, segment }| (lane, segment)).collect();
	assert_eq!(drawn, [(2, 2), (1, 0), (2, 4), (1, 5), (2, 1), (2, 0), (1, 7), (2, 15)]);
}

#[test]
fn constants_are_those_of_the_design() {
	assert_eq!(Shape::default(), Shape { segments_per_lane: 1 << 10, steps_per_segment: 1 << 10 });
	assert_eq!((STEPS_PER_LANE, SEGMENTS_SHOWN), (1 << 20, 8));
	assert_eq!(Commitment::<AccountId>::max_encoded_len(), 32 + 8 + 4 + 32);
}

#[test]
fn signed_bytes_name_network_kind_and_body() {
	let genesis = H256::repeat_byte(3);
	let commitment = Commitment { node: node(1), epoch: 2, lanes: 3, root: H256::repeat_byte(4) };
	let expected = [&b"TOP-POWER-1"[..], &[3; 32], &[0], &[1; 32], &2u64.to_le_bytes(), &3u32.to_le_bytes(), &[4; 32]];
	assert_eq!(commitment.signing_payload(&genesis), expected.concat());

	let reveal = Reveal { node: node(1), epoch: 2, segments: vec![] };
	let expected = [&b"TOP-POWER-1"[..], &[3; 32], &[1], &[1; 32], &2u64.to_le_bytes(), &[0]];
	assert_eq!(reveal.signing_payload(&genesis), expected.concat());
}

#[test]
fn only_shapes_with_bounded_work_are_valid() {
	assert!(Shape::default().is_valid());
	assert!(Shape { segments_per_lane: 1, steps_per_segment: 1 }.is_valid());
	for (segments_per_lane, steps_per_segment) in [(0, 1), (1, 0), (1025, 1), (1, 1025)] {
		assert!(!Shape { segments_per_lane, steps_per_segment }.is_valid());
	}
}
