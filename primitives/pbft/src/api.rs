//! The runtime API from which the engine reads its committee. The election is behind it.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::{Committee, Contacts};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use tp_core::ChainTag;

/// The pace of a ledger. Times in milliseconds.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct Pace {
	/// The minimum time between two blocks when there is work.
	pub block_interval_ms: u32,
	/// The time without work after which an empty block is proposed.
	pub idle_interval_ms: u32,
	/// The timeout of view 0. It doubles with each view.
	pub base_timeout_ms: u32,
}

/// The configuration of a ledger, which does not change from block to block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub struct PbftConfig {
	/// The ledger.
	pub chain: ChainTag,
	/// Its pace.
	pub pace: Pace,
}

sp_api::decl_runtime_apis! {
	/// The committee of a ledger. Calls on the state of block h − 1 describe height h.
	pub trait PbftApi {
		/// Returns the replicas of the next height, with its seed.
		fn committee() -> Committee;
		/// Returns the ledger and its pace.
		fn config() -> PbftConfig;
	}

	/// Where the members of a ledger are reached.
	pub trait ContactsApi {
		/// Returns the next committee, if it is decided, and the addresses that members of both committees published.
		fn contacts() -> Contacts;
	}
}
