//! The block request protocol, answered with the offered blocks, and the PBFT protocol's requests for the bodies of proposals.

use crate::peer::forgery::OfferedBlock;
use codec::{Decode, DecodeAll, Encode};
use prost::Message;
use sc_network::{
	request_responses::{IncomingRequest, OutgoingResponse},
	service::traits::NetworkBackend,
	Litep2pNetworkBackend, ProtocolName,
};
use std::{
	collections::{BTreeMap, HashMap},
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc, Mutex,
	},
	time::Duration,
};
use tc_pbft::network::blocks::BlockRequest as BodyRequest;
use tp_core::{Block, Hash};

type RequestConfig = <Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::RequestResponseProtocolConfig;

/// Maximum number of waiting requests.
const MAX_WAITING_REQUESTS: usize = 64;
/// The protocol's limits.
const MAX_REQUEST_BYTES: u64 = 1024 * 1024;
const MAX_RESPONSE_BYTES: u64 = 16 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(20);
/// `Direction::Descending` of the protocol.
const DESCENDING: i32 = 1;

/// The used fields of `api.v1.BlockRequest` of the SDK's block sync. A `oneof` has the wire format of two optional
/// fields.
#[derive(Clone, PartialEq, Message)]
struct BlockRequest {
	#[prost(bytes = "vec", optional, tag = "2")]
	hash: Option<Vec<u8>>,
	#[prost(bytes = "vec", optional, tag = "3")]
	number: Option<Vec<u8>>,
	#[prost(int32, tag = "5")]
	direction: i32,
	#[prost(uint32, tag = "6")]
	max_blocks: u32,
}

/// The used fields of `api.v1.BlockData`.
#[derive(Clone, PartialEq, Message)]
struct BlockData {
	#[prost(bytes = "vec", tag = "1")]
	hash: Vec<u8>,
	#[prost(bytes = "vec", tag = "2")]
	header: Vec<u8>,
	#[prost(bytes = "vec", repeated, tag = "3")]
	body: Vec<Vec<u8>>,
	#[prost(bytes = "vec", tag = "8")]
	justifications: Vec<u8>,
}

/// `api.v1.BlockResponse`.
#[derive(Clone, PartialEq, Message)]
struct BlockResponse {
	#[prost(message, repeated, tag = "1")]
	blocks: Vec<BlockData>,
}

/// The blocks that a peer serves, one for each height.
#[derive(Clone, Default)]
pub struct Offer {
	blocks: Arc<BTreeMap<u32, BlockData>>,
	served: Arc<AtomicUsize>,
	silent: bool,
}

impl Offer {
	/// Serves the given blocks.
	pub fn new(blocks: impl IntoIterator<Item = OfferedBlock>) -> Self {
		let blocks = blocks.into_iter().map(|offered| (offered.header.number, encode(&offered)));
		Self { blocks: Arc::new(blocks.collect()), ..Self::default() }
	}

	/// Lets every request run into its timeout.
	pub fn silent() -> Self {
		Self { silent: true, ..Self::default() }
	}

	/// Returns the number of requested and served blocks.
	pub fn served(&self) -> usize {
		self.served.load(Ordering::Relaxed)
	}

	fn answer(&self, request: &BlockRequest) -> BlockResponse {
		let first = match request {
			BlockRequest { hash: Some(hash), .. } => {
				self.blocks.iter().find(|(_, block)| block.hash == *hash).map(|(height, _)| *height)
			},
			BlockRequest { number: Some(number), .. } => <u32 as Decode>::decode(&mut &number[..]).ok(),
			_ => None,
		};
		let Some(first) = first else { return BlockResponse::default() };
		let most = request.max_blocks.max(1) as usize;
		let blocks: Vec<BlockData> = if request.direction == DESCENDING {
			self.blocks.range(..=first).rev().take(most).map(|(_, block)| block.clone()).collect()
		} else {
			self.blocks.range(first..).take(most).map(|(_, block)| block.clone()).collect()
		};
		self.served.fetch_add(blocks.len(), Ordering::Relaxed);
		BlockResponse { blocks }
	}
}

fn encode(offered: &OfferedBlock) -> BlockData {
	BlockData {
		hash: offered.header.hash().encode(),
		header: offered.header.encode(),
		body: offered.body.iter().map(Encode::encode).collect(),
		justifications: offered.justifications.as_ref().map(Encode::encode).unwrap_or_default(),
	}
}

/// Returns the protocol's configuration, and the receiver of its requests.
pub fn configure(genesis: Hash) -> (RequestConfig, async_channel::Receiver<IncomingRequest>) {
	configure_named(format!("/{}/sync/2", hex::encode(genesis)).into())
}

/// Answers requests.
pub async fn serve(requests: async_channel::Receiver<IncomingRequest>, offer: Offer) {
	let mut unanswered = Vec::new();
	while let Ok(IncomingRequest { payload, pending_response, .. }) = requests.recv().await {
		if offer.silent {
			unanswered.push(pending_response);
			continue;
		}
		let result = BlockRequest::decode(&payload[..]).map(|request| offer.answer(&request).encode_to_vec());
		let response =
			OutgoingResponse { result: result.map_err(|_| ()), reputation_changes: Vec::new(), sent_feedback: None };
		// The node may have disconnected.
		pending_response.send(response).ok();
	}
}

/// The blocks that a peer gives to members that ask by hash, header and body as bytes.
#[derive(Clone, Default)]
pub struct Bodies {
	blocks: Arc<Mutex<HashMap<Hash, Vec<u8>>>>,
	served: Arc<AtomicUsize>,
}

impl Bodies {
	/// Gives these bytes for a block from now on.
	pub fn insert(&self, hash: Hash, bytes: Vec<u8>) {
		self.blocks.lock().unwrap().insert(hash, bytes);
	}

	/// Returns the number of blocks that were given.
	pub fn served(&self) -> usize {
		self.served.load(Ordering::Relaxed)
	}
}

/// Returns the configuration of a protocol with this name, and the receiver of its requests.
pub fn configure_named(name: ProtocolName) -> (RequestConfig, async_channel::Receiver<IncomingRequest>) {
	let (sender, receiver) = async_channel::bounded(MAX_WAITING_REQUESTS);
	let config = <Litep2pNetworkBackend as NetworkBackend<Block, Hash>>::request_response_config(
		name,
		Vec::new(),
		MAX_REQUEST_BYTES,
		MAX_RESPONSE_BYTES,
		TIMEOUT,
		Some(sender),
	);
	(config, receiver)
}

/// Answers requests for bodies.
pub async fn serve_bodies(requests: async_channel::Receiver<IncomingRequest>, bodies: Bodies) {
	while let Ok(IncomingRequest { payload, pending_response, .. }) = requests.recv().await {
		let request = BodyRequest::decode_all(&mut &payload[..]).expect("members ask for bodies");
		let found = bodies.blocks.lock().unwrap().get(&request.hash).cloned();
		bodies.served.fetch_add(usize::from(found.is_some()), Ordering::Relaxed);
		let response =
			OutgoingResponse { result: found.ok_or(()), reputation_changes: Vec::new(), sent_feedback: None };
		// The node may have disconnected.
		pending_response.send(response).ok();
	}
}
