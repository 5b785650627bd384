//! The worker over the SDK: newest blocks in, runtime API, keystore and pool out.

use crate::{
	worker::{Desk, DeskError, Worker},
	LOG_TARGET,
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
use tp_pbft::{Domain, Evidence, PbftApi, PbftId, PbftSignature, VrfId, PBFT_KEY_TYPE, VRF_KEY_TYPE};
use tp_power::{Commitment, Reveal};
use tp_sortition::Ticket;
use tp_stake::{api::DutiesApi, Duties, Reporter};

/// How often lanes that are being computed are looked after between two blocks.
const LANES_INTERVAL: Duration = Duration::from_millis(200);

/// Transactions on their way to the pool, at most: what a node owes at once is a handful.
const MAX_ON_THE_WAY: usize = 64;

/// What the worker works with.
pub struct DutiesParams<Client, Pool, Oracle> {
	/// The main chain.
	pub client: Arc<Client>,
	/// Its pool.
	pub pool: Arc<Pool>,
	/// The node's keys.
	pub keystore: KeystorePtr,
	/// Whether the chain is behind the others'.
	pub sync: Oracle,
	/// Whether to spend idle time on proofs of computing power.
	pub proves_power: bool,
	/// Contradictions of members, as the engine sees them.
	pub evidence: mpsc::Receiver<Evidence>,
}

/// Does a node's duties until the chain ends. On a chain that has none it only tells of contradictions. Whether it has any
/// is asked on each block: an upgrade of the runtime may bring them.
pub async fn run<Client, Pool, Oracle>(params: DutiesParams<Client, Pool, Oracle>)
where
	Client: ProvideRuntimeApi<Block> + HeaderBackend<Block> + BlockchainEvents<Block> + Send + Sync + 'static,
	Client::Api: DutiesApi<Block> + PbftApi<Block>,
	Pool: TransactionPool<Block = Block, Hash = Hash>,
	Oracle: SyncOracle,
{
	let DutiesParams { client, pool, keystore, sync, proves_power, mut evidence } = params;
	let mut blocks = client.every_import_notification_stream();
	let (outgoing, mut transactions) = mpsc::channel(MAX_ON_THE_WAY);
	let mut worker = Worker::new(ChainDesk { client: client.clone(), outgoing, keystore }, proves_power);
	loop {
		let busy = match sync.is_major_syncing() {
			// What an old block asks for is over.
			true => false,
			false => worker.work(client.info().best_number).unwrap_or_else(|error| {
				log::warn!(target: LOG_TARGET, "The duties of this node cannot be done: {error}");
				false
			}),
		};
		while let Ok(transaction) = transactions.try_recv() {
			let at = client.info().best_hash;
			match pool.submit_one(at, TransactionSource::Local, transaction).await {
				Ok(hash) => log::debug!(target: LOG_TARGET, "Handed in: {hash:?}"),
				// It is there still, or a block has it already.
				Err(error) => log::debug!(target: LOG_TARGET, "Not taken: {error}"),
			}
		}
		let pause = match busy {
			true => tokio::time::sleep(LANES_INTERVAL).left_future(),
			false => futures::future::pending().right_future(),
		};
		tokio::select! {
			block = blocks.next() => match block {
				// Of several that have come, only the newest matters.
				Some(_) => while blocks.next().now_or_never().flatten().is_some() {},
				None => return,
			},
			Some(evidence) = evidence.recv() => match worker.report(evidence.clone()) {
				Ok(()) => log::info!(target: LOG_TARGET, "Reporting an equivocation"),
				Err(error) => log::warn!(target: LOG_TARGET, "Could not report an equivocation: {error}; it is {evidence:?}"),
			},
			() = pause => {},
		}
	}
}

/// The chain, the keystore and the way to the pool.
struct ChainDesk<Client> {
	client: Arc<Client>,
	outgoing: mpsc::Sender<OpaqueExtrinsic>,
	keystore: KeystorePtr,
}

impl<Client> ChainDesk<Client>
where
	Client: ProvideRuntimeApi<Block> + HeaderBackend<Block>,
	Client::Api: DutiesApi<Block>,
{
	/// Whether nodes register on this ledger, so that they have duties.
	fn has_duties(&self) -> Result<bool, DeskError> {
		let at = self.client.info().best_hash;
		self.client.runtime_api().has_api::<dyn DutiesApi<Block>>(at).map_err(|error| DeskError(error.to_string()))
	}

	/// Sends what the runtime makes of something on its way to the pool.
	fn hand_in(
		&self,
		make: impl FnOnce(ApiRef<'_, Client::Api>, Hash) -> Result<OpaqueExtrinsic, sp_api::ApiError>,
	) -> Result<(), DeskError> {
		let at = self.client.info().best_hash;
		let transaction = make(self.client.runtime_api(), at).map_err(|error| DeskError(error.to_string()))?;
		self.outgoing.try_send(transaction).map_err(|_| DeskError("too much is on its way to the pool".into()))
	}
}

impl<Client> Desk for ChainDesk<Client>
where
	Client: ProvideRuntimeApi<Block> + HeaderBackend<Block>,
	Client::Api: DutiesApi<Block> + PbftApi<Block>,
{
	fn vote_keys(&self) -> Vec<PbftId> {
		self.keystore.ed25519_public_keys(PBFT_KEY_TYPE).into_iter().map(PbftId::from).collect()
	}

	fn duties(&self, key: &PbftId) -> Result<Option<Duties>, DeskError> {
		if !self.has_duties()? {
			return Ok(None);
		}
		let at = self.client.info().best_hash;
		self.client.runtime_api().duties(at, key.clone()).map_err(|error| DeskError(error.to_string()))
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

	fn domain(&self) -> Result<Domain, DeskError> {
		let at = self.client.info().best_hash;
		let config = self.client.runtime_api().config(at).map_err(|error| DeskError(error.to_string()))?;
		Ok(Domain { chain: config.chain, genesis: self.genesis() })
	}

	fn hand_in_report(&self, chain: ChainTag, evidence: Evidence, reporter: Option<Reporter>) -> Result<(), DeskError> {
		if !self.has_duties()? {
			return Err(DeskError("this ledger is by itself, and there is nobody to report it to".into()));
		}
		self.hand_in(|api, at| api.report_transaction(at, chain, evidence, reporter))
	}

	fn hand_in_ticket(&self, ticket: Ticket) -> Result<(), DeskError> {
		self.hand_in(|api, at| api.ticket_transaction(at, ticket))
	}

	fn hand_in_commitment(&self, commitment: Commitment, signature: PbftSignature) -> Result<(), DeskError> {
		self.hand_in(|api, at| api.commitment_transaction(at, commitment, signature))
	}

	fn hand_in_reveal(&self, reveal: Reveal, signature: PbftSignature) -> Result<(), DeskError> {
		self.hand_in(|api, at| api.reveal_transaction(at, reveal, signature))
	}
}
