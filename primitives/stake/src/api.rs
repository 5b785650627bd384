//! Runtime APIs of the main chain: queries about nodes, and the transactions of a node's workers.

// The macro generates items without docs.
#![allow(missing_docs)]

use crate::{Assignment, NodeInfo, Reporter, Seat};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use tp_core::{AccountId, Balance, ChainTag};
use tp_pbft::{Epoch, Evidence, Height, NodeAddresses, PbftId, PbftSignature, Publication, Seed, VrfId};
use tp_power::{Challenge, Commitment, Reveal, SegmentIndex, Shape};
use tp_sortition::{Draw, Key, Role, Ticket};

/// The duties of a node in the present epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Duties<AccountId = tp_core::AccountId> {
	/// The node.
	pub node: AccountId,
	/// The VRF key with which it draws its tickets of this epoch.
	pub vrf: VrfId,
	/// The present epoch.
	pub epoch: Epoch,
	/// The randomness of the epoch.
	pub randomness: Seed,
	/// The last height of the epoch, once its tickets are closed.
	pub last_height: Option<Height>,
	/// Roles for which it may stand and has not submitted its ticket.
	pub tickets: Vec<OpenTicket>,
	/// The next step of its proof of computing power. `None` if there is none, or it is too late.
	pub power: Option<PowerDuty>,
}

/// A role for which a node may submit a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OpenTicket {
	/// The role.
	pub role: Role,
	/// The stake by which the key of the ticket is computed. It is above zero.
	pub stake: u128,
	/// The key above which a ticket cannot become a candidate. Without it every ticket can.
	pub bound: Option<Key>,
}

impl OpenTicket {
	/// Whether a ticket with this number can become a candidate. A node sends no other ticket.
	pub fn can_win(&self, draw: Draw) -> bool {
		Key::new(draw, self.stake).is_some_and(|key| self.bound.is_none_or(|bound| key < bound))
	}
}

/// A step of a proof of computing power.
///
/// New steps are added at the end: a node reads the answers of older runtimes by the places of the variants.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum PowerDuty {
	/// Compute lanes for this challenge, and commit to them by a height.
	Compute {
		/// The input of the lanes.
		challenge: Challenge,
		/// The size of a lane.
		shape: Shape,
		/// The highest number of lanes that count.
		most_lanes: u32,
		/// The last height whose block may contain the commitment.
		until: Height,
	},
	/// Reveal these segments of the committed lanes: tickets are closed, and the node is a candidate.
	Reveal {
		/// The input of the lanes.
		challenge: Challenge,
		/// The size of a lane.
		shape: Shape,
		/// The number of committed lanes.
		lanes: u32,
		/// The segments to reveal.
		segments: Vec<SegmentIndex>,
	},
	/// Keep what a reveal of these segments needs: the node reveals them if it becomes a candidate, which is known after tickets
	/// close.
	Await {
		/// The input of the lanes.
		challenge: Challenge,
		/// The size of a lane.
		shape: Shape,
		/// The number of committed lanes.
		lanes: u32,
		/// The segments to reveal.
		segments: Vec<SegmentIndex>,
	},
}

/// What a node has published, and the time of its ledger.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Published {
	/// Its record.
	pub record: Option<NodeAddresses>,
	/// The time of the newest block, in milliseconds since 1970.
	pub now: u64,
}

sp_api::decl_runtime_apis! {
	/// Queries about nodes and their stake.
	pub trait StakeApi {
		/// Returns the record of a node.
		fn node(controller: AccountId) -> Option<NodeInfo>;
		/// Returns the node with a vote key.
		fn node_by_key(key: PbftId) -> Option<AccountId>;
		/// Returns the seats of a node, in this epoch and in the following ones that are decided.
		fn assignments(node: AccountId) -> Vec<Assignment>;
		/// Returns the committee of a ledger in an epoch, while it is kept.
		fn committee(chain: ChainTag, epoch: Epoch) -> Option<Vec<Seat>>;
		/// Returns the rewards that an account may claim, as a node and as a voter.
		fn claimable(account: AccountId) -> Balance;
	}

	/// Queries of a node's workers, and the transactions by which they submit their results.
	///
	/// The transactions are unsigned; their content proves their validity.
	pub trait DutiesApi {
		/// Returns the present duties of the node with a vote key. `None` if there is no such node.
		fn duties(key: PbftId) -> Option<Duties>;
		/// Returns a transaction that submits a ticket.
		fn ticket_transaction(ticket: Ticket) -> Block::Extrinsic;
		/// Returns a transaction that submits a commitment to lanes, with the vote key's signature.
		fn commitment_transaction(commitment: Commitment, signature: PbftSignature) -> Block::Extrinsic;
		/// Returns a transaction that submits segments, with the vote key's signature.
		fn reveal_transaction(reveal: Reveal, signature: PbftSignature) -> Block::Extrinsic;
		/// Returns a transaction that reports evidence of a ledger, with or without a reporter.
		fn report_transaction(chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Block::Extrinsic;
	}

	/// The addresses that nodes publish.
	pub trait AddressesApi {
		/// Returns what the node with a valid vote key has published. `None` if there is no such node.
		fn published(key: PbftId) -> Option<Published>;
		/// Returns an unsigned transaction that publishes addresses.
		fn publish_transaction(publication: Publication) -> Block::Extrinsic;
	}
}
