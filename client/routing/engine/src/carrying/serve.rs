//! The router's side: holds each request until there is an answer.
//!
//! Bounds: one request of a peer waits at a time, and a peer gets a load once a second at most. A load is made once for all of them.

use super::protocol::{hash_of, Answer, Ask, PATIENCE};
use crate::{log_targets::LOG_TARGET, shared::Shared, state::Offer};
use codec::{DecodeAll, Encode};
use futures::channel::oneshot;
use sc_network::{
	request_responses::{IncomingRequest, OutgoingResponse},
	PeerId, ReputationChange,
};
use std::{
	collections::BTreeMap,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::network::serving::{respond, Requests};
use tp_core::{BlockNumber, ChainTag, Hash};

/// Peers whose requests wait. Others are told that there is nothing.
const MAX_WAITING: usize = 512;
/// A peer that lost a load gets it again after this time.
const AGAIN: Duration = Duration::from_secs(1);
/// How often patience is looked at.
const TICK: Duration = Duration::from_millis(500);
/// The least time between two requests of a peer.
const FAST: Duration = Duration::from_millis(50);
/// A peer asks again without a pause.
const TOO_FAST: ReputationChange = ReputationChange::new(-(1 << 22), "carrying: too many requests");
/// A request that does not decode.
const MALFORMED: ReputationChange = ReputationChange::new_fatal("carrying: malformed request");

/// A request that waits.
struct Waiting {
	ask: Ask,
	since: Instant,
	pending: oneshot::Sender<OutgoingResponse>,
}

/// What the router has for the next block.
struct Ready {
	at: BlockNumber,
	offer: Offer,
	/// The hash of the load, and the answer. `None` if there is nothing.
	load: Option<(Hash, Vec<u8>)>,
}

/// The requests for a ledger.
#[derive(Default)]
struct Desk {
	waiting: BTreeMap<PeerId, Waiting>,
	/// The load that a peer got last, and when.
	given: BTreeMap<PeerId, (Hash, Instant)>,
	ready: Option<Ready>,
}

/// Answers the requests of peers. Returns when the network ends.
pub(crate) async fn run(shared: Arc<Shared>, chain: ChainTag, requests: Requests) {
	let mut desk = Desk::default();
	loop {
		// Registered before the look at the state: news in between wake it.
		let mut woken = std::pin::pin!(shared.news.notified());
		woken.as_mut().enable();
		desk = match answer(desk, shared.clone(), chain).await {
			Some(desk) => desk,
			None => return log::error!(target: LOG_TARGET, "No node is answered for {chain}: see the panic above"),
		};
		tokio::select! {
			request = requests.recv() => {
				let Ok(request) = request else { return };
				desk.take(request, Instant::now());
				// All that have come, before they are answered: the network refuses what finds no place.
				while let Ok(request) = requests.try_recv() {
					desk.take(request, Instant::now());
				}
			},
			() = woken => {},
			() = tokio::time::sleep(TICK), if !desk.waiting.is_empty() => {},
		}
	}
}

/// Answers what can be answered now. Making a load takes long, so it does not run with the tasks that wait.
async fn answer(mut desk: Desk, shared: Arc<Shared>, chain: ChainTag) -> Option<Desk> {
	if desk.waiting.is_empty() {
		return Some(desk);
	}
	let answered = tokio::task::spawn_blocking(move || {
		if desk.refresh(&shared, chain) {
			desk.answer(Instant::now());
		} else {
			desk.refuse();
		}
		desk
	});
	answered.await.ok()
}

impl Desk {
	/// Takes a request.
	fn take(&mut self, request: IncomingRequest, now: Instant) {
		let IncomingRequest { peer, payload, pending_response: pending } = request;
		let Ok(ask) = Ask::decode_all(&mut &payload[..]) else { return respond(pending, Err(()), vec![MALFORMED]) };
		if self.waiting.len() >= MAX_WAITING && !self.waiting.contains_key(&peer) {
			return respond(pending, Ok(Answer::Nothing.encode()), Vec::new());
		}
		if let Some(Waiting { since, pending, .. }) = self.waiting.insert(peer, Waiting { ask, since: now, pending }) {
			let is_fast = now.saturating_duration_since(since) < FAST;
			let changes = if is_fast { vec![TOO_FAST] } else { Vec::new() };
			respond(pending, Ok(Answer::Nothing.encode()), changes);
		}
	}

	/// Finds what the router has for the next block. Returns whether there is a router; if it is behind for a while, requests wait.
	fn refresh(&mut self, shared: &Shared, chain: ChainTag) -> bool {
		let found = shared.with_state(|state| {
			let (at, hash) = state.carries(chain)?;
			let offer = state.offer(chain, hash);
			let is_known = self.ready.as_ref().is_some_and(|ready| ready.at == at && ready.offer == offer);
			let load = if is_known { None } else { state.carried(chain, &offer) };
			Some((!is_known).then_some((at, offer, load)))
		});
		match found {
			None => return false,
			Some(None) => self.ready = None,
			Some(Some(None)) => {},
			Some(Some(Some((at, offer, load)))) => {
				let load = load.map(|load| (hash_of(&load), Answer::Load { at, load }.encode()));
				self.ready = Some(Ready { at, offer, load });
			},
		}
		true
	}

	/// Returns what a request is answered with, and its hash. `None` if the peer has it.
	fn news(&self, peer: &PeerId, ask: &Ask, now: Instant) -> Option<(Hash, &[u8])> {
		let (hash, load) = self.ready.as_ref()?.load.as_ref()?;
		let is_given = |(given, when): &(Hash, Instant)| given == hash && now.saturating_duration_since(*when) < AGAIN;
		let has = ask.known == *hash || self.given.get(peer).is_some_and(is_given);
		(!has).then_some((*hash, load))
	}

	/// Answers the requests for which there is a load, and all that have waited long enough.
	fn answer(&mut self, now: Instant) {
		let is_due = |(peer, waiting): &(&PeerId, &Waiting)| {
			now.saturating_duration_since(waiting.since) >= PATIENCE || self.news(peer, &waiting.ask, now).is_some()
		};
		let due: Vec<PeerId> = self.waiting.iter().filter(is_due).map(|(peer, _)| *peer).collect();
		for peer in due {
			let Some(Waiting { ask, pending, .. }) = self.waiting.remove(&peer) else { continue };
			let news = self.news(&peer, &ask, now).map(|(hash, load)| (hash, load.to_vec()));
			let answer = match news {
				Some((hash, load)) => {
					self.given.insert(peer, (hash, now));
					load
				},
				None => Answer::Nothing.encode(),
			};
			respond(pending, Ok(answer), Vec::new());
		}
		// Peers that have left. Another load comes before long.
		while self.given.len() > MAX_WAITING {
			self.given.pop_first();
		}
	}

	/// Says that this node has no router.
	fn refuse(&mut self) {
		for (_, Waiting { pending, .. }) in std::mem::take(&mut self.waiting) {
			respond(pending, Ok(Answer::NoRouter.encode()), Vec::new());
		}
		self.ready = None;
	}
}
