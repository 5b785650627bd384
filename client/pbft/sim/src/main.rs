//! Runs seeds of the simulator and prints the results.

use clap::Parser;
use std::{
	panic::{catch_unwind, AssertUnwindSafe},
	process::ExitCode,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Mutex,
	},
	thread,
	time::{Duration, Instant},
};
use tc_pbft_sim::{behaviours::Kind, Intensity, Outcome, Scenario, Stats, World};

/// Runs whole PBFT committees from seeds, with a bad network, crashes and byzantine members. Checks the safety rules
/// after every step, and that every correct replica advances after the faults.
#[derive(Debug, Parser)]
#[command(name = "tc-pbft-sim", version)]
struct Arguments {
	/// Number of seeds to run.
	#[arg(long, default_value_t = 1_000)]
	seeds: u64,
	/// The first seed.
	#[arg(long, default_value_t = 0)]
	start: u64,
	/// Committee size of all runs, instead of a mix of sizes.
	#[arg(long, value_parser = clap::value_parser!(u16).range(1..=128))]
	size: Option<u16>,
	/// Use the largest number of byzantine members, and more and longer faults.
	#[arg(long)]
	heavy: bool,
	/// Start a second process of a member, without other faults.
	#[arg(long)]
	second_process: bool,
	/// Let members fork heights by hiding Commits: more than a committee tolerates, without other faults.
	#[arg(long, conflicts_with = "second_process")]
	hidden_commits: bool,
	/// Number of threads.
	#[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=64))]
	threads: u16,
	/// Run one seed and print its events.
	#[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "start"])]
	trace: Option<u64>,
}

impl Arguments {
	fn run(&self, seed: u64, with_lines: bool) -> Outcome {
		let intensity = if self.heavy { Intensity::Heavy } else { Intensity::Normal };
		let scenario = Scenario::new(seed, self.size.map(usize::from), intensity);
		let scenario = if self.second_process { scenario.with_newcomer() } else { scenario };
		let scenario = if self.hidden_commits { scenario.with_hidden_commits(Kind::HidesCommits) } else { scenario };
		World::new(scenario, with_lines).run()
	}

	fn replay_command(&self, seed: u64) -> String {
		let size = self.size.map(|size| format!(" --size {size}")).unwrap_or_default();
		let heavy = if self.heavy { " --heavy" } else { "" };
		let second = if self.second_process { " --second-process" } else { "" };
		let hidden = if self.hidden_commits { " --hidden-commits" } else { "" };
		format!("cargo run --release -p tc-pbft-sim -- --trace {seed}{size}{heavy}{second}{hidden}")
	}
}

fn main() -> ExitCode {
	let arguments = Arguments::parse();
	match arguments.trace {
		Some(seed) => trace(&arguments, seed),
		None => campaign(&arguments),
	}
}

/// Runs one seed and prints its events.
fn trace(arguments: &Arguments, seed: u64) -> ExitCode {
	let outcome = arguments.run(seed, true);
	outcome.lines.iter().for_each(|line| println!("{line}"));
	println!("trace {:016x}", outcome.trace);
	match outcome.violation {
		None => ExitCode::SUCCESS,
		Some(violation) => {
			println!("VIOLATION {violation}");
			ExitCode::FAILURE
		},
	}
}

/// Runs many seeds and prints the sums.
fn campaign(arguments: &Arguments) -> ExitCode {
	let next = AtomicU64::new(arguments.start);
	let end = arguments.start.saturating_add(arguments.seeds);
	let failed = AtomicBool::new(false);
	let total = Mutex::new(Stats::default());
	let started = Instant::now();
	thread::scope(|scope| {
		for _ in 0..arguments.threads {
			scope.spawn(|| {
				let mut stats = Stats::default();
				while !failed.load(Ordering::Relaxed) {
					let seed = next.fetch_add(1, Ordering::Relaxed);
					if seed >= end {
						break;
					}
					match catch_unwind(AssertUnwindSafe(|| arguments.run(seed, false))) {
						Ok(outcome) => {
							stats.add(&outcome.stats);
							if let Some(violation) = outcome.violation {
								failed.store(true, Ordering::Relaxed);
								println!("seed {seed}: VIOLATION {violation}");
								println!("replay it: {}", arguments.replay_command(seed));
							}
						},
						Err(_) => {
							failed.store(true, Ordering::Relaxed);
							println!("seed {seed}: PANIC");
							println!("replay it: {}", arguments.replay_command(seed));
						},
					}
				}
				total.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).add(&stats);
			});
		}
		let mut reported = Instant::now();
		while next.load(Ordering::Relaxed) < end && !failed.load(Ordering::Relaxed) {
			thread::sleep(Duration::from_millis(50));
			if reported.elapsed() >= Duration::from_secs(10) {
				reported = Instant::now();
				let done = next.load(Ordering::Relaxed).min(end) - arguments.start;
				println!("{done} of {} runs, {} s", arguments.seeds, started.elapsed().as_secs());
			}
		}
	});
	let stats = total.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
	print!("{stats}");
	println!("{:<44}{:>12.1}", "seconds", started.elapsed().as_secs_f64());
	if failed.into_inner() {
		return ExitCode::FAILURE;
	}
	println!("no violation");
	ExitCode::SUCCESS
}
