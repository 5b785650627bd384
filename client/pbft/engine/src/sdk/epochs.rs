//! The search for the committee of an old height, over headers and the epochs of certificates.

use crate::error::CommitteeError;
use std::collections::BTreeMap;
use tp_core::Header;
use tp_pbft::{find_next_committee, Epoch, Height, Member};

/// Epochs that are remembered, at most. A committee has up to 9 KB.
const MAX_KNOWN: usize = 64;

/// What the search reads of a chain.
pub trait EpochSource {
	/// Returns the epoch of the certificate of a block. It never falls with the height.
	fn epoch_of(&self, height: Height) -> Result<Epoch, CommitteeError>;
	/// Returns the header of a block.
	fn header(&self, height: Height) -> Result<Header, CommitteeError>;
}

/// An epoch, as far as its heights are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEpoch {
	epoch: Epoch,
	/// Its first height.
	start: Height,
	/// A height of it, from which on nothing is known.
	end: Height,
	members: Vec<Member>,
}

/// The epochs that were found before.
pub struct Epochs {
	/// The committee of the genesis.
	first: Option<Vec<Member>>,
	/// By their first heights.
	known: BTreeMap<Height, KnownEpoch>,
}

impl Epochs {
	/// Remembers nothing but the committee of the genesis, if it is known.
	pub fn new(first: Option<Vec<Member>>) -> Self {
		Self { first, known: BTreeMap::new() }
	}

	/// Returns the committee of the genesis.
	pub fn first(&self) -> Option<Vec<Member>> {
		self.first.clone()
	}

	/// Returns the committee of a height, if its epoch was found before.
	pub fn known(&self, height: Height) -> Option<(Epoch, Vec<Member>)> {
		let (_, known) = self.known.range(..=height).next_back()?;
		(height <= known.end).then(|| (known.epoch, known.members.clone()))
	}

	/// Remembers an epoch, and returns it.
	pub fn keep(&mut self, found: KnownEpoch) -> (Epoch, Vec<Member>) {
		let result = (found.epoch, found.members.clone());
		let end = self.known.get(&found.start).map_or(found.end, |known| known.end.max(found.end));
		self.known.insert(found.start, KnownEpoch { end, ..found });
		if self.known.len() > MAX_KNOWN {
			// The oldest: receipts are shown soon after payments.
			self.known.pop_first();
		}
		result
	}

	/// Finds the epoch of a height of the chain. Reads at most 33 certificates and one header.
	pub fn find(
		chain: &impl EpochSource,
		first: Option<&[Member]>,
		height: Height,
	) -> Result<KnownEpoch, CommitteeError> {
		let epoch = chain.epoch_of(height)?;
		// Invariant: the epoch of `low` is below `epoch`, or `low` is 0; that of `high` is `epoch`.
		let (mut low, mut high) = (0, height);
		while high - low > 1 {
			let middle = low + (high - low) / 2;
			match chain.epoch_of(middle)? < epoch {
				true => low = middle,
				false => high = middle,
			}
		}
		let start = high;
		let members = match start {
			0 | 1 => first.map(<[Member]>::to_vec).ok_or(CommitteeError::FirstUnknown)?,
			_ => match find_next_committee(&chain.header(start - 1)?.digest) {
				Some((named, members)) if named == epoch => members,
				_ => return Err(CommitteeError::NotNamed { epoch, height: start - 1 }),
			},
		};
		Ok(KnownEpoch { epoch, start, end: height, members })
	}

	/// Finds the last height of an epoch, which begins at `start`. `None` if the chain, whose newest block is `newest`, is still in
	/// it. Reads at most 33 certificates.
	pub fn last_of(
		chain: &impl EpochSource,
		epoch: Epoch,
		start: Height,
		newest: Height,
	) -> Result<Option<Height>, CommitteeError> {
		if newest < start || chain.epoch_of(newest)? == epoch {
			return Ok(None);
		}
		// Invariant: the epoch of `low` is `epoch`, or `low` is before its start; that of `high` is above it.
		let (mut low, mut high) = (start.saturating_sub(1), newest);
		while high - low > 1 {
			let middle = low + (high - low) / 2;
			match chain.epoch_of(middle)? > epoch {
				true => high = middle,
				false => low = middle,
			}
		}
		Ok(Some(low))
	}
}

#[cfg(test)]
mod tests;
