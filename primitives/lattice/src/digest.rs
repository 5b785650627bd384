//! The header's digest of its block's units.

use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{generic::DigestItem, ConsensusEngineId, Digest};

/// Identifies the lattice in header digests.
pub const LATTICE_ENGINE_ID: ConsensusEngineId = *b"LATT";

/// The digest `Consensus(LATT)` of a header.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct LatticeDigest {
	/// The number of units in the block.
	pub units: u32,
	/// Root over the units roots of its tables, ascending.
	pub units_root: H256,
	/// Root over the heads of the tables that it touches, ascending.
	pub tables_root: H256,
	/// Root over its outboxes; zeros while there are no outboxes.
	pub outbox_root: H256,
}

impl LatticeDigest {
	/// Returns the digest item of the header.
	pub fn item(&self) -> DigestItem {
		DigestItem::Consensus(LATTICE_ENGINE_ID, self.encode())
	}
}

/// Returns the digest of a header, or `None` if there is none, more than one, or an undecodable one.
pub fn find_lattice_digest(digest: &Digest) -> Option<LatticeDigest> {
	let mut found = digest.logs().iter().filter_map(|item| match item {
		DigestItem::Consensus(LATTICE_ENGINE_ID, data) => Some(data),
		_ => None,
	});
	match (found.next(), found.next()) {
		(Some(data), None) => LatticeDigest::decode_all(&mut &data[..]).ok(),
		_ => None,
	}
}
