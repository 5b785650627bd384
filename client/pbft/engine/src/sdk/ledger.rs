//! [`Ledger`] over the SDK's client, transaction pool and block builder.

use super::{
	author::BlockContents,
	certified::{read_certificate, verify_certificate},
	client::{LedgerBackend, LedgerClient},
	import::{PbftBlockImport, CERTIFICATE_INTERMEDIATE},
	inherents::check_inherents,
	member_contacts::MemberContacts,
	stages::{Unverified, Verified},
};
use crate::{
	error::{BuildError, ImportError, LedgerError, ProposalError},
	ledger::{BuildOrder, CheckOrder, HeightContext, Ledger, Tip},
	log_targets::LOG_TARGET,
	sketch::{complete_block, parts_of_block, sketch_block, Completed},
};
use codec::{DecodeAll, Encode};
use sc_consensus::{BlockImport, BlockImportParams, ImportResult};
use sc_network::NetworkBlock;
use sc_transaction_pool_api::TransactionPool;
use sp_api::{ApiExt, Core};
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
use tc_pbft_core::Proposal;
use tp_core::{Block, Header};
use tp_pbft::{
	find_pre_digest, vrf_sign_data, BlockHash, Certificate, Contacts, ContactsApi, Evidence, Height,
	ParentCertificateProvider, PbftApi, PreDigest, VRF_KEY_TYPE,
};

/// An author may spend this share of the base timeout on building: one third. Replicas need about as long to execute
/// the block, and the last third is for the votes.
const BUILD_SHARE: u32 = 3;

/// The parts of an [`SdkLedger`].
pub struct SdkLedgerParams<C, BE, PF, I, P, S> {
	/// The client that holds the chain.
	pub client: Arc<C>,
	/// Creates block proposers.
	pub proposer: PF,
	/// Source of a block's contents besides transactions.
	pub contents: Arc<dyn BlockContents>,
	/// The one import path.
	pub import: PbftBlockImport<C, BE, I>,
	/// The transaction pool.
	pub pool: Arc<P>,
	/// The keystore with the VRF key.
	pub keystore: KeystorePtr,
	/// Block sync.
	pub sync: Arc<S>,
	/// Channel of evidence to the task that reports it.
	pub evidence: tokio::sync::mpsc::Sender<Evidence>,
	/// What another ledger knows of the members.
	pub contacts: Option<Arc<dyn MemberContacts>>,
}

/// The [`Ledger`] over a chain of the SDK.
pub struct SdkLedger<C, BE, PF, I, P, S> {
	client: Arc<C>,
	proposer: tokio::sync::Mutex<PF>,
	contents: Arc<dyn BlockContents>,
	import: PbftBlockImport<C, BE, I>,
	pool: Arc<P>,
	keystore: KeystorePtr,
	sync: Arc<S>,
	evidence: tokio::sync::mpsc::Sender<Evidence>,
	contacts: Option<Arc<dyn MemberContacts>>,
}

impl<C, BE, PF, I, P, S> SdkLedger<C, BE, PF, I, P, S> {
	/// Returns a ledger of these parts.
	pub fn new(params: SdkLedgerParams<C, BE, PF, I, P, S>) -> Self {
		let SdkLedgerParams { client, proposer, contents, import, pool, keystore, sync, evidence, contacts } = params;
		let proposer = tokio::sync::Mutex::new(proposer);
		Self { client, proposer, contents, import, pool, keystore, sync, evidence, contacts }
	}
}

