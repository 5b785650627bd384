//! Requests to the peers with which block sync is connected.

use crate::log_targets::LOG_TARGET;
use futures::{
	future::BoxFuture,
	stream::{BoxStream, StreamExt},
	FutureExt,
};
use sc_network::{
	service::traits::NetworkService, IfDisconnected, NetworkPeers, NetworkRequest, PeerId, ProtocolName,
	ReputationChange,
};
use sc_network_sync::{SyncEvent, SyncEventStream};
use std::sync::Arc;

/// The peers of a node that answer requests of one protocol.
pub trait Peers: Send + Sync + 'static {
	/// Sends a request. `None` if there is no answer.
	fn request(&self, peer: PeerId, request: Vec<u8>) -> BoxFuture<'static, Option<Vec<u8>>>;
	/// Changes the reputation of a peer.
	fn report(&self, peer: PeerId, change: ReputationChange);
	/// Returns the peers that are connected, then changes: peers that connect (`true`) and that disconnect (`false`).
	fn changes(&self) -> BoxStream<'static, (PeerId, bool)>;
}

/// The peers with which block sync is connected.
pub struct SyncPeers<S> {
	/// The network.
	pub network: Arc<dyn NetworkService>,
	/// Block sync.
	pub sync: S,
	/// The protocol of the requests.
	pub protocol: ProtocolName,
	/// The name of the stream of changes, in the SDK's metrics.
	pub name: &'static str,
}

impl<S: SyncEventStream + 'static> Peers for SyncPeers<S> {
	fn request(&self, peer: PeerId, request: Vec<u8>) -> BoxFuture<'static, Option<Vec<u8>>> {
		let (network, protocol) = (self.network.clone(), self.protocol.clone());
		async move {
			let answer = network.request(peer, protocol.clone(), request, None, IfDisconnected::ImmediateError).await;
			answer
				.map_err(|error| log::debug!(target: LOG_TARGET, "{peer} does not answer {protocol}: {error}"))
				.map(|(bytes, _)| bytes)
				.ok()
		}
		.boxed()
	}

	fn report(&self, peer: PeerId, change: ReputationChange) {
		self.network.report_peer(peer, change);
	}

	fn changes(&self) -> BoxStream<'static, (PeerId, bool)> {
		let change = |event| match event {
			SyncEvent::PeerConnected { peer_id, .. } => (peer_id, true),
			SyncEvent::PeerDisconnected(peer) => (peer, false),
		};
		self.sync.event_stream(self.name).map(change).boxed()
	}
}
