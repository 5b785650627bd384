//! The event loop: advances time, lets ledgers make blocks, and applies the checks.

use crate::{
	chain::{Chain, Context},
	checks::{Checks, Violation},
	committees::{genesis, Directory, Electorate},
	nodes::{Node, Zone},
	queue::{Event, Queue, RouterId, Turn},
	requests::account,
	scenario::{Scenario, Story, Time},
	state::State,
	stats::Stats,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tc_pbft_sim::trace::Trace;
use tc_routing_core::Relay;
use tp_core::{AccountId, BlockNumber, ChainTag};
use tp_mailbox::{bounds::BLOCK_BYTES, Home, Lane, Ledger, Limits, Sequence, Store as _, TableId, TableRange};

/// The time between blocks of shards and zones.
pub const INTERVAL_MS: Time = 100;
/// The time between blocks of the main chain.
pub const MAIN_INTERVAL_MS: Time = 500;
/// The time after which an empty block is made.
pub const IDLE_MS: Time = 3_000;
/// The time between two ticks of a router.
const TICK_MS: Time = 100;
/// The time between two looks at whether all has arrived.
const WATCH_MS: Time = 250;
/// The time after the faults by which all must have arrived.
const RECOVERY_MS: Time = 60_000;
/// What each account begins with.
const BALANCE: u128 = 1_000_000;

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
	/// The first violation.
	pub violation: Option<Violation>,
	/// The sums of the run.
	pub stats: Stats,
	/// The hash of all events, by which two runs are compared.
	pub trace: u64,
	/// The events as text, if they were asked for.
	pub lines: Vec<String>,
}

/// A run in progress.
pub struct World {
	pub(crate) scenario: Scenario,
	pub(crate) now: Time,
	pub(crate) queue: Queue,
	pub(crate) rng: ChaCha8Rng,
	pub(crate) chains: BTreeMap<ChainTag, Chain>,
	pub(crate) zones: BTreeMap<u16, Zone>,
	pub(crate) directory: Directory,
	pub(crate) checks: Checks,
	pub(crate) stats: Stats,
	pub(crate) trace: Trace,
	/// The accounts that users know, with the place where they live.
	pub(crate) accounts: Vec<(Home, AccountId)>,
	/// The shard that the story is about.
	pub(crate) victim: ChainTag,
	/// The number of ledgers so far.
	pub(crate) ledgers: u16,
	/// Relays that were seen, which may be sent again.
	pub(crate) seen_relays: VecDeque<Relay>,
	/// The places from which messages were carried.
	pub(crate) carried: BTreeSet<(Lane, Sequence)>,
	/// Shards that were found faulty.
	pub(crate) awaits_heal: BTreeSet<ChainTag>,
	/// The number of shards that began after others ended.
	pub(crate) incarnations: u32,
}

impl World {
	/// Returns the ledgers of a scenario before they start.
	pub fn new(scenario: Scenario, with_lines: bool) -> Self {
		let mut rng = ChaCha8Rng::seed_from_u64(scenario.seed);
		rng.set_stream(1);
		let mut stats = Stats { runs: 1, ..Stats::default() };
		stats.stories.insert(scenario.story.name(), 1);
		let mut world = Self {
			now: 0,
			queue: Queue::default(),
			rng,
			chains: BTreeMap::new(),
			zones: BTreeMap::new(),
			directory: Directory::default(),
			checks: Checks::new(0),
			stats,
			trace: Trace::new(with_lines),
			accounts: Vec::new(),
			victim: ChainTag::Shard { zone: 0, incarnation: 0 },
			ledgers: 0,
			seen_relays: VecDeque::new(),
			carried: BTreeSet::new(),
			awaits_heal: BTreeSet::new(),
			incarnations: 0,
			scenario,
		};
		world.create();
		world.schedule();
		world
	}

