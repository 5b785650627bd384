//! Blocks by hash: the bodies of large proposals, and prepared blocks that a new primary lacks.

use super::{
	peers::Admitted,
	protocol_names::ProtocolNames,
	serving::{accept, respond, Requests, Waiting},
};
use crate::{ledger::Ledger, log_targets::LOG_TARGET, sketch::MAX_PARTS};
use codec::{Decode, DecodeAll, Encode};
use futures::Future;
use parking_lot::Mutex;
use sc_network::{request_responses::IncomingRequest, service::traits::NetworkBackend, PeerId, ReputationChange};
use sp_core::H256;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tc_pbft_core::Proposal;
use tokio::sync::mpsc;
use tp_core::Block;
use tp_pbft::BlockHash;

/// Requests that were not read yet; the network refuses more. They are read at once, and wait by peer.
const MAX_WAITING_REQUESTS: usize = 64;
/// Largest block that is fetched. The runtimes limit blocks to less, header and certificate included.
const MAX_BLOCK_BYTES: u64 = 16 * 1024 * 1024;
/// Largest request: one hash, and the most parts.
const MAX_REQUEST_BYTES: u64 = 64 + 4 * MAX_PARTS as u64;
/// Time limit of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Proposals kept for peers that ask: those of the first views of a height and of its predecessor.
const MAX_RECENT: usize = 16;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BlockRequest {
	/// The block.
	pub hash: BlockHash,
	/// The places of the parts of its sketch that the asker lacks. None if it asks for the whole block.
	pub parts: Vec<u32>,
}

/// Returns the queue of requests and the protocol's configuration.
pub(super) fn configure<N: NetworkBackend<Block, H256>>(
	names: &ProtocolNames,
) -> (Requests, N::RequestResponseProtocolConfig) {
	let (sender, receiver) = async_channel::bounded(MAX_WAITING_REQUESTS);
	let config = N::request_response_config(
		names.blocks.clone(),
		Vec::new(),
		MAX_REQUEST_BYTES,
		MAX_BLOCK_BYTES,
		REQUEST_TIMEOUT,
		Some(sender),
	);
	(receiver, config)
}

/// The last proposals that were seen, and the prepared one.
#[derive(Clone, Default)]
pub struct RecentBlocks(Arc<Mutex<Recent>>);

#[derive(Default)]
struct Recent {
	seen: VecDeque<Proposal>,
	prepared: Option<Proposal>,
}

impl RecentBlocks {
	/// Adds a proposal, and drops the oldest of too many.
	pub fn insert(&self, proposal: Proposal) {
		let mut recent = self.0.lock();
		// A resent proposal must not push others out.
		if recent.seen.iter().any(|known| known.hash == proposal.hash) {
			return;
		}
		if recent.seen.len() >= MAX_RECENT {
			recent.seen.pop_front();
		}
		recent.seen.push_back(proposal);
	}

	/// Keeps the block of this node's prepared certificate until a newer one is pinned. A later primary may be bound to
	/// the block and lack it; if no member could serve it, its view could not open.
	pub fn pin(&self, proposal: Proposal) {
		self.0.lock().prepared = Some(proposal);
	}

	/// Returns a proposal by its hash.
	pub fn get(&self, hash: &BlockHash) -> Option<Proposal> {
		let recent = self.0.lock();
		recent.prepared.iter().chain(&recent.seen).find(|proposal| proposal.hash == *hash).cloned()
	}
}

