//! What is known of a node.

use crate::Reputation;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::Perbill;
use tp_core::{AccountId, Balance};
use tp_pbft::{Epoch, PbftId, VrfId};
use tp_sortition::Roles;

/// The public keys of a node. As SCALE they are the session keys that `author_rotateKeys` gives: vote key, VRF key.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct NodeKeys {
	/// Signs its votes.
	pub pbft: PbftId,
	/// Gives its randomness and draws its tickets.
	pub vrf: VrfId,
}

/// How a node stands, as clients are told.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeInfo {
	/// Who controls it.
	pub controller: AccountId,
	/// What it offers.
	pub roles: Roles,
	/// Its keys.
	pub keys: NodeKeys,
	/// From this epoch on it may hand in tickets drawn with these keys.
	pub keys_count_from: Epoch,
	/// What it has deposited.
	pub deposit: Balance,
	/// What holders have locked for it, before weights.
	pub votes: Balance,
	/// `deposit + weighted votes / 2`.
	pub assets: Balance,
	/// How it served.
	pub reputation: Reputation,
	/// Out of the draw until this epoch, after its reputation fell too low.
	pub stays_away_until: Option<Epoch>,
	/// The part of its rewards that its voters get.
	pub dividend: Perbill,
	/// If it leaves: when its deposit is free at the earliest, in milliseconds since 1970, and after which epoch.
	pub leaving: Option<Leaving>,
	/// The last epoch in which it has a seat, as far as that is decided.
	pub seated_until: Option<Epoch>,
}

/// When a leaving node gets its deposit back: after both.
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
	/// Milliseconds since 1970.
	pub not_before: u64,
	/// The last epoch for which it could be punished; the deposit is free after its end.
	pub after_epoch: Epoch,
}
