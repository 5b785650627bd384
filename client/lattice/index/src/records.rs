//! What stands in the columns. All integers are little-endian, but in keys.

use codec::{Decode, Encode, Input, Output};
use parity_db::{ColId, ColumnOptions};
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Mark, Reason, UnitHash};

/// Number of the format: another one is rebuilt.
pub const FORMAT: u32 = 1;

/// Units of a chain from one that is found at once to the next: those in between are found by their links.
pub const ANCHOR_INTERVAL: u32 = 64;

/// Unit hash → [`UnitRecord`].
pub const UNITS: ColId = 0;
/// Account and sequence number of every [`ANCHOR_INTERVAL`]th unit of its chain → unit hash.
pub const ANCHORS: ColId = 1;
/// Account → [`Lives`].
pub const ACCOUNTS: ColId = 2;
/// Block number → block hash; [`EXTENT_KEY`] → [`Extent`].
pub const BLOCKS: ColId = 3;

/// The key of the extent. Block numbers are shorter.
pub const EXTENT_KEY: &[u8] = b"extent";

/// Hashes are spread evenly, and accounts are public keys or hashes: the database need not hash them again.
pub fn columns() -> Vec<ColumnOptions> {
	[true, false, true, false].map(|uniform| ColumnOptions { uniform, ..Default::default() }).into()
}

/// Where a unit is, and what became of it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
	/// The block.
	pub number: BlockNumber,
	/// Its place in the block's batch.
	pub index: u32,
	/// Whether it applied, or why not.
	pub mark: Mark,
}

/// A unit's place in its account's chain. Units of a chain are linked from each to the one before it, since an entry
/// of their own for each would cost as much as all else together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
	pub height: u32,
	/// The account's applied unit before it, also of an earlier life; zeros if there is none.
	pub previous: UnitHash,
}

/// What the index has of a unit.
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

/// How far an account's chain goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Lives {
	/// Applied units of all its lives: the sequence number of the next.
	pub next: u32,
	/// Sequence number of the first of its newest life.
	pub life: u32,
	/// The newest of them.
	pub newest: UnitHash,
}

/// The blocks that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Extent {
	pub format: u32,
	/// The first; all units of blocks before it are unknown.
	pub first: BlockNumber,
	/// The newest.
	pub number: BlockNumber,
	/// Its hash.
	pub hash: Hash,
}

/// Whether a unit of a chain can be found without those after it.
pub fn is_anchor(sequence: u32) -> bool {
	sequence % ANCHOR_INTERVAL == ANCHOR_INTERVAL - 1
}

/// The key of an entry in [`ANCHORS`].
pub fn anchor_key(account: &AccountId, sequence: u32) -> [u8; 36] {
	let mut key = [0; 36];
	key[..32].copy_from_slice(account.as_ref());
	key[32..].copy_from_slice(&sequence.to_be_bytes());
	key
}

/// The key of a block's hash in [`BLOCKS`].
pub fn block_key(number: BlockNumber) -> [u8; 4] {
	number.to_be_bytes()
}
