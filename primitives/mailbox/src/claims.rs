//! What a ledger's header says about its lanes: roots over sorted leaves, and the claims that are proved below them.
//!
//! ```text
//! header ─digest─▶ Commitments ─outbox─▶ LaneClaim: lane, root, count      (of lanes that are not fully acknowledged)
//!                       │──────inbox──▶ CursorClaim: lane, taken           (of all lanes that lead here)
//!                       └──────heads──▶ Head: ledger, height, Commitments  (of the neighbours; zones and main chain)
//! ```
//!
//! Leaves begin with a tag of four bytes for their kind, and none is 64 bytes long, so none passes for another kind or
//! for an inner node.

use crate::{
	lane::{Lane, Ledger},
	levels::Levels,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{generic::DigestItem, ConsensusEngineId, Digest};
use tp_core::{
	merkle::{self, MerklePath, MerkleTree},
	Balance, BlockNumber,
};

/// Identifies the mailbox in header digests.
pub const MAILBOX_ENGINE_ID: ConsensusEngineId = *b"MAIL";

/// Sums over the messages of a lane since its beginning.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Tally {
	/// The number of messages.
	pub messages: u64,
	/// Their encoded bytes.
	pub bytes: u64,
	/// Their values.
	pub value: Balance,
}

impl Tally {
	/// Adds a message.
	pub fn add(&mut self, bytes: usize, value: Balance) {
		// A faulty source can state any value. Sums of honest ones stay below the supply times the number of messages.
		self.messages = self.messages.saturating_add(1);
		self.bytes = self.bytes.saturating_add(bytes as u64);
		self.value = self.value.saturating_add(value);
	}

	/// Returns the difference to an earlier tally of the same lane; `None` if that one is not earlier.
	pub fn since(&self, earlier: &Self) -> Option<Self> {
		Some(Self {
			messages: self.messages.checked_sub(earlier.messages)?,
			bytes: self.bytes.checked_sub(earlier.bytes)?,
			value: self.value.checked_sub(earlier.value)?,
		})
	}
}

/// The state of a lane at its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct LaneClaim {
	/// The lane.
	pub lane: Lane,
	/// The root of its messages.
	pub root: H256,
	/// Their number.
	pub count: u64,
}

/// The state of a lane at its destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CursorClaim {
	/// The lane.
	pub lane: Lane,
	/// What was taken. Its number of messages is the cursor.
	pub taken: Tally,
}

/// What a header says to other ledgers: the digest item `Consensus(MAIL)`.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Commitments {
	/// The root over the [`LaneClaim`]s, by lane; zeros without any.
	pub outbox: H256,
	/// The root over the [`CursorClaim`]s, by lane; zeros without any.
	pub inbox: H256,
	/// The root over the [`Head`]s, by ledger; zeros without any.
	pub heads: H256,
	/// The load of the ledger.
	pub levels: Levels,
}

/// The head of a ledger, as the ledger above or beside it includes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Head {
	/// The ledger, with its tables.
	pub ledger: Ledger,
	/// The height of the block.
	pub height: BlockNumber,
	/// The hash of the block.
	pub hash: H256,
	/// What its header says.
	pub commitments: Commitments,
}

/// Something that is proved below a root.
pub trait Claim: Encode {
	/// The first bytes of its leaves.
	const TAG: [u8; 4];

	/// Returns the leaf.
	fn leaf(&self) -> Vec<u8> {
		(Self::TAG, self).encode()
	}
}

impl Claim for LaneClaim {
	const TAG: [u8; 4] = *b"LANE";
}

impl Claim for CursorClaim {
	const TAG: [u8; 4] = *b"CURS";
}

impl Claim for Head {
	const TAG: [u8; 4] = *b"HEAD";
}

/// Returns the root over claims. The caller passes them by ascending lane or ledger, each once.
pub fn root_of<C: Claim>(claims: impl IntoIterator<Item = C>) -> H256 {
	let leaves: Vec<Vec<u8>> = claims.into_iter().map(|claim| claim.leaf()).collect();
	merkle::root(&leaves)
}

/// Claims with their tree, from which paths are read.
#[derive(Clone, Debug)]
pub struct Claims<C> {
	claims: Vec<C>,
	tree: MerkleTree,
}

impl<C: Claim + Clone> Claims<C> {
	/// Returns the tree of claims, in the order in which their root was made.
	pub fn new(claims: Vec<C>) -> Self {
		let leaves: Vec<Vec<u8>> = claims.iter().map(Claim::leaf).collect();
		Self { tree: MerkleTree::of(&leaves), claims }
	}

	/// Returns the tree of other claims. What it shares with this one is not hashed again, if the claims stand at the same places.
	pub fn with(&self, claims: Vec<C>) -> Self
	where
		C: PartialEq,
	{
		let differ = (0u32..).zip(claims.iter().zip(&self.claims)).filter(|(_, (new, old))| new != old);
		let changed: Vec<u32> = differ.map(|(index, _)| index).collect();
		// A changed leaf costs the height of the tree, a new tree two hashes a leaf.
		if claims.len() != self.claims.len() || 4 * changed.len() > claims.len() {
			return Self::new(claims);
		}
		let mut tree = self.tree.clone();
		changed.into_iter().for_each(|index| tree.set(index, &claims[index as usize].leaf()));
		Self { claims, tree }
	}

	/// Returns the root.
	pub fn root(&self) -> H256 {
		self.tree.root()
	}

	/// Returns all claims.
	pub fn all(&self) -> &[C] {
		&self.claims
	}

	/// Returns the first claim that fits, with its path.
	pub fn find(&self, fits: impl Fn(&C) -> bool) -> Option<(C, MerklePath)> {
		self.at(self.claims.iter().position(fits)?)
	}

	/// Returns the claim at an index, with its path.
	pub fn at(&self, index: usize) -> Option<(C, MerklePath)> {
		let path = self.tree.path(u32::try_from(index).ok()?)?;
		Some((self.claims.get(index)?.clone(), path))
	}
}

impl Commitments {
	/// Returns the digest item of the header.
	pub fn item(&self) -> DigestItem {
		DigestItem::Consensus(MAILBOX_ENGINE_ID, self.encode())
	}

	/// Returns what a header says, or `None` if it says nothing, more than one thing, or something undecodable.
	pub fn find(digest: &Digest) -> Option<Self> {
		let mut found = digest.logs().iter().filter_map(|item| match item {
			DigestItem::Consensus(MAILBOX_ENGINE_ID, data) => Some(data),
			_ => None,
		});
		match (found.next(), found.next()) {
			(Some(data), None) => Self::decode_all(&mut &data[..]).ok(),
			_ => None,
		}
	}
}
