//! The heights of an epoch, and its committee.

use tp_pbft::{Committee, Epoch, Height, Member};

/// The heights for which a committee vouches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochSpan {
	/// The epoch.
	pub epoch: Epoch,
	/// Its committee.
	pub members: Vec<Member>,
	/// Its first height.
	pub first: Height,
	/// Its last height. `None` if the epoch goes on.
	pub last: Option<Height>,
}

impl EpochSpan {
	/// Whether a height is one of the epoch, as far as is known.
	pub fn contains(&self, height: Height) -> bool {
		height >= self.first && self.last.is_none_or(|last| height <= last)
	}

	/// Returns the committee. Its seed, which has no part in certificates, is zero.
	pub fn committee(&self) -> Committee {
		Committee { epoch: self.epoch, members: self.members.clone(), seed: Default::default() }
	}
}
