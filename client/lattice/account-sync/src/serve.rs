//! Serves the accounts of kept blocks to other nodes.
//!
//! Bounds: an answer has a room for values; a peer has a share of requests and of bytes, and all peers together have one of bytes a
//! second; one request is answered at a time. A block that a peer takes is held, so that its accounts stay as long as the peer
//! goes on, within what the store allows for readers.

use crate::{log_targets::LOG_TARGET, protocol::AccountRequest};
use codec::{DecodeAll, Encode};
use futures::Future;
use sc_network::{request_responses::IncomingRequest, ReputationChange};
use std::{
	collections::VecDeque,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_account_store::{
	transfer::{Answer, Part, Refusal, TableExport, Want},
	StoreError, View,
};
use tc_pbft::network::{
	serving::{accept, respond, Requests, Waiting},
	Budget,
};
use tokio::sync::mpsc;
use tp_core::Hash;

/// Bytes of accounts with their values in an answer, unless a single one is larger.
const ROOM: usize = 512 * 1024;
/// Accounts without their values in an answer: 5 MiB.
const MAX_REST: usize = 65_536;
/// Bytes that all peers together get in a second.
const BYTES_PER_SECOND: f64 = 64.0 * 1024.0 * 1024.0;
/// Bytes that a token of the budget stands for.
const BYTES_PER_TOKEN: f64 = 16_384.0;
/// Blocks that are held at a time.
const MAX_BLOCKS: usize = 2;
/// A block is held this long after the last request for it.
const HELD_FOR: Duration = Duration::from_secs(60);
/// A block gives way to another one this long after the last request for it.
const UNUSED_AFTER: Duration = Duration::from_secs(5);
/// Bytes of copied tables that are kept for the next request: a peer takes the parts of a table one after another.
const MAX_COPIED_BYTES: usize = 64 * 1024 * 1024;

/// The blocks whose accounts are kept.
pub trait AccountSource: Send + Sync + 'static {
	/// Opens the accounts of a block.
	///
	/// # Errors
	/// Why this node does not have them.
	fn view(&self, block: Hash) -> Result<View, Refusal>;
}

/// A block that is held.
struct Held {
	block: Hash,
	view: View,
	used: Instant,
}

/// An answer.
pub(crate) struct Served {
	/// Its encoding.
	pub(crate) answer: Vec<u8>,
	/// The bytes that were sent and copied for it.
	pub(crate) cost: usize,
}

/// What the server keeps from one request to the next.
pub(crate) struct Server {
	source: Arc<dyn AccountSource>,
	held: VecDeque<Held>,
	/// The tables that were copied last, of which block, the newest last.
	copied: VecDeque<(Hash, TableExport)>,
	budget: Budget,
}

impl Server {
	pub(crate) fn new(source: Arc<dyn AccountSource>, now: Instant) -> Self {
		let per_second = BYTES_PER_SECOND / BYTES_PER_TOKEN;
		let budget = Budget::of(now, per_second, 2.0 * per_second);
		Self { source, held: VecDeque::new(), copied: VecDeque::new(), budget }
	}

	/// Answers a request.
	pub(crate) fn answer(&mut self, request: AccountRequest, now: Instant) -> Served {
		self.release(now);
		let mut copied = 0;
		let answer = if self.budget.take(now, 0) { self.find(request, &mut copied, now) } else { Err(Refusal::Busy) };
		let answer = answer.unwrap_or_else(Answer::Refused).encode();
		let cost = answer.len().saturating_add(copied);
		self.budget.charge_bytes(cost);
		Served { answer, cost }
	}

	/// Ends what was held for peers that ask no more.
	fn release(&mut self, now: Instant) {
		self.held.retain(|held| now.saturating_duration_since(held.used) < HELD_FOR);
		let held = &self.held;
		self.copied.retain(|(block, _)| held.iter().any(|held| held.block == *block));
	}

