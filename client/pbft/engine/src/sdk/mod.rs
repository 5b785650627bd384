//! All that touches the SDK's client: the [`crate::Ledger`] over it, block import, the import queue's verifier and the
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
mod executed;
mod import;
mod ledger;
mod stages;
mod times;
mod verifier;

pub use announce::CertificateAnnounceValidator;
pub use author::{BlockContents, TransactionsOnly};
pub use certified::{read_certificate, read_committee, verify_certificate, CertifiedBlockError, VerifiedCertificate};
pub use import::PbftBlockImport;
pub use ledger::{SdkLedger, SdkLedgerParams};
pub use stages::{BlockObserver, Certified, Changes, Executed, Executor, Observed, Unverified, Verified};
pub use times::StageTimes;
pub use verifier::PbftVerifier;

use sc_client_api::{Backend, BlockBackend, BlockchainEvents, HeaderBackend};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_block_builder::BlockBuilder;
use tp_core::Block;
use tp_pbft::PbftApi;

/// What the engine needs of the SDK's client.
pub trait LedgerClient:
	HeaderBackend<Block>
	+ BlockBackend<Block>
	+ BlockchainEvents<Block>
	+ ProvideRuntimeApi<Block, Api: BlockBuilder<Block> + PbftApi<Block> + ApiExt<Block> + Send>
	+ Send
	+ Sync
	+ 'static
{
}

impl<C> LedgerClient for C where
	C: HeaderBackend<Block>
		+ BlockBackend<Block>
		+ BlockchainEvents<Block>
		+ ProvideRuntimeApi<Block, Api: BlockBuilder<Block> + PbftApi<Block> + ApiExt<Block> + Send>
		+ Send
		+ Sync
		+ 'static
{
}

/// What the engine needs of the SDK's backend.
pub trait LedgerBackend: Backend<Block> + 'static {}
impl<B: Backend<Block> + 'static> LedgerBackend for B {}
