//! Runs seeds of the simulator and prints the sums.

use clap::Parser;
use std::{process::ExitCode, time::Instant};
use tc_routing_sim::{Outcome, Scenario, Stats, World};

/// Runs networks of ledgers from seeds, with a bad network of routers, captured committees and shards that move. Checks after
/// every block that the sum of all values is what was issued, and that each message is taken exactly once and in order.
#[derive(Debug, Parser)]
#[command(name = "tc-routing-sim", version)]
struct Arguments {
	/// Number of seeds to run.
	#[arg(long, default_value_t = 1_000)]
	seeds: u64,
	/// The first seed.
	#[arg(long, default_value_t = 0)]
	start: u64,
	/// Run one seed and print its events.
	#[arg(long, value_name = "SEED", conflicts_with_all = ["seeds", "start"])]
	trace: Option<u64>,
}

fn main() -> ExitCode {
	let Arguments { seeds, start, trace } = Arguments::parse();
	if let Some(seed) = trace {
		let outcome = World::new(Scenario::new(seed), true).run();
		outcome.lines.iter().for_each(|line| println!("{line}"));
		println!("trace {:016x}", outcome.trace);
		return report(seed, &outcome);
	}
	let (started, mut sums) = (Instant::now(), Stats::default());
	for seed in start..start.saturating_add(seeds) {
		let outcome = World::new(Scenario::new(seed), false).run();
		sums.add(&outcome.stats);
		if outcome.violation.is_some() {
			print!("{sums}");
			return report(seed, &outcome);
		}
	}
	print!("{sums}");
	println!("{:<44}{:>14.1}", "seconds", started.elapsed().as_secs_f64());
	println!("no violation");
	ExitCode::SUCCESS
}

/// Prints a violation, and how to see it again.
fn report(seed: u64, outcome: &Outcome) -> ExitCode {
	let Some(violation) = &outcome.violation else { return ExitCode::SUCCESS };
	println!("seed {seed}: VIOLATION {violation}");
	println!("replay it: cargo run --release -p tc-routing-sim -- --trace {seed}");
	ExitCode::FAILURE
}
