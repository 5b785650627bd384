//! The one import path. Own, voted and synced blocks go through it, with a verified certificate, and are final.

use super::{
	certified::VerifiedCertificate,
	client::{LedgerBackend, LedgerClient},
	executed::ExecutedBlocks,
	first, last_headers,
	news::News,
	path::ImportPath,
	refusal::{take_local_fault, FAULT_PAUSE},
	stages::{BlockObserver, Certified, Executor, Observed, StateCompletion, Verified},
	times::StageTimes,
};
use crate::{
	error::{CertifiedBlockError, ExecutionError, LedgerError, SyncedBlockError},
	ledger::Tip,
	log_targets::LOG_TARGET,
	verified::VerifiedCertificates,
};
use codec::Encode;
use prometheus_endpoint::Registry;
use sc_client_api::KeyValueStates;
use sc_consensus::{
	BlockCheckParams, BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction, StorageChanges,
};
use sp_consensus::{BlockStatus, Error as ConsensusError};
use sp_runtime::traits::Header as _;
use std::{
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	time::Instant,
};
use tokio::sync::{broadcast, watch, Mutex};
use tp_core::{Block, Header};
use tp_pbft::{BlockHash, Certificate, CertificateError, ENGINE_ID};

/// Key of the verified certificate among the import parameters' intermediates.
pub(super) const CERTIFICATE_INTERMEDIATE: &[u8] = b"pbft-certificate";

/// Certificates kept for a slow subscriber; it misses older ones.
const CERTIFICATE_BACKLOG: usize = 64;

/// A block that its committee certified, and that this node executed and found invalid: more members are faulty than may be.
#[derive(Clone, Debug)]
pub struct InvalidBlock {
	/// Its header.
	pub header: Header,
	/// The certificate, which was verified.
	pub certificate: Certificate,
}

/// Imports blocks whose certificate was verified. Each is imported once, in one transaction with its finality.
pub struct PbftBlockImport<C, BE, I> {
	client: Arc<C>,
	executor: Executor<C, BE>,
	inner: I,
	executed: Arc<ExecutedBlocks>,
	/// Held from the check that a block is unknown until the end of its import. The import queue and the engine may
	/// bring the same block at once; without the lock it would be executed twice, and the observer called twice.
	importing: Arc<Mutex<News>>,
	tip: Arc<watch::Sender<Tip>>,
	certificates: broadcast::Sender<Certificate>,
	verified: Arc<VerifiedCertificates>,
	observer: Option<Arc<dyn BlockObserver>>,
	completion: Option<Arc<dyn StateCompletion>>,
	/// Why the node cannot begin with a late state, once that is known.
	state_failure: Arc<watch::Sender<Option<String>>>,
	/// Whether the state of a late block has come from other nodes. Its accounts may still be on their way.
	has_state_come: Arc<AtomicBool>,
	/// The newest certified block that is not valid.
	invalid: Arc<watch::Sender<Option<InvalidBlock>>>,
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
			verified: self.verified.clone(),
			observer: self.observer.clone(),
			completion: self.completion.clone(),
			state_failure: self.state_failure.clone(),
			has_state_come: self.has_state_come.clone(),
			invalid: self.invalid.clone(),
			times: self.times.clone(),
		}
	}
}

