//! Announcements: the committees of zones and shards, as the main chain's state has them, proved below a held header.
//!
//! ```text
//! held header, of the main chain or of a zone ──head path──▶ hash of a main header ──▶ state root ──▶ seats of an epoch
//! ```
//!
//! A zone holds headers of the main chain. A shard holds those of its zone alone, which include the newest head of the main
//! chain, so the path to that head comes along.

use crate::{
	beacon::Beacon,
	bounds::{MAX_PROOF_BYTES, MAX_PROOF_NODES},
	source::Store,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::{blake2_128, twox_128};
use sp_runtime::traits::BlakeTwo256;
use sp_trie::{read_trie_value, LayoutV1, StorageProof};
use tp_core::{BlockNumber, ChainTag, Header};
use tp_mailbox::{HeadPath, ProofError};
use tp_pbft::{Epoch, Member};
use tp_stake::Seat;

/// The committee of a ledger in an epoch, with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Announcement {
	/// The ledger whose committee it is.
	pub chain: ChainTag,
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The ledger of the held header.
	pub by: ChainTag,
	/// The height of the held header.
	pub height: BlockNumber,
	/// The way from the held header to the main chain's head. Empty if the held header is the main chain's.
	pub path: HeadPath,
	/// The header of the main chain.
	pub header: Header,
	/// The nodes of the main chain's state trie from its root to the seats, and to the epoch in force.
	pub proof: Vec<Vec<u8>>,
}

/// The reason why an announcement proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnnouncementError {
	/// The header below which it is proved is not held.
	#[error("header {height} of {by:?} is not held")]
	NotHeld {
		/// The ledger.
		by: ChainTag,
		/// The height.
		height: BlockNumber,
	},
	/// The way to the main chain's head does not hold.
	#[error("the way to the head of the main chain does not hold: {0}")]
	Path(#[from] ProofError),
	/// The way leads to another ledger or header.
	#[error("the header is not the one to which the way leads, or not the main chain's")]
	OtherHeader,
	/// The proof is longer than any that is needed.
	#[error("the proof is longer than any that is needed")]
	TooLong,
	/// The proof does not lead to seats.
	#[error("the state of the main chain has no such committee, or the proof does not lead to it")]
	NoSeats,
	/// The epoch has not begun on the main chain, or the proof does not say so.
	#[error(
		"the epoch has not begun on the main chain, or the proof does not show it: until then a committee can change"
	)]
	NotInForce,
}

/// Returns the key of a committee in the main chain's state: `ShardAssignment.Committees(chain, epoch)`.
pub fn committee_key(chain: ChainTag, epoch: Epoch) -> Vec<u8> {
	let mut key = [twox_128(b"ShardAssignment"), twox_128(b"Committees")].concat();
	for part in [chain.encode(), epoch.encode()] {
		key.extend(blake2_128(&part));
		key.extend(part);
	}
	key
}

/// Returns the key of the newest epoch whose committees are in force, in the main chain's state: `ShardAssignment.InForce`.
pub fn in_force_key() -> Vec<u8> {
	[twox_128(b"ShardAssignment"), twox_128(b"InForce")].concat()
}

impl Announcement {
	/// Reads the seats out of the main chain's state.
	///
	/// A member that contradicts itself loses a seat that is decided, until the epoch begins. So a committee is known when its epoch has
	/// begun: else two ledgers could know different ones, and refuse each other's headers.
	fn members(&self) -> Result<Vec<Member>, AnnouncementError> {
		let bytes: usize = self.proof.iter().map(Vec::len).sum();
		if self.proof.len() > MAX_PROOF_NODES || bytes > MAX_PROOF_BYTES {
			return Err(AnnouncementError::TooLong);
		}
		let nodes = StorageProof::new(self.proof.iter().cloned()).into_memory_db::<BlakeTwo256>();
		let read = |key: Vec<u8>| {
			let value = read_trie_value::<LayoutV1<BlakeTwo256>, _>(&nodes, &self.header.state_root, &key, None, None);
			value.ok().flatten()
		};
		let in_force = read(in_force_key()).and_then(|value| Epoch::decode_all(&mut &value[..]).ok());
		if in_force.is_none_or(|in_force| in_force < self.epoch) {
			return Err(AnnouncementError::NotInForce);
		}
		let seats = read(committee_key(self.chain, self.epoch)).ok_or(AnnouncementError::NoSeats)?;
		let seats = Vec::<Seat>::decode_all(&mut &seats[..]).map_err(|_| AnnouncementError::NoSeats)?;
		Ok(seats.into_iter().map(|seat| seat.member).collect())
	}
}

impl<S: Store> Beacon<'_, S> {
	/// Checks an announcement, and returns the members of the committee. [`Beacon::announce`] takes them.
	pub fn prove(&self, announcement: &Announcement) -> Result<Vec<Member>, AnnouncementError> {
		let Announcement { by, height, path, header, .. } = announcement;
		let not_held = AnnouncementError::NotHeld { by: *by, height: *height };
		let source = self.source(*by).map_err(|_| not_held)?;
		let held = source.header(*height).ok_or(not_held)?;
		let head = path.verify(&source.anchor(held))?;
		let hash: H256 = path.0.last().map_or(held.hash, |step| step.head.hash);
		if head.ledger().chain != ChainTag::Main || header.hash() != hash {
			return Err(AnnouncementError::OtherHeader);
		}
		announcement.members()
	}
}
