//! Sends payments at their times, and notes when each is final, sealed and credited.
//!
//! ```text
//! plan ──its time has come, its sender is free──▶ a call to a node ──refused, or silent for long──▶ a call to the next node
//!                                                                  └─▶ final ──▶ sealed, credited
//! ```

use crate::network::{
	outcome::{Entry, Outcome},
	sign::{length, By, Payment},
	submit::{submit, CALL_PAYMENTS},
	watch::{follow, Reported, Routes, Seen},
};
use anyhow::Context;
use std::{
	collections::{BTreeMap, HashMap, HashSet, VecDeque},
	time::{Duration, Instant},
};
use tokio::{sync::mpsc, task::JoinSet, time::MissedTickBehavior};
use top_local_network::NodeLedger;
use top_sdk::RpcClient;
use tp_core::{Balance, BlockNumber, Hash};

/// Time between two looks at the plan.
const TICK: Duration = Duration::from_millis(10);
/// Time before the first payment, in which all connections are ready.
const LEAD: Duration = Duration::from_millis(200);
/// Pause before a refused payment is sent to the next node.
const AGAIN: Duration = Duration::from_millis(200);
/// A payment that is not final after this time is sent to the next node: the first may have lost it.
const SILENT: Duration = Duration::from_secs(8);
/// A load in which nothing happens for this long, with all payments final, has ended: what is not credited has failed.
const QUIET: Duration = Duration::from_secs(10);
/// Payments that wait for their senders, of which a look at the plan takes note.
const LOOKED_AT: usize = 512;
/// Blocks that wait to be noted: some seconds of all ledgers.
const SEEN_BLOCKS: usize = 1_024;

/// How a drive ends.
#[derive(Clone, Copy, Debug)]
pub struct Drive {
	/// How long payments may take after the last planned time.
	pub patience: Duration,
	/// Whether nodes end meanwhile. Then a quiet network has not ended the load.
	pub nodes_end: bool,
}

/// Drives signed payments, ascending by their times.
///
/// # Errors
/// If a node does not answer at the begin.
pub async fn drive(routes: &Routes, payments: Vec<Payment>, drive: Drive) -> anyhow::Result<Outcome> {
	let mut state = State::prepare(routes, payments).await?;
	let (seen, mut events) = mpsc::channel(SEEN_BLOCKS);
	let mut followers = JoinSet::new();
	for (first, (ledger, next)) in state.heights(routes).await?.into_iter().enumerate() {
		followers.spawn(follow(ledger, first, next, seen.clone()));
	}
	drop(seen);
	state.outcome.began = Instant::now() + LEAD;
	let deadline = state.outcome.began + state.length + drive.patience;
	let mut tick = tokio::time::interval(TICK);
	tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
	while state.open > 0 && Instant::now() < deadline {
		tokio::select! {
			seen = events.recv() => state.note(&seen.context("the followers run as long as the drive; qed")?),
			sent = state.sending.join_next(), if !state.sending.is_empty() => {
				state.answered(sent.context("there is a call; qed")?.context("a call ended")?);
			},
			_ = tick.tick() => {
				if !drive.nodes_end && state.is_quiet() {
					break;
				}
				state.send_due();
			},
		}
	}
	Ok(state.outcome)
}

/// The payments of one call, and what the node says of each.
type Answer = (Vec<usize>, Vec<Option<String>>);

struct State {
	outcome: Outcome,
	/// A connection to each node of each shard.
	clients: Vec<Vec<RpcClient>>,
	by_hash: HashMap<Hash, usize>,
	by_amount: HashMap<Balance, usize>,
	/// The payments of each shard whose time has not come, or whose senders are not free.
	waiting: Vec<VecDeque<usize>>,
	again: VecDeque<(Instant, usize)>,
	/// Payments that are sent and not final, by the time of the call.
	silent: VecDeque<(Instant, usize)>,
	/// Senders with a payment on its way, by shard and place.
	busy: HashSet<(u16, usize)>,
	/// Payments that are final and not sealed, by shard and height.
	unsealed: Vec<BTreeMap<BlockNumber, Vec<usize>>>,
	/// The newest head of each shard in a zone block, and when that came.
	sealed: Vec<(BlockNumber, Instant)>,
	sending: JoinSet<Answer>,
	/// The payments that are not over.
	open: usize,
	not_final: usize,
	progress: Instant,
	length: Duration,
}

impl State {
	async fn prepare(routes: &Routes, payments: Vec<Payment>) -> anyhow::Result<Self> {
		let mut clients = Vec::new();
		for shard in &routes.shards {
			let mut of_shard = Vec::new();
			for ledger in shard {
				of_shard.push(ledger.rpc().await?);
			}
			clients.push(of_shard);
		}
		let length = length(&payments);
		let shards = routes.shards.len();
		let mut waiting = vec![VecDeque::new(); shards];
		for (place, payment) in payments.iter().enumerate() {
			let queue = waiting.get_mut(usize::from(payment.planned.from));
			queue.context("a payment is planned for a shard that does not run")?.push_back(place);
		}
		let places = || payments.iter().enumerate();
		let now = Instant::now();
		Ok(Self {
			by_hash: places().map(|(place, payment)| (payment.hash, place)).collect(),
			by_amount: places().map(|(place, payment)| (payment.amount, place)).collect(),
			open: payments.len(),
			not_final: payments.len(),
			outcome: Outcome {
				entries: payments.into_iter().map(Entry::new).collect(),
				refusals: BTreeMap::new(),
				late: Vec::new(),
				began: now,
			},
			clients,
			waiting,
			again: VecDeque::new(),
			silent: VecDeque::new(),
			busy: HashSet::new(),
			unsealed: vec![BTreeMap::new(); shards],
			sealed: vec![(0, now); shards],
			sending: JoinSet::new(),
			progress: now,
			length,
		})
	}