	/// Creates all ledgers, routers and accounts.
	fn create(&mut self) {
		self.add_chain(Ledger { chain: ChainTag::Main, tables: None });
		for (zone, shards) in (0u16..).zip(self.scenario.shards.clone()) {
			self.add_chain(Ledger { chain: ChainTag::Zone(zone), tables: None });
			for shard in 0..shards {
				let bound = |at: u16| u8::try_from(256 * u32::from(at) / u32::from(shards)).unwrap_or(u8::MAX);
				let last = if shard + 1 == shards { u8::MAX } else { bound(shard + 1) - 1 };
				let tables = Some(TableRange { first: TableId(bound(shard)), last: TableId(last) });
				let chain = ChainTag::Shard { zone, incarnation: u32::from(shard) };
				self.add_chain(Ledger { chain, tables });
			}
		}
		let ledgers: Vec<Ledger> = self.chains.values().map(|chain| chain.ledger).collect();
		for ledger in &ledgers {
			for other in ledgers.iter().filter(|other| is_neighbour(ledger.chain, other.chain)) {
				let electorate = self.chains[&other.chain].electorate.clone();
				let chain = self.chains.get_mut(&ledger.chain).expect("it was created; qed");
				chain.follow(*other, &electorate, 1);
			}
		}
		for zone in (0u16..).zip(&self.scenario.shards.clone()).map(|(zone, _)| zone) {
			self.add_routers(zone);
		}
		self.create_accounts();
	}

	fn add_routers(&mut self, zone: u16) {
		let shards = self.chains.values().filter(|chain| is_shard_of(chain.ledger.chain, zone));
		let shards: Vec<Ledger> = shards.map(|chain| chain.ledger).collect();
		let beacon = self.chains[&ChainTag::Zone(zone)].state.beacon.clone();
		let of = self.scenario.routers;
		let mut nodes: Vec<Node> = (0..of).map(|index| Node::new(zone, index, of, &shards, beacon.clone())).collect();
		if let Some(last) = nodes.last_mut() {
			last.is_faulty = self.scenario.has_faulty_router;
		}
		self.zones.insert(zone, Zone { nodes, turn: 0, blocks: BTreeMap::new(), changes: Vec::new() });
	}

	fn create_accounts(&mut self) {
		let mut number = 0;
		let owners: Vec<Ledger> = self.chains.values().map(|chain| chain.ledger).collect();
		for ledger in owners {
			let home = match ledger.chain {
				ChainTag::Main => Home::Main,
				ChainTag::Shard { zone, .. } => Home::Zone(zone),
				ChainTag::Zone(_) => continue,
			};
			let mut found = 0;
			let accounts = self.scenario.accounts_of(ledger.chain == self.victim);
			while found < accounts {
				number += 1;
				let id = account(number);
				if ledger.owns(&tp_mailbox::Destination::of(home, &id)) {
					found += 1;
					let bank = &mut self.chains.get_mut(&ledger.chain).expect("it was created; qed").state.bank;
					bank.balances.insert(id.clone(), BALANCE);
					self.accounts.push((home, id));
				}
			}
		}
		self.chains.values_mut().for_each(|chain| chain.first_state = chain.state.clone());
		self.checks = Checks::new(self.chains.values().map(|chain| chain.state.bank.total()).sum());
	}

	/// Adds a ledger with an empty state.
	pub(crate) fn add_chain(&mut self, ledger: Ledger) {
		let chain = ledger.chain;
		let electorate = Electorate { chain, ledger: self.ledgers, epoch: 0 };
		self.ledgers += 1;
		self.directory.announce(&electorate);
		let keeps_states = matches!(self.scenario.story, Story::Captured | Story::Forked) && chain == self.victim;
		let added = Chain {
			ledger,
			electorate,
			epoch_blocks: self.scenario.epoch_blocks,
			number: 0,
			hash: genesis(chain),
			state: State::default(),
			trees: Default::default(),
			first_state: State::default(),
			honest: None,
			snapshots: keeps_states.then(BTreeMap::new),
			is_up: true,
			ended_at: None,
			blocks: BTreeMap::new(),
			relays: VecDeque::new(),
			pool: Vec::new(),
			has_backlog: false,
			requests: VecDeque::new(),
			limits: Limits { messages: self.scenario.block_messages, bytes: BLOCK_BYTES, weight: u64::MAX },
			slow: 0,
			made_ms: 0,
		};
		self.chains.insert(chain, added);
	}

