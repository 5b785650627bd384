//! Requests of peers: taken at once, and answered one after another, each peer within its share.

use super::{protocol_name, shares::Shares};
use crate::log_targets::LOG_TARGET;
use futures::channel::oneshot;
use parking_lot::Mutex;
use sc_network::{
	config::FullNetworkConfiguration,
	request_responses::{IncomingRequest, OutgoingResponse},
	service::traits::NetworkBackend,
	PeerId, ProtocolName, ReputationChange,
};
use sp_core::H256;
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tp_core::Block;

/// A request-response protocol of a ledger.
pub struct RequestProtocol {
	/// Its name.
	pub name: ProtocolName,
	/// The requests of peers.
	pub requests: Requests,
}

/// The bounds of a request-response protocol.
#[derive(Clone, Copy, Debug)]
pub struct RequestLimits {
	/// Requests that were not read yet; the network refuses more.
	pub unread: usize,
	/// Largest request, in bytes.
	pub request_bytes: u64,
	/// Largest answer, in bytes.
	pub answer_bytes: u64,
	/// Time limit of one request.
	pub timeout: Duration,
}

impl RequestLimits {
	/// Adds a protocol with these bounds to the configuration of a network: `/<genesis>/<fork>/<protocol>`, or without the fork.
	pub fn configure<N: NetworkBackend<Block, H256>>(
		self,
		config: &mut FullNetworkConfiguration<Block, H256, N>,
		(genesis, fork_id): (H256, Option<&str>),
		protocol: &str,
	) -> RequestProtocol {
		let Self { unread, request_bytes, answer_bytes, timeout } = self;
		let name = protocol_name(genesis, fork_id, protocol);
		let (sender, requests) = async_channel::bounded(unread);
		let configured =
			N::request_response_config(name.clone(), Vec::new(), request_bytes, answer_bytes, timeout, Some(sender));
		config.add_request_response_protocol(configured);
		RequestProtocol { name, requests }
	}
}

/// The requests of peers.
pub type Requests = async_channel::Receiver<IncomingRequest>;

/// The requests that wait.
pub type Waiting = Arc<Mutex<Shares<IncomingRequest>>>;

/// Takes the requests of peers. Answers with `refusal` those of peers that are not admitted, and what exceeds the share of its
/// peer. Returns when the network or the task that answers ends.
pub async fn accept(
	requests: Requests,
	is_admitted: impl Fn(&PeerId) -> bool,
	refusal: Result<Vec<u8>, ()>,
	waiting: Waiting,
	next: mpsc::Sender<IncomingRequest>,
) {
	loop {
		let has_waiting = !waiting.lock().is_empty();
		tokio::select! {
			request = requests.recv() => {
				let Ok(request) = request else { return };
				// No penalty: the peer may have been admitted a moment ago.
				let refused = if is_admitted(&request.peer) {
					waiting.lock().offer(request.peer, request, Instant::now()).err()
				} else {
					Some(request)
				};
				if let Some(IncomingRequest { pending_response, .. }) = refused {
					respond(pending_response, refusal.clone(), Vec::new());
				}
			},
			permit = next.reserve(), if has_waiting => {
				let Ok(permit) = permit else { return };
				if let Some((_, request)) = waiting.lock().next() {
					permit.send(request);
				}
			},
		}
	}
}

/// Answers a request.
pub fn respond(
	pending: oneshot::Sender<OutgoingResponse>,
	result: Result<Vec<u8>, ()>,
	reputation_changes: Vec<ReputationChange>,
) {
	if pending.send(OutgoingResponse { result, reputation_changes, sent_feedback: None }).is_err() {
		log::debug!(target: LOG_TARGET, "A peer left before its request was answered");
	}
}
