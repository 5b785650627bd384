//! The side of the node that makes blocks: asks routers, and keeps what the next block can take.

use super::{
	asking::{Asking, Outcome},
	protocol::{hash_of, Answer, Load},
	shelf::{Carried, Kept},
};
use crate::{access::LedgerAccess, log_targets::LOG_TARGET, shared::Shared, AccessError, Taken};
use codec::{DecodeAll, Encode};
use futures::{
	future::BoxFuture,
	stream::{FuturesUnordered, StreamExt},
	FutureExt,
};
use sc_network::{PeerId, ReputationChange};
use std::{
	cmp::Ordering,
	sync::Arc,
	time::{Duration, Instant},
};
use tc_pbft::network::asking::Peers;
use tp_core::{BlockNumber, ChainTag, Hash};

/// How often peers that were left alone are looked at.
const TICK: Duration = Duration::from_millis(100);
/// The router of this node carries if it is at most this many blocks behind the newest one.
const NEAR: BlockNumber = 8;
/// A router that was behind for this long does not carry. A busy node reads the zone some moments after its shards.
const BEHIND: Duration = Duration::from_secs(1);
/// A peer sent what no block can take.
const USELESS: ReputationChange = ReputationChange::new(-(1 << 26), "carrying: nothing that a block can take");
/// A peer sent what is no answer.
const MALFORMED: ReputationChange = ReputationChange::new_fatal("carrying: malformed answer");

/// An answer that came, or none.
type Answered = (PeerId, u64, Option<Vec<u8>>);

/// The node that asks.
struct Asker {
	shared: Arc<Shared>,
	chain: ChainTag,
	ledger: Arc<dyn LedgerAccess>,
	peers: Arc<dyn Peers>,
	asking: Asking<PeerId>,
	/// The newest block by which loads were tried.
	tried: Option<BlockNumber>,
	/// When this node's own router carried last.
	routed: Option<Instant>,
	running: FuturesUnordered<BoxFuture<'static, Answered>>,
}

/// Asks routers for what the next block of a ledger can take, unless this node has its own router. Returns when the network ends.
pub(crate) async fn run(shared: Arc<Shared>, ledger: Arc<dyn LedgerAccess>, peers: Arc<dyn Peers>) {
	let (mut changes, mut imported) = (peers.changes(), ledger.imported());
	let (chain, asking, running) = (ledger.chain(), Asking::new(), FuturesUnordered::new());
	let mut asker = Asker { shared, chain, ledger, peers, asking, tried: None, routed: None, running };
	let mut tick = tokio::time::interval(TICK);
	loop {
		asker.on_block().await;
		// What has come, before peers count as silent.
		while let Some(Some(answered)) = asker.running.next().now_or_never() {
			asker.on_answer(answered).await;
		}
		asker.ask();
		tokio::select! {
			Some(answered) = asker.running.next() => asker.on_answer(answered).await,
			change = changes.next() => match change {
				Some((peer, true)) => asker.asking.join(peer),
				Some((peer, false)) => asker.asking.leave(&peer),
				None => return,
			},
			Some(()) = imported.next() => {},
			_ = tick.tick() => {},
		}
	}
}

/// Returns the hash of a block, and how much a block on it takes of each load: nothing if that cannot be found out.
fn try_loads(
	ledger: &dyn LedgerAccess,
	newest: BlockNumber,
	loads: &[Arc<Load>],
) -> Result<(Hash, Vec<Taken>), AccessError> {
	let header = ledger.bare_header(newest)?;
	let at = header.map(|header| header.hash()).unwrap_or_default();
	let taken = loads.iter().map(|load| {
		let taken = ledger.takes(newest, &load.update, &load.relayed);
		taken.unwrap_or_else(|error| {
			log::debug!(target: LOG_TARGET, "A load cannot be tried: {error}");
			Taken::default()
		})
	});
	Ok((at, taken.collect()))
}

impl Asker {
	/// Whether this node's own router carries, or did a moment ago.
	fn has_router(&mut self) -> bool {
		let read = self.shared.with_state(|state| state.carries(self.chain)).flatten();
		let carries = read.is_some_and(|(number, _)| number.saturating_add(NEAR) >= self.ledger.newest());
		if carries {
			self.routed = Some(Instant::now());
		}
		self.routed.is_some_and(|routed| routed.elapsed() < BEHIND)
	}

