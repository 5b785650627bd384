//! The randomness of heights: each author's VRF output is mixed into the next seed.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The randomness of a height.
pub type Seed = [u8; 32];

/// The VRF output of a height: the encoded pre-output, which key and input determine.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VrfOutput(pub [u8; 32]);

/// Returns the seed of the next height: `blake2_256(seed ‖ vrf_output)`.
pub fn next_seed(seed: &Seed, output: &VrfOutput) -> Seed {
	let mut input = [0u8; 64];
	input[..32].copy_from_slice(seed);
	input[32..].copy_from_slice(&output.0);
	sp_io::hashing::blake2_256(&input)
}
