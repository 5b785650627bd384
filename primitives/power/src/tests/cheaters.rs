//! A node that computes less than it claims is detected as often as the design says.

use super::*;
use sp_io::hashing::blake2_256;

const SHAPE: Shape = Shape { segments_per_lane: 64, steps_per_segment: 2 };
const LANES: u32 = 16;

/// Returns lanes of which only the first `computed` segments are computed. The rest is invented.
fn part_of_the_work(challenge: &Challenge, computed: usize) -> Lanes {
	let lane = |lane| {
		let mut checkpoints = compute_lane(challenge, lane, &SHAPE);
		for (at, checkpoint) in checkpoints.iter_mut().enumerate().skip(computed + 1) {
			*checkpoint = H256::from_low_u64_be(at as u64);
		}
		checkpoints
	};
	Lanes::new((0..LANES).map(lane).collect(), &SHAPE).unwrap()
}

/// Counts in how many of `draws` draws these lanes pass.
fn passes(challenge: &Challenge, lanes: &Lanes, draws: u32) -> u32 {
	let commitment = lanes.commitment(node(1), 0);
	let pass = |draw: &u32| {
		let drawn = draw_segments(&blake2_256(&draw.to_le_bytes()), &node(1), LANES, &SHAPE);
		let reveal = lanes.reveal(node(1), 0, &drawn).unwrap();
		reveal.verify(&commitment, challenge, &drawn, &SHAPE).is_ok()
	};
	u32::try_from((0..draws).filter(pass).count()).unwrap()
}

#[test]
fn a_part_of_the_work_passes_as_often_as_all_eight_segments_are_in_it() {
	const DRAWS: u32 = 4_000;
	let challenge = challenge(&[1; 32], &node(1));
	for computed in [16, 32, 48, 58, 61, 64] {
		let part = f64::from(u32::try_from(computed).unwrap()) / 64.0;
		let lanes = part_of_the_work(&challenge, computed);
		let caught = 1.0 - f64::from(passes(&challenge, &lanes, DRAWS)) / f64::from(DRAWS);
		let expected = 1.0 - part.powi(8);
		// Draws are without replacement, so the detection rate is slightly higher.
		let (all, good) = (1024.0, 1024.0 * part);
		let exact: f64 =
			1.0 - (0..8).map(|drawn| (good - f64::from(drawn)) / (all - f64::from(drawn))).product::<f64>();
		let sigma = (exact * (1.0 - exact) / f64::from(DRAWS)).sqrt();
		println!("computes {part:.3} of the work: caught {caught:.4}, 1 - p^8 = {expected:.4}, exact {exact:.4}");
		assert!((caught - exact).abs() <= 4.0 * sigma, "{caught} against {exact}");
		assert!((exact - expected).abs() < 0.01);
	}
}

#[test]
fn lanes_of_another_node_or_epoch_never_pass() {
	let mine = challenge(&[1; 32], &node(1));
	for (randomness, of) in [(1, 2), (0, 1)] {
		let lanes = Lanes::compute(&challenge(&[randomness; 32], &node(of)), LANES, &SHAPE).unwrap();
		assert_eq!(passes(&mine, &lanes, 500), 0);
	}
}

#[test]
fn one_lane_in_the_place_of_all_passes_only_if_it_alone_is_drawn() {
	// All 8 segments are of one lane of 16 less than once in 10^9 draws.
	let challenge = challenge(&[1; 32], &node(1));
	let lanes = vec![compute_lane(&challenge, 0, &SHAPE); LANES as usize];
	assert_eq!(passes(&challenge, &Lanes::new(lanes, &SHAPE).unwrap(), 500), 0);
}

#[test]
fn one_segment_in_the_place_of_a_lane_never_passes() {
	// The lane repeats one segment: its true start and its true end in turn.
	let challenge = challenge(&[1; 32], &node(1));
	let start = lane_start(&challenge, 0);
	let end = compute_segment(&challenge, SegmentIndex { lane: 0, segment: 0 }, start, &SHAPE);
	let lane = (0..=64).map(|at| if at % 2 == 0 { start } else { end }).collect::<Vec<_>>();
	assert_eq!(passes(&challenge, &Lanes::new(vec![lane; LANES as usize], &SHAPE).unwrap(), 500), 0);
}
