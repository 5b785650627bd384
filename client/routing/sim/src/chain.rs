//! A ledger: its state, and how its blocks change it.

use crate::{
	checks::Checks,
	committees::{genesis, header, Directory, Electorate},
	requests::Request,
	scenario::Weakness,
	state::State,
	stats::Stats,
};
use sp_core::H256;
use std::{
	collections::{BTreeMap, VecDeque},
	sync::Arc,
};
use tc_pbft_sim::keys;
use tc_routing_core::{Effects, Executed, Relay, Trees};
use tp_beacon::{bounds::MAX_HANDOVER, Beacon, BeaconError, Held, SignedHeader, Store as _};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{
	cursor_claims, lane_claims, Anchor, Arrival, Commitments, Event, Lane, Ledger, Limits, Mailbox, Percent,
	ProvenMessages, Store as _, TakeError,
};

/// The number of relays that a block includes at most.
const RELAYS: usize = 64;
/// The number of epochs of which committees are announced ahead.
const AHEAD: u64 = 2;
/// The number of packets after a gap that nodes keep at most.
const POOL: usize = 64;
/// The number of requests that a block includes at most.
const REQUESTS: usize = 512;

/// The roots of one in this number of blocks are computed by the mailbox as well.
const COMPARED_BLOCKS: BlockNumber = 16;

/// A block as full nodes get it.
#[derive(Clone, Debug)]
pub struct Block {
	/// The header with its certificate.
	pub signed: SignedHeader,
	/// The result of an honest execution.
	pub executed: Executed,
	/// What its committee claims.
	pub claimed: Arc<Effects>,
}

/// A ledger.
#[derive(Clone, Debug)]
pub struct Chain {
	/// The ledger with its tables.
	pub ledger: Ledger,
	/// The committee.
	pub electorate: Electorate,
	/// The number of blocks of an epoch.
	pub epoch_blocks: BlockNumber,
	/// The height.
	pub number: BlockNumber,
	/// The hash of the newest block.
	pub hash: H256,
	/// The state.
	pub state: State,
	/// The claims of the newest block, with their trees.
	pub trees: Arc<Trees>,
	/// The state at its beginning.
	pub first_state: State,
	/// The state before the first invalid block, if the committee is captured.
	pub honest: Option<Box<State>>,
	/// States by height, from which the ledger may have to go on.
	pub snapshots: Option<BTreeMap<BlockNumber, State>>,
	/// Whether its committee works.
	pub is_up: bool,
	/// The last block, if it has ended.
	pub ended_at: Option<BlockNumber>,
	/// All blocks.
	pub blocks: BTreeMap<BlockNumber, Block>,
	/// What routers have brought.
	pub relays: VecDeque<Relay>,
	/// Proved messages that its nodes keep for the next blocks.
	pub pool: Vec<ProvenMessages>,
	/// Whether some of them can be taken.
	pub has_backlog: bool,
	/// What users ask for.
	pub requests: VecDeque<Request>,
	/// The limits of a block's inbound messages.
	pub limits: Limits,
	/// How much its zone slows it down, in percent.
	pub slow: Percent,
	/// When the last block was made, in milliseconds.
	pub made_ms: u64,
}

/// What a block is executed with.
pub struct Context<'a> {
	/// What nodes can look up.
	pub directory: &'a Directory,
	/// The invariants.
	pub checks: &'a mut Checks,
	/// The sums.
	pub stats: &'a mut Stats,
	/// The rule that is broken.
	pub weakness: Option<Weakness>,
}

impl Chain {
	/// Returns the state of its newest valid block.
	pub fn valid_state(&self) -> &State {
		self.honest.as_deref().unwrap_or(&self.state)
	}

