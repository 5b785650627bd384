//! A node's keys and its public record.

use crate::Reputation;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;
use tp_core::Balance;
use tp_pbft::{Epoch, PbftId, VrfId};
use tp_sortition::Roles;

/// The public keys of a node. Their SCALE encoding equals the session keys that `author_rotateKeys` returns.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct NodeKeys {
	/// The vote key: signs the node's votes.
	pub pbft: PbftId,
	/// The VRF key: produces the node's randomness and draws its tickets.
	pub vrf: VrfId,
}

/// The record of a node, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeInfo<AccountId = tp_core::AccountId> {
	/// The account that controls the node.
	pub controller: AccountId,
	/// The roles that it offers.
	pub roles: Roles,
	/// Its keys.
	pub keys: NodeKeys,
	/// The first epoch in which it may submit tickets drawn with these keys.
	pub keys_count_from: Epoch,
	/// Its deposit.
	pub deposit: Balance,
	/// Tokens that holders have locked for it, before weights.
	pub votes: Balance,
	/// `deposit + weighted votes / 2`.
	pub assets: Balance,
	/// Its reputation.
	pub reputation: Reputation,
	/// The epoch until which it is excluded from the draw, after its reputation fell too low.
	pub stays_away_until: Option<Epoch>,
	/// The part of its rewards that it gives to its voters.
	pub dividend: Perbill,
	/// Set if it leaves: the conditions under which its deposit becomes free.
	pub leaving: Option<Leaving>,
	/// The last epoch in which it has a seat, among the epochs that are decided.
	pub seated_until: Option<Epoch>,
}

/// The two conditions for the return of a leaving node's deposit. Both must hold.
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
#[serde(rename_all = "camelCase")]
pub struct Leaving {
	/// The earliest time, in milliseconds since 1970.
	pub not_before: u64,
	/// The last epoch for which the node can be punished. The deposit is free after its end.
	pub after_epoch: Epoch,
}
