//! The glue to the SDK's client: the [`crate::Ledger`] over it, the block import, the import queue's verifier and the
//! block announcements.
//!
//! ```text
//! engine ──Commit──▶ SdkLedger::import ─┐
//!                                       ├─▶ PbftBlockImport (lock, execute once, final) ─▶ client
//! sync ──▶ PbftVerifier ────────────────┘            │
//!                                                    └─▶ watch: the newest block ─▶ engine
//! ```
//!
//! A node that begins by warp sync takes the state of the newest block, which `PbftWarpSync` has verified, and the blocks before
//! it without executing them. Their certificates are verified by the last headers of epochs, which all nodes keep.

mod announce;
mod author;
mod certified;
mod client;
mod committees;
mod epoch_span;
mod epochs;
mod executed;
mod first;
mod import;
mod inherents;
mod kept_keys;
mod last_headers;
mod ledger;
mod member_contacts;
mod news;
mod path;
mod refusal;
mod stages;
mod times;
mod verifier;
mod warp;

pub use announce::CertificateAnnounceValidator;
pub use author::{BlockContents, TransactionsOnly};
pub use certified::{read_certificate, read_committee, verify_certificate, VerifiedCertificate};
pub use client::{LedgerBackend, LedgerClient};
pub use committees::{Committees, FoundCommittee};
pub use first::first_state;
pub use import::{InvalidBlock, PbftBlockImport};
pub use kept_keys::KeptKeys;
pub use last_headers::LastHeaders;
pub use ledger::{SdkLedger, SdkLedgerParams};
pub use member_contacts::MemberContacts;
pub use stages::{
	BlockObserver, Certified, Changes, Executed, Executor, Observed, StateCompletion, Unverified, Verified,
};
pub use times::StageTimes;
pub use verifier::PbftVerifier;
pub use warp::PbftWarpSync;
