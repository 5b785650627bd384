//! A chain as the router of its zone, and the RPC of its node's ledgers, read it.

use crate::client::{FullBackend, FullClient};
use codec::DecodeAll;
use futures::{stream::BoxStream, StreamExt};
use sc_client_api::{Backend, BlockBackend, BlockchainEvents, ProofProvider, StorageProvider};
use sc_service::config::RpcConfiguration;
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_block_builder::BlockBuilder as _;
use sp_blockchain::HeaderBackend;
use sp_core::{
	offchain::{OffchainStorage, STORAGE_PREFIX},
	storage::StorageKey,
};
use sp_inherents::InherentData;
use sp_runtime::OpaqueExtrinsic;
use std::{
	collections::BTreeSet,
	error::Error,
	net::IpAddr,
	sync::{Arc, OnceLock},
};
use tc_lattice::{Archive, ChainView};
use tc_pbft::sdk::{read_certificate, Committees, InvalidBlock};
use tc_routing::{AccessError, LedgerAccess, Taken, SEAL_MS, SEATS_BEFORE};
use tokio::sync::watch;
use tp_beacon::{committee_key, find_update, in_force_key, unsealed_key, NamedHeader, SignedHeader, Unsealed, Update};
use tp_core::{Balance, Block, BlockNumber, ChainTag, Hash, Header};
use tp_lattice::{decode_batch, find_batch, Mark, Receipt, Unit};
use tp_mailbox::{
	body_key, in_lanes_key, inbound_key, outbound_key, InboundLane, Lane, Ledger, Message, OutboundLane, Relayed,
	Sequence,
};
use tp_pbft::{Committee, Epoch, NodeAddresses, PbftId};
use tp_routing::{BeaconApi, BeaconReport, CommitteesReport, MailboxApi, MailboxReport};
use tp_stake::{api::AddressesApi, Seat};

/// The parts of a chain.
pub(crate) struct RoutedParams {
	/// The ledger.
	pub chain: ChainTag,
	/// Its client.
	pub client: Arc<FullClient>,
	/// Its database, with the off-chain index.
	pub backend: Arc<FullBackend>,
	/// The committees of all heights.
	pub committees: Arc<Committees<FullClient>>,
	/// The newest certified block that is not valid.
	pub invalid: watch::Receiver<Option<InvalidBlock>>,
	/// Its blocks of units and their receipts, if it has some.
	pub units: Option<(Arc<dyn ChainView>, Arc<Archive>)>,
	/// The addresses of its RPC.
	pub endpoints: Vec<String>,
}

/// A chain of this node.
pub(crate) struct RoutedChain {
	chain: ChainTag,
	client: Arc<FullClient>,
	backend: Arc<FullBackend>,
	committees: Arc<Committees<FullClient>>,
	invalid: watch::Receiver<Option<InvalidBlock>>,
	units: Option<(Arc<dyn ChainView>, Arc<Archive>)>,
	endpoints: Vec<String>,
	/// Its tables, once they are read.
	ledger: OnceLock<Ledger>,
}

/// Returns the addresses at which a node serves the RPC of a chain.
pub(crate) fn endpoints(rpc: &RpcConfiguration) -> Vec<String> {
	let configured = rpc.addr.iter().flatten().map(|endpoint| endpoint.listen_addr);
	let mut addresses: Vec<_> = configured.collect();
	if addresses.is_empty() {
		addresses.push((IpAddr::from([127, 0, 0, 1]), rpc.port).into());
	}
	addresses.into_iter().map(|address| format!("ws://{address}")).collect()
}

impl RoutedChain {
	/// Returns a chain of its parts.
	pub fn new(params: RoutedParams) -> Self {
		let RoutedParams { chain, client, backend, committees, invalid, units, endpoints } = params;
		Self { chain, client, backend, committees, invalid, units, endpoints, ledger: OnceLock::new() }
	}

	fn failed(&self, source: impl Into<Box<dyn Error + Send + Sync>>) -> AccessError {
		AccessError { chain: self.chain, source: source.into() }
	}

