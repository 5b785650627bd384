//! The runtime API by which the engine learns of its committee. Election lies behind it.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::Committee;
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
	/// Least time between two blocks when there is work.
	pub block_interval_ms: u32,
	/// An empty block is made when there was no work for so long.
	pub idle_interval_ms: u32,
	/// Timeout of view 0; it doubles with each view.
	pub base_timeout_ms: u32,
}

/// What does not change from block to block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
pub struct PbftConfig {
	/// Which ledger this is.
	pub chain: ChainTag,
	/// Its pace.
	pub pace: Pace,
}

sp_api::decl_runtime_apis! {
	/// Asked on the state of block h − 1, it speaks about height h.
	pub trait PbftApi {
		/// The replicas of the next height, with its seed.
		fn committee() -> Committee;
		/// Ledger and pace.
		fn config() -> PbftConfig;
	}
}
