//! The formats of PBFT, shared by runtimes, clients and other ledgers: keys, committees, signed payloads, certificates,
//! header digests, evidence and the runtime API.
//!
//! ```text
//! Committee ──primary(view)──▶ author ──PreDigest──▶ header ──Slot + hash, signed──▶ Certificate
//!    ▲                                                                                  │
//!    └──── PbftApi::committee (state of the parent) ◀── next block's inherent ◀─────────┘
//! ```
//!
//! All functions depend on their arguments alone. `tc-pbft-core` has the messages of replicas and their handling.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod activity;
mod api;
mod certificate;
mod committee;
mod crypto;
mod digest;
mod evidence;
mod inherent;
mod slot;

pub use activity::{EpochActivity, MemberActivity};
pub use api::*;
pub use certificate::{Certificate, CertificateError, PreparedCertificate, QuorumCertificate, SignerBitmap, VoteKind};
pub use committee::{Committee, Member, MemberIndex, MAX_MEMBERS};
pub use crypto::{check_signature, CheckSignature, PbftId, PbftSignature, VrfId, PBFT_KEY_TYPE, VRF_KEY_TYPE};
pub use digest::{
	find_next_committee, find_pre_digest, vrf_sign_data, ConsensusLog, DigestError, PreDigest, VrfOutput,
};
pub use evidence::{Evidence, EvidenceError, SignedPayload};
pub use inherent::{InherentError, INHERENT_IDENTIFIER};
pub use slot::{Domain, Epoch, Height, MessageKind, Slot, View, PROTOCOL_VERSION};

#[cfg(feature = "std")]
pub use crypto::{PbftPair, VrfPair};
#[cfg(feature = "std")]
pub use inherent::ParentCertificateProvider;

use sp_runtime::ConsensusEngineId;

/// Identifies PBFT in header digests and justifications.
pub const ENGINE_ID: ConsensusEngineId = *b"PBFT";
/// A block hash.
pub type BlockHash = sp_core::H256;
/// The randomness of a height.
pub type Seed = [u8; 32];

/// Returns the seed of the next height: `blake2_256(seed ‖ vrf_output)`.
pub fn next_seed(seed: &Seed, output: &VrfOutput) -> Seed {
	let mut input = [0u8; 64];
	input[..32].copy_from_slice(seed);
	input[32..].copy_from_slice(&output.0);
	sp_io::hashing::blake2_256(&input)
}

#[cfg(test)]
mod tests;