	/// Returns its mailbox.
	pub fn mailbox(&mut self) -> Mailbox<'_, tp_mailbox::MemoryStore> {
		Mailbox::new(self.ledger, &mut self.state.mailbox)
	}

	/// Whether it has something to do.
	pub fn has_work(&self) -> bool {
		!self.relays.is_empty() || !self.requests.is_empty() || self.has_backlog
	}

	/// Makes a block of what waits.
	pub fn make_block(&mut self, context: &mut Context) {
		let mut effects = Effects::default();
		self.mailbox().begin_block();
		let relays: Vec<Relay> = self.relays.drain(..self.relays.len().min(RELAYS)).collect();
		for relay in relays {
			let proven = self.open(relay, &mut effects, context);
			self.pool.extend(proven);
		}
		let packets = self.choose(context);
		self.take(&packets, &mut effects, context);
		let mailbox = self.mailbox();
		let is_left = |packet: &ProvenMessages| mailbox.check(packet).is_ok();
		let rest: Vec<ProvenMessages> = packets.into_iter().filter(is_left).collect();
		// Without a look at the cursor a packet has no end.
		if context.weakness != Some(Weakness::Cursor) {
			self.has_backlog = !rest.is_empty();
			self.pool.extend(rest);
		}
		let requests: Vec<Request> = self.requests.drain(..self.requests.len().min(REQUESTS)).collect();
		for request in requests {
			self.request(request, &mut effects, context.stats);
		}
		self.finish(H256::zero(), effects, context);
	}

	/// Checks what a router has brought, takes note of cursors, and returns the proved messages.
	fn open(&mut self, relay: Relay, effects: &mut Effects, context: &mut Context) -> Vec<ProvenMessages> {
		let Relay { zone, anchor, packets, acknowledgements, .. } = relay;
		let anchor = match self.hold(ChainTag::Zone(zone), &anchor, context) {
			Ok(anchor) => anchor,
			Err(_) => {
				context.stats.refused_headers += 1;
				return Vec::new();
			},
		};
		for acknowledgement in acknowledgements {
			let confirmed = acknowledgement.verify(&anchor).ok().map(|cursor| self.mailbox().acknowledge(&cursor));
			match confirmed {
				Some(Ok(confirmed)) => {
					context.stats.confirmed += confirmed.end - confirmed.first;
					effects.confirmed.push(confirmed);
				},
				Some(Err(_)) => context.stats.repeated += 1,
				None => context.stats.refused_proofs += 1,
			}
		}
		let mut proven = Vec::new();
		for packet in packets {
			match packet.verify(&anchor) {
				Ok(messages) => proven.push(messages),
				Err(_) => context.stats.refused_proofs += 1,
			}
		}
		proven
	}

	/// Holds a header of a neighbour. Catches up with the epochs of a neighbour that it has not followed for a while.
	pub fn hold(
		&mut self,
		chain: ChainTag,
		signed: &SignedHeader,
		context: &mut Context,
	) -> Result<Anchor, BeaconError> {
		if context.weakness == Some(Weakness::Retired) {
			forget_last_heights(&mut self.state.beacon, chain);
		}
		announce(&mut self.state.beacon, chain, context.directory);
		let unchecked = context.weakness == Some(Weakness::Unsigned);
		let check = |key: &_, message: &[u8], signature: &_| unchecked || keys::check(key, message, signature);
		let mut beacon = Beacon::new(&mut self.state.beacon);
		let mut held = beacon.import(chain, signed, check);
		if matches!(held, Err(BeaconError::UnknownEpoch(_))) {
			if follow(&mut self.state.beacon, chain, context.directory) {
				context.stats.handovers += 1;
			}
			beacon = Beacon::new(&mut self.state.beacon);
			held = beacon.import(chain, signed, check);
		}
		match held? {
			Held::Newest | Held::Known => {},
			Held::Conflict(conflict) => {
				context.stats.conflicts += 1;
				return Err(BeaconError::Frozen { chain, height: conflict.number });
			},
		}
		let number = signed.header.number;
		beacon.anchor(chain, number).ok_or(BeaconError::Stale { number, newest: number })
	}

	/// Chooses the packet of each lane that goes farthest. Packets after a gap wait.
	fn choose(&mut self, context: &mut Context) -> Vec<ProvenMessages> {
		let mut chosen: BTreeMap<Lane, ProvenMessages> = BTreeMap::new();
		for packet in std::mem::take(&mut self.pool) {
			if context.weakness == Some(Weakness::Cursor) {
				chosen.insert(*packet.lane(), packet);
				continue;
			}
			match self.mailbox().check(&packet) {
				Ok(_) => {
					let farthest = chosen.get(packet.lane()).map_or(0, |chosen| chosen.end());
					if packet.end() > farthest {
						chosen.insert(*packet.lane(), packet);
					}
				},
				Err(TakeError::Gap { .. }) if self.pool.len() < POOL => self.pool.push(packet),
				Err(_) => context.stats.repeated += 1,
			}
		}
		chosen.into_values().collect()
	}

	/// Takes messages, and checks that each is taken once and in order.
	fn take(&mut self, packets: &[ProvenMessages], effects: &mut Effects, context: &mut Context) {
		if context.weakness == Some(Weakness::Cursor) {
			// Each packet is taken, once.
			for packet in packets {
				let mut lane = self.state.mailbox.inbound(packet.lane()).unwrap_or_default();
				lane.taken.messages = packet.first();
				self.state.mailbox.set_inbound(packet.lane(), Some(lane));
			}
		}
		let Self { ledger, state, limits, number, .. } = self;
		let events = Mailbox::new(*ledger, &mut state.mailbox).take(&mut state.bank, packets, *limits, *number);
		for event in events {
			match event {
				Event::Delivered(arrival) | Event::Refunded(arrival) | Event::Bounced { arrival, .. } => {
					match event {
						Event::Delivered(_) => context.stats.delivered += 1,
						Event::Refunded(_) => context.stats.refunded += 1,
						_ => context.stats.bounced += 1,
					}
					self.note_taken(&arrival, packets, context.checks);
				},
				Event::Sent(sent, message) => effects.sent.push((sent, message)),
				Event::Waits(_) => context.stats.waited += 1,
				Event::Refused(..) => context.stats.repeated += 1,
			}
		}
	}

	fn note_taken(&mut self, arrival: &Arrival, packets: &[ProvenMessages], checks: &mut Checks) {
		let Arrival { lane, sequence } = arrival;
		let next = self.state.seen.entry(*lane).or_default();
		if self.honest.is_none() {
			let holds =
				|packet: &&ProvenMessages| packet.lane() == lane && (packet.first()..packet.end()).contains(sequence);
			let leaf = packets.iter().find(holds).map(|packet| {
				let at = usize::try_from(sequence - packet.first()).expect("a packet has few messages; qed");
				packet.messages()[at].leaf(lane, *sequence)
			});
			checks.note_taken(self.ledger.chain, arrival, leaf.unwrap_or_default(), *next);
		}
		*next += 1;
	}

	/// Ends a block: header, certificate, and what full nodes get.
	pub fn finish(&mut self, heads: H256, mut effects: Effects, context: &mut Context) {
		self.number += 1;
		let number = self.number;
		if self.honest.is_none() {
			for (sent, _) in &effects.sent {
				context.checks.note_sent(sent.lane, sent.sequence, sent.leaf, number);
			}
		}
		let store = &self.state.mailbox;
		self.trees = self.trees.next(lane_claims(store).collect(), cursor_claims(store).collect()).into();
		effects.trees = self.trees.clone();
		let commitments = self.commitments(heads);
		if context.weakness == Some(Weakness::Pruned) {
			effects.confirmed.extend(sent_now(&effects));
		}
		self.seal_block(commitments, effects.into());
		if let Some(snapshots) = &mut self.snapshots {
			snapshots.insert(number, self.honest.as_deref().unwrap_or(&self.state).clone());
		}
	}

	/// Returns what the header says. Its roots come from trees of which a block hashes what it changes; some blocks compare them
	/// with those of the mailbox.
	fn commitments(&mut self, heads: H256) -> Commitments {
		let number = self.number;
		let (outbox, inbox) = self.trees.roots();
		let commitments = Commitments { outbox, inbox, heads, levels: self.mailbox().levels(number) };
		if number.is_multiple_of(COMPARED_BLOCKS) {
			assert_eq!(commitments, self.mailbox().commitments(number, heads), "{:?} {number}", self.ledger);
		}
		commitments
	}

	/// Certifies the block. The last of an epoch names the next committee.
	fn seal_block(&mut self, commitments: Commitments, effects: Arc<Effects>) {
		let number = self.number;
		let next = number.is_multiple_of(self.epoch_blocks).then(|| self.electorate.next());
		let signed = self.electorate.certify_by_quorum(header(number, self.hash, commitments, next.as_ref()));
		self.hash = signed.header.hash();
		let valid = self.honest.is_none().then(|| effects.clone());
		let executed = Executed { ledger: self.ledger, number, hash: self.hash, effects: valid };
		self.blocks.insert(number, Block { signed, executed, claimed: effects });
		self.electorate = next.unwrap_or(self.electorate.clone());
	}

	/// Begins to follow a neighbour from its genesis.
	pub fn follow(&mut self, ledger: Ledger, electorate: &Electorate, first: BlockNumber) {
		let registration = registration(ledger, electorate, first);
		Beacon::new(&mut self.state.beacon).register(registration).expect("it is a new neighbour; qed");
	}
}