impl<C, BE, PF, I, P, S> SdkLedger<C, BE, PF, I, P, S>
where
	C: LedgerClient,
	BE: LedgerBackend,
{
	/// Returns the digest item that names this node as author, with its VRF output for the height.
	fn pre_digest(&self, order: &BuildOrder) -> Result<PreDigest, BuildError> {
		let BuildOrder { parent, context, view, author, .. } = order;
		let committee = &context.committee;
		let key = &committee.member(*author).ok_or(BuildError::NotAMember(*author))?.vrf;
		let data = vrf_sign_data(context.config.chain, committee.epoch, parent.height + 1, &committee.seed);
		let vrf =
			self.keystore.sr25519_vrf_sign(VRF_KEY_TYPE, key.as_ref(), &data)?.ok_or(BuildError::VrfKeyMissing)?;
		Ok(PreDigest { view: *view, author: *author, vrf })
	}

	/// Checks the parts of a header that need no execution.
	fn check_header(&self, order: &CheckOrder, header: &Header) -> Result<(), ProposalError> {
		let CheckOrder { parent, context, authorship, .. } = order;
		let height = parent.height + 1;
		if *header.number() != height || *header.parent_hash() != parent.hash {
			return Err(ProposalError::OtherParent);
		}
		let digest = find_pre_digest(header.digest())?;
		if authorship.is_some_and(|(view, author)| (digest.view, digest.author) != (view, author)) {
			return Err(ProposalError::OtherAuthor { author: digest.author, view: digest.view });
		}
		let committee = &context.committee;
		// The digest's author, not the proposal's sender: a prepared block keeps its first author (rule 6).
		let author = committee.member(digest.author).ok_or(ProposalError::AuthorNotAMember(digest.author))?;
		Ok(digest.verify_vrf(&author.vrf, context.config.chain, committee.epoch, height, &committee.seed)?)
	}

	fn execute(&self, verified: Verified, timed: bool) -> Result<(), ProposalError> {
		check_inherents(&*self.client, verified.block(), timed)?;
		self.contents.check(verified.block())?;
		let executed = self.import.times().of("execute", || self.import.executor().execute(verified))?;
		// Kept before the vote: if the votes make the block final, the import applies these changes.
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
		Ok(HeightContext {
			committee: api.committee(parent)?,
			config: PbftApi::config(&*api, parent)?,
			extrinsics_version: api.version(parent)?.extrinsics_root_state_version(),
		})
	}

	fn contacts(&self, at: BlockHash) -> Result<Contacts, LedgerError> {
		let api = self.client.runtime_api();
		// A runtime of before knows none.
		let own = match api.has_api::<dyn ContactsApi<Block>>(at)? {
			true => api.contacts(at)?,
			false => Contacts::default(),
		};
		Ok(match &self.contacts {
			Some(others) => others.add(own),
			None => own,
		})
	}

	async fn build(&self, order: BuildOrder) -> Result<Proposal, BuildError> {
		let digest = Digest { logs: vec![self.pre_digest(&order)?.to_item()] };
		let BuildOrder { parent, context, parent_certificate, .. } = order;
		let mut inherents: InherentData =
			(sp_timestamp::InherentDataProvider::from_system_time(), ParentCertificateProvider(parent_certificate))
				.create_inherent_data()
				.await?;
		let header = self
			.client
			.header(parent.hash)
			.map_err(LedgerError::from)?
			.ok_or(BuildError::ParentMissing(parent.hash))?;
		let proposer =
			self.proposer.lock().await.init(&header).await.map_err(|error| BuildError::Proposer(Box::new(error)))?;
		// The same budget for contents and proposer: both must fit into the author's third of the timeout.
		let budget = Duration::from_millis(u64::from(context.config.pace.base_timeout_ms / BUILD_SHARE));
		self.contents.provide(parent, budget, &mut inherents)?;
		let started = Instant::now();
		let arguments = ProposeArgs {
			inherent_data: inherents,
			inherent_digests: digest,
			max_duration: budget,
			..Default::default()
		};
		let built = proposer.propose(arguments).await.map_err(|error| BuildError::Proposer(Box::new(error)))?;
		self.import.times().add("build", started.elapsed());
		self.contents.built(started.elapsed());
		let hash = built.block.hash();
		// Building is executing: if this block becomes final, the import applies these changes.
		self.import.executed().insert(parent.height + 1, hash, built.storage_changes);
		Ok(Proposal { hash, bytes: Arc::new(built.block.encode()) })
	}

	fn check(&self, order: CheckOrder) -> Result<(), ProposalError> {
		Unverified::read(&order.proposal)
			.and_then(|block| block.verify(|header| self.check_header(&order, header)))
			.and_then(|verified| self.execute(verified, order.timed))
	}

	fn sketch(&self, proposal: &Proposal) -> Option<Vec<u8>> {
		let sketches = self.contents.sketches()?;
		sketch_block(Block::decode_all(&mut &proposal.bytes[..]).ok()?, sketches)
	}

	fn complete(&self, hash: BlockHash, sketch: &[u8], parts: &[u8]) -> Completed<Vec<u8>> {
		let sketches = self.contents.sketches();
		sketches.map_or(Completed::Unusable, |sketches| complete_block(&hash, sketch, parts, sketches))
	}

	fn parts(&self, proposal: &Proposal, places: &[u32]) -> Option<Vec<u8>> {
		let sketches = self.contents.sketches()?;
		parts_of_block(&Block::decode_all(&mut &proposal.bytes[..]).ok()?, places, sketches)
	}

	async fn import(&self, proposal: Proposal, certificate: Certificate) -> Result<(), ImportError> {
		let block = Block::decode_all(&mut &proposal.bytes[..])?;
		let (header, body) = block.deconstruct();
		let height = *header.number();
		let verified = verify_certificate(&*self.client, self.import.verified(), &header, certificate)?;
		let mut params = BlockImportParams::new(BlockOrigin::ConsensusBroadcast, header);
		params.body = Some(body);
		// The hash is known to fit: the certificate was verified for this header.
		params.post_hash = Some(proposal.hash);
		// `import_block` accepts no block without it, so no path can import a block that was not verified.
		params.insert_intermediate(CERTIFICATE_INTERMEDIATE, verified);
		match self.import.import_block(params).await? {
			ImportResult::Imported(_) | ImportResult::AlreadyInChain => Ok(()),
			result => Err(ImportError::NotImported { height, hash: proposal.hash, result }),
		}
	}

	fn block(&self, hash: BlockHash) -> Result<Option<Proposal>, LedgerError> {
		let found = self.client.block(hash)?;
		Ok(found.map(|signed| Proposal { hash, bytes: Arc::new(signed.block.encode()) }))
	}

	fn certificate(&self, hash: BlockHash) -> Result<Option<Certificate>, LedgerError> {
		read_certificate(&*self.client, hash)
	}

	fn hash_at(&self, height: Height) -> Result<Option<BlockHash>, LedgerError> {
		Ok(self.client.hash(height)?)
	}

	fn report(&self, evidence: Evidence) {
		// The channel has room for what a committee with a few faulty members produces. Beyond that, the first offences
		// are enough.
		if let Err(error) = self.evidence.try_send(evidence) {
			log::debug!(target: LOG_TARGET, "An equivocation is not reported: {error}");
		}
	}

	async fn work_pending(&self, at: BlockHash) {
		let mut imported = self.pool.import_notification_stream();
		// Transactions that are ready now, or the next transaction that the pool imports. The stream is opened first,
		// so that none is missed in between.
		let transactions = async {
			if self.pool.ready_at(at).await.next().is_some() {
				return;
			}
			if futures::StreamExt::next(&mut imported).await.is_none() {
				// The pool has shut down: no work will come.
				futures::future::pending::<()>().await;
			}
		};
		tokio::select! {
			() = transactions => {},
			() = self.contents.pending(at) => {},
		}
	}

	fn awaits_state(&self) -> bool {
		self.client.info().finalized_state.is_none()
	}

	fn is_behind(&self) -> bool {
		self.sync.is_major_syncing()
	}

	fn announce(&self, hash: BlockHash, certificate: &Certificate) {
		self.sync.announce_block(hash, Some(certificate.encode()));
	}
}
