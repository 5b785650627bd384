//! [`Ledger`] over the SDK's client, transaction pool and block builder.

use super::{
	author::BlockContents,
	certified::{read_certificate, verify_certificate},
	import::{PbftBlockImport, CERTIFICATE_INTERMEDIATE},
	stages::{Unverified, Verified},
	LedgerBackend, LedgerClient,
};
use crate::ledger::{BuildOrder, CheckOrder, HeightContext, Ledger, LedgerError, Tip};
use codec::{DecodeAll, Encode};
use sc_consensus::{BlockImport, BlockImportParams, ImportResult};
use sc_network::NetworkBlock;
use sc_transaction_pool_api::TransactionPool;
use sp_api::Core;
use sp_block_builder::BlockBuilder;
use sp_consensus::{BlockOrigin, Environment, Error as ConsensusError, ProposeArgs, Proposer, SyncOracle};
use sp_inherents::{InherentData, InherentDataProvider};
use sp_keystore::KeystorePtr;
use sp_runtime::{
	generic::Digest,
	traits::{Block as _, Header as _},
};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft_core::{Proposal, RejectedProposal};
use tp_core::{Block, Header};
use tp_pbft::{
	find_pre_digest, vrf_sign_data, BlockHash, Certificate, Evidence, Height, ParentCertificateProvider, PbftApi,
	PreDigest, VRF_KEY_TYPE,
};

/// Share of the base timeout that an author may spend on building: replicas need about as long to execute the block,
/// and the votes must still fit into the rest.
const BUILD_SHARE: u32 = 3;

/// What [`SdkLedger`] is made of.
pub struct SdkLedgerParams<C, BE, PF, I, P, S> {
	/// The client.
	pub client: Arc<C>,
	/// Makes block proposers.
	pub proposer: PF,
	/// What an author adds.
	pub contents: Arc<dyn BlockContents>,
	/// The one import path.
	pub import: PbftBlockImport<C, BE, I>,
	/// The transaction pool.
	pub pool: Arc<P>,
	/// Where the VRF key is.
	pub keystore: KeystorePtr,
	/// Block sync.
	pub sync: Arc<S>,
	/// Where evidence goes, for whoever reports it.
	pub evidence: tokio::sync::mpsc::Sender<Evidence>,
}

/// A chain of the SDK.
pub struct SdkLedger<C, BE, PF, I, P, S> {
	client: Arc<C>,
	proposer: tokio::sync::Mutex<PF>,
	contents: Arc<dyn BlockContents>,
	import: PbftBlockImport<C, BE, I>,
	pool: Arc<P>,
	keystore: KeystorePtr,
	sync: Arc<S>,
	evidence: tokio::sync::mpsc::Sender<Evidence>,
}

impl<C, BE, PF, I, P, S> SdkLedger<C, BE, PF, I, P, S> {
	/// Puts the parts together.
	pub fn new(params: SdkLedgerParams<C, BE, PF, I, P, S>) -> Self {
		let SdkLedgerParams { client, proposer, contents, import, pool, keystore, sync, evidence } = params;
		Self { client, proposer: tokio::sync::Mutex::new(proposer), contents, import, pool, keystore, sync, evidence }
	}
}

