//! Four validators under load; some are killed (kill -9) and started again at random moments. There are never two
//! blocks at a height, no final block is lost, and the network continues by itself when a quorum is back.
//!
//! `TOP_CHAOS_SEED` repeats the random choices of an earlier run; the machine's own timing remains.

use crate::support::{
	assert_no_panic, block_on, load::Load, network, print_complaints, spread, turn, witness::Witness, LogsOnFailure,
	TestNetwork, UP_TIMEOUT,
};
use rand::{rngs::StdRng, seq::SliceRandom, Rng, SeedableRng};
use std::{
	ops::Range,
	time::{Duration, Instant},
};
use tokio::time::sleep;
use top_local_network::LocalNetwork;
use top_node::chain_spec::Preset;

/// Number of kills of one node.
const SINGLE_KILLS: usize = 50;
/// Number of kills of two nodes.
const DOUBLE_KILLS: usize = 6;
/// Number of kills of all four.
const TOTAL_KILLS: usize = 6;
/// Duration of a pause of one node.
const PAUSE: Duration = Duration::from_secs(30);
/// How long a network may take to continue after the start of the process that completes a quorum.
const RECOVERY_LIMIT: Duration = Duration::from_secs(10);
/// Timeout of waits that should be much shorter: it tells a slow network from a dead one.
const WAIT_LIMIT: Duration = Duration::from_secs(60);

struct Chaos {
	network: LocalNetwork,
	witness: Witness,
	rng: StdRng,
	started: Instant,
}

impl Chaos {
	async fn pause_for(&mut self, milliseconds: Range<u64>) {
		sleep(Duration::from_millis(self.rng.gen_range(milliseconds))).await;
	}

	fn kill(&mut self, node: usize) {
		let node = &mut self.network.nodes_mut()[node];
		node.ensure_running().unwrap();
		node.kill().unwrap();
	}

	/// Starts a node; returns the time of its start.
	fn start(&mut self, node: usize) -> Instant {
		let started = Instant::now();
		self.network.nodes_mut()[node].start().unwrap();
		started
	}

	/// Returns the times that nodes took from their starts until they had the blocks that were final then.
	async fn catch_up(&mut self, nodes: &[(usize, Instant, u32)]) -> Vec<Duration> {
		let mut took = Vec::new();
		for (node, started, height) in nodes {
			took.push(self.witness.catches_up(*node, *height, *started, WAIT_LIMIT).await);
		}
		for node in self.network.nodes_mut() {
			node.ensure_running().unwrap();
		}
		took
	}

	/// Kills one after another. Three of four are a quorum, but a process that starts listens for up to 2 s before it votes: if another
	/// is killed meanwhile, two are left, and the blocks stop. They go on when the four run, and the next kill waits for that: else
	/// chance alone would decide how long such stops add up.
	async fn one_at_a_time(&mut self) {
		let first = self.witness.newest();
		self.witness.take_longest_gap();
		let (mut took, mut went_on) = (Vec::new(), Vec::new());
		for _ in 0..SINGLE_KILLS {
			self.pause_for(0..800).await;
			let node = self.rng.gen_range(0..4);
			self.kill(node);
			self.pause_for(200..1_500).await;
			let started = self.start(node);
			let height = self.witness.newest();
			took.extend(self.catch_up(&[(node, started, height)]).await);
			went_on.push(self.witness.continues(height + 1, started, WAIT_LIMIT).await);
		}
		let gap = self.witness.take_longest_gap();
		println!(
			"{:4.0} s: one killed {SINGLE_KILLS} times: {} blocks, at most {:.2} s between two; a node caught up, min / \
			 median / max, {} after its start, and the network went on {} after it",
			self.started.elapsed().as_secs_f64(),
			self.witness.newest() - first,
			gap.as_secs_f64(),
			spread(&took),
			spread(&went_on)
		);
		let longest = went_on.iter().max().expect("it was killed at least once; qed");
		assert!(*longest <= RECOVERY_LIMIT, "four that run took {longest:?} to go on");
		assert!(gap <= RECOVERY_LIMIT, "three of four stood still for {gap:?}");
	}