	fn hash(&self, number: BlockNumber) -> Result<Option<Hash>, AccessError> {
		self.client.hash(number).map_err(|error| self.failed(error))
	}

	fn known(&self, number: BlockNumber) -> Result<Hash, AccessError> {
		self.hash(number)?.ok_or_else(|| self.failed(format!("block {number} is not in the chain")))
	}
}

impl RoutedChain {
	/// Reads a value of a state.
	fn read<V: DecodeAll>(&self, number: BlockNumber, key: Vec<u8>) -> Result<Option<V>, AccessError> {
		let at = self.known(number)?;
		let found = self.client.storage(at, &StorageKey(key)).map_err(|error| self.failed(error))?;
		found.map(|value| V::decode_all(&mut &value.0[..])).transpose().map_err(|error| self.failed(error))
	}
}

impl RoutedChain {
	/// Returns the vote keys of the members of a ledger's committees, as the state of the main chain has them.
	fn keys_of(
		&self,
		number: BlockNumber,
		chain: ChainTag,
		epochs: impl IntoIterator<Item = Epoch>,
	) -> Result<BTreeSet<PbftId>, AccessError> {
		let mut keys = BTreeSet::new();
		for epoch in epochs {
			let seats: Option<Vec<Seat>> = self.read(number, committee_key(chain, epoch))?;
			keys.extend(seats.into_iter().flatten().map(|seat| seat.member.key));
		}
		Ok(keys)
	}
}

impl LedgerAccess for RoutedChain {
	fn chain(&self) -> ChainTag {
		self.chain
	}

	fn genesis(&self) -> Hash {
		self.client.info().genesis_hash
	}

	fn newest(&self) -> BlockNumber {
		self.client.info().best_number
	}

	fn header(&self, number: BlockNumber) -> Result<Option<SignedHeader>, AccessError> {
		let Some(hash) = self.hash(number)? else { return Ok(None) };
		let header = HeaderBackend::header(&*self.client, hash).map_err(|error| self.failed(error))?;
		let certificate = read_certificate(&*self.client, hash).map_err(|error| self.failed(error))?;
		Ok(header.zip(certificate).map(|(header, certificate)| SignedHeader { header, certificate }))
	}

	fn invalid(&self) -> Option<SignedHeader> {
		let InvalidBlock { header, certificate } = self.invalid.borrow().clone()?;
		(header.number > self.newest()).then_some(SignedHeader { header, certificate })
	}

	fn mailbox(&self, number: BlockNumber) -> Result<MailboxReport, AccessError> {
		let at = self.known(number)?;
		self.client.runtime_api().mailbox(at).map_err(|error| self.failed(error))
	}

	fn neighbours(&self, number: BlockNumber) -> Result<BeaconReport, AccessError> {
		let at = self.known(number)?;
		self.client.runtime_api().neighbours(at).map_err(|error| self.failed(error))
	}

	fn unsealed(&self, number: BlockNumber) -> Result<Unsealed, AccessError> {
		match self.chain {
			ChainTag::Shard { .. } => Ok(self.read(number, unsealed_key())?.unwrap_or_default()),
			ChainTag::Main | ChainTag::Zone(_) => Ok(Unsealed::default()),
		}
	}

	fn committee(&self, number: BlockNumber) -> Result<Committee, AccessError> {
		let parent = self.known(number.saturating_sub(1))?;
		let found = self.committees.after(parent).map_err(|error| self.failed(error))?;
		Ok(found.into_verifier().0)
	}

	fn committees(&self, number: BlockNumber) -> Result<CommitteesReport, AccessError> {
		let at = self.known(number)?;
		let api = self.client.runtime_api();
		let version = api.api_version::<dyn BeaconApi<Block>>(at).map_err(|error| self.failed(error))?;
		match version {
			Some(2..) => api.committees(at).map_err(|error| self.failed(error)),
			_ => Ok(CommitteesReport::default()),
		}
	}

	fn in_force(&self, number: BlockNumber) -> Result<Epoch, AccessError> {
		Ok(self.read(number, in_force_key())?.unwrap_or_default())
	}

