//! The glue to the SDK's client: the [`crate::Ledger`] over it, the block import, the import queue's verifier and the
//! block announcements.
//!
//! ```text
//! engine ──Commit──▶ SdkLedger::import ─┐
//!                                       ├─▶ PbftBlockImport (lock, execute once, final) ─▶ client
//! sync ──▶ PbftVerifier ────────────────┘            │
//!                                                    └─▶ watch: the newest block ─▶ engine
//! ```

mod announce;
mod author;
mod certified;
mod client;
mod committees;
mod epochs;
mod executed;
mod import;
mod inherents;
mod ledger;
mod news;
mod refusal;
mod stages;
mod times;
mod verifier;

pub use announce::CertificateAnnounceValidator;
pub use author::{BlockContents, TransactionsOnly};
pub use certified::{read_certificate, read_committee, verify_certificate, VerifiedCertificate};
pub use client::{LedgerBackend, LedgerClient};
pub use committees::{Committees, FoundCommittee};
pub use import::PbftBlockImport;
pub use ledger::{SdkLedger, SdkLedgerParams};
pub use stages::{BlockObserver, Certified, Changes, Executed, Executor, Observed, Unverified, Verified};
pub use times::StageTimes;
pub use verifier::PbftVerifier;
