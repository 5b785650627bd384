//! Blocks by hash: the bodies of large proposals, and prepared blocks that a new primary lacks.

use super::{peers::Admitted, protocol_names::ProtocolNames};
use crate::{ledger::Ledger, log_targets::LOG_TARGET};
use codec::DecodeAll;
use parking_lot::Mutex;
use sc_network::{
	request_responses::{IncomingRequest, OutgoingResponse},
	service::traits::NetworkBackend,
	ReputationChange,
};
use sp_core::H256;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tc_pbft_core::Proposal;
use tp_core::Block;
use tp_pbft::BlockHash;

/// Requests in the queue; the network refuses more.
const MAX_WAITING_REQUESTS: usize = 64;
/// Largest block that is fetched. The runtimes limit blocks to less, header and certificate included.
const MAX_BLOCK_BYTES: u64 = 16 * 1024 * 1024;
/// Largest request: one hash.
const MAX_REQUEST_BYTES: u64 = 64;
/// Time limit of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Proposals kept for peers that ask: those of the first views of a height and of its predecessor.
const MAX_RECENT: usize = 16;

/// The requests of peers.
pub type BlockRequestQueue = async_channel::Receiver<IncomingRequest>;

/// Returns the queue of requests and the protocol's configuration.
pub(super) fn configure<N: NetworkBackend<Block, H256>>(
	names: &ProtocolNames,
) -> (BlockRequestQueue, N::RequestResponseProtocolConfig) {
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

/// Answers the requests of members, one after another. Other peers use block sync.
pub async fn serve(requests: BlockRequestQueue, admitted: Admitted, recent: RecentBlocks, ledger: Arc<dyn Ledger>) {
	// One request at a time bounds the load: a peer's requests wait in the queue, which the network bounds.
	while let Ok(IncomingRequest { peer, payload, pending_response }) = requests.recv().await {
		let response = match BlockHash::decode_all(&mut &payload[..]) {
			// No penalty: the peer may have been a member a moment ago.
			Ok(_) if !admitted.contains(&peer) => {
				OutgoingResponse { result: Err(()), reputation_changes: Vec::new(), sent_feedback: None }
			},
			Ok(hash) => {
				let found = recent.get(&hash).or_else(|| {
					ledger.block(hash).unwrap_or_else(|error| {
						log::warn!(target: LOG_TARGET, "Block {hash:?} cannot be read for a peer: {error}");
						None
					})
				});
				let result = found.map(|proposal| proposal.bytes.to_vec()).ok_or(());
				OutgoingResponse { result, reputation_changes: Vec::new(), sent_feedback: None }
			},
			Err(_) => OutgoingResponse {
				result: Err(()),
				reputation_changes: vec![ReputationChange::new_fatal("PBFT: malformed block request")],
				sent_feedback: None,
			},
		};
		if pending_response.send(response).is_err() {
			log::debug!(target: LOG_TARGET, "A peer left before its block was sent");
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

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
}
