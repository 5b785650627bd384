//! Crashes of processes, and what they take from their disks.

use crate::{network::NodeId, time::Time};
use rand::{seq::SliceRandom, Rng};
use rand_chacha::ChaCha8Rng;

/// What a crash takes from a process's disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
	/// Nothing.
	Nothing,
	/// The newest block, if it is not durable yet: the database commits lazily.
	NewestBlock,
	/// All blocks. The vote log remains.
	Database,
	/// The vote log. The blocks remain.
	Log,
}

/// A crash of a process.
#[derive(Clone, Debug)]
pub struct Crash {
	/// When the crash is due.
	pub at: Time,
	/// The node that crashes.
	pub node: NodeId,
	/// `Some(n)`: the crash happens at the n-th record after that time, counted from 0. `None`: it happens at once.
	pub at_record: Option<u32>,
	/// Whether the record that is being written is lost.
	pub torn: bool,
	/// What is lost beside that.
	pub loses: Loss,
	/// Time until the restart.
	pub down_ms: Time,
}

fn crash(rng: &mut ChaCha8Rng, at: Time, node: NodeId) -> Crash {
	Crash {
		at,
		node,
		at_record: rng.gen_bool(0.6).then(|| rng.gen_range(0..4)),
		torn: rng.gen_bool(0.5),
		loses: if rng.gen_bool(0.5) { Loss::NewestBlock } else { Loss::Nothing },
		down_ms: rng.gen_range(1..3_000),
	}
}

/// Draws crashes of correct processes. Their databases lose no more than the newest block.
pub fn crashes(rng: &mut ChaCha8Rng, correct: &[NodeId], heal_at: Time, heavy: bool) -> Vec<Crash> {
	let mut crashes = Vec::new();
	for _ in 0..rng.gen_range(0..if heavy { 20 } else { 5 }) {
		let at = rng.gen_range(0..heal_at);
		let node = *correct.choose(rng).expect("most members are correct; qed");
		crashes.push(crash(rng, at, node));
	}
	// In some runs all correct nodes crash at once.
	if rng.gen_bool(if heavy { 0.3 } else { 0.1 }) {
		let at = rng.gen_range(0..heal_at);
		crashes.extend(correct.iter().map(|node| crash(rng, at, *node)));
	}
	crashes
}

/// Draws crashes in which correct processes lose a whole database or a whole vote log. Such a process votes no more for a
/// while, so it counts as one of f.
pub fn losses(rng: &mut ChaCha8Rng, losers: &[NodeId], heal_at: Time) -> Vec<Crash> {
	let mut crashes = Vec::new();
	for node in losers {
		for _ in 0..rng.gen_range(1..4) {
			let at = rng.gen_range(0..heal_at);
			let loses = if rng.gen_bool(0.5) { Loss::Database } else { Loss::Log };
			crashes.push(Crash { loses, ..crash(rng, at, *node) });
		}
	}
	crashes
}
