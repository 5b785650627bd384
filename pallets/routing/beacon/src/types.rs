//! A neighbour as genesis and calls name it.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use tp_beacon::{Authority, Registration};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Ledger, TableId, TableRange};
use tp_pbft::{Epoch, Member};

/// A neighbour from an epoch on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Neighbour {
	/// The ledger.
	pub chain: ChainTag,
	/// The first and the last table of a shard.
	pub tables: Option<(u8, u8)>,
	/// The hash of its genesis, which its signatures bind.
	pub genesis: H256,
	/// The epoch from which on it is followed. Its committee must not have been able to withdraw its deposits yet.
	pub epoch: Epoch,
	/// The first height of that epoch.
	pub first: BlockNumber,
	/// The committee of that epoch.
	pub members: Vec<Member>,
	/// Whether it names its committees itself, as the main chain does. The main chain names those of others, except in networks for
	/// development.
	#[serde(default)]
	pub elects_itself: bool,
}

impl From<Neighbour> for Registration {
	fn from(neighbour: Neighbour) -> Self {
		let Neighbour { chain, tables, genesis, epoch, first, members, elects_itself } = neighbour;
		let tables = tables.map(|(first, last)| TableRange { first: TableId(first), last: TableId(last) });
		let authority = if elects_itself || chain == ChainTag::Main { Authority::Itself } else { Authority::MainChain };
		Self { ledger: Ledger { chain, tables }, genesis, authority, epoch, first, members }
	}
}
