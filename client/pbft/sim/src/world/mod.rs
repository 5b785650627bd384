//! The event loop: advances time, crashes and restarts processes, and applies the checks.

mod abstaining;
mod bodies;
mod court;
mod drive;
mod goal;
mod listening;
mod progress;
mod queue;
mod wire;

use crate::{
	behaviours::Adversary,
	checks::{Checks, Violation},
	crash::{Crash, Loss},
	keys::{Identity, SimSigner},
	network::NodeId,
	node::Node,
	scenario::Scenario,
	schedule::Scheduler,
	stats::Stats,
	time::Time,
	trace::Trace,
};
use goal::Progress;
use queue::{Event, Local, Queue};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, VecDeque};
use tc_pbft_core::{Abstention, Inbox, Listening, Replica};
use tp_pbft::{Committee, Height};

/// Interval at which a node announces its newest block. Stands for the handshakes and announcements of block sync.
const TICK_MS: Time = 1_000;
/// Longest time to import a decided block.
const IMPORT_MS: Time = 5;
/// Heights that every correct replica must gain after the end of the faults.
const HEIGHTS_AFTER_HEAL: Height = 2;
/// Number of events after which a run counts as an endless loop. Ordinary runs have some thousands.
const MAX_EVENTS: u64 = 30_000_000;

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
	/// The hash of all events.
	pub trace: u64,
	/// The statistics of the run.
	pub stats: Stats,
	/// The first violation.
	pub violation: Option<Violation>,
	/// The events as text, if requested.
	pub lines: Vec<String>,
}

/// A run in progress.
pub struct World {
	scenario: Scenario,
	now: Time,
	queue: Queue,
	nodes: Vec<Node>,
	rng: ChaCha8Rng,
	adversary: Adversary,
	scheduler: Scheduler,
	checks: Checks,
	trace: Trace,
	stats: Stats,
	timers_set: u64,
	/// The height that all correct replicas must reach, and by when the next one; set when the faults end.
	progress: Option<Progress>,
}

impl World {
	/// Returns the processes of a scenario before they start.
	pub fn new(scenario: Scenario, with_lines: bool) -> Self {
		let mut correct = vec![true; scenario.election.weights.len()];
		let mut stats = Stats { runs: 1, ..Stats::default() };
		stats.sizes.insert(scenario.size, 1);
		stats.broken_links = scenario.links.broken.len() as u64;
		stats.unlinked_newcomers = u64::from(scenario.newcomer.is_some_and(|newcomer| !newcomer.linked));
		stats.scheduled = u64::from(scenario.strategy.is_some());
		stats.partitions = scenario.links.partitions.len() as u64;
		for (node, kind) in &scenario.byzantine {
			let identity = usize::from(scenario.nodes[*node]);
			if std::mem::replace(&mut correct[identity], false) {
				*stats.behaviours.entry(kind.name()).or_default() += 1;
			}
		}
		let side_seed = scenario.seed;
		let nodes = scenario.nodes.iter().enumerate().map(|(at, identity)| Node {
			identity: *identity,
			behaviour: scenario.byzantine.get(&at).map(|kind| kind.behaviour(at)),
			up: scenario.newcomer.is_none_or(|newcomer| newcomer.node != at),
			incarnation: 0,
			replica: replica(&scenario, at, *identity, Vec::new()),
			inbox: Inbox::new(),
			chain: Vec::new(),
			durable: 0,
			log: Vec::new(),
			height: 0,
			committee: Committee { epoch: 0, members: Vec::new(), seed: [0; 32] },
			members: Vec::new(),
			me: None,
			importing: false,
			timers: BTreeMap::new(),
			fetches: BTreeMap::new(),
			awaiting: BTreeMap::new(),
			fetched: VecDeque::new(),
			votes_since: 0,
			log_lost: false,
			abstention: None,
			listening: None,
			armed: None,
			ahead: None,
			kept: BTreeMap::new(),
		});
		let nodes: Vec<Node> = nodes.collect();
		let mut queue = Queue::default();
		// Another stream than that of the scenario's own draws, so that a change of either does not shift the other.
		let mut rng = ChaCha8Rng::seed_from_u64(scenario.seed);
		rng.set_stream(1);
		for node in 0..nodes.len() {
			let first = Event::Local { node, incarnation: 0, event: Local::Start };
			match scenario.newcomer.filter(|newcomer| newcomer.node == node) {
				Some(newcomer) => queue.push(newcomer.from, Event::Restart { node }),
				None => queue.push(rng.gen_range(0..50), first),
			}
			queue.push(rng.gen_range(0..TICK_MS), Event::Tick { node });
		}
		for (at, crash) in scenario.crashes.iter().enumerate() {
			queue.push(crash.at, Event::Crash(at));
		}
		queue.push(scenario.links.heal_at, Event::Heal);
		Self {
			now: 0,
			queue,
			nodes,
			rng,
			adversary: Adversary::new(side_seed),
			scheduler: Scheduler::new(scenario.strategy, scenario.seed, scenario.size, scenario.pace),
			checks: Checks::new(scenario.domain, correct, scenario.too_many_faulty),
			trace: Trace::new(with_lines),
			stats,
			timers_set: 0,
			progress: None,
			scenario,
		}
	}

