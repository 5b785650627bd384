//! Tests: one file for each computation and for each property of the draw. They print figures, which `--nocapture`
//! shows. Random numbers are seeded, so every run is the same.

mod concentration;
mod distribution;
mod fixed;
mod sample;
mod shuffle;
mod splitting;
mod stake;
mod takeover;
mod tickets;

use crate::*;
use alloc::{vec, vec::Vec};
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};
use sp_core::{crypto::VrfSecret, sr25519, Pair};
use std::println;
use tp_core::AccountId;
use tp_pbft::{Epoch, Seed, VrfId};

fn rng(seed: u64) -> ChaCha8Rng {
	ChaCha8Rng::seed_from_u64(seed)
}

/// Returns by how many standard deviations a count of `trials` differs from its expected value.
fn sigmas(count: u32, trials: u32, chance: f64) -> f64 {
	let expected = f64::from(trials) * chance;
	(f64::from(count) - expected) / (expected * (1.0 - chance)).sqrt()
}

fn vrf_pair(index: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[index + 1; 32])
}

fn vrf_id(pair: &sr25519::Pair) -> VrfId {
	pair.public().into()
}

fn signed_by(pair: &sr25519::Pair, randomness: &Seed, epoch: Epoch, role: Role) -> Ticket {
	let vrf = pair.vrf_sign(&ticket_data(randomness, epoch, role));
	Ticket { node: AccountId::new(pair.public().0), epoch, role, vrf }
}
