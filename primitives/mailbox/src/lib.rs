#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

pub mod bounds;
mod claims;
mod inbox;
mod keys;
mod lane;
mod levels;
mod log;
mod mailbox;
mod message;
mod mountain;
mod moving;
mod outbox;
mod packet;
mod payload;
mod relay;
mod remote;
mod schedule;
mod store;

pub use claims::{root_of, Claim, Claims, Commitments, CursorClaim, Head, LaneClaim, Tally, MAILBOX_ENGINE_ID};
pub use inbox::{Arrival, Event, Host, SendAll, TakeError};
pub use keys::{in_lanes_key, inbound_key, outbound_key};
pub use lane::{Class, Destination, Home, Lane, Ledger};
pub use levels::{KnownLevel, KnownLevels, Levels, Percent};
pub use log::LaneLog;
pub use mailbox::{cursor_claims, lane_claims, Mailbox};
pub use message::{check_budget, Bounce, Draft, Initiator, Message, MessageError, Reason, Sequence};
pub use mountain::{Mountain, Range, RangeError, RangeProof};
pub use moving::{MoveError, MovingLanes};
pub use outbox::{AcknowledgeError, Confirmed, LaneRoom, SendError, Sent};
pub use packet::{
	Acknowledgement, Anchor, HeadPath, HeadStep, Packet, ProofError, ProvenCursor, ProvenHead, ProvenMessages,
};
pub use payload::{Payload, Receive};
pub use relay::{body_key, Relayed, INHERENT_IDENTIFIER};
pub use remote::RemoteTransfers;
pub use schedule::{schedule, Cost, Limits, Turn, Waiting};
#[cfg(feature = "std")]
pub use store::MemoryStore;
pub use store::{InboundLane, OutboundLane, Outbox, Store};
/// A part of the formats of this crate: a [`Destination`] has a table.
pub use tp_core::{merkle::MerklePath, TableId, TableRange};

#[cfg(test)]
mod tests;
