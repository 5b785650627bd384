//! Tests: formats, draws, accepted proofs and refused proofs.

mod cheaters;
mod draws;
mod forgeries;
mod formats;
mod merkle;
mod speed;

use crate::*;
use sp_core::H256;
use tp_core::AccountId;

/// A shape whose lanes are cheap to compute.
const SMALL: Shape = Shape { segments_per_lane: 16, steps_per_segment: 4 };

/// Returns the node with a number.
fn node(number: u8) -> AccountId {
	AccountId::new([number; 32])
}

/// The lanes of a node and its reveal of the drawn segments in epoch 5.
struct Proof {
	challenge: Challenge,
	lanes: Lanes,
	commitment: Commitment,
	drawn: Vec<SegmentIndex>,
	reveal: Reveal,
}

impl Proof {
	/// Creates an honest proof.
	fn new(number: u8, count: u32, shape: &Shape) -> Self {
		let challenge = challenge(&[1; 32], &node(number));
		let lanes = Lanes::compute(&challenge, count, shape).unwrap();
		Self::with(number, challenge, lanes, shape)
	}

	/// Creates a proof of any lanes.
	fn with(number: u8, challenge: Challenge, lanes: Lanes, shape: &Shape) -> Self {
		let commitment = lanes.commitment(node(number), 5);
		let drawn = draw_segments(&[2; 32], &node(number), lanes.count(), shape);
		let reveal = lanes.reveal(node(number), 5, &drawn).unwrap();
		Self { challenge, lanes, commitment, drawn, reveal }
	}

	/// Replaces the drawn segments.
	fn asked(mut self, drawn: &[SegmentIndex]) -> Self {
		self.drawn = drawn.to_vec();
		self.reveal = self.lanes.reveal(self.commitment.node.clone(), 5, drawn).unwrap();
		self
	}

	fn verify(&self, shape: &Shape) -> Result<(), PowerError> {
		self.reveal.verify(&self.commitment, &self.challenge, &self.drawn, shape)
	}
}
