//! The scenario of a seed: the nodes, the byzantine members, and the faults.

use crate::{
	behaviours::Kind,
	block::Election,
	crash::{crashes, losses, Crash},
	keys::Identity,
	network::{Links, NodeId, Partition},
	schedule::Strategy,
	time::{Time, MAX_CLOCK_OFFSET_MS, START_MS},
	topology::broken_links,
};
use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tc_pbft_core::Rules;
use tp_core::ChainTag;
use tp_pbft::{Domain, Height, Pace};

/// Committee sizes, with the number of runs per thousand that have them. The cost of a run grows with the square of the
/// size, so most runs are small and meet more faults per second.
pub const SIZES: [(usize, u32); 9] =
	[(1, 20), (2, 50), (3, 80), (4, 300), (5, 165), (7, 190), (10, 120), (16, 50), (31, 25)];

/// The amount of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intensity {
	/// Some faults of every kind, in most runs.
	Normal,
	/// The largest number of byzantine members, longer faults, many crashes.
	Heavy,
}

/// A time in which the disk of a process fails: it can neither build nor check blocks.
#[derive(Clone, Debug)]
pub struct DiskFault {
	/// The node whose disk fails.
	pub node: NodeId,
	/// When the fault begins.
	pub from: Time,
	/// When it ends.
	pub until: Time,
}

/// A second process of a correct member. It starts while the first one runs.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer {
	/// Its node, the last one.
	pub node: NodeId,
	/// The node of the first process.
	pub first: NodeId,
	/// By how many blocks its disk is older, if that is a copy of the first one's; else its disk is empty.
	pub copy: Option<Height>,
	/// When it starts.
	pub from: Time,
	/// Whether it has a link to the first process. Without one, and if the others decide some heights before the first process
	/// votes, nothing tells the two apart, and either may stop.
	pub linked: bool,
	/// Whether it listens before it votes.
	pub listens: bool,
}

/// A run before it starts.
#[derive(Clone, Debug)]
pub struct Scenario {
	/// The seed of the run.
	pub seed: u64,
	/// The number of members of each committee.
	pub size: usize,
	/// The signing domain.
	pub domain: Domain,
	/// The committees.
	pub election: Election,
	/// The identity of each node.
	pub nodes: Vec<Identity>,
	/// The byzantine nodes.
	pub byzantine: BTreeMap<NodeId, Kind>,
	/// The links.
	pub links: Links,
	/// The crashes of the run.
	pub crashes: Vec<Crash>,
	/// What each node's clock shows at the start.
	pub clocks: Vec<Time>,
	/// The faults of disks.
	pub disk_faults: Vec<DiskFault>,
	/// The pace of the ledger.
	pub pace: Pace,
	/// The height that all correct replicas must reach. It is raised if they reach it before the faults end.
	pub target: Height,
	/// The longest time to build or execute a block.
	pub execution_ms: Time,
	/// Heights per thousand that have work at once.
	pub busy_permille: u32,
	/// Whether proposals come without their blocks, which are fetched.
	pub bodyless: bool,
	/// How the adversary schedules the network until the faults end.
	pub strategy: Option<Strategy>,
	/// Whether nodes notice that a link came up.
	pub links_noticed: bool,
	/// The rules of the replicas and of the verification.
	pub rules: Rules,
	/// Whether `rules` has the sound quorum, so that certificates verify.
	pub sound_quorum: bool,
	/// Whether rule 5 is kept: a crash does not erase the vote log.
	pub keeps_log: bool,
	/// Whether a process that finds its log lost does not vote for a while.
	pub abstains: bool,
	/// A second process of a correct member.
	pub newcomer: Option<Newcomer>,
	/// Whether more members are faulty than a committee tolerates. Then correct replicas may commit different blocks, and the run
	/// ends with the faults.
	pub too_many_faulty: bool,
}

/// Time that a second process has to sync and to find the first one.
const NEWCOMER_MS: Time = 30_000;

/// Time that members have to fork heights: enough for the view changes of some heights.
const HIDING_MS: Time = 40_000;