impl<C: LedgerClient, BE: LedgerBackend, I> PbftBlockImport<C, BE, I> {
	/// Returns an import that ends in `inner`, the client's own.
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
			verified: Arc::default(),
			observer,
			completion: None,
			state_failure: Arc::new(watch::Sender::new(None)),
			has_state_come: Arc::default(),
			invalid: Arc::new(watch::Sender::new(None)),
			times: StageTimes::new(
				registry,
				"top_pbft_stage_seconds_total",
				"Time spent building, executing, importing",
			),
		}
	}

	/// Completes states by another source than block sync.
	pub fn with_completion(self, completion: Arc<dyn StateCompletion>) -> Self {
		Self { completion: Some(completion), ..self }
	}

	/// Resolves when the node, which should begin with a late state, cannot, with the reason. Block sync makes no second attempt.
	pub async fn state_failure(&self) -> String {
		let mut failure = self.state_failure.subscribe();
		let failed = failure.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
		match failed {
			Some(why) => why,
			// The sender lives as long as this import.
			None => std::future::pending().await,
		}
	}

	/// Whether the state of a late block has come from other nodes.
	pub fn has_state_come(&self) -> bool {
		self.has_state_come.load(Ordering::Relaxed)
	}

	/// Returns the newest block, as it changes.
	pub fn watch_tip(&self) -> watch::Receiver<Tip> {
		self.tip.subscribe()
	}

	/// Returns the newest certified block that is not valid, as it changes.
	pub fn watch_invalid(&self) -> watch::Receiver<Option<InvalidBlock>> {
		self.invalid.subscribe()
	}

	/// Returns the channel of the certificates of imported blocks.
	pub fn certificates(&self) -> broadcast::Sender<Certificate> {
		self.certificates.clone()
	}

	/// Returns the certificates that were verified, which all that verifies some share.
	pub fn verified(&self) -> &Arc<VerifiedCertificates> {
		&self.verified
	}

	/// Returns the executed proposals that await their import.
	pub(super) fn executed(&self) -> &Arc<ExecutedBlocks> {
		&self.executed
	}

	/// Returns the executor.
	pub(super) fn executor(&self) -> &Executor<C, BE> {
		&self.executor
	}

	/// Returns the durations of the stages.
	pub(super) fn times(&self) -> &StageTimes {
		&self.times
	}

	/// Returns the last stage of a block. Its storage changes come from its execution as a proposal, or are computed
	/// now.
	fn certified(
		&self,
		verified: Verified,
		hash: BlockHash,
		certificate: VerifiedCertificate,
	) -> Result<Certified, ConsensusError> {
		let height = verified.header().number;
		// The cache is keyed by hash. Other executed blocks of the height did not become final and are dropped.
		let executed = match self.executed.take(height, hash) {
			Some(changes) => verified.with_changes(changes),
			None => {
				let header = verified.header().clone();
				self.times.of("execute", || self.executor.execute(verified)).map_err(|error| {
					if !error.is_local() {
						self.note_invalid(
							InvalidBlock { header, certificate: certificate.clone().into_inner() },
							&error,
						);
					}
					ConsensusError::Other(Box::new(error))
				})?
			},
		};
		let other_block = || ConsensusError::Other(Box::new(CertifiedBlockError::from(CertificateError::WrongBlock)));
		executed.certify(certificate).ok_or_else(other_block)
	}

	/// Keeps a certified block that is not valid, and logs it once. Sync brings it again and again.
	fn note_invalid(&self, block: InvalidBlock, error: &ExecutionError) {
		let (height, hash) = (block.certificate.height, block.certificate.hash);
		let is_new = self.invalid.borrow().as_ref().is_none_or(|known| known.certificate.hash != hash);
		if is_new {
			// A runtime that panics adds where it did, over many lines.
			let error = error.to_string();
			let why = error.lines().next().unwrap_or_default();
			log::error!(
				target: LOG_TARGET,
				"Block {height} ({hash:?}) has a certificate, and is not valid: {why}. Too many members of its committee are faulty, and this \
				 ledger ends here, unless the fault is this node's: compare its version with that of others"
			);
			self.invalid.send_replace(Some(block));
		}
	}

	/// Tells the engine and the subscribers of a new block.
	fn publish(&self, tip: Tip, certificate: Certificate) {
		self.tip.send_replace(tip);
		self.invalid.send_if_modified(|invalid| {
			let is_past = invalid.as_ref().is_some_and(|invalid| invalid.certificate.height <= tip.height);
			if is_past {
				*invalid = None;
			}
			is_past
		});
		if self.certificates.send(certificate).is_err() {
			log::trace!(target: LOG_TARGET, "No subscriber for certificates");
		}
	}
}

