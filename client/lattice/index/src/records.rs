//! Records of the columns. Integers are little-endian, except in keys.

use codec::{Decode, Encode, Input, Output};
use parity_db::{ColId, ColumnOptions};
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Mark, Reason, UnitHash};

/// Number of the format. An index of another format must be rebuilt.
pub const FORMAT: u32 = 1;

/// Units from one anchor of a chain to the next. The units between them are found by their links.
pub const ANCHOR_INTERVAL: u32 = 64;

/// Unit hash → [`UnitRecord`].
pub const UNITS: ColId = 0;
/// Account and sequence number of every [`ANCHOR_INTERVAL`]th unit of its chain → unit hash.
pub const ANCHORS: ColId = 1;
/// Account → [`Lives`].
pub const ACCOUNTS: ColId = 2;
/// Block number → block hash; [`EXTENT_KEY`] → [`Extent`].
pub const BLOCKS: ColId = 3;

/// Key of the extent. Keys of blocks are shorter.
pub const EXTENT_KEY: &[u8] = b"extent";

/// Returns the columns. Hashes are spread evenly, and accounts are public keys or hashes, so the database need not hash
/// them again.
pub fn columns() -> Vec<ColumnOptions> {
	[true, false, true, false].map(|uniform| ColumnOptions { uniform, ..Default::default() }).into()
}

/// Block and index of a unit, and its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// Height of the block.
	pub number: BlockNumber,
	/// Index in the block's batch.
	pub index: u32,
	/// Whether it applied, or the reason why not.
	pub mark: Mark,
}

/// A unit's place in its account's chain. Each unit links to its predecessor: an entry by account and height for each
/// would cost as much as the rest of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
	pub height: u32,
	/// The account's applied unit before it, also of an earlier life. Zeros if there is none.
	pub previous: UnitHash,
}

/// Record of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitRecord {
	pub place: Place,
	/// `None` if it did not apply.
	pub entry: Option<Entry>,
}

impl Encode for UnitRecord {
	fn encode_to<T: Output + ?Sized>(&self, output: &mut T) {
		let Place { number, index, mark } = self.place;
		(number, index, mark.code()).encode_to(output);
		self.entry.iter().for_each(|entry| entry.encode_to(output));
	}
}

impl Decode for UnitRecord {
	fn decode<I: Input>(input: &mut I) -> Result<Self, codec::Error> {
		let (number, index, code) = Decode::decode(input)?;
		let (mark, entry) = match code {
			0u8 => (Mark::APPLIED, Some(Entry::decode(input)?)),
			code => (Mark(Some(Reason::decode(&mut &[code][..])?)), None),
		};
		Ok(Self { place: Place { number, index, mark }, entry })
	}
}

/// Extent of an account's chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Lives {
	/// Number of applied units of all its lives, which is the sequence number of the next.
	pub next: u32,
	/// Sequence number of the first unit of its newest life.
	pub life: u32,
	/// The newest applied unit.
	pub newest: UnitHash,
}

/// Blocks of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Extent {
	pub format: u32,
	/// The first block. Units of earlier blocks are unknown.
	pub first: BlockNumber,
	/// Height of the newest block.
	pub number: BlockNumber,
	/// Hash of the newest block.
	pub hash: Hash,
}

/// Returns whether a unit of a chain is an anchor.
pub fn is_anchor(sequence: u32) -> bool {
	sequence % ANCHOR_INTERVAL == ANCHOR_INTERVAL - 1
}

/// Returns the key of an entry in [`ANCHORS`].
pub fn anchor_key(account: &AccountId, sequence: u32) -> [u8; 36] {
	let mut key = [0; 36];
	key[..32].copy_from_slice(account.as_ref());
	key[32..].copy_from_slice(&sequence.to_be_bytes());
	key
}

/// Returns the key of a block's hash in [`BLOCKS`].
pub fn block_key(number: BlockNumber) -> [u8; 4] {
	number.to_be_bytes()
}
