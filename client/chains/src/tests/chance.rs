//! The core under random inputs, beside a model of the chains: each seed is one run.

use super::*;
use crate::core::LONGEST_PAUSE;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

const SEEDS: u64 = 2_000;
const STEPS: usize = 200;
const SHARDS: u32 = 4;

/// What a chain really does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Real {
	Starting,
	Running,
	/// Told to stop: it started then, or not.
	Told,
}

/// The chains as the outputs make them.
#[derive(Default)]
struct World {
	real: BTreeMap<ChainTag, Real>,
	wanted: BTreeSet<ChainTag>,
	/// The last time at which a chain ended.
	ended: BTreeMap<ChainTag, Duration>,
	main_fault: bool,
	is_stopped: bool,
	is_over: bool,
}

impl World {
	fn apply(&mut self, outputs: Vec<Output<u32>>) {
		for output in outputs {
			assert!(!self.is_over, "{output:?} after the end of the node");
			match output {
				Output::Start(chain) => {
					assert!(!self.main_fault && !self.is_stopped, "{chain} starts while the node ends");
					assert!(chain == MAIN || self.wanted.contains(&chain), "{chain} is not wanted");
					assert_eq!(self.real.insert(chain, Real::Starting), None, "{chain} runs twice");
				},
				Output::Stop(chain) => {
					let real = self.real.insert(chain, Real::Told);
					assert!(
						matches!(real, Some(Real::Starting | Real::Running)),
						"{chain} is told twice, or does not run"
					);
					let is_ending = self.main_fault || self.is_stopped;
					assert!(is_ending || !self.wanted.contains(&chain), "{chain} is wanted");
				},
				Output::Report { chain, pause, .. } => {
					assert_ne!(chain, MAIN);
					assert!(pause >= seconds(1) && pause <= LONGEST_PAUSE);
				},
				Output::EndNode(reason) => {
					assert_eq!(reason.is_some(), self.main_fault);
					assert!(self.main_fault || self.is_stopped, "the node ends by itself");
					self.is_over = true;
				},
			}
		}
	}

	/// Returns what happens next.
	fn next(&mut self, now: Duration, rng: &mut ChaCha8Rng) -> Input<u32> {
		let chains: Vec<ChainTag> = self.real.keys().copied().collect();
		let chain = (!chains.is_empty()).then(|| chains[rng.gen_range(0..chains.len())]);
		match (rng.gen_range(0..100), chain) {
			(0..=14, _) => {
				let wanted = with_shards((0..SHARDS).filter(|_| rng.gen()));
				if !self.main_fault && !self.is_stopped {
					self.wanted.clone_from(&wanted);
				}
				Input::Want(wanted)
			},
			(15, _) => {
				self.is_stopped |= !self.main_fault;
				Input::Stop
			},
			(16..=75, Some(chain)) => match self.real[&chain] {
				Real::Starting if rng.gen_bool(0.7) => {
					self.real.insert(chain, Real::Running);
					Input::Started(chain)
				},
				Real::Running if rng.gen_bool(0.7) => Input::Tick,
				Real::Told if rng.gen_bool(0.5) => {
					self.real.remove(&chain);
					Input::Stopped(chain)
				},
				_ if chain == MAIN && rng.gen_bool(0.9) => Input::Tick,
				_ => {
					self.real.remove(&chain);
					self.ended.insert(chain, now);
					self.main_fault |= chain == MAIN && !self.is_stopped;
					Input::Ended(chain, rng.gen())
				},
			},
			_ => Input::Tick,
		}
	}
}

#[test]
fn no_chain_runs_twice_or_unwanted_and_all_wanted_chains_come_back() {
	for seed in 0..SEEDS {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let (mut chains, mut world) = (Chains::<u32>::default(), World::default());
		let mut now = Duration::ZERO;
		world.wanted = with_shards(0..SHARDS);
		world.apply(chains.step(now, Input::Want(world.wanted.clone())));
		for _ in 0..STEPS {
			now += Duration::from_millis(rng.gen_range(0..2_000));
			let input = world.next(now, &mut rng);
			world.apply(chains.step(now, input));
		}
		settle(&mut chains, &mut world, now);
		let is_ending = world.main_fault || world.is_stopped;
		assert_eq!(world.is_over, is_ending, "seed {seed}: the node ends if it must, and only then");
		if !is_ending {
			let running: BTreeSet<ChainTag> = world.real.keys().copied().collect();
			let wanted: BTreeSet<ChainTag> = world.wanted.iter().copied().chain([MAIN]).collect();
			assert_eq!(running, wanted, "seed {seed}: what is wanted runs, and nothing else");
		}
	}
}

/// Lets every start succeed and every stop end, and the time pass.
fn settle(chains: &mut Chains<u32>, world: &mut World, mut now: Duration) {
	for _ in 0..100 {
		let changing = world.real.iter().find(|(_, real)| **real != Real::Running).map(|(chain, real)| (*chain, *real));
		let input = match changing {
			Some((chain, Real::Starting)) => {
				world.real.insert(chain, Real::Running);
				Input::Started(chain)
			},
			Some((chain, _)) => {
				world.real.remove(&chain);
				Input::Stopped(chain)
			},
			None => Input::Tick,
		};
		now = chains.next_tick().filter(|_| changing.is_none()).unwrap_or(now).max(now);
		world.apply(chains.step(now, input));
	}
}