impl Scenario {
	/// Returns the scenario of a seed. `size` replaces the committee size of the seed.
	pub fn new(seed: u64, size: Option<usize>, intensity: Intensity) -> Self {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let heavy = intensity == Intensity::Heavy;
		let drawn = draw_size(&mut rng);
		let size = size.unwrap_or(drawn);
		let (election, correct_only) = election(&mut rng, size);
		let mut nodes: Vec<Identity> = (0..election.weights.len()).map(to_identity).collect();

		let smallest = election.epochs.iter().map(|(_, members)| members.len()).min().unwrap_or(size);
		let max_faulty = (smallest - 1) / 3;
		let faulty = if heavy || rng.gen_bool(0.5) { max_faulty } else { rng.gen_range(0..=max_faulty) };
		// The identity that leaves stays correct, so that the second committee has no more than f faulty members
		// either.
		let mut candidates: Vec<NodeId> = (0..size).filter(|node| Some(nodes[*node]) != correct_only).collect();
		candidates.shuffle(&mut rng);
		let mut byzantine = BTreeMap::new();
		for node in candidates.into_iter().take(faulty) {
			let kind = *Kind::ALL.choose(&mut rng).expect("there are behaviours; qed");
			byzantine.insert(node, kind);
			// The twin is one more node of the same identity, and counts as the same faulty member.
			if kind == Kind::Twins {
				byzantine.insert(nodes.len(), kind);
				nodes.push(nodes[node]);
			}
		}

		// Another stream than that of the other draws: what follows from it shifts none of them.
		let mut further = ChaCha8Rng::seed_from_u64(seed);
		further.set_stream(2);
		let losers = losers(&mut further, &mut byzantine);
		// Longer than the first two timeouts.
		let long_execution = further.gen_bool(0.1).then_some(4_000);

		let heal_at = rng.gen_range(2_000..if heavy { 40_000 } else { 12_000 });
		let mut links = links(&mut rng, nodes.len(), heal_at, heavy);
		let correct: Vec<NodeId> = (0..nodes.len()).filter(|node| !byzantine.contains_key(node)).collect();
		let mut crashes = crashes(&mut rng, &correct, heal_at, heavy);
		crashes.extend(losses(&mut further, &losers, heal_at));
		links.broken = broken_links(&mut further, &nodes, &correct, &election);
		Self {
			seed,
			size,
			domain: Domain { chain: ChainTag::Main, genesis: sp_core::H256::repeat_byte(7) },
			election,
			byzantine,
			links,
			clocks: clocks(&mut rng, nodes.len()),
			disk_faults: disk_faults(&mut rng, &correct, heal_at, heavy),
			crashes,
			pace: Pace {
				block_interval_ms: *[0, 100, 500].choose(&mut rng).expect("not empty; qed"),
				idle_interval_ms: 3_000,
				base_timeout_ms: 1_000,
			},
			target: rng.gen_range(5..=8),
			execution_ms: long_execution.unwrap_or(*[0, 20, 300, 300, 1_500].choose(&mut rng).expect("not empty; qed")),
			busy_permille: *[0, 500, 1000, 1000].choose(&mut rng).expect("not empty; qed"),
			bodyless: further.gen_bool(0.4),
			strategy: further.gen_bool(0.3).then(|| *Strategy::ALL.choose(&mut further).expect("not empty; qed")),
			links_noticed: rng.gen_bool(0.5),
			rules: Rules::SOUND,
			sound_quorum: true,
			keeps_log: true,
			abstains: true,
			newcomer: None,
			too_many_faulty: false,
			nodes,
		}
	}

