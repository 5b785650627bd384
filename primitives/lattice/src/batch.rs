//! The units of a block in canonical order.

use crate::{TableId, Unit};
use alloc::vec::Vec;
use codec::{Compact, Decode, DecodeAll, Encode, Error as CodecError, Input};
use scale_info::TypeInfo;
use tp_core::{AccountId, Nonce};

/// The most bytes of a batch. A block holds 5 MiB, of which the rest is for extrinsics.
pub const MAX_BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Units by ascending table, account and height. So the order of their arrival does not matter, and the units of an account
/// are adjacent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch(Vec<Unit>);

/// The reasons for which units are no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
	/// Two units of one account at one height.
	#[error("two units of one account have the same height")]
	Conflict,
	/// The batch is too large for a block.
	#[error("the batch has {0} bytes, more than a block takes")]
	TooLarge(usize),
}

impl Batch {
	/// Sorts units into a batch.
	pub fn new(mut units: Vec<Unit>) -> Result<Self, BatchError> {
		let bytes = units.encoded_size();
		if bytes > MAX_BATCH_BYTES {
			return Err(BatchError::TooLarge(bytes));
		}
		units.sort_by_cached_key(place);
		match is_ordered(&units) {
			true => Ok(Self(units)),
			false => Err(BatchError::Conflict),
		}
	}

	/// Takes units that are in order and fit a block.
	#[cfg(feature = "std")]
	pub(crate) fn of_sorted(units: Vec<Unit>) -> Self {
		Self(units)
	}

	/// Returns the units.
	pub fn units(&self) -> &[Unit] {
		&self.0
	}

	/// Returns the units.
	pub fn into_units(self) -> Vec<Unit> {
		self.0
	}
}

/// Returns the sort key of a unit in a batch.
fn place(unit: &Unit) -> (TableId, AccountId, Nonce) {
	(TableId::of(&unit.body.account), unit.body.account.clone(), unit.body.height)
}

pub(crate) fn is_ordered(units: &[Unit]) -> bool {
	// Compares chains first, so that the table of an account is hashed once.
	let mut chains = units
		.chunk_by(|one, next| one.body.account == next.body.account)
		.filter_map(|chain| chain.first())
		.map(|first| (TableId::of(&first.body.account), &first.body.account));
	let ascending =
		|pair: &[Unit]| pair[0].body.account != pair[1].body.account || pair[0].body.height < pair[1].body.height;
	let mut before = chains.next();
	units.windows(2).all(ascending) && chains.all(|chain| before.replace(chain).is_none_or(|before| before < chain))
}

impl Encode for Batch {
	fn size_hint(&self) -> usize {
		self.0.size_hint()
	}

	fn encode_to<T: codec::Output + ?Sized>(&self, dest: &mut T) {
		self.0.encode_to(dest);
	}
}

impl codec::EncodeLike for Batch {}

impl Decode for Batch {
	fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
		let Compact(count) = Compact::<u32>::decode(input)?;
		// Bounds the allocation: the input cannot hold more units than this, although `count` may say so.
		let room = input.remaining_len()?.map_or(0, |bytes| bytes / MIN_UNIT_BYTES);
		let mut units = Vec::with_capacity(room.min(count as usize));
		for _ in 0..count {
			units.push(Unit::decode(input)?);
		}
		match is_ordered(&units) {
			true => Ok(Self(units)),
			false => Err("the units of a batch are out of order".into()),
		}
	}
}

/// The reason for which bytes are no batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, thiserror::Error)]
pub enum ApplyError {
	/// The bytes are too many, out of order, or no batch.
	#[error("the batch does not decode")]
	Undecodable,
}

/// Decodes a batch of a block.
pub fn decode_batch(bytes: &[u8]) -> Result<Batch, ApplyError> {
	if bytes.len() > MAX_BATCH_BYTES {
		return Err(ApplyError::Undecodable);
	}
	Batch::decode_all(&mut &bytes[..]).map_err(|_| ApplyError::Undecodable)
}

/// The bytes of the smallest unit: account, height, parent, end, no operations, and a signature.
const MIN_UNIT_BYTES: usize = 32 + 4 + 32 + 4 + 1 + 65;