/// Answers requests, one after another: that bounds the load. Reads the database.
async fn answer(
	mut requests: mpsc::Receiver<IncomingRequest>,
	waiting: Waiting,
	recent: RecentBlocks,
	ledger: Arc<dyn Ledger>,
) {
	while let Some(IncomingRequest { peer, payload, pending_response }) = requests.recv().await {
		let Ok(BlockRequest { hash, parts }) = BlockRequest::decode_all(&mut &payload[..]) else {
			respond(pending_response, Err(()), vec![ReputationChange::new_fatal("PBFT: malformed block request")]);
			continue;
		};
		let stored = || {
			ledger.block(hash).unwrap_or_else(|error| {
				log::warn!(target: LOG_TARGET, "Block {hash:?} cannot be read for a peer: {error}");
				None
			})
		};
		// Parts are of proposals that run. A place that is named again and again would make the answer larger than the block.
		let found = match parts.is_empty() {
			true => recent.get(&hash).or_else(stored),
			false => recent.get(&hash).filter(|_| parts.windows(2).all(|pair| pair[0] < pair[1])),
		};
		// What was read costs as much as what is sent.
		let read = found.as_ref().map_or(0, |proposal| proposal.bytes.len());
		let answer = |proposal: Proposal| match parts.is_empty() {
			true => Some(proposal.bytes.to_vec()),
			false => ledger.parts(&proposal, &parts),
		};
		let result = found.and_then(answer).ok_or(());
		waiting.lock().charge(&peer, read);
		respond(pending_response, result, Vec::new());
	}
}

/// Returns the two tasks that serve blocks to members: the first takes requests, the second answers them and may block.
pub fn serve(
	requests: Requests,
	admitted: Admitted,
	recent: RecentBlocks,
	ledger: Arc<dyn Ledger>,
) -> (impl Future<Output = ()> + Send, impl Future<Output = ()> + Send) {
	let waiting = Waiting::default();
	// One place: the order is decided as late as possible.
	let (next, answered) = mpsc::channel(1);
	// Other peers than members use block sync.
	let is_admitted = move |peer: &PeerId| admitted.contains(peer);
	(accept(requests, is_admitted, Err(()), waiting.clone(), next), answer(answered, waiting, recent, ledger))
}

#[cfg(test)]
mod tests {
	use super::*;
	use futures::channel::oneshot;

	fn block(byte: u8) -> Proposal {
		Proposal { hash: BlockHash::repeat_byte(byte), bytes: Arc::new(vec![byte]) }
	}

	#[test]
	fn the_prepared_block_outlives_newer_ones() {
		let recent = RecentBlocks::default();
		recent.insert(block(200));
		recent.pin(block(200));
		(0..100).for_each(|byte| recent.insert(block(byte)));
		assert_eq!(recent.get(&block(200).hash), Some(block(200)));
		assert_eq!(recent.get(&block(99).hash), Some(block(99)));
		assert_eq!(recent.get(&block(0).hash), None);
		recent.pin(block(201));
		assert_eq!(recent.get(&block(200).hash), None);
	}

	/// A member asks for blocks without end, and another needs a block.
	#[tokio::test]
	async fn a_flood_of_requests_does_not_keep_another_member_waiting() {
		let (sender, requests) = async_channel::bounded(MAX_WAITING_REQUESTS);
		let (admitted, [flood, other, stranger]) = (Admitted::default(), [(); 3].map(|()| PeerId::random()));
		[flood, other].into_iter().for_each(|peer| admitted.insert(peer));
		let (next, mut answered) = mpsc::channel(1);
		let is_admitted = move |peer: &PeerId| admitted.contains(peer);
		let accepting = tokio::spawn(accept(requests, is_admitted, Err(()), Waiting::default(), next));
		let ask = |peer: PeerId| {
			let (pending_response, response) = oneshot::channel();
			sender.try_send(IncomingRequest { peer, payload: Vec::new(), pending_response }).map(|()| response)
		};
		let mut flooded: Vec<_> = (0..30).map(|_| ask(flood).expect("the queue has room")).collect();
		let refused = ask(stranger).expect("the queue has room");
		let waits = ask(other).expect("the queue has room");
		let refused = refused.await.expect("it is answered at once");
		assert_eq!(refused.result, Err(()));
		// The queue is read at once, so the flood cannot fill it.
		let last = flooded.pop().expect("there are thirty");
		assert_eq!(last.await.expect("it is answered at once").result, Err(()));
		let mut order = Vec::new();
		while order.last() != Some(&other) {
			order.push(answered.recv().await.expect("the task runs").peer);
		}
		assert!(order.len() <= 3, "{order:?}");
		drop(waits);
		accepting.abort();
	}
}
