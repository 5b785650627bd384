//! PBFT (Castro and Liskov, OSDI '99) as a pure state machine: one instance a height, the sequence number is the block
//! number, the request is the block.
//!
//! ```text
//! Signed<Message> ──verify──▶ Verified<Message> ──┐
//! timers, built and checked proposals, imports ───┴─▶ Replica::step(Input) ──▶ Vec<Output>: persist, send, build,
//!                                                                             check, timers, commit, report
//! ```
//!
//! No clock, no network, no files, no randomness: the same inputs give the same outputs. The driver carries out the
//! outputs of a step in their order, and has a [`Record`] on disk, synced, before it sends what follows it.
//!
//! Where it departs from the paper: there are no checkpoints and no water marks (a committed block is the checkpoint
//! of its height, and one height runs at a time); a view change speaks of one height; the pre-prepare of a later view
//! carries the new-view message that allows it; primaries come in the order of a weighted draw, not round robin.

mod inbox;
mod io;
mod message;
mod replica;
mod rules;
#[cfg(test)]
mod testing;

pub use inbox::{
	Inbox, Offer, INBOX_BYTES, INBOX_BYTES_PER_ORIGIN, INBOX_MESSAGES_PER_ORIGIN, INBOX_ORIGINS_PER_MEMBER, INBOX_VIEWS,
};
pub use io::{Input, Output, Record, RejectedProposal, Timer};
pub use message::{
	Commit, Message, MessageError, NewView, Payload, PrePrepare, Prepare, Proposal, Signed, Verified, ViewChange,
};
pub use replica::{MemberStatus, Phase, Replica, Status, MAX_BLOCKS, MAX_TIMEOUT_DOUBLINGS, VIEWS_AHEAD, VIEWS_BEHIND};
pub use rules::Rules;

/// Signs with the member's vote key. Ed25519 is deterministic, so signing inside a step keeps it pure.
pub trait Signer: Send {
	/// The signature of `message`.
	fn sign(&self, message: &[u8]) -> tp_pbft::PbftSignature;
}
