#![doc = include_str!("../README.md")]

pub mod engine;
pub mod error;
mod kept;
mod keys;
mod ledger;
mod log_targets;
mod metrics;
pub mod network;
pub mod sdk;
mod sketch;
mod status;
mod verified;
mod vote_log;
pub mod warp;

pub use engine::{run, EngineError, EngineParams};
pub use error::{
	AnnouncementError, BoxedError, BuildError, CertifiedBlockError, CommitteeError, ContentsError, ContentsFault,
	ExecutionError, ImportError, LedgerError, ProposalError, SyncedBlockError,
};
pub use keys::{hello, own_index, SigningError};
pub use ledger::{BuildOrder, CheckOrder, HeightContext, Ledger, Tip};
pub use log_targets::LOG_TARGETS;
pub use sketch::{Completed, Sketches};
pub use status::{EngineStatus, StatusHandle};
pub use verified::VerifiedCertificates;
pub use vote_log::{LostVotes, VoteLogError};
