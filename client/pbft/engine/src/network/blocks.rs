//! Blocks by hash: large proposals, and prepared blocks that a new primary lacks.

use super::{peers::Admitted, wire::decode_proposal, ProtocolNames};
use crate::ledger::Ledger;
use codec::{DecodeAll, Encode};
use parking_lot::Mutex;
use sc_network::{
	request_responses::{IncomingRequest, OutgoingResponse},
	service::traits::NetworkBackend,
	IfDisconnected, NetworkRequest, PeerId, ProtocolName, ReputationChange,
};
use sp_core::H256;
use sp_runtime::StateVersion;
use std::{collections::VecDeque, sync::Arc, time::Duration};
use tc_pbft_core::Proposal;
use tp_core::Block;
use tp_pbft::BlockHash;

/// Requests that wait at most; more are refused by the network.
const MAX_WAITING_REQUESTS: usize = 64;
/// Largest block that is fetched. The runtimes' block length limit, with header and certificate, is below.
const MAX_BLOCK_BYTES: u64 = 16 * 1024 * 1024;
/// A request carries one hash.
const MAX_REQUEST_BYTES: u64 = 64;
/// How long an answer may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause before the same members are asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(200);
/// Proposals kept for those who ask: of the first views of a height and its predecessor.
const MAX_RECENT: usize = 16;

/// Requests of others.
pub type BlockRequestQueue = async_channel::Receiver<IncomingRequest>;

/// The protocol's configuration, and where its requests arrive.
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

/// Proposals that were seen lately, and the one that is prepared.
#[derive(Clone, Default)]
pub struct RecentBlocks(Arc<Mutex<Recent>>);

#[derive(Default)]
struct Recent {
	seen: VecDeque<Proposal>,
	prepared: Option<Proposal>,
}

impl RecentBlocks {
	/// Keeps a proposal; the oldest goes when there are too many.
	pub fn insert(&self, proposal: Proposal) {
		let mut recent = self.0.lock();
		if recent.seen.iter().any(|known| known.hash == proposal.hash) {
			return;
		}
		if recent.seen.len() >= MAX_RECENT {
			recent.seen.pop_front();
		}
		recent.seen.push_back(proposal);
	}

	/// Keeps the block that we have a certificate of, until there is a newer one: a later primary may be bound to it, and
	/// have lost it.
	pub fn pin(&self, proposal: Proposal) {
		self.0.lock().prepared = Some(proposal);
	}

	/// A proposal by its hash.
	pub fn get(&self, hash: &BlockHash) -> Option<Proposal> {
		let recent = self.0.lock();
		recent.prepared.iter().chain(&recent.seen).find(|proposal| proposal.hash == *hash).cloned()
	}
}

/// Answers the requests of members, one after another; others have block sync.
pub async fn serve(requests: BlockRequestQueue, admitted: Admitted, recent: RecentBlocks, ledger: Arc<dyn Ledger>) {
	while let Ok(IncomingRequest { peer, payload, pending_response }) = requests.recv().await {
		let response = match BlockHash::decode_all(&mut &payload[..]) {
			Ok(_) if !admitted.contains(&peer) => {
				OutgoingResponse { result: Err(()), reputation_changes: Vec::new(), sent_feedback: None }
			},
			Ok(hash) => {
				let found = recent.get(&hash).or_else(|| ledger.block(hash));
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
			log::debug!(target: crate::LOG_TARGET, "A peer did not wait for its block");
		}
	}
}

/// Asks peers in turn, again and again, until one has the block, whole. `version` is that of its extrinsics root. Whoever
/// drops the future ends it.
pub async fn fetch(
	network: Arc<dyn NetworkRequest + Send + Sync>,
	protocol: ProtocolName,
	hash: BlockHash,
	version: StateVersion,
	peers: Vec<PeerId>,
) -> Proposal {
	loop {
		for peer in &peers {
			let answer =
				network.request(*peer, protocol.clone(), hash.encode(), None, IfDisconnected::ImmediateError).await;
			match answer {
				Ok((bytes, _)) => match decode_proposal(&bytes, version).filter(|proposal| proposal.hash == hash) {
					Some(proposal) => return proposal,
					None => log::debug!(target: crate::LOG_TARGET, "{peer} answered with another block"),
				},
				Err(error) => log::debug!(target: crate::LOG_TARGET, "{peer} does not give {hash:?}: {error}"),
			}
		}
		tokio::time::sleep(RETRY_PAUSE).await;
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