	fn schedule(&mut self) {
		for chain in self.chains.keys().copied().collect::<Vec<_>>() {
			let at = self.rng.gen_range(0..INTERVAL_MS);
			self.queue.push(at, Event::Block(chain));
		}
		for id in self.router_ids() {
			let at = self.rng.gen_range(0..TICK_MS);
			self.queue.push(at, Event::Tick(id));
		}
		self.queue.push(self.scenario.traffic_ms, Event::Traffic);
		self.queue.push(self.scenario.calm_at, Event::Watch);
		let calm_at = self.scenario.calm_at;
		let early = self.rng.gen_range(300..calm_at / 2);
		match self.scenario.story {
			Story::Sleeper => {
				self.queue.push(2_000, Event::Story(Turn::Sleep));
				self.queue.push(2_000 + 1_000 * INTERVAL_MS, Event::Story(Turn::Wake));
			},
			Story::Captured => self.queue.push(early, Event::Story(Turn::Capture)),
			Story::Forked => self.queue.push(early, Event::Story(Turn::Fork)),
			_ => {},
		}
		if let Some(at) = self.scenario.splits_at {
			self.queue.push(at, Event::Story(Turn::Close));
		}
	}

	/// Returns all routers.
	pub(crate) fn router_ids(&self) -> Vec<RouterId> {
		let of = self.scenario.routers;
		self.zones.keys().flat_map(|zone| (0..of).map(|index| (*zone, index))).collect()
	}

	/// Runs until everything has arrived, or an invariant is violated.
	pub fn run(mut self) -> Outcome {
		while self.checks.violation().is_none() {
			let Some((at, event)) = self.queue.pop() else { break };
			self.now = at;
			if matches!(event, Event::Watch) && self.watch() {
				break;
			}
			self.on_event(event);
		}
		self.stats.virtual_ms = self.now;
		self.stats.slowest_recovery_ms = self.now.saturating_sub(self.scenario.calm_at);
		Outcome {
			trace: self.trace.hash(),
			stats: self.stats,
			violation: self.checks.violation().cloned(),
			lines: self.trace.lines().to_vec(),
		}
	}

	fn on_event(&mut self, event: Event) {
		match event {
			Event::Block(ChainTag::Zone(zone)) => self.on_zone_slot(zone),
			Event::Block(chain) => self.on_slot(chain),
			Event::Execute(id, chain) => self.execute(id, chain),
			Event::Header(id, chain, signed) => self.on_header(id, chain, &signed),
			Event::Tick(id) => {
				self.queue.push(self.now + TICK_MS, Event::Tick(id));
				self.tick(id);
			},
			Event::Deliver(relay) => self.deliver(*relay),
			Event::Asked(id, question) => self.on_question(id, *question),
			Event::Answered(id, answer) => self.on_answer(id, *answer),
			Event::Traffic => self.on_traffic(),
			Event::Story(turn) => self.on_turn(turn),
			Event::Heal(chain) => self.on_heal(chain),
			Event::Split(chain) => self.on_split(chain),
			Event::Watch => {},
		}
	}

	/// A shard or the main chain may make a block.
	fn on_slot(&mut self, chain: ChainTag) {
		let Some(of) = self.chains.get_mut(&chain).filter(|of| of.ended_at.is_none()) else { return };
		let interval = if chain == ChainTag::Main { MAIN_INTERVAL_MS } else { INTERVAL_MS };
		self.queue.push(self.now + interval, Event::Block(chain));
		let is_due = of.has_work() || of.number == 0 || self.now >= of.made_ms + IDLE_MS;
		if !of.is_up || !is_due {
			return;
		}
		// A captured committee does as it likes.
		if of.slow >= 100 && of.honest.is_none() && self.now < of.made_ms + IDLE_MS {
			self.stats.slowed += 1;
			return;
		}
		of.made_ms = self.now;
		let mut context = Context {
			directory: &self.directory,
			checks: &mut self.checks,
			stats: &mut self.stats,
			weakness: self.scenario.weakness,
		};
		of.make_block(&mut context);
		self.after_block(chain);
	}