/// Returns the registration of a ledger from its genesis on.
pub fn registration(ledger: Ledger, electorate: &Electorate, first: BlockNumber) -> tp_beacon::Registration {
	tp_beacon::Registration {
		ledger,
		genesis: genesis(ledger.chain),
		authority: authority(ledger.chain),
		epoch: electorate.epoch,
		first,
		members: electorate.members(),
	}
}

/// Returns where the committees of a ledger come from.
pub fn authority(chain: ChainTag) -> tp_beacon::Authority {
	match chain {
		ChainTag::Main => tp_beacon::Authority::Itself,
		_ => tp_beacon::Authority::MainChain,
	}
}

/// Takes the next committees of a neighbour from the main chain.
pub fn announce(store: &mut tp_beacon::MemoryStore, chain: ChainTag, directory: &Directory) {
	let Some(source) = store.kept(chain).filter(|source| source.authority == tp_beacon::Authority::MainChain) else {
		return;
	};
	let epoch = source.spans.last().map_or(0, |span| span.epoch);
	for next in epoch + 1..=epoch + AHEAD {
		if let Some(members) = directory.members(chain, next).filter(|_| !store.has_members(chain, next)) {
			Beacon::new(store).announce(chain, next, members.clone()).expect("it is for one of the next epochs; qed");
		}
	}
}