	fn prove_committee(
		&self,
		number: BlockNumber,
		(chain, epoch): (ChainTag, Epoch),
	) -> Result<Option<Vec<Vec<u8>>>, AccessError> {
		let at = self.known(number)?;
		let keys = [committee_key(chain, epoch), in_force_key()];
		let found = self.client.storage(at, &StorageKey(keys[0].clone())).map_err(|error| self.failed(error))?;
		if found.is_none() {
			return Ok(None);
		}
		let proof = self.client.read_proof(at, &mut keys.iter().map(Vec::as_slice));
		Ok(Some(proof.map_err(|error| self.failed(error))?.into_iter_nodes().collect()))
	}

	fn members(&self, chain: ChainTag) -> Result<Vec<(PbftId, Option<NodeAddresses>)>, AccessError> {
		let newest = self.newest();
		let (at, epoch) = (self.known(newest)?, self.in_force(newest)?);
		let keys = self.keys_of(newest, chain, [epoch, epoch.saturating_add(1)])?;
		let api = self.client.runtime_api();
		let published = |key: PbftId| {
			let found = api.published(at, key.clone()).map_err(|error| self.failed(error))?;
			Ok((key, found.and_then(|published| published.record)))
		};
		keys.into_iter().map(published).collect()
	}

	fn last_seat(&self, chain: ChainTag, keys: &BTreeSet<PbftId>) -> Result<Option<Epoch>, AccessError> {
		let newest = self.newest();
		let in_force = self.in_force(newest)?;
		for epoch in (in_force.saturating_sub(SEATS_BEFORE)..=in_force.saturating_add(1)).rev() {
			let seated = self.keys_of(newest, chain, [epoch])?;
			if !seated.is_disjoint(keys) {
				return Ok(Some(epoch));
			}
			// Older ones are not kept. The next one may not be decided yet.
			if seated.is_empty() && epoch <= in_force {
				break;
			}
		}
		Ok(None)
	}

	fn takes(&self, parent: BlockNumber, update: &Update, relayed: &[Relayed]) -> Result<Taken, AccessError> {
		let at = self.known(parent)?;
		// The runtime takes old cursors below newer headers, for the load of the destination.
		let mut relayed = relayed.to_vec();
		for part in &mut relayed {
			let mut new = Vec::new();
			for acknowledgement in std::mem::take(&mut part.acknowledgements) {
				let claim = &acknowledgement.claim;
				if claim.taken.messages > self.outbound(parent, &claim.lane)?.acknowledged.messages {
					new.push(acknowledgement);
				}
			}
			part.acknowledgements = new;
		}
		let data = || {
			let mut data = InherentData::new();
			// A runtime makes no inherents without a time. This block is never made.
			data.put_data(sp_timestamp::INHERENT_IDENTIFIER, &sp_timestamp::InherentType::current())?;
			data.put_data(tp_beacon::INHERENT_IDENTIFIER, update)?;
			data.put_data(tp_mailbox::INHERENT_IDENTIFIER, &relayed)?;
			Ok::<_, sp_inherents::Error>(data)
		};
		let data = data().map_err(|error| self.failed(error))?;
		let made = self.client.runtime_api().inherent_extrinsics(at, data).map_err(|error| self.failed(error))?;
		// The runtime makes no call of what it cannot take, and always a call that sets the time.
		let taken = made.iter().map(OpaqueExtrinsic::inner);
		let news = find_update(taken.clone()).map_err(|error| self.failed(error))?;
		let has_relayed = made.len() > 1 + usize::from(!news.is_empty());
		let bytes = if has_relayed || !news.is_empty() { taken.map(<[u8]>::len).sum() } else { 0 };
		let unsealed = self.unsealed(parent)?;
		let sealed = news.sealed.filter(|_| unsealed.age_ms() >= SEAL_MS).map_or(0, |sealed| sealed.step.head.height);
		let ends_pause = sealed > 0 && unsealed.is_late();
		let is_urgent = has_relayed || !news.announcements.is_empty() || !news.handovers.is_empty() || ends_pause;
		Ok(Taken { bytes, is_urgent, sealed })
	}