	/// Returns the scenario with a second process of a correct member, and without other faults: a process that hears nothing of
	/// the others for long enough votes. A committee of one stays as it is: it does not listen.
	pub fn with_newcomer(mut self) -> Self {
		if self.size < 2 {
			return self;
		}
		let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
		rng.set_stream(3);
		self.nodes.truncate(self.election.weights.len());
		self.election.epochs.truncate(1);
		self.byzantine.clear();
		self.crashes.clear();
		self.disk_faults.clear();
		self.strategy = None;
		let from = rng.gen_range(0..self.links.heal_at);
		let first = rng.gen_range(0..self.size);
		let copy = rng.gen_bool(0.5).then(|| rng.gen_range(2..5));
		let linked = true;
		let links = &mut self.links;
		// A newcomer that hears nothing for ten seconds votes, so no view may take so long.
		self.execution_ms = self.execution_ms.min(300);
		// A newcomer asks whether others are ahead. The answers must not take longer than it waits for them.
		links.jitter_ms = links.jitter_ms.min(50);
		(links.late_permille, links.loss_permille, links.repeat_permille, links.slow) = (0, 0, 0, None);
		links.partitions.clear();
		links.broken.clear();
		links.heal_at = from + NEWCOMER_MS;
		let node = self.nodes.len();
		if !linked {
			links.broken.insert((first, node));
		}
		self.newcomer = Some(Newcomer { node, first, copy, from, linked, listens: true });
		self.nodes.push(self.nodes[first]);
		self
	}

	/// Returns the scenario with members that hide their Commits, and no other fault: as many as can fork a height, but fewer than
	/// a quorum, which would need no correct member. Their first processes are cut off with some correct members, their second ones
	/// with the others. A committee that tolerates no faulty member stays as it is.
	pub fn with_hidden_commits(mut self, kind: Kind) -> Self {
		let max_faulty = (self.size - 1) / 3;
		if max_faulty == 0 {
			return self;
		}
		let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
		rng.set_stream(4);
		let (size, quorum) = (self.size, self.size - max_faulty);
		self.nodes.truncate(self.election.weights.len());
		self.election.epochs.truncate(1);
		self.byzantine.clear();
		self.crashes.clear();
		self.disk_faults.clear();
		self.strategy = None;
		self.too_many_faulty = true;
		self.execution_ms = self.execution_ms.min(300);
		// Two quorums without a common correct member.
		let faulty = rng.gen_range(2 * quorum - size..quorum);
		let mut members: Vec<NodeId> = (0..size).collect();
		members.shuffle(&mut rng);
		let (hiders, others) = members.split_at(faulty);
		let first = rng.gen_range(quorum - faulty..=size - quorum);
		// A node outside the committee belongs to neither side. It is with the second one, like the second processes.
		let mut groups = vec![1; self.nodes.len()];
		hiders.iter().chain(&others[..first]).for_each(|node| groups[*node] = 0);
		for hider in hiders {
			self.byzantine.insert(*hider, kind);
			self.byzantine.insert(self.nodes.len(), kind);
			self.nodes.push(self.nodes[*hider]);
			groups.push(1);
		}
		let links = &mut self.links;
		(links.late_permille, links.loss_permille, links.repeat_permille, links.slow) = (0, 0, 0, None);
		links.broken.clear();
		links.heal_at = HIDING_MS;
		links.partitions = vec![Partition { from: 0, until: HIDING_MS, groups, holds_back: false }];
		self
	}

	/// Returns what a node's clock shows.
	pub fn clock(&self, node: NodeId, now: Time) -> Time {
		self.clocks.get(node).copied().unwrap_or(START_MS) + now
	}
}

/// In a third of the runs, makes correct some of the byzantine members, and returns them: they lose their database or
/// their vote log instead. A loser votes no more for a while, so losers and byzantine members together are at most f.
fn losers(rng: &mut ChaCha8Rng, byzantine: &mut BTreeMap<NodeId, Kind>) -> Vec<NodeId> {
	let lose = rng.gen_bool(0.35);
	let single = byzantine.iter().filter(|(_, kind)| **kind != Kind::Twins).map(|(node, _)| *node);
	let losers: Vec<NodeId> = single.filter(|_| lose && rng.gen_bool(0.6)).collect();
	byzantine.retain(|node, _| !losers.contains(node));
	losers
}

