//! What the author of a block includes about the neighbours of its ledger, and what other parts of the ledger read.

use crate::{announcement::Announcement, beacon::SignedHeader, sealing::SealedHead, source::Registration};
use alloc::{boxed::Box, vec::Vec};
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::Anchor;

/// Key of the inherent data: an encoded [`Update`]. Absent if there is no news.
pub const INHERENT_IDENTIFIER: [u8; 8] = *b"beacon00";

/// The indices of the pallet and its call that takes an update. They are the same in every runtime with a beacon, so that nodes
/// find the update without calling the runtime.
pub const UPDATE_CALL: [u8; 2] = [8, 0];
/// The first byte of extrinsics of version 4 and 5 without a sender.
const BARE: [u8; 2] = [4, 5];

/// A header with the ledger that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct NamedHeader {
	/// The ledger.
	pub chain: ChainTag,
	/// The header with its certificate.
	pub signed: SignedHeader,
}

/// News of neighbours. Its parts are taken in this order, so that a handover finds the committees that came with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Update {
	/// Ledgers that are followed from now on. A zone alone takes them from its authors, because its routers vote for no other ledgers
	/// than they derive themselves.
	pub registrations: Vec<Registration>,
	/// Committees, proved below held headers.
	pub announcements: Vec<Announcement>,
	/// Last headers of epochs, ascending for each ledger.
	pub handovers: Vec<NamedHeader>,
	/// New headers.
	pub headers: Vec<NamedHeader>,
	/// Pairs of headers that contradict each other.
	pub conflicts: Vec<[NamedHeader; 2]>,
	/// The newest head of this ledger that its zone has sealed.
	pub sealed: Option<Box<SealedHead>>,
}

impl Update {
	/// Tells whether there is no news.
	pub fn is_empty(&self) -> bool {
		let Self { registrations, announcements, handovers, headers, conflicts, sealed } = self;
		registrations.is_empty()
			&& announcements.is_empty()
			&& handovers.is_empty()
			&& headers.is_empty()
			&& conflicts.is_empty()
			&& sealed.is_none()
	}

	/// Returns all headers with certificates.
	pub fn signed(&self) -> impl Iterator<Item = &NamedHeader> {
		self.handovers.iter().chain(&self.headers).chain(self.conflicts.iter().flatten())
	}
}

/// The held headers of a ledger's neighbours, as other parts of the ledger read them.
pub trait Anchors {
	/// Returns the held header of a height.
	fn anchor(chain: ChainTag, number: BlockNumber) -> Option<Anchor>;

	/// Returns the newest held header of a ledger.
	fn newest(chain: ChainTag) -> Option<Anchor>;

	/// Returns the root over the newest heads of all neighbours, ascending; zeros without any.
	fn heads_root() -> H256;
}

/// Returns the update in a block's extrinsics, which come without their length prefixes; an empty one if there is none.
///
/// # Errors
/// If an extrinsic has the call, and its update does not decode.
pub fn find_update<'a>(extrinsics: impl IntoIterator<Item = &'a [u8]>) -> Result<Update, codec::Error> {
	let find = |extrinsic: &'a [u8]| {
		let (version, call) = extrinsic.split_first()?;
		BARE.contains(version).then(|| call.strip_prefix(&UPDATE_CALL))?
	};
	let found = extrinsics.into_iter().find_map(find);
	found.map_or(Ok(Update::default()), |mut argument| Update::decode_all(&mut argument))
}

#[cfg(test)]
mod tests {
	use super::*;
	use tp_mailbox::Ledger;

	fn news() -> Update {
		let ledger = Ledger { chain: ChainTag::Shard { zone: 0, incarnation: 1 }, tables: None };
		let (genesis, authority) = (H256::zero(), crate::Authority::Itself);
		let registration = Registration { ledger, genesis, authority, epoch: 0, first: 1, members: Vec::new() };
		Update { registrations: alloc::vec![registration], ..Update::default() }
	}

	#[test]
	fn an_update_is_found_among_other_extrinsics() {
		let call = (5u8, UPDATE_CALL, news()).encode();
		let others = [alloc::vec![], alloc::vec![4, 1, 0, 7], alloc::vec![0x84, 8, 0], alloc::vec![4, 8, 1]];
		assert_eq!(find_update(others.iter().chain([&call]).map(Vec::as_slice)), Ok(news()));
		assert_eq!(find_update(others.iter().map(Vec::as_slice)), Ok(Update::default()));
	}

	#[test]
	fn an_update_with_bytes_behind_it_is_refused() {
		let call = (5u8, UPDATE_CALL, news(), 1u8).encode();
		assert!(find_update([&call[..]]).is_err());
	}
}
