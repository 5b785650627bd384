//! Keeps the bodies of its blocks back where proposals come without them: it serves another body, or none. What it sends
//! is correct otherwise.

use super::{adversary::Context, behaviour::Behaviour};
use rand::Rng;
use std::sync::Arc;
use tc_pbft_core::Proposal;

pub(super) struct WrongBodies;

impl Behaviour for WrongBodies {
	fn serve(&mut self, context: &mut Context, proposal: Proposal) -> Option<Proposal> {
		match context.rng.gen_range(0..4) {
			0 => Some(proposal),
			1 => None,
			_ => Some(Proposal { bytes: Arc::new(vec![0; 64]), ..proposal }),
		}
	}
}
