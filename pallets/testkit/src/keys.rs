//! Keys of nodes by number.

use codec::Encode;
use sp_core::{proof_of_possession::statement_of_ownership, sr25519, Pair};
use std::sync::OnceLock;
use tp_pbft::{Member, PbftPair, VrfId};
use tp_stake::NodeKeys;

/// The number of key pairs: more than any test needs.
pub const PAIRS: u16 = 256;

/// Returns the vote key pair and the VRF key pair with a number below [`PAIRS`].
pub fn pairs(number: u16) -> &'static (PbftPair, sr25519::Pair) {
	static ALL: OnceLock<Vec<(PbftPair, sr25519::Pair)>> = OnceLock::new();
	let make = |number: u16| {
		let seed = ("pair", number).using_encoded(sp_io::hashing::blake2_256);
		(PbftPair::from_seed(&seed), sr25519::Pair::from_seed(&seed))
	};
	&ALL.get_or_init(|| (0..PAIRS).map(make).collect())[usize::from(number)]
}

/// Returns the public keys with a number.
pub fn keys(number: u16) -> NodeKeys {
	let (vote, vrf) = pairs(number);
	NodeKeys { pbft: vote.public(), vrf: VrfId::from(vrf.public()) }
}

/// Returns the committee member with these keys, of weight 1.
pub fn member(number: u16) -> Member {
	let NodeKeys { pbft: key, vrf } = keys(number);
	Member { key, vrf, weight: 1 }
}

/// Returns the proof that an account has the keys with a number, as `author_rotateKeysWithOwner` does.
pub fn proof(number: u16, owner: &impl Encode) -> Vec<u8> {
	let (vote, vrf) = pairs(number);
	let statement = statement_of_ownership(&owner.encode());
	(vote.sign(&statement), vrf.sign(&statement)).encode()
}