impl<C, BE, PF, I, P, S> SdkLedger<C, BE, PF, I, P, S>
where
	C: LedgerClient,
	BE: LedgerBackend,
{
	/// The digest item that names us as author, with our VRF's output for the height.
	fn pre_digest(&self, order: &BuildOrder) -> Result<PreDigest, LedgerError> {
		let BuildOrder { parent, context, view, author, .. } = order;
		let committee = &context.committee;
		let key = &committee.member(*author).ok_or_else(|| LedgerError::Build("we are no member".into()))?.vrf;
		let data = vrf_sign_data(context.config.chain, committee.epoch, parent.height + 1, &committee.seed);
		let vrf = self
			.keystore
			.sr25519_vrf_sign(VRF_KEY_TYPE, key.as_ref(), &data)
			.map_err(|error| LedgerError::Keystore(error.to_string()))?
			.ok_or_else(|| LedgerError::Keystore("the member's VRF key (key type `pvrf`) is not there".into()))?;
		Ok(PreDigest { view: *view, author: *author, vrf })
	}

	/// Checks all of a header that does not need execution.
	fn check_header(&self, order: &CheckOrder, header: &Header) -> Result<(), String> {
		let CheckOrder { parent, context, authorship, .. } = order;
		let height = parent.height + 1;
		if *header.number() != height || *header.parent_hash() != parent.hash {
			return Err("it does not build on our newest block".into());
		}
		let digest = find_pre_digest(header.digest()).map_err(|error| error.to_string())?;
		if authorship.is_some_and(|(view, author)| (digest.view, digest.author) != (view, author)) {
			return Err(format!("it names member {} in view {} as its author", digest.author, digest.view));
		}
		let committee = &context.committee;
		let author = committee.member(digest.author).ok_or("its author is no member")?;
		digest
			.verify_vrf(&author.vrf, context.config.chain, committee.epoch, height, &committee.seed)
			.map_err(|error| error.to_string())
	}

	/// Checks what only holds while a block is new: the time that it names.
	fn check_inherents(&self, parent: BlockHash, block: &Block) -> Result<(), String> {
		let inherents =
			futures::executor::block_on(sp_timestamp::InherentDataProvider::from_system_time().create_inherent_data())
				.map_err(|error| error.to_string())?;
		let checked = self
			.client
			.runtime_api()
			.check_inherents(parent, block.clone().into(), inherents)
			.map_err(|error| error.to_string())?;
		if !checked.ok() {
			let errors: Vec<_> =
				checked.into_errors().map(|(id, _)| String::from_utf8_lossy(&id).into_owned()).collect();
			return Err(format!("its inherents are refused: {}", errors.join(", ")));
		}
		Ok(())
	}

	fn execute(&self, verified: Verified) -> Result<(), String> {
		let parent = *verified.header().parent_hash();
		self.check_inherents(parent, verified.block())?;
		let executed = self.import.times().of("execute", || self.import.executor().execute(verified))?;
		self.import.executed().insert(*executed.header.number(), executed.hash, executed.changes);
		Ok(())
	}
}

