//! What a node may ask of the main chain, and hand in to it.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::{Assignment, NodeInfo, Reporter, Seat};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_core::{AccountId, ChainTag};
use tp_pbft::{Epoch, Evidence, Height, PbftId, PbftSignature, Seed, VrfId};
use tp_power::{Challenge, Commitment, Reveal, SegmentIndex, Shape};
use tp_sortition::{Role, Ticket};

/// What a node has to do in the present epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Duties {
	/// The node.
	pub node: AccountId,
	/// The VRF key that its tickets of this epoch are drawn with.
	pub vrf: VrfId,
	/// The present epoch.
	pub epoch: Epoch,
	/// Its randomness.
	pub randomness: Seed,
	/// Its last height.
	pub last_height: Height,
	/// Roles for which it may stand and has not handed in its ticket.
	pub tickets: Vec<Role>,
	/// What it has to do for its proof of computing power; `None` if nothing, or too late.
	pub power: Option<PowerDuty>,
}

/// A step of a proof of computing power.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum PowerDuty {
	/// Compute lanes for this challenge, and commit to them until a height.
	Compute {
		/// What the lanes begin with.
		challenge: Challenge,
		/// How large a lane is.
		shape: Shape,
		/// More lanes than this count for nothing.
		most_lanes: u32,
		/// The last height whose block may have the commitment.
		until: Height,
	},
	/// Show these segments of the lanes that were committed to.
	Reveal {
		/// What the lanes began with.
		challenge: Challenge,
		/// How large a lane is.
		shape: Shape,
		/// How many they are.
		lanes: u32,
		/// Which segments.
		segments: Vec<SegmentIndex>,
	},
}

sp_api::decl_runtime_apis! {
	/// Nodes and their stake, as clients ask for them.
	pub trait StakeApi {
		/// How a node stands.
		fn node(controller: AccountId) -> Option<NodeInfo>;
		/// The node with a vote key.
		fn node_by_key(key: PbftId) -> Option<AccountId>;
		/// Where a node sits, in this epoch and in those that are decided.
		fn assignments(node: AccountId) -> Vec<Assignment>;
		/// The committee of a ledger in an epoch, while it is kept.
		fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat>>;
		/// What an account may claim of its rewards, as a node and as a voter.
		fn claimable(account: AccountId) -> tp_core::Balance;
	}

	/// What a node's workers ask, and the transactions by which they hand in what they did. Nobody signs these: they are
	/// valid by what is in them.
	pub trait DutiesApi {
		/// What the node with a vote key has to do now. `None` if there is no such node.
		fn duties(key: PbftId) -> Option<Duties>;
		/// Hands in a ticket.
		fn ticket_transaction(ticket: Ticket) -> Block::Extrinsic;
		/// Hands in a commitment to lanes, with the vote key's signature.
		fn commitment_transaction(commitment: Commitment, signature: PbftSignature) -> Block::Extrinsic;
		/// Hands in segments, with the vote key's signature.
		fn reveal_transaction(reveal: Reveal, signature: PbftSignature) -> Block::Extrinsic;
		/// Reports evidence of a ledger, for a node that signed it or for nobody.
		fn report_transaction(chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Block::Extrinsic;
	}
}
