//! The worker over the SDK: newest blocks in; runtime API, keystore and pool out.

use crate::{
	error::DutyError,
	identity::Identity,
	log_targets::LOG_TARGET,
	worker::{Chain, Worker},
};
use futures::{FutureExt, StreamExt};
use sc_client_api::BlockchainEvents;
use sc_transaction_pool_api::{TransactionPool, TransactionSource};
use sp_api::{ApiExt, ApiRef, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_consensus::SyncOracle;
use sp_core::sr25519::vrf::{VrfSignData, VrfSignature};
use sp_keystore::KeystorePtr;
use sp_runtime::OpaqueExtrinsic;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tp_core::{Block, ChainTag, Hash};
use tp_pbft::{Domain, Evidence, PbftApi, PbftId, PbftSignature, Publication, VrfId, PBFT_KEY_TYPE, VRF_KEY_TYPE};
use tp_power::{Commitment, Reveal};
use tp_sortition::Ticket;
use tp_stake::{
	api::{AddressesApi, DutiesApi},
	Duties, Published, Reporter,
};

/// Interval at which the worker looks for computed lanes between two blocks.
const LANES_INTERVAL: Duration = Duration::from_millis(200);

/// Transactions on their way to the pool, at most. A node owes a handful at once.
const MAX_ON_THE_WAY: usize = 64;

/// Surroundings of the worker.
pub struct DutiesParams<Client, Pool, Oracle> {
	/// The main chain.
	pub client: Arc<Client>,
	/// The transaction pool.
	pub pool: Arc<Pool>,
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// Tells whether the node is syncing.
	pub sync: Oracle,
	/// Whether to spend idle time on proofs of computing power.
	pub proves_power: bool,
	/// This node in the network.
	pub identity: Box<dyn Identity>,
	/// Equivocations of members, from the engine.
	pub evidence: mpsc::Receiver<Evidence>,
}

/// Does a node's duties until the chain ends. On a chain without duties it only logs equivocations. It asks for duties
/// on each block, because a runtime upgrade may bring them.
pub async fn run<Client, Pool, Oracle>(params: DutiesParams<Client, Pool, Oracle>)
where
	Client: ProvideRuntimeApi<Block> + HeaderBackend<Block> + BlockchainEvents<Block> + Send + Sync + 'static,
	Client::Api: DutiesApi<Block> + AddressesApi<Block> + PbftApi<Block>,
	Pool: TransactionPool<Block = Block, Hash = Hash>,
	Oracle: SyncOracle,
{
	let DutiesParams { client, pool, keystore, sync, proves_power, identity, mut evidence } = params;
	let mut blocks = client.every_import_notification_stream();
	let (outgoing, mut transactions) = mpsc::channel(MAX_ON_THE_WAY);
	let mut worker = Worker::new(SdkChain { client: client.clone(), outgoing, keystore, identity }, proves_power);
	loop {
		let busy = match sync.is_major_syncing() {
			// The duties of an old block are over.
			true => false,
			false => worker.work(client.info().best_number).unwrap_or_else(|error| {
				log::warn!(target: LOG_TARGET, "The duties of this node cannot be done: {error}");
				false
			}),
		};
		while let Ok(transaction) = transactions.try_recv() {
			let at = client.info().best_hash;
			match pool.submit_one(at, TransactionSource::Local, transaction).await {
				Ok(hash) => log::debug!(target: LOG_TARGET, "Submitted: {hash:?}"),
				// The pool or a block has it already.
				Err(error) => log::debug!(target: LOG_TARGET, "Not accepted: {error}"),
			}
		}
		let pause = match busy {
			true => tokio::time::sleep(LANES_INTERVAL).left_future(),
			false => futures::future::pending().right_future(),
		};
		tokio::select! {
			block = blocks.next() => match block {
				// Only the newest of several blocks matters.
				Some(_) => while blocks.next().now_or_never().flatten().is_some() {},
				None => return,
			},
			Some(evidence) = evidence.recv() => match worker.report(evidence.clone()) {
				Ok(()) => log::info!(target: LOG_TARGET, "Reporting an equivocation"),
				Err(error) => log::warn!(target: LOG_TARGET, "Could not report an equivocation: {error}; {evidence:?}"),
			},
			() = pause => {},
		}
	}
}

/// Client, keystore and the way to the pool.
struct SdkChain<Client> {
	client: Arc<Client>,
	outgoing: mpsc::Sender<OpaqueExtrinsic>,
	keystore: KeystorePtr,
	identity: Box<dyn Identity>,
}

impl<Client> SdkChain<Client>
where
	Client: ProvideRuntimeApi<Block> + HeaderBackend<Block>,
	Client::Api: DutiesApi<Block>,
{
	/// Returns whether nodes register on this ledger, so that they have duties.
	fn has_duties(&self) -> Result<bool, DutyError> {
		let at = self.client.info().best_hash;
		Ok(self.client.runtime_api().has_api::<dyn DutiesApi<Block>>(at)?)
	}

	/// Has the runtime make a transaction, and queues it for the pool.
	fn submit(
		&self,
		make: impl FnOnce(ApiRef<'_, Client::Api>, Hash) -> Result<OpaqueExtrinsic, sp_api::ApiError>,
	) -> Result<(), DutyError> {
		let at = self.client.info().best_hash;
		let transaction = make(self.client.runtime_api(), at)?;
		self.outgoing.try_send(transaction).map_err(|_| DutyError::PoolBusy)
	}
}

impl<Client> Chain for SdkChain<Client>
where
	Client: ProvideRuntimeApi<Block> + HeaderBackend<Block>,
	Client::Api: DutiesApi<Block> + AddressesApi<Block> + PbftApi<Block>,
{
	fn vote_keys(&self) -> Vec<PbftId> {
		self.keystore.ed25519_public_keys(PBFT_KEY_TYPE).into_iter().map(PbftId::from).collect()
	}

	fn duties(&self, key: &PbftId) -> Result<Option<Duties>, DutyError> {
		if !self.has_duties()? {
			return Ok(None);
		}
		let at = self.client.info().best_hash;
		Ok(self.client.runtime_api().duties(at, key.clone())?)
	}

	fn draw(&self, key: &VrfId, data: &VrfSignData) -> Option<VrfSignature> {
		self.keystore.sr25519_vrf_sign(VRF_KEY_TYPE, key.as_ref(), data).ok().flatten()
	}

	fn sign(&self, key: &PbftId, message: &[u8]) -> Option<PbftSignature> {
		self.keystore.ed25519_sign(PBFT_KEY_TYPE, key.as_ref(), message).ok().flatten().map(PbftSignature::from)
	}

	fn genesis(&self) -> Hash {
		self.client.info().genesis_hash
	}

	fn domain(&self) -> Result<Domain, DutyError> {
		let at = self.client.info().best_hash;
		let config = self.client.runtime_api().config(at)?;
		Ok(Domain { chain: config.chain, genesis: self.genesis() })
	}

	fn submit_report(&self, chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Result<(), DutyError> {
		if !self.has_duties()? {
			return Err(DutyError::StandsAlone);
		}
		self.submit(|api, at| api.report_transaction(at, chain, evidence, reporter))
	}

	fn submit_ticket(&self, ticket: Ticket) -> Result<(), DutyError> {
		self.submit(|api, at| api.ticket_transaction(at, ticket))
	}

	fn submit_commitment(&self, commitment: Commitment, signature: PbftSignature) -> Result<(), DutyError> {
		self.submit(|api, at| api.commitment_transaction(at, commitment, signature))
	}

	fn submit_reveal(&self, reveal: Reveal, signature: PbftSignature) -> Result<(), DutyError> {
		self.submit(|api, at| api.reveal_transaction(at, reveal, signature))
	}

	fn identity(&self) -> &dyn Identity {
		&*self.identity
	}

	fn published(&self, key: &PbftId) -> Result<Option<Published>, DutyError> {
		let (api, at) = (self.client.runtime_api(), self.client.info().best_hash);
		// A runtime of before takes no addresses.
		if !api.has_api::<dyn AddressesApi<Block>>(at)? {
			return Ok(None);
		}
		Ok(api.published(at, key.clone())?)
	}

	fn submit_addresses(&self, publication: Publication) -> Result<(), DutyError> {
		self.submit(|api, at| api.publish_transaction(at, publication))
	}
}