	/// Tries the loads again after each block, and drops those of which nothing is left.
	async fn on_block(&mut self) {
		let newest = self.ledger.newest();
		if self.tried == Some(newest) || self.has_router() {
			return;
		}
		self.tried = Some(newest);
		let kept = self.shared.shelf.carried.lock().get(&self.chain).map(|carried| carried.kept.clone());
		let kept = kept.unwrap_or_default();
		let loads: Vec<Arc<Load>> = kept.iter().map(|kept| kept.load.clone()).collect();
		let (ledger, is_main) = (self.ledger.clone(), self.chain == ChainTag::Main);
		let derived = self.shared.shelf.derived.get().map(|derived| derived.ledger.chain).filter(|_| is_main);
		let tried = tokio::task::spawn_blocking(move || {
			let (at, taken) = try_loads(&*ledger, newest, &loads)?;
			let registers = match derived {
				Some(zone) => !ledger.neighbours(newest)?.followed.iter().any(|(followed, _)| *followed == zone),
				None => false,
			};
			Ok::<_, AccessError>((at, taken, registers))
		});
		let tried = tried.await.map_err(|error| error.to_string()).and_then(|tried| tried.map_err(|it| it.to_string()));
		match tried {
			Ok((at, taken, registers)) => {
				let kept = kept.into_iter().zip(taken).map(|(kept, taken)| Kept { taken, ..kept });
				let (kept, empty): (Vec<_>, Vec<_>) = kept.partition(|kept| kept.taken.bytes > 0 || kept.at > newest);
				// It was for this block, and is no good for it. Otherwise others have brought the same.
				for useless in empty.iter().filter(|kept| kept.is_untried && kept.at == newest) {
					self.peers.report(useless.from, USELESS);
				}
				let carried = Carried { at, kept, registers };
				let is_urgent = carried.is_urgent(at);
				self.shared.shelf.carried.lock().insert(self.chain, carried);
				if is_urgent {
					self.shared.news.notify_waiters();
				}
			},
			Err(error) => {
				self.shared.complain(self.chain, "ask", &format!("What routers bring cannot be tried: {error}"));
			},
		}
	}

	/// Asks peers, unless this node has a router.
	fn ask(&mut self) {
		if self.has_router() {
			self.asking.give_up();
			self.running.clear();
			self.shared.shelf.carried.lock().remove(&self.chain);
			return;
		}
		for (peer, request, ask) in self.asking.due(Instant::now()) {
			let answer = self.peers.request(peer, ask.encode());
			self.running.push(answer.map(move |answer| (peer, request, answer)).boxed());
		}
	}

	async fn on_answer(&mut self, (peer, request, bytes): Answered) {
		if !self.asking.awaits(&peer, request) {
			return;
		}
		let outcome = match bytes.map(|bytes| Answer::decode_all(&mut &bytes[..])) {
			None => Outcome::Silent,
			Some(Ok(Answer::NoRouter)) => Outcome::NoRouter,
			Some(Ok(Answer::Nothing)) => Outcome::Nothing,
			Some(Ok(Answer::Load { at, load })) => self.on_load(peer, at, load).await,
			Some(Err(_)) => {
				self.peers.report(peer, MALFORMED);
				Outcome::Useless
			},
		};
		if outcome == Outcome::Useless {
			log::debug!(target: LOG_TARGET, "{peer} sent what no block of {} can take", self.chain);
			self.peers.report(peer, USELESS);
		}
		self.asking.answered(peer, request, outcome, Instant::now());
	}

	/// Keeps a load if a block can take something of it. Useless loads would make empty blocks. A load for a block that this node does not
	/// have yet is tried with that block.
	async fn on_load(&mut self, peer: PeerId, at: BlockNumber, load: Load) -> Outcome {
		let hash = hash_of(&load);
		if hash == self.asking.known(&peer) {
			return Outcome::Nothing;
		}
		let (ledger, load, newest) = (self.ledger.clone(), Arc::new(load), self.ledger.newest());
		if at > newest.saturating_add(NEAR) {
			return Outcome::Late(hash);
		}
		if !load.is_fit() {
			return Outcome::Useless;
		}
		let tried = {
			let load = load.clone();
			tokio::task::spawn_blocking(move || try_loads(&*ledger, newest, &[load])).await
		};
		let (tip, taken) = match tried {
			Ok(Ok((tip, taken))) => (tip, taken.first().copied().unwrap_or_default()),
			// Not the fault of the peer.
			Ok(Err(_)) | Err(_) => return Outcome::Late(hash),
		};
		match (taken.bytes, at.cmp(&newest)) {
			(0, Ordering::Less) => return Outcome::Late(hash),
			(0, Ordering::Equal) => return Outcome::Useless,
			_ => {},
		}
		let is_untried = taken.bytes == 0;
		{
			let mut carried = self.shared.shelf.carried.lock();
			let carried = carried.entry(self.chain).or_default();
			carried.kept.retain(|kept| self.asking.is_connected(&kept.from));
			carried.keep(Kept { from: peer, at, load, taken, is_untried });
			// If a block has come meanwhile, all are tried by it next.
			if self.tried == Some(newest) {
				carried.at = tip;
			}
		}
		if is_untried {
			return Outcome::Late(hash);
		}
		if taken.is_urgent {
			self.shared.news.notify_waiters();
		}
		Outcome::Useful(hash)
	}
}
