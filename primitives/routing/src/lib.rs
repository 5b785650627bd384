#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]
// The macro generates items without docs.
#![allow(missing_docs)]

extern crate alloc;

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{CursorClaim, Head, LaneClaim, Ledger, Sequence};
use tp_pbft::Epoch;

/// The mailbox of a ledger after a block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct MailboxReport {
	/// The ledger, with the tables that it owns.
	pub ledger: Ledger,
	/// The claims of its outbox root: lanes with messages in flight, by lane.
	pub outbox: Vec<LaneClaim>,
	/// What is acknowledged of each of them.
	pub acknowledged: Vec<Sequence>,
	/// The claims of its inbox root, by lane.
	pub inbox: Vec<CursorClaim>,
}

/// The neighbours of a ledger after a block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BeaconReport {
	/// The heads of its heads root, by ledger.
	pub heads: Vec<Head>,
	/// The ledgers that it follows, with the newest epoch of each.
	pub followed: Vec<(ChainTag, Epoch)>,
	/// The ledgers that certified two blocks at one height, with that height: it takes no newer heads of them.
	pub frozen: Vec<(ChainTag, BlockNumber)>,
}

/// The committees that a ledger knows after a block, as far as the main chain draws them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CommitteesReport {
	/// The newest epoch of the ledger itself whose committee it knows. `None` if its committees are not drawn.
	pub own: Option<Epoch>,
	/// The newest epoch of each neighbour whose committee it knows, by ledger. Neighbours that name their committees themselves are left
	/// out.
	pub neighbours: Vec<(ChainTag, Epoch)>,
}

sp_api::decl_runtime_apis! {
	/// The mailbox of a ledger.
	pub trait MailboxApi {
		/// Returns the mailbox.
		fn mailbox() -> MailboxReport;
	}

	/// The neighbours of a ledger.
	#[api_version(2)]
	pub trait BeaconApi {
		/// Returns what the ledger follows.
		fn neighbours() -> BeaconReport;

		/// Returns the drawn committees that the ledger knows. Since version 2.
		fn committees() -> CommitteesReport;
	}
}