	/// Kills several at once and leaves no quorum; the network must continue when `quorum_at` of them run again.
	async fn several_at_once(&mut self, count: usize, times: usize, quorum_at: usize) {
		let mut went_on = Vec::new();
		let mut took = Vec::new();
		for _ in 0..times {
			self.pause_for(0..1_500).await;
			let mut nodes = vec![0, 1, 2, 3];
			nodes.shuffle(&mut self.rng);
			nodes.truncate(count);
			for node in &nodes {
				self.kill(*node);
				self.pause_for(0..300).await;
			}
			self.pause_for(300..2_000).await;
			nodes.shuffle(&mut self.rng);
			let mut starts = Vec::new();
			let mut quorum = None;
			for (index, node) in nodes.iter().enumerate() {
				let started = self.start(*node);
				let height = self.witness.newest();
				starts.push((*node, started, height));
				if index + 1 == quorum_at {
					quorum = Some((started, height));
				}
				self.pause_for(0..500).await;
			}
			let (since, height) = quorum.expect("the quorum is among the started; qed");
			// One more may have been decided before the kills unseen; a second one is new.
			went_on.push(self.witness.continues(height + 2, since, WAIT_LIMIT).await);
			took.extend(self.catch_up(&starts).await);
		}
		println!(
			"{:4.0} s: {count} killed at once, {times} times: went on, min / median / max, {} after the process was \
			 started that made up the quorum; a node caught up {} after its start",
			self.started.elapsed().as_secs_f64(),
			spread(&went_on),
			spread(&took)
		);
		let longest = went_on.iter().max().expect("it was killed at least once; qed");
		assert!(*longest <= RECOVERY_LIMIT, "a network with a quorum took {longest:?} to go on");
	}

	/// Pauses a node (SIGSTOP) while its peers continue.
	async fn paused(&mut self) {
		let node = self.rng.gen_range(0..4);
		let before = self.witness.newest();
		self.witness.take_longest_gap();
		self.network.nodes()[node].pause().unwrap();
		sleep(PAUSE).await;
		let gap = self.witness.take_longest_gap();
		let resumed = Instant::now();
		let height = self.witness.newest();
		self.network.nodes()[node].resume().unwrap();
		let took = self.catch_up(&[(node, resumed, height)]).await[0];
		println!(
			"{:4.0} s: one paused for {} s: the others made {} blocks, at most {:.2} s between two; it caught up in \
			 {:.2} s",
			self.started.elapsed().as_secs_f64(),
			PAUSE.as_secs(),
			height - before,
			gap.as_secs_f64(),
			took.as_secs_f64()
		);
		assert!(height > before + 5, "three of four made no blocks while one was paused");
		assert!(gap <= RECOVERY_LIMIT, "three of four stood still for {gap:?}");
	}
}

#[test]
fn no_kill_costs_a_final_block_or_stops_a_quorum() {
	let _turn = turn::beside_another();
	let seed = match std::env::var("TOP_CHAOS_SEED") {
		Ok(seed) => seed.parse().expect("TOP_CHAOS_SEED is a number"),
		Err(_) => rand::thread_rng().gen(),
	};
	println!("TOP_CHAOS_SEED={seed}");
	let TestNetwork { mut network, folder: _folder } = network(Preset::Local, 0);
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let mut load = Load::start(&network, seed);
		let witness = Witness::start(&network);
		let mut chaos = Chaos { network, witness, rng: StdRng::seed_from_u64(seed), started: Instant::now() };
		chaos.witness.continues(3, Instant::now(), WAIT_LIMIT).await;

		chaos.one_at_a_time().await;
		chaos.several_at_once(2, DOUBLE_KILLS, 1).await;
		chaos.several_at_once(4, TOTAL_KILLS, 3).await;
		chaos.paused().await;

		load.stop().await;
		let Chaos { network, witness, .. } = chaos;
		let newest = witness.newest();
		let heights = witness.verify(&network).await;
		let client = network.nodes()[0].rpc().await.unwrap();
		let transfers = load.transfers_until(&client, client.finalized_head().await.unwrap()).await;
		println!("{heights} final blocks are the same on all nodes, with {transfers} transfers ({})", load.summary());
		let setbacks = witness.setbacks();
		println!(
			"a node came back without its newest blocks, and synced them from other nodes, {} times: {setbacks:?}",
			setbacks.len()
		);
		print_complaints(&network);
		assert!(transfers > u64::from(newest), "the load was no load");
		assert_no_panic(&network);
	});
}