	/// Finds what is asked for. Adds the bytes of a table that it copies for that to `copied`.
	fn find(&mut self, request: AccountRequest, copied: &mut usize, now: Instant) -> Result<Answer, Refusal> {
		let AccountRequest { block, want } = request;
		let at = self.hold(block, now)?;
		match want {
			Want::Outline => self.held[at].view.outline().map(Answer::Outline).map_err(|error| refusal(&error)),
			Want::Part { table, part } => {
				let part = self.table(at, table, copied)?.part(part, ROOM).ok_or(Refusal::NoPart)?;
				let Part { rest, .. } = &part;
				if rest.len() > MAX_REST {
					return Err(Refusal::TooLarge);
				}
				Ok(Answer::Part(part))
			},
			Want::More { table, part, from } => {
				self.table(at, table, copied)?.more(part, from, ROOM).map(Answer::More).ok_or(Refusal::NoPart)
			},
		}
	}

	/// Returns the place of a block among those held.
	fn hold(&mut self, block: Hash, now: Instant) -> Result<usize, Refusal> {
		if let Some(at) = self.held.iter().position(|held| held.block == block) {
			self.held[at].used = now;
			return Ok(at);
		}
		let view = self.source.view(block)?;
		if self.held.len() >= MAX_BLOCKS {
			// What a peer takes is gone for good if its block is released: the store keeps it no longer.
			let is_unused = |at: &usize| now.saturating_duration_since(self.held[*at].used) >= UNUSED_AFTER;
			let oldest = (0..self.held.len()).filter(is_unused).min_by_key(|at| self.held[*at].used);
			let gone = self.held.remove(oldest.ok_or(Refusal::Busy)?);
			self.copied.retain(|(block, _)| gone.as_ref().is_none_or(|gone| gone.block != *block));
		}
		self.held.push_back(Held { block, view, used: now });
		Ok(self.held.len() - 1)
	}

	/// Returns a table of a held block.
	fn table(&mut self, at: usize, number: u8, copied: &mut usize) -> Result<&TableExport, Refusal> {
		let Held { block, view, .. } = &self.held[at];
		let known = self.copied.iter().position(|(of, table)| of == block && table.number() == number);
		let place = match known {
			Some(place) => place,
			None => {
				let table = view.export(number).map_err(|error| refusal(&error))?;
				*copied = copied.saturating_add(table.bytes());
				self.copied.push_back((*block, table));
				let bytes = |copied: &VecDeque<(Hash, TableExport)>| -> usize {
					copied.iter().map(|(_, table)| table.bytes()).sum()
				};
				while self.copied.len() > 1 && bytes(&self.copied) > MAX_COPIED_BYTES {
					self.copied.pop_front();
				}
				self.copied.len() - 1
			},
		};
		Ok(&self.copied[place].1)
	}
}

/// Returns the refusal of a request that the store cannot answer.
fn refusal(error: &StoreError) -> Refusal {
	match error {
		StoreError::VersionGone { .. } => Refusal::NotKept,
		StoreError::NotYet { .. } => Refusal::UnknownBlock,
		_ => {
			log::warn!(target: LOG_TARGET, "Accounts cannot be read for a peer: {error}");
			Refusal::NoStore
		},
	}
}

/// Answers requests, one after another: that bounds the load. Copies tables.
async fn answer(mut requests: mpsc::Receiver<IncomingRequest>, waiting: Waiting, source: Arc<dyn AccountSource>) {
	let mut server = Server::new(source, Instant::now());
	loop {
		// Without requests nothing is held.
		let request = tokio::time::timeout(HELD_FOR, requests.recv()).await;
		let IncomingRequest { peer, payload, pending_response } = match request {
			Ok(Some(request)) => request,
			Ok(None) => return,
			Err(_) => {
				server.release(Instant::now());
				continue;
			},
		};
		let Ok(request) = AccountRequest::decode_all(&mut &payload[..]) else {
			respond(pending_response, Err(()), vec![ReputationChange::new_fatal("accounts: malformed request")]);
			continue;
		};
		let Served { answer, cost } = server.answer(request, Instant::now());
		waiting.lock().charge(&peer, cost);
		respond(pending_response, Ok(answer), Vec::new());
	}
}

/// Returns the two tasks that serve accounts: the first takes requests, the second answers them and may block.
pub fn serve(
	requests: Requests,
	source: Arc<dyn AccountSource>,
) -> (impl Future<Output = ()> + Send, impl Future<Output = ()> + Send) {
	let waiting = Waiting::default();
	// One place: the order is decided as late as possible.
	let (next, answered) = mpsc::channel(1);
	let busy = Ok(Answer::Refused(Refusal::Busy).encode());
	(accept(requests, |_| true, busy, waiting.clone(), next), answer(answered, waiting, source))
}