	/// Returns all ledgers whose blocks report payments, each with its next block.
	async fn heights(&self, routes: &Routes) -> anyhow::Result<Vec<(Vec<NodeLedger>, BlockNumber)>> {
		let mut all = Vec::new();
		for ledger in routes.shards.iter().chain([&routes.zone]) {
			let first = ledger.first().context("a network has nodes; qed")?;
			all.push((ledger.clone(), first.rpc().await?.finalized_height().await? + 1));
		}
		Ok(all)
	}

	fn is_quiet(&self) -> bool {
		self.not_final == 0 && self.progress.elapsed() > QUIET
	}

	/// Sends what has its time and its sender, what was refused a while ago, and what is silent.
	fn send_due(&mut self) {
		let now = Instant::now();
		let mut calls = BTreeMap::<(u16, usize, bool), Vec<usize>>::new();
		let mut due = Vec::new();
		for shard in 0..self.waiting.len() {
			let mut kept = VecDeque::new();
			while let Some(place) = self.waiting[shard].pop_front() {
				let payment = &self.outcome.entries[place].payment;
				let at = self.outcome.began + payment.planned.at;
				if at > now || kept.len() >= LOOKED_AT {
					self.waiting[shard].push_front(place);
					break;
				}
				if self.busy.insert((payment.planned.from, payment.sender)) {
					self.outcome.late.push(now - at);
					due.push(place);
				} else {
					kept.push_back(place);
				}
			}
			while let Some(place) = kept.pop_back() {
				self.waiting[shard].push_front(place);
			}
		}
		while self.again.front().is_some_and(|(at, _)| *at <= now) {
			due.extend(self.again.pop_front().map(|(_, place)| place));
		}
		while let Some((at, place)) = self.silent.front().copied().filter(|(at, _)| *at + SILENT <= now) {
			self.silent.pop_front();
			// A later call may have answered meanwhile.
			if self.outcome.entries[place].sent_at == Some(at) {
				due.push(place);
			}
		}
		for place in due {
			let entry = &mut self.outcome.entries[place];
			if entry.final_at.is_some() {
				continue;
			}
			let nodes = self.clients[usize::from(entry.payment.planned.from)].len();
			let node = (entry.payment.sender + entry.sent) % nodes;
			entry.sent += 1;
			entry.sent_at = None;
			let key = (entry.payment.planned.from, node, entry.payment.by == By::Unit);
			calls.entry(key).or_default().push(place);
		}
		for ((shard, node, is_unit), places) in calls {
			let by = if is_unit { By::Unit } else { By::Extrinsic };
			for places in places.chunks(CALL_PAYMENTS) {
				let client = self.clients[usize::from(shard)][node].clone();
				let bytes = places.iter().map(|place| self.outcome.entries[*place].payment.bytes.clone()).collect();
				let places = places.to_vec();
				self.sending.spawn(async move { (places, submit(&client, by, bytes).await) });
			}
		}
	}

	fn answered(&mut self, (places, answers): Answer) {
		let now = Instant::now();
		for (place, refused) in places.into_iter().zip(answers) {
			if self.outcome.entries[place].final_at.is_some() {
				continue;
			}
			match refused {
				None => {
					self.outcome.entries[place].sent_at = Some(now);
					self.silent.push_back((now, place));
				},
				Some(reason) => {
					*self.outcome.refusals.entry(reason).or_default() += 1;
					self.again.push_back((now + AGAIN, place));
				},
			}
		}
	}

	fn note(&mut self, seen: &Seen) {
		match &seen.reported {
			Reported::Shard { shard, number, paid, arrived } => {
				for hash in paid {
					self.note_final(*hash, (*shard, *number), seen.at);
				}
				for value in arrived {
					let Some(place) = self.by_amount.get(value).copied() else { continue };
					if self.outcome.entries[place].credited_at.is_none() {
						self.change(place, |entry| entry.credited_at = Some(seen.at));
					}
				}
			},
			Reported::Zone(heads) => {
				for (shard, number) in heads {
					if let Some(sealed) = self.sealed.get_mut(usize::from(*shard)) {
						*sealed = (*number, seen.at);
						self.seal(usize::from(*shard));
					}
				}
			},
		}
	}

	fn note_final(&mut self, hash: Hash, (shard, number): (u16, BlockNumber), at: Instant) {
		let Some(place) = self.by_hash.get(&hash).copied() else { return };
		if self.outcome.entries[place].final_at.is_some() {
			return;
		}
		self.not_final -= 1;
		let sender = self.outcome.entries[place].payment.sender;
		self.busy.remove(&(shard, sender));
		if let Some(unsealed) = self.unsealed.get_mut(usize::from(shard)) {
			unsealed.entry(number).or_default().push(place);
		}
		self.change(place, |entry| entry.final_at = Some(at));
		// The zone's block can come before that of the shard.
		self.seal(usize::from(shard));
	}

	/// Marks what the newest head of a shard seals.
	fn seal(&mut self, shard: usize) {
		let Some((unsealed, (number, at))) = self.unsealed.get_mut(shard).zip(self.sealed.get(shard).copied()) else {
			return;
		};
		let above = unsealed.split_off(&(number + 1));
		for place in std::mem::replace(unsealed, above).into_values().flatten() {
			self.change(place, |entry| entry.sealed_at = Some(at));
		}
	}

	fn change(&mut self, place: usize, change: impl FnOnce(&mut Entry)) {
		let entry = &mut self.outcome.entries[place];
		let was_over = entry.is_over();
		change(entry);
		if entry.is_over() && !was_over {
			self.open -= 1;
		}
		self.progress = Instant::now();
	}
}
