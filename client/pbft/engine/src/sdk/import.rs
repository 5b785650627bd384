//! The one import path: own, voted and synced blocks go through it, with a verified certificate, and are final.

use super::{
	certified::VerifiedCertificate,
	executed::ExecutedBlocks,
	stages::{BlockObserver, Certified, Executor, Observed, Verified},
	times::StageTimes,
	LedgerBackend, LedgerClient,
};
use crate::ledger::Tip;
use codec::Encode;
use prometheus_endpoint::Registry;
use sc_consensus::{
	BlockCheckParams, BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction, StorageChanges,
};
use sp_consensus::{BlockStatus, Error as ConsensusError};
use sp_runtime::traits::Header as _;
use std::{sync::Arc, time::Instant};
use tokio::sync::{broadcast, watch, Mutex};
use tp_core::Block;
use tp_pbft::{BlockHash, Certificate, ENGINE_ID};

/// Key of the verified certificate among the import parameters' intermediates.
pub(super) const CERTIFICATE_INTERMEDIATE: &[u8] = b"pbft-certificate";

/// Certificates that a slow subscriber may be behind before it misses some.
const CERTIFICATE_BACKLOG: usize = 64;

/// Imports blocks whose certificate was verified, each once, in one go with their finality.
pub struct PbftBlockImport<C, BE, I> {
	client: Arc<C>,
	executor: Executor<C, BE>,
	inner: I,
	executed: Arc<ExecutedBlocks>,
	/// Held over the check whether a block is known and its import: queue and engine may bring the same block.
	importing: Arc<Mutex<()>>,
	tip: Arc<watch::Sender<Tip>>,
	certificates: broadcast::Sender<Certificate>,
	observer: Option<Arc<dyn BlockObserver>>,
	times: StageTimes,
}

impl<C, BE, I: Clone> Clone for PbftBlockImport<C, BE, I> {
	fn clone(&self) -> Self {
		Self {
			client: self.client.clone(),
			executor: self.executor.clone(),
			inner: self.inner.clone(),
			executed: self.executed.clone(),
			importing: self.importing.clone(),
			tip: self.tip.clone(),
			certificates: self.certificates.clone(),
			observer: self.observer.clone(),
			times: self.times.clone(),
		}
	}
}

impl<C: LedgerClient, BE: LedgerBackend, I> PbftBlockImport<C, BE, I> {
	/// Wraps the client's own import.
	pub fn new(
		client: Arc<C>,
		backend: Arc<BE>,
		inner: I,
		observer: Option<Arc<dyn BlockObserver>>,
		registry: Option<&Registry>,
	) -> Self {
		let info = client.info();
		Self {
			tip: Arc::new(watch::Sender::new(Tip { height: info.best_number, hash: info.best_hash })),
			executor: Executor::new(client.clone(), backend),
			client,
			inner,
			executed: Arc::default(),
			importing: Arc::default(),
			certificates: broadcast::Sender::new(CERTIFICATE_BACKLOG),
			observer,
			times: StageTimes::new(
				registry,
				"top_pbft_stage_seconds_total",
				"Time spent building, executing, importing",
			),
		}
	}

	/// The newest block, as it changes.
	pub fn watch_tip(&self) -> watch::Receiver<Tip> {
		self.tip.subscribe()
	}

	/// The certificates of blocks as they are imported.
	pub fn certificates(&self) -> broadcast::Sender<Certificate> {
		self.certificates.clone()
	}

	/// Where executed proposals wait for their import.
	pub(super) fn executed(&self) -> &Arc<ExecutedBlocks> {
		&self.executed
	}

	/// Executes blocks.
	pub(super) fn executor(&self) -> &Executor<C, BE> {
		&self.executor
	}

	/// How long the stages take.
	pub(super) fn times(&self) -> &StageTimes {
		&self.times
	}

	/// The last stage of a block: what it changed comes from its execution as a proposal, or is computed now.
	fn certified(
		&self,
		verified: Verified,
		hash: BlockHash,
		certificate: VerifiedCertificate,
	) -> Result<Certified, ConsensusError> {
		let failed = |error: String| ConsensusError::ClientImport(error);
		let height = verified.header().number;
		let executed = match self.executed.take(height, hash) {
			Some(changes) => verified.with_changes(changes),
			None => self.times.of("execute", || self.executor.execute(verified)).map_err(failed)?,
		};
		executed.certify(certificate).ok_or_else(|| failed("the certificate is another block's".into()))
	}
}

#[async_trait::async_trait]
impl<C, BE, I> BlockImport<Block> for PbftBlockImport<C, BE, I>
where
	C: LedgerClient,
	BE: LedgerBackend,
	I: BlockImport<Block, Error = ConsensusError> + Send + Sync,
{
	type Error = ConsensusError;

	async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, Self::Error> {
		self.inner.check_block(block).await
	}

	async fn import_block(&self, mut block: BlockImportParams<Block>) -> Result<ImportResult, Self::Error> {
		let certificate = block.remove_intermediate::<VerifiedCertificate>(CERTIFICATE_INTERMEDIATE)?;
		let (height, hash) = (*block.header.number(), block.post_hash());
		let _importing = self.importing.lock().await;

		let client_error = |error: sp_blockchain::Error| ConsensusError::ClientImport(error.to_string());
		let status = self.client.block_status(hash).map_err(client_error)?;
		if matches!(status, BlockStatus::InChainWithState | BlockStatus::InChainPruned) {
			return Ok(ImportResult::AlreadyInChain);
		}

		let body = block.body.take().unwrap_or_default();
		let verified = Verified::by_certificate(block.header.clone(), body, &certificate);
		let certified = self.certified(verified, hash, certificate)?;
		let observed = self.observer.as_ref().map(|observer| observer.importing(&certified));

		let Certified { executed, certificate } = certified;
		block.body = Some(executed.body);
		block.state_action = StateAction::ApplyChanges(StorageChanges::Changes(executed.changes));
		block.justifications = Some((ENGINE_ID, certificate.encode()).into());
		block.finalized = true;
		block.fork_choice = Some(ForkChoiceStrategy::Custom(true));
		let imported = observed.map(|Observed { auxiliary, imported }| {
			block.auxiliary.extend(auxiliary.into_iter().map(|(key, value)| (key, Some(value))));
			imported
		});
		let started = Instant::now();
		let result = self.inner.import_block(block).await?;
		self.times.add("import", started.elapsed());

		if matches!(result, ImportResult::Imported(_)) {
			if let Some(imported) = imported {
				imported();
			}
			self.tip.send_replace(Tip { height, hash });
			if self.certificates.send(certificate).is_err() {
				log::trace!(target: crate::LOG_TARGET, "Nobody listens to certificates");
			}
		}
		Ok(result)
	}
}
