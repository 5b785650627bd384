//! The activity of a committee's members, as counted by their ledger.

use crate::{Epoch, MAX_MEMBERS};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// The activity of one member in an epoch. All fields are counts.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MemberActivity {
	/// Certificates on the ledger with its signature.
	pub signed: u32,
	/// Blocks that it authored.
	pub authored: u32,
	/// Views in which it was the primary, below the view in which the height's block was first proposed.
	///
	/// A primary that lost its turn later, with a prepared block, is not in the header and not counted.
	pub turns_lost: u32,
	/// Signatures beyond the quorum in the certificates that its blocks include. They are rewarded, so that authors include
	/// slow members.
	pub extra_signatures: u32,
}

/// The activity of the members of one committee.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EpochActivity {
	/// The committee's epoch.
	pub epoch: Epoch,
	/// The number of blocks of the epoch so far.
	pub blocks: u32,
	/// Blocks of the epoch whose certificate is on the ledger: the maximum of `signed`. It is one behind `blocks` until the
	/// first block of the next epoch.
	pub certified: u32,
	/// The members' activity, by member index.
	pub members: BoundedVec<MemberActivity, ConstU32<MAX_MEMBERS>>,
}

impl EpochActivity {
	/// Returns counters at zero for a committee of `size` members.
	pub fn new(epoch: Epoch, size: usize) -> Self {
		let members = alloc::vec![MemberActivity::default(); size];
		Self { epoch, blocks: 0, certified: 0, members: BoundedVec::truncate_from(members) }
	}
}
