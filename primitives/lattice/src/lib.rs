#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// The codec derive casts the number of an enum's variant, which is below 256.
#![allow(clippy::cast_possible_truncation)]

extern crate alloc;

mod account;
mod api;
mod apply;
mod batch;
mod context;
mod digest;
#[cfg(feature = "std")]
mod hashed;
mod host;
mod inherent;
mod mark;
#[cfg(feature = "std")]
mod memory;
mod outcome;
mod previous;
mod receipt;
mod room;
pub mod storage;
mod table;
mod unit;
#[cfg(feature = "std")]
mod verify;
mod version;

pub use account::{Account, AccountData, AccountStore, Life};
pub use api::*;
pub use apply::{apply_units, debit, settle, Appended, Chain, Debits, Lanes, MAX_VALIDITY};
pub use batch::{decode_batch, ApplyError, Batch, BatchError, MAX_BATCH_BYTES};
pub use context::{Context, Lives};
pub use digest::{find_lattice_digest, LatticeDigest, LATTICE_ENGINE_ID};
#[cfg(feature = "std")]
pub use hashed::HashedBatch;
pub use host::lattice_host;
#[cfg(feature = "std")]
pub use host::{KnownVerdicts, VerdictsExt};
pub use inherent::{find_batch, InherentError, APPLY_CALL, INHERENT_IDENTIFIER};
pub use mark::{Mark, Reason};
#[cfg(feature = "std")]
pub use memory::MemoryAccounts;
pub use outcome::{BlockRecord, Credit, Outcome};
pub use previous::{
	decode_record, ContextWithoutLives, PreviousAccount, PreviousContext, PreviousOutcome, PreviousRules, PreviousUsage,
};
pub use receipt::{Receipt, ReceiptError, Receipts, TableProof};
pub use room::{Claims, LaneRoom, RemoteLanes, RemotePayment, Room};
pub use table::{TableBlock, TableHead, TableHeads};
/// Parts of the formats of this crate: receipts have paths, and accounts have tables.
pub use tp_core::{merkle::MerklePath, TableId};
/// Parts of the formats of this crate: an account has a [`Quota`], [`Context`] has [`QuotaRules`], [`Outcome`] has [`Usage`].
pub use tp_quota::{Quota, QuotaRules, Usage, Used};
pub use unit::{Domain, Operation, SignatureKind, Unit, UnitBody, UnitHash, MAX_OPERATIONS, MAX_SERVICE_BYTES};
#[cfg(feature = "std")]
pub use verify::{verify_signatures, KnownSigners};
pub use version::RulesVersion;

#[cfg(test)]
mod tests;
