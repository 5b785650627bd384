//! Types and interfaces of nodes, shared by the main chain's pallets and its clients: stake, seats, duties.
//!
//! ```text
//! comprehensive-stake ──Nodes──▶ shard-assignment ──Election──▶ committee (who votes)
//!        ▲    ▲                     ▲        │                     │
//!        │  Punish    ComputingPower│        │◀──── epoch_ended ───┘
//!        │    │                     │        ▼
//!        │  offences       computing-power   OnParticipation ──▶ comprehensive-stake (reputation), rewards
//!        └──────────────────── Voters, OnVotesChange ─────────── rewards
//! ```
//!
//! The traits and the types that hold accounts are generic over the account id. It defaults to [`tp_core::AccountId`],
//! which clients and the present runtimes use. The SCALE encoding of a type depends on the encoding of its account id alone.

#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod announcement;
pub mod api;
mod bounds;
mod factors;
mod message;
mod nodes;
mod report;
mod seats;
mod staked;
mod traits;

pub use announcement::{seats_hash, AssignmentLog, ASSIGNMENT_ENGINE_ID};
pub use api::{Duties, OpenTicket, PowerDuty, Published};
pub use bounds::{step_base, BoundedParameters, Bounds, OutOfBounds, Step};
pub use factors::{Power, Reputation};
pub use message::LedgerMessage;
pub use nodes::{Leaving, NodeInfo, NodeKeys};
pub use report::Reporter;
pub use seats::{Assignment, Participation, Seat};
pub use staked::Staked;
pub use traits::*;

use tp_pbft::Epoch;

/// The number of epochs for which a node is excluded from the draw after its reputation fell too low.
pub const STAY_EPOCHS: Epoch = 3;
