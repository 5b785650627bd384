//! The cap of all free use together, over time.
//!
//! A cap for each block alone bounds what a block holds, not what the disks and links of nodes carry: free use would add
//! terabytes a day. So free use also takes from a bucket, which fills at the rate that the ledger carries for good.

use crate::{usage::scale_down, Usage};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The time in which an empty bucket fills, in seconds: a rush of users may use in a moment what an hour brings.
pub const FILL_SECONDS: u64 = 3_600;

/// The free use of all accounts that the rate has not made up for yet. The default is a full bucket. What is taken beyond an
/// empty one counts up to the bucket's size: no debt stops free use for longer than the bucket takes to fill.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FreeBucket {
	/// Taken, as of `at`.
	pub taken: Usage,
	/// Milliseconds since 1970.
	pub at: u64,
}

impl FreeBucket {
	/// Returns what a full bucket holds, for a rate per second.
	pub fn size(rate: Usage) -> Usage {
		rate.map(|rate| rate.saturating_mul(FILL_SECONDS))
	}

	/// Returns what can be taken at a time, for a rate per second.
	pub fn left(&self, now: u64, rate: Usage) -> Usage {
		Self::size(rate).saturating_sub(self.taken_at(now, rate))
	}

	/// Takes free use. Returns `false`, and takes nothing, if less is left.
	pub fn take(&mut self, now: u64, used: Usage, rate: Usage) -> bool {
		let taken = self.taken_at(now, rate).saturating_add(used);
		let fits = taken.fits(&Self::size(rate));
		if fits {
			(self.taken, self.at) = (taken, self.at.max(now));
		}
		fits
	}

	/// Takes free use also if less is left. Then nothing is left until time has made up for it, for an hour at most.
	pub fn take_anyway(&mut self, now: u64, used: Usage, rate: Usage) {
		(self.taken, self.at) = (self.taken_at(now, rate).saturating_add(used), self.at.max(now));
	}

	/// Puts back what was taken and not used.
	pub fn give_back(&mut self, unused: Usage) {
		self.taken = self.taken.saturating_sub(unused);
	}

	fn taken_at(&self, now: u64, rate: Usage) -> Usage {
		let time = now.saturating_sub(self.at);
		// A lower rate may have made the bucket smaller.
		let taken = self.taken.min(Self::size(rate).map(|size| size.saturating_mul(2)));
		taken.saturating_sub(rate.map(|rate| scale_down(rate, time, 1_000)))
	}
}