impl<C, BE, I> PbftBlockImport<C, BE, I>
where
	C: LedgerClient,
	BE: LedgerBackend,
	I: BlockImport<Block, Error = ConsensusError> + Send + Sync,
{
	/// Imports a block that is not executed: the newest one with the state after it, or an old one.
	async fn import_unexecuted(
		&self,
		mut block: BlockImportParams<Block>,
		path: ImportPath,
		certificate: Certificate,
	) -> Result<ImportResult, ConsensusError> {
		let tip = Tip { height: block.header.number, hash: block.post_hash() };
		let is_newest = path == ImportPath::State;
		let header = block.header.clone();
		let mut beside = last_headers::entries(&header, &certificate);
		beside.extend(is_newest.then(|| first::state_entry(tip.height)));
		block.auxiliary.extend(beside.into_iter().map(|(key, value)| (key, Some(value))));
		block.justifications = Some((ENGINE_ID, certificate.encode()).into());
		// History lies below the newest block, which is final and makes it so.
		block.finalized = is_newest;
		block.fork_choice = Some(ForkChoiceStrategy::Custom(is_newest));
		if let (Some(completion), Some(state)) = (&self.completion, imported_state(&block.state_action)) {
			completion.complete(&block.header, state).await.map_err(ConsensusError::Other)?;
		}
		let result = self.inner.import_block(block).await?;
		if is_newest && matches!(result, ImportResult::Imported(_)) {
			log::info!(target: LOG_TARGET, "Begins at block {} ({:?}), with its state from other nodes", tip.height, tip.hash);
			// Before the tip is sent, as after an import.
			if let Some(observer) = &self.observer {
				observer.begun(&header);
			}
			self.publish(tip, certificate);
		}
		Ok(result)
	}

	/// Imports a block on its path.
	async fn import_on(
		&self,
		path: Option<ImportPath>,
		mut block: BlockImportParams<Block>,
	) -> Result<ImportResult, ConsensusError> {
		take_local_fault(&mut block).await?;
		let other = |error: SyncedBlockError| ConsensusError::Other(Box::new(error));
		let path = path.ok_or_else(|| other(SyncedBlockError::NotExecuted))?;
		// An error for a block without a verified certificate: the type proves that one of the two callers checked it.
		let certificate = block.remove_intermediate::<VerifiedCertificate>(CERTIFICATE_INTERMEDIATE)?;
		let (height, hash) = (*block.header.number(), block.post_hash());
		// Sync brings it again at once. Without the pause the node would execute it all the time.
		if self.invalid.borrow().as_ref().is_some_and(|known| known.certificate.hash == hash) {
			tokio::time::sleep(FAULT_PAUSE).await;
		}
		let mut news = self.importing.lock().await;

		let database_error = |error| ConsensusError::Other(Box::new(LedgerError::Database(error)));
		let status = self.client.block_status(hash).map_err(database_error)?;
		// Under the lock, so the answer stays true until the import ends.
		if matches!(status, BlockStatus::InChainWithState | BlockStatus::InChainPruned) {
			return Ok(ImportResult::AlreadyInChain);
		}
		if path != ImportPath::Executed {
			return self.import_unexecuted(block, path, certificate.into_inner()).await;
		}
		// The genesis is in memory alone then. What a block changes of it would be no whole state.
		if self.client.info().finalized_state.is_none() {
			return Err(other(SyncedBlockError::AwaitsState));
		}

		let body = block.body.take().unwrap_or_default();
		let verified = Verified::by_certificate(block.header.clone(), body, &certificate);
		let certified = self.certified(verified, hash, certificate)?;
		let observed = self.observer.as_ref().map(|observer| observer.importing(&certified));

		let Certified { executed, certificate } = certified;
		let beside = last_headers::entries(&executed.header, &certificate);
		block.auxiliary.extend(beside.into_iter().map(|(key, value)| (key, Some(value))));
		block.body = Some(executed.body);
		block.state_action = StateAction::ApplyChanges(StorageChanges::Changes(executed.changes));
		block.justifications = Some((ENGINE_ID, certificate.encode()).into());
		// Invariant: imported is final. The block, its certificate and its finality are one transaction of the
		// database, so a crash leaves either all of them or none. `Custom(true)` makes it the best block as well: there
		// are no forks.
		block.finalized = true;
		block.origin = news.origin(block.origin);
		block.fork_choice = Some(ForkChoiceStrategy::Custom(true));
		let imported = observed.map(|Observed { auxiliary, imported }| {
			block.auxiliary.extend(auxiliary.into_iter().map(|(key, value)| (key, Some(value))));
			imported
		});
		let started = Instant::now();
		let result = self.inner.import_block(block).await?;
		self.times.add("import", started.elapsed());

		// Fragile: the observer is told before the tip is sent, because the next height builds on what the observer
		// keeps.
		if matches!(result, ImportResult::Imported(_)) {
			if let Some(imported) = imported {
				imported();
			}
			self.publish(Tip { height, hash }, certificate);
		}
		Ok(result)
	}
}

/// Returns the state with which a block comes.
fn imported_state(action: &StateAction<Block>) -> Option<&KeyValueStates> {
	match action {
		StateAction::ApplyChanges(StorageChanges::Import(imported)) => Some(&imported.state),
		_ => None,
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

	async fn import_block(&self, block: BlockImportParams<Block>) -> Result<ImportResult, Self::Error> {
		let (path, number) = (ImportPath::of(&block), block.header.number);
		if path == Some(ImportPath::State) {
			self.has_state_come.store(true, Ordering::Relaxed);
		}
		let result = self.import_on(path, block).await;
		let failure = match &result {
			Ok(ImportResult::Imported(_) | ImportResult::AlreadyInChain) => None,
			Ok(other) => Some(format!("the database answers {other:?}")),
			Err(error) => Some(error.to_string()),
		};
		if let Some(why) = failure.filter(|_| path == Some(ImportPath::State)) {
			self.state_failure.send_replace(Some(format!("the state of block {number} cannot be taken: {why}")));
		}
		result
	}
}
