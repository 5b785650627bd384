//! Requests of peers: taken at once, and answered one after another, each peer within its share.

use super::shares::Shares;
use crate::log_targets::LOG_TARGET;
use futures::channel::oneshot;
use parking_lot::Mutex;
use sc_network::{
	request_responses::{IncomingRequest, OutgoingResponse},
	PeerId, ReputationChange,
};
use std::{sync::Arc, time::Instant};
use tokio::sync::mpsc;

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
