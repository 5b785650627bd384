//! What other ledgers report to the main chain, as the payload of a system message.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use tp_pbft::EpochActivity;

/// A report of a zone or a shard. Index 0 is that of payments.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum LedgerMessage {
	/// The activity of the ledger's committee in an epoch that has ended.
	#[codec(index = 1)]
	Participation(EpochActivity),
}
