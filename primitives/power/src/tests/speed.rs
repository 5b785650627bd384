//! The cost of hashing on this machine, for the weights. `cargo test --release -p tp-power -- --ignored --nocapture`

use super::*;
use std::time::Instant;

#[test]
#[ignore = "measures"]
fn what_a_check_and_a_lane_cost() {
	let full = Shape::default();
	let challenge = challenge(&[1; 32], &node(1));
	let started = Instant::now();
	let lanes = Lanes::compute(&challenge, 4, &full).unwrap();
	println!("lane of 2^20 steps, with its tree: {:?}", started.elapsed() / 4);

	let drawn = draw_segments(&[2; 32], &node(1), 4, &full);
	let (commitment, reveal) = (lanes.commitment(node(1), 5), lanes.reveal(node(1), 5, &drawn).unwrap());
	const ROUNDS: u32 = 100;
	let started = Instant::now();
	for _ in 0..ROUNDS {
		reveal.verify(&commitment, &challenge, &drawn, &full).unwrap();
	}
	let all = started.elapsed() / ROUNDS;
	let started = Instant::now();
	let index = SegmentIndex { lane: 0, segment: 0 };
	let mut state = H256::zero();
	for _ in 0..8 * ROUNDS {
		state = compute_segment(&challenge, index, state, &full);
	}
	let steps = started.elapsed() / ROUNDS;
	println!("8 × 1,024 hashes: {steps:?} ({:?} each); whole check of a reveal: {all:?}; {state:?}", steps / 8_192);
}