#[async_trait::async_trait]
impl<C, BE, PF, I, P, S> Ledger for SdkLedger<C, BE, PF, I, P, S>
where
	C: LedgerClient,
	BE: LedgerBackend,
	PF: Environment<Block, Error: std::fmt::Display> + Send + 'static,
	PF::Proposer: Send,
	PF::CreateProposer: Send,
	I: BlockImport<Block, Error = ConsensusError> + Send + Sync + 'static,
	P: TransactionPool<Block = Block, Hash = BlockHash> + 'static,
	S: SyncOracle + NetworkBlock<BlockHash, Height> + Send + Sync + 'static,
{
	fn tip(&self) -> Tip {
		let info = self.client.info();
		Tip { height: info.best_number, hash: info.best_hash }
	}

	fn context(&self, parent: BlockHash) -> Result<HeightContext, LedgerError> {
		let api = self.client.runtime_api();
		let failed = |error: sp_api::ApiError| LedgerError::Runtime(error.to_string());
		Ok(HeightContext {
			committee: api.committee(parent).map_err(failed)?,
			config: PbftApi::config(&*api, parent).map_err(failed)?,
			extrinsics_version: api.version(parent).map_err(failed)?.extrinsics_root_state_version(),
		})
	}

	async fn build(&self, order: BuildOrder) -> Result<Proposal, LedgerError> {
		let failed = |error: String| LedgerError::Build(error);
		let digest = Digest { logs: vec![self.pre_digest(&order)?.to_item()] };
		let BuildOrder { parent, context, parent_certificate, .. } = order;
		let mut inherents: InherentData =
			(sp_timestamp::InherentDataProvider::from_system_time(), ParentCertificateProvider(parent_certificate))
				.create_inherent_data()
				.await
				.map_err(|error| failed(error.to_string()))?;
		let header = self
			.client
			.header(parent.hash)
			.map_err(|error| LedgerError::Database(error.to_string()))?
			.ok_or_else(|| LedgerError::Database("the newest block's header is gone".into()))?;
		let proposer = self.proposer.lock().await.init(&header).await.map_err(|error| failed(error.to_string()))?;
		let budget = Duration::from_millis(u64::from(context.config.pace.base_timeout_ms / BUILD_SHARE));
		self.contents.provide(parent, budget, &mut inherents).map_err(failed)?;
		let started = Instant::now();
		let arguments = ProposeArgs {
			inherent_data: inherents,
			inherent_digests: digest,
			max_duration: budget,
			..Default::default()
		};
		let built = proposer.propose(arguments).await.map_err(|error| failed(error.to_string()))?;
		self.import.times().add("build", started.elapsed());
		self.contents.built(started.elapsed());
		let hash = built.block.hash();
		self.import.executed().insert(parent.height + 1, hash, built.storage_changes);
		Ok(Proposal { hash, bytes: Arc::new(built.block.encode()) })
	}

	fn check(&self, order: CheckOrder) -> Result<(), RejectedProposal> {
		Unverified::read(&order.proposal)
			.and_then(|block| block.verify(|header| self.check_header(&order, header)))
			.and_then(|verified| self.execute(verified))
			.map_err(RejectedProposal)
	}

	async fn import(&self, proposal: Proposal, certificate: Certificate) -> Result<(), LedgerError> {
		let failed = |error: String| LedgerError::Import(error);
		let block = Block::decode_all(&mut &proposal.bytes[..]).map_err(|_| failed("it does not decode".into()))?;
		let (header, body) = block.deconstruct();
		let height = *header.number();
		let verified =
			verify_certificate(&*self.client, &header, certificate).map_err(|error| failed(error.to_string()))?;
		let mut params = BlockImportParams::new(BlockOrigin::ConsensusBroadcast, header);
		params.body = Some(body);
		params.post_hash = Some(proposal.hash);
		params.insert_intermediate(CERTIFICATE_INTERMEDIATE, verified);
		match self.import.import_block(params).await.map_err(|error| failed(error.to_string()))? {
			ImportResult::Imported(_) | ImportResult::AlreadyInChain => Ok(()),
			other => Err(failed(format!("block {height} ({:?}): {other:?}", proposal.hash))),
		}
	}

	fn block(&self, hash: BlockHash) -> Option<Proposal> {
		let signed = self.client.block(hash).ok().flatten()?;
		Some(Proposal { hash, bytes: Arc::new(signed.block.encode()) })
	}

	fn certificate(&self, hash: BlockHash) -> Option<Certificate> {
		read_certificate(&*self.client, hash).ok().flatten()
	}

	fn hash_at(&self, height: Height) -> Option<BlockHash> {
		self.client.hash(height).ok().flatten()
	}

	fn report(&self, evidence: Evidence) {
		// There is room for what honest nodes ever see; of what a faulty committee does, the first offences are enough.
		if let Err(error) = self.evidence.try_send(evidence) {
			log::debug!(target: crate::LOG_TARGET, "An equivocation goes unreported: {error}");
		}
	}

	async fn work_pending(&self, at: BlockHash) {
		let mut imported = self.pool.import_notification_stream();
		let transactions = async {
			if self.pool.ready_at(at).await.next().is_some() {
				return;
			}
			if futures::StreamExt::next(&mut imported).await.is_none() {
				// The pool has shut down: there will be no work.
				futures::future::pending::<()>().await;
			}
		};
		tokio::select! {
			() = transactions => {},
			() = self.contents.pending(at) => {},
		}
	}

	fn is_behind(&self) -> bool {
		self.sync.is_major_syncing()
	}

	fn announce(&self, hash: BlockHash, certificate: &Certificate) {
		self.sync.announce_block(hash, Some(certificate.encode()));
	}
}
