//! Fetches a block by its hash from the peers that should have it.
//!
//! The next peer is asked when one has no answer within `HEDGE_PAUSE`, so that a silent one costs no view. A peer that
//! answers with another body is named to the engine, and not asked for this block again.

use super::{blocks::BlockRequest, body::CheckedBody, peers::Admitted};
use crate::{
	log_targets::LOG_TARGET,
	sketch::{Completed, MAX_PARTS},
};
use codec::Encode;
use futures::{
	future::BoxFuture,
	stream::{FuturesUnordered, StreamExt},
	FutureExt,
};
use sc_network::{IfDisconnected, NetworkRequest, PeerId, ProtocolName};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tp_pbft::BlockHash;

/// Pause before one more peer is asked while the others have not answered.
const HEDGE_PAUSE: Duration = Duration::from_millis(200);
/// Requests for one block at a time. Each may bring a block of the largest size.
const MAX_REQUESTS: usize = 3;
/// Pause before the same peers are asked again.
const RETRY_PAUSE: Duration = Duration::from_millis(200);

/// Completes a sketch with parts that a peer sent, and checks the result, off the engine's task.
pub type CompleteSketch = Arc<dyn Fn(Vec<u8>) -> BoxFuture<'static, Completed<CheckedBody>> + Send + Sync>;

/// Where the body of a block came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodySource {
	/// Within its proposal.
	Proposal,
	/// From this node's own units, by a sketch.
	Sketch,
	/// The same, with parts that a peer sent.
	SketchAndParts,
	/// From a peer, whole.
	Peer,
}

/// Checks the body of an answer, off the engine's task.
pub type CheckBody = Arc<dyn Fn(Vec<u8>) -> BoxFuture<'static, Answer> + Send + Sync>;

/// The answer of one peer.
pub enum Answer {
	/// The block.
	Block(CheckedBody),
	/// Another body.
	OtherBody,
	/// None, or this node could not check it.
	Nothing,
}

/// A block to be fetched.
pub struct Fetch {
	/// The node's network.
	pub network: Arc<dyn NetworkRequest + Send + Sync>,
	/// The block protocol.
	pub protocol: ProtocolName,
	/// The block.
	pub hash: BlockHash,
	/// The peers that should have it, in this order.
	pub holders: Vec<PeerId>,
	/// All members with an open substream, as they change. They are asked after the holders.
	pub members: Admitted,
	/// The check of an answer.
	pub check: CheckBody,
	/// Completes the sketch that came with the proposal.
	pub sketch: Option<CompleteSketch>,
	/// Receives the peers that answered with another body.
	pub wrong: mpsc::Sender<PeerId>,
}

impl Fetch {
	/// Completes the sketch, or asks peers until one sends the block. Never gives up by itself; dropping the future ends it.
	pub async fn run(self) -> (CheckedBody, BodySource) {
		if let Some(completed) = self.completed().await {
			return completed;
		}
		let mut refused = HashSet::new();
		loop {
			if let Some(block) = self.round(&mut refused).await {
				return (block, BodySource::Peer);
			}
			tokio::time::sleep(RETRY_PAUSE).await;
		}
	}

	/// Completes the sketch, with the parts that this node lacks from the first holder that has them.
	async fn completed(&self) -> Option<(CheckedBody, BodySource)> {
		let complete = self.sketch.as_ref()?;
		let parts = match complete(Vec::new()).await {
			Completed::Whole(block) => return Some((block, BodySource::Sketch)),
			Completed::Lacks(places) if (1..=MAX_PARTS).contains(&places.len()) => places,
			Completed::Lacks(_) | Completed::Unusable => return None,
		};
		for holder in self.holders.iter().take(MAX_REQUESTS) {
			let request = self.request(*holder, BlockRequest { hash: self.hash, parts: parts.clone() });
			let Ok(Some(parts)) = tokio::time::timeout(HEDGE_PAUSE, request).await else { continue };
			if let Completed::Whole(block) = complete(parts).await {
				return Some((block, BodySource::SketchAndParts));
			}
		}
		None
	}

	/// Asks each peer once.
	async fn round(&self, refused: &mut HashSet<PeerId>) -> Option<CheckedBody> {
		let members = self.members.list();
		let others = members.into_iter().filter(|peer| !self.holders.contains(peer));
		let peers: Vec<_> = self.holders.iter().copied().chain(others).filter(|peer| !refused.contains(peer)).collect();
		let mut peers = peers.into_iter().peekable();
		let mut running = FuturesUnordered::new();
		let mut pause = Duration::ZERO;
		loop {
			let may_ask = peers.peek().is_some() && running.len() < MAX_REQUESTS;
			tokio::select! {
				Some((peer, answer)) = running.next() => {
					match answer {
						Answer::Block(block) => return Some(block),
						Answer::OtherBody => {
							refused.insert(peer);
							if self.wrong.try_send(peer).is_err() {
								log::debug!(target: LOG_TARGET, "{peer} sent another body, and is not penalized");
							}
						},
						Answer::Nothing => {},
					}
					pause = Duration::ZERO;
				},
				() = tokio::time::sleep(pause), if may_ask => {
					running.extend(peers.next().map(|peer| self.ask(peer).map(move |answer| (peer, answer))));
					pause = HEDGE_PAUSE;
				},
				else => return None,
			}
		}
	}

	async fn ask(&self, peer: PeerId) -> Answer {
		match self.request(peer, BlockRequest { hash: self.hash, parts: Vec::new() }).await {
			Some(bytes) => (self.check)(bytes).await,
			None => Answer::Nothing,
		}
	}

	async fn request(&self, peer: PeerId, request: BlockRequest) -> Option<Vec<u8>> {
		// Only connected peers are asked. A dial would wait for its timeout and delay the peers behind it.
		let answer = self
			.network
			.request(peer, self.protocol.clone(), request.encode(), None, IfDisconnected::ImmediateError)
			.await;
		match answer {
			Ok((bytes, _)) => Some(bytes),
			Err(error) => {
				log::debug!(target: LOG_TARGET, "{peer} does not send {request:?}: {error}");
				None
			},
		}
	}
}

#[cfg(test)]
mod tests;
