#![doc = include_str!("../README.md")]

mod abstention;
mod hidden_commits;
mod inbox;
mod inventory;
mod io;
mod listening;
mod message;
mod replica;
mod rules;
mod signer;
#[cfg(test)]
mod testing;
mod verify;
mod working;

pub use abstention::{key_quiet_ms, Abstention, KEY_QUIET_MS};
pub use hidden_commits::{double_votes, KeptViewChanges, MAX_KEPT_OF_MEMBER};
pub use inbox::{
	Inbox, Offer, INBOX_BYTES, INBOX_BYTES_PER_ORIGIN, INBOX_MESSAGES_PER_ORIGIN, INBOX_ORIGINS_PER_MEMBER, INBOX_VIEWS,
};
pub use inventory::Inventory;
pub use io::{Input, Output, Record, Timer, Verdict};
pub use listening::{Listening, LINKED_MS, LISTEN_MS};
pub use message::{Commit, Message, NewView, Payload, PrePrepare, Prepare, Proposal, Signed, ViewChange};
pub use replica::{
	view_timeout_ms, MemberStatus, Phase, Replica, Status, MAX_BLOCKS, MAX_VIEW_TIMEOUT_MS, MEMBERS_ASKED, VIEWS_AHEAD,
	VIEWS_BEHIND,
};
pub use rules::Rules;
pub use signer::Signer;
pub use verify::{MessageError, Verified};