	fn evidence(&self, number: BlockNumber) -> Result<Vec<[NamedHeader; 2]>, AccessError> {
		let body = self.client.block_body(self.known(number)?).map_err(|error| self.failed(error))?;
		let update = find_update(body.iter().flatten().map(OpaqueExtrinsic::inner));
		Ok(update.map_err(|error| self.failed(error))?.conflicts)
	}

	fn message(&self, lane: &Lane, sequence: Sequence) -> Result<Option<Message>, AccessError> {
		let Some(storage) = self.backend.offchain_storage() else { return Ok(None) };
		let found = storage.get(STORAGE_PREFIX, &body_key(lane, sequence));
		found.map(|bytes| Message::decode_all(&mut &bytes[..])).transpose().map_err(|error| self.failed(error))
	}

	fn ledger(&self) -> Result<Ledger, AccessError> {
		let chain = self.chain;
		if !matches!(chain, ChainTag::Shard { .. }) {
			return Ok(Ledger { chain, tables: None });
		}
		if let Some(ledger) = self.ledger.get() {
			return Ok(*ledger);
		}
		// A shard has its tables for life.
		let ledger = self.mailbox(self.newest())?.ledger;
		Ok(*self.ledger.get_or_init(|| ledger))
	}

	fn endpoints(&self) -> Vec<String> {
		self.endpoints.clone()
	}

	fn bare_header(&self, number: BlockNumber) -> Result<Option<Header>, AccessError> {
		let Some(hash) = self.hash(number)? else { return Ok(None) };
		HeaderBackend::header(&*self.client, hash).map_err(|error| self.failed(error))
	}

	fn number_of(&self, hash: Hash) -> Result<Option<BlockNumber>, AccessError> {
		self.client.number(hash).map_err(|error| self.failed(error))
	}

	fn outbound(&self, number: BlockNumber, lane: &Lane) -> Result<OutboundLane, AccessError> {
		Ok(self.read(number, outbound_key(lane))?.unwrap_or_default())
	}

	fn prove_outbound(&self, number: BlockNumber, lane: &Lane) -> Result<Vec<Vec<u8>>, AccessError> {
		let key = outbound_key(lane);
		let proof = self.client.read_proof(self.known(number)?, &mut [&key[..]].into_iter());
		Ok(proof.map_err(|error| self.failed(error))?.into_iter_nodes().collect())
	}

	fn inbound(&self, number: BlockNumber, lane: &Lane) -> Result<InboundLane, AccessError> {
		Ok(self.read(number, inbound_key(lane))?.unwrap_or_default())
	}

	fn in_lanes(&self, number: BlockNumber) -> Result<Balance, AccessError> {
		Ok(self.read(number, in_lanes_key())?.unwrap_or_default())
	}

	fn units(&self, number: BlockNumber) -> Result<Vec<(u32, Unit)>, AccessError> {
		let Some((chain, _)) = &self.units else { return Ok(Vec::new()) };
		let hash = self.known(number)?;
		let body = self.client.block_body(hash).map_err(|error| self.failed(error))?.unwrap_or_default();
		let Some(batch) = find_batch(body.iter().map(OpaqueExtrinsic::inner)) else { return Ok(Vec::new()) };
		let batch = decode_batch(batch).map_err(|error| self.failed(error))?;
		let record = chain.record(hash).map_err(|error| self.failed(error))?;
		let record = record.ok_or_else(|| self.failed(format!("block {number} has no record of its units")))?;
		let units = (0u32..).zip(batch.into_units());
		Ok(units.filter(|(index, _)| record.outcome.mark(*index) == Mark::APPLIED).collect())
	}

	fn unit_receipt(&self, number: BlockNumber, index: u32) -> Result<Option<Receipt>, AccessError> {
		let Some((_, archive)) = &self.units else { return Ok(None) };
		archive.receipt(self.known(number)?, index).map_err(|error| self.failed(error))
	}

	fn imported(&self) -> BoxStream<'static, ()> {
		self.client.every_import_notification_stream().map(drop).boxed()
	}
}
