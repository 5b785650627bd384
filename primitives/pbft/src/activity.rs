//! What the members of a committee did, as their ledger counts it.

use crate::{Epoch, MAX_MEMBERS};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// What one member did in an epoch. All are counts.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct MemberActivity {
	/// Certificates on the ledger with its signature.
	pub signed: u32,
	/// Blocks that it authored.
	pub authored: u32,
	/// Views in which it was the primary, below the one in which the height's block was proposed first. Those who lost
	/// their turn after that, with a prepared block at hand, are not in the header.
	pub turns_lost: u32,
	/// Signatures beyond the quorum in the certificates that its blocks carry: including slow members is paid for.
	pub extra_signatures: u32,
}

/// What the members of one committee did.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EpochActivity {
	/// The committee's epoch.
	pub epoch: Epoch,
	/// Blocks of the epoch so far.
	pub blocks: u32,
	/// Blocks of the epoch whose certificate is on the ledger: what `signed` is out of. It is one behind `blocks`
	/// until the first block of the next epoch.
	pub certified: u32,
	/// By member index.
	pub members: BoundedVec<MemberActivity, ConstU32<MAX_MEMBERS>>,
}

impl EpochActivity {
	/// Nothing done yet by the members of a committee of so many.
	pub fn new(epoch: Epoch, size: usize) -> Self {
		let members = alloc::vec![MemberActivity::default(); size];
		Self { epoch, blocks: 0, certified: 0, members: BoundedVec::truncate_from(members) }
	}
}