	/// Runs until all correct replicas reach the goal, or an invariant is violated.
	pub fn run(mut self) -> Outcome {
		let heal_at = self.scenario.links.heal_at;
		let mut events = 0u64;
		while self.checks.violation().is_none() && !self.finished() {
			let Some((at, event)) = self.queue.pop() else { break };
			events += 1;
			if self.scenario.too_many_faulty && at >= heal_at {
				break;
			}
			let deadline = self.progress.as_ref().map_or(heal_at, |progress| progress.deadline);
			if at > deadline || events > MAX_EVENTS {
				let stuck = self.stuck(events);
				self.checks.violated(stuck);
				break;
			}
			self.now = at;
			self.on_event(event);
			self.note_progress();
		}
		if self.checks.violation().is_none() {
			self.hold_court();
		}
		self.stats.forks = self.checks.forked().len() as u64;
		self.stats.virtual_ms = self.now;
		self.stats.slowest_recovery_ms = self.now.saturating_sub(heal_at);
		self.stats.blocks = self.checks.decided().len() as u64;
		Outcome {
			trace: self.trace.hash(),
			stats: self.stats,
			violation: self.checks.violation().cloned(),
			lines: self.trace.lines().to_vec(),
		}
	}

	fn finished(&self) -> bool {
		self.progress.as_ref().is_some_and(|progress| progress.lowest >= progress.goal)
	}

	fn correct(&self) -> impl Iterator<Item = &Node> {
		self.nodes.iter().filter(|node| node.behaviour.is_none())
	}

	fn is_correct(&self, node: NodeId) -> bool {
		self.nodes[node].behaviour.is_none()
	}

	fn on_event(&mut self, event: Event) {
		match event {
			Event::Deliver { from, to, packet } => self.deliver(from, to, packet),
			Event::Local { node, incarnation, event } => {
				if self.nodes[node].up && self.nodes[node].incarnation == incarnation {
					self.on_local(node, event);
				}
			},
			Event::Tick { node } => {
				self.queue.push(self.now + TICK_MS, Event::Tick { node });
				if self.nodes[node].up {
					self.tick(node);
				}
			},
			Event::Crash(at) => {
				let crash = self.scenario.crashes[at].clone();
				let node = crash.node;
				// No crash after the faults have ended: progress is checked from then on.
				if !self.nodes[node].up || self.progress.is_some() {
					return;
				}
				if crash.at_record.is_some() {
					self.nodes[node].armed = Some(crash);
				} else {
					self.crash(node, &crash);
				}
			},
			Event::Restart { node } => self.restart(node),
			Event::Heal => self.heal(),
		}
	}

