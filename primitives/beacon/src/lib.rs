#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod announcement;
mod beacon;
pub mod bounds;
mod error;
mod own;
mod sealing;
mod source;
mod update;

pub use announcement::{committee_key, in_force_key, Announcement, AnnouncementError};
pub use beacon::{Beacon, CertifiedHeader, Conflict, HandoverError, Held, SignedHeader};
pub use error::BeaconError;
pub use sealing::{unsealed_key, SealedHead, SealedHeadError, Unsealed};
#[cfg(feature = "std")]
pub use source::MemoryStore;
pub use source::{Authority, HeldHeader, Registration, Source, Span, Store};
pub use update::{find_update, Anchors, NamedHeader, Update, INHERENT_IDENTIFIER, UPDATE_CALL};

#[cfg(test)]
mod tests;