	/// Notes a new block, and passes it on.
	pub(crate) fn after_block(&mut self, chain: ChainTag) {
		let of = &self.chains[&chain];
		let number = of.number;
		let outbox = of.state.mailbox.outbox();
		let block = of.blocks[&number].clone();
		self.stats.blocks += 1;
		self.stats.fullest_outbox = self.stats.fullest_outbox.max(outbox.messages + outbox.bounces);
		let sent = block.claimed.sent.len();
		let levels = tp_mailbox::Commitments::find(&block.signed.header.digest).map(|said| said.levels);
		self.stats.fullest_inbox = self.stats.fullest_inbox.max(levels.map_or(0, |levels| u64::from(levels.inbox)));
		if of.electorate.epoch != block.signed.certificate.epoch {
			self.directory.note_last(chain, block.signed.clone());
		}
		self.trace.note([self.now, u64::from(number), sent as u64, block.executed.hash.to_low_u64_le()], || {
			format!("{:>8} {chain:?} makes block {number}, sends {sent}, {outbox:?}", self.now)
		});
		self.checks.check(self.chains.values().map(Chain::valid_state));
		self.pass_on(chain, &block.signed);
	}

	/// Whether all has arrived. It must have some time after the faults.
	fn watch(&mut self) -> bool {
		self.queue.push(self.now + WATCH_MS, Event::Watch);
		let open: Vec<ChainTag> =
			self.chains.values().filter(|chain| self.is_open(chain)).map(|chain| chain.ledger.chain).collect();
		let is_late = self.now > self.scenario.calm_at + RECOVERY_MS;
		if is_late && !open.is_empty() {
			self.checks.violated(format!("progress: messages of {open:?} have not arrived"));
		}
		open.is_empty()
	}

	/// Whether something of a ledger has not arrived. A ledger that ended is not told what has arrived.
	fn is_open(&self, chain: &Chain) -> bool {
		let Chain { state, ended_at, .. } = chain;
		if chain.honest.is_some()
			|| self.awaits_heal.contains(&chain.ledger.chain)
			|| (ended_at.is_none() && (!chain.is_up || chain.has_work()))
		{
			return true;
		}
		if ended_at.is_none() {
			return state.mailbox.outbox() != Default::default();
		}
		let taken =
			|lane: &Lane| self.chains.values().find_map(|chain| chain.state.mailbox.inbound(lane)).unwrap_or_default();
		state.mailbox.outbound_lanes().any(|(lane, sent)| taken(lane).taken != sent.sent)
	}

	/// Whether faults still happen.
	pub(crate) fn is_calm(&self) -> bool {
		self.now >= self.scenario.calm_at
	}

	/// Draws whether something happens that has a rate per thousand, while faults happen.
	pub(crate) fn happens(&mut self, permille: u32) -> bool {
		let drawn = self.rng.gen_range(0..1_000);
		!self.is_calm() && drawn < permille
	}

	/// Draws a delay of the network.
	pub(crate) fn delay(&mut self) -> Time {
		1 + self.rng.gen_range(0..=self.scenario.delay_ms)
	}

	/// Returns the number of the newest block of a ledger that its zone includes.
	pub(crate) fn sealed(&self, chain: ChainTag) -> BlockNumber {
		let ChainTag::Shard { zone, .. } = chain else { return 0 };
		let beacon = &self.chains[&ChainTag::Zone(zone)].state.beacon;
		beacon.kept(chain).and_then(|source| source.newest()).map_or(0, |held| held.number)
	}
}

/// Whether a ledger follows another one.
fn is_neighbour(ledger: ChainTag, other: ChainTag) -> bool {
	match (ledger, other) {
		(ChainTag::Main, ChainTag::Zone(_)) | (ChainTag::Zone(_), ChainTag::Main) => true,
		(ChainTag::Zone(zone), ChainTag::Zone(other)) => zone != other,
		(ChainTag::Zone(zone), ChainTag::Shard { zone: of, .. })
		| (ChainTag::Shard { zone: of, .. }, ChainTag::Zone(zone)) => zone == of,
		_ => false,
	}
}

/// Whether a ledger is a shard of a zone.
pub fn is_shard_of(chain: ChainTag, of: u16) -> bool {
	matches!(chain, ChainTag::Shard { zone, .. } if zone == of)
}
