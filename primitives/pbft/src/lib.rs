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
mod contacts;
mod crypto;
mod digest;
mod evidence;
mod inherent;
mod seed;
mod slot;

pub use activity::{EpochActivity, MemberActivity};
pub use api::*;
pub use certificate::{Certificate, CertificateError, PreparedCertificate, QuorumCertificate, SignerBitmap, VoteKind};
pub use committee::{Committee, Member, MemberIndex, MAX_MEMBERS};
pub use contacts::{
	is_address, Address, Contacts, NodeAddresses, Publication, MAX_ADDRESSES, MAX_ADDRESS_BYTES,
	PUBLICATION_INTERVAL_MS, PUBLICATION_TOLERANCE_MS,
};
pub use crypto::{
	check_signature, is_small_order, CheckSignature, PbftId, PbftSignature, VrfId, PBFT_KEY_TYPE, VRF_KEY_TYPE,
};
pub use digest::{
	author_item, find_next_committee, find_pre_digest, vrf_sign_data, ConsensusLog, DigestError, PreDigest,
	AUTHOR_ENGINE_ID, ENGINE_ID,
};
pub use evidence::{
	view_change_payload, Equivocation, Evidence, EvidenceError, HiddenCommit, ShownCertificate, SignedPayload,
	MAX_SHOWN_BYTES,
};
pub use inherent::{InherentError, INHERENT_IDENTIFIER};
pub use seed::{next_seed, Seed, VrfOutput};
pub use slot::{Domain, Epoch, Height, MessageKind, Slot, View, PROTOCOL_VERSION};

#[cfg(feature = "std")]
pub use crypto::{PbftPair, VrfPair};
#[cfg(feature = "std")]
pub use inherent::ParentCertificateProvider;

/// A block hash.
pub type BlockHash = sp_core::H256;

#[cfg(test)]
mod tests;