	/// Crashes a process. Its disk remains.
	fn crash(&mut self, at: NodeId, crash: &Crash) {
		let node = &mut self.nodes[at];
		let loses_block = crash.loses == Loss::NewestBlock && node.tip() > node.durable;
		// An empty log beside an empty database is that of a new node, so nothing can tell this loss.
		let loses_log = crash.loses == Loss::Log && node.tip() > 0;
		let loses_database = crash.loses == Loss::Database && node.tip() > 0;
		node.up = false;
		node.armed = None;
		node.incarnation += 1;
		// The database commits lazily, so a crash may remove the newest block. The records for it are still in the log.
		if loses_block {
			node.chain.pop();
		}
		if loses_database {
			node.chain.clear();
			node.durable = 0;
		}
		if loses_log {
			node.log.clear();
			node.log_lost = true;
		}
		if !self.scenario.keeps_log {
			node.log.clear();
		}
		self.stats.crashes += 1;
		self.stats.lost_blocks += u64::from(loses_block);
		self.stats.lost_databases += u64::from(loses_database);
		self.stats.lost_logs += u64::from(loses_log);
		self.trace.note([self.now, at as u64, 1, u64::from(loses_block)], || {
			let lost = if loses_block || loses_log || loses_database {
				format!(", loses: {:?}", crash.loses)
			} else {
				"".into()
			};
			format!("{:>8} node {at} crashes{lost}", self.now)
		});
		self.queue.push(self.now + crash.down_ms, Event::Restart { node: at });
	}

	/// Restarts a process from its chain and its vote log.
	fn restart(&mut self, at: NodeId) {
		if self.nodes[at].up {
			return;
		}
		let voted = self.copy_disk(at);
		let log = self.nodes[at].log.clone();
		self.trace.note([self.now, at as u64, 2, log.len() as u64], || {
			format!("{:>8} node {at} restarts with {} records", self.now, log.len())
		});
		let replica = replica(&self.scenario, at, self.nodes[at].identity, log);
		let node = &mut self.nodes[at];
		node.up = true;
		node.incarnation += 1;
		node.replica = replica;
		// Nothing in memory survives a crash.
		node.inbox = Inbox::new();
		node.abstention = (node.log_lost && self.scenario.abstains).then(Abstention::without_log);
		let newcomer = self.scenario.newcomer.filter(|newcomer| newcomer.node == at && newcomer.listens);
		node.listening = newcomer.map(|_| Listening::new(voted, self.now));
		node.awaiting.clear();
		node.fetched.clear();
		node.importing = false;
		node.height = 0;
		node.ahead = None;
		self.local(at, 0, Local::Start);
		if self.scenario.links_noticed {
			let identity = self.nodes[at].identity;
			for other in 0..self.nodes.len() {
				if other != at && !self.scenario.links.is_broken(at, other) {
					let after = self.rng.gen_range(1..50);
					self.local(other, after, Local::LinkUp(identity));
					let with = self.nodes[other].identity;
					self.local(at, after, Local::LinkUp(with));
				}
			}
		}
	}

	fn heal(&mut self) {
		for node in 0..self.nodes.len() {
			self.nodes[node].armed = None;
			self.restart(node);
		}
		let highest = self.correct().map(Node::tip).max().unwrap_or_default();
		let goal = self.scenario.target.max(highest + HEIGHTS_AFTER_HEAL);
		self.expect_progress(goal);
		self.trace.note([self.now, 0, 3, u64::from(goal)], || {
			format!("{:>8} the faults end; all must reach height {goal}", self.now)
		});
	}

	/// Schedules an event of a process, for its current incarnation.
	fn local(&mut self, node: NodeId, after: Time, event: Local) {
		let incarnation = self.nodes[node].incarnation;
		self.queue.push(self.now + after, Event::Local { node, incarnation, event });
	}

	/// Draws a time to build or execute a block.
	fn execution(&mut self) -> Time {
		self.rng.gen_range(0..=self.scenario.execution_ms)
	}
}

fn replica(scenario: &Scenario, node: NodeId, identity: Identity, log: Vec<tc_pbft_core::Record>) -> Replica {
	let byzantine = scenario.byzantine.contains_key(&node);
	let rules = if byzantine { scenario.rules.unguarded() } else { scenario.rules };
	Replica::with_rules(scenario.domain, Box::new(SimSigner::new(identity)), log, rules)
}