/// Draws what the clocks show at the start. In a part of the runs all are right.
fn clocks(rng: &mut ChaCha8Rng, nodes: usize) -> Vec<Time> {
	let error = *[0, 2_000, MAX_CLOCK_OFFSET_MS].choose(rng).expect("not empty; qed");
	(0..nodes).map(|_| START_MS + rng.gen_range(0..=2 * error) - error).collect()
}

/// Draws the faults of disks. They end with all other faults.
fn disk_faults(rng: &mut ChaCha8Rng, correct: &[NodeId], heal_at: Time, heavy: bool) -> Vec<DiskFault> {
	(0..rng.gen_range(0..if heavy { 8 } else { 3 }))
		.map(|_| {
			let from = rng.gen_range(0..heal_at);
			DiskFault {
				node: *correct.choose(rng).expect("most members are correct; qed"),
				from,
				until: (from + rng.gen_range(100..8_000)).min(heal_at),
			}
		})
		.collect()
}

fn to_identity(at: usize) -> Identity {
	Identity::try_from(at).expect("a run has some dozens of nodes; qed")
}

fn draw_size(rng: &mut ChaCha8Rng) -> usize {
	let mut point = rng.gen_range(0..SIZES.iter().map(|(_, weight)| weight).sum());
	for (size, weight) in SIZES {
		if point < weight {
			return size;
		}
		point -= weight;
	}
	unreachable!("the point is below the sum of the weights; qed")
}

/// Returns two epochs in most runs: a node joins, a member leaves, or both, and all change places. Returns the identity
/// that leaves as well. It must stay correct; otherwise the next committee could have too many faulty members.
fn election(rng: &mut ChaCha8Rng, size: usize) -> (Election, Option<Identity>) {
	let first: Vec<Identity> = (0..size).map(to_identity).collect();
	let mut epochs = vec![(1, first.clone())];
	let mut leaves = None;
	if rng.gen_bool(0.7) {
		let mut second = first;
		let change = if size == 1 { rng.gen_range(0..4) } else { rng.gen_range(0..5) };
		if change != 0 {
			leaves = Some(second.swap_remove(rng.gen_range(0..size)));
		}
		if change != 4 {
			second.push(to_identity(size));
		}
		second.shuffle(rng);
		epochs.push((rng.gen_range(2..=5), second));
	}
	let joins = epochs.iter().any(|(_, members)| members.contains(&to_identity(size)));
	let weights = (0..size + usize::from(joins)).map(|_| rng.gen_range(0..100)).collect();
	(Election { epochs, weights }, leaves)
}

fn links(rng: &mut ChaCha8Rng, nodes: usize, heal_at: Time, heavy: bool) -> Links {
	let partitions = (0..rng.gen_range(0..if heavy { 6 } else { 3 }))
		.map(|_| {
			let from = rng.gen_range(0..heal_at);
			let alone = rng.gen_bool(0.3).then(|| rng.gen_range(0..nodes));
			let groups = (0..nodes)
				.map(|node| match alone {
					Some(alone) => u8::from(node == alone),
					None => rng.gen_range(0..2),
				})
				.collect();
			Partition {
				from,
				until: (from + rng.gen_range(100..6_000)).min(heal_at),
				groups,
				holds_back: rng.gen_bool(0.4),
			}
		})
		.collect();
	let pick = |rng: &mut ChaCha8Rng, of: &[u32]| *of.choose(rng).expect("not empty; qed");
	Links {
		delay_ms: u64::from(pick(rng, &[1, 1, 10, 100])),
		jitter_ms: u64::from(pick(rng, &[0, 5, 50, 400])),
		late_ms: u64::from(pick(rng, &[500, 5_000])),
		late_permille: pick(rng, &[0, 5, 50]),
		loss_permille: pick(rng, if heavy { &[0, 50, 200, 400] } else { &[0, 0, 10, 50, 200] }),
		repeat_permille: pick(rng, &[0, 10, 100]),
		partitions,
		slow: rng.gen_bool(0.2).then(|| (rng.gen_range(0..nodes), rng.gen_range(50..2_000))),
		broken: Default::default(),
		heal_at,
	}
}