/// Catches up with the epochs of a neighbour in one call. Returns whether there were any.
pub fn follow(store: &mut tp_beacon::MemoryStore, chain: ChainTag, directory: &Directory) -> bool {
	let Some(source) = store.source(chain) else { return false };
	let epoch = source.spans.last().map_or(0, |span| span.epoch);
	for next in epoch + 1..=epoch + MAX_HANDOVER as u64 {
		if let Some(members) =
			directory.members(chain, next).filter(|_| source.authority == tp_beacon::Authority::MainChain)
		{
			Beacon::new(store).announce(chain, next, members.clone()).expect("it is for one of the next epochs; qed");
		}
	}
	let mut lasts = directory.lasts_from(chain, epoch);
	lasts.truncate(MAX_HANDOVER);
	!lasts.is_empty() && Beacon::new(store).follow(chain, &lasts, keys::check).is_ok()
}

/// Breaks the rule that a committee vouches for nothing after its last height.
fn forget_last_heights(store: &mut tp_beacon::MemoryStore, chain: ChainTag) {
	if let Some(mut source) = store.source(chain) {
		source.spans.iter_mut().for_each(|span| span.last = None);
		store.set_source(chain, Some(source));
	}
}

/// Everything that a block sent, as if it had arrived.
fn sent_now(effects: &Effects) -> Vec<tp_mailbox::Confirmed> {
	let confirmed = |(sent, message): &(tp_mailbox::Sent, tp_mailbox::Message)| tp_mailbox::Confirmed {
		lane: sent.lane,
		first: sent.sequence,
		end: sent.sequence + 1,
		value: message.value,
	};
	effects.sent.iter().map(confirmed).collect()
}
