//! Some runs, and properties of runs in general. For more: `cargo run --release -p tc-routing-sim -- --seeds N`.

use tc_routing_sim::{Outcome, Scenario, Stats, Story, World};

fn run(scenario: Scenario) -> Outcome {
	World::new(scenario, false).run()
}

#[test]
fn the_first_seeds_violate_no_invariant() {
	let mut stats = Stats::default();
	for seed in 0..150 {
		let outcome = run(Scenario::new(seed));
		assert_eq!(outcome.violation, None, "seed {seed}");
		stats.add(&outcome.stats);
	}
	// The runs must have met every kind of event.
	for (what, number) in [
		("deliveries", stats.delivered),
		("bounces", stats.refunded),
		("system messages", stats.system),
		("refused headers", stats.refused_headers),
		("refused proofs", stats.refused_proofs),
		("repeated packets", stats.repeated),
		("lost relays", stats.lost),
		("withheld relays", stats.withheld),
		("doubled relays", stats.duplicated),
		("forged relays", stats.forged),
		("spoiled answers", stats.spoiled_answers),
		("refused answers", stats.bad_answers),
		("handovers", stats.handovers),
		("forks", stats.conflicts),
		("invalid blocks", stats.invalid_blocks),
		("healed shards", stats.healed),
		("split shards", stats.splits),
		("zone blocks without a quorum", stats.outvoted),
	] {
		assert!(number > 10, "only {number} {what}");
	}
}

#[test]
fn the_same_seed_gives_the_same_trace() {
	for (seed, (story, _)) in (0..30).zip(Story::ALL.into_iter().cycle()) {
		if story == Story::Sleeper {
			continue;
		}
		let scenario = || Scenario::with_story(seed, story);
		let (first, second) = (run(scenario()), World::new(scenario(), true).run());
		assert_eq!((first.trace, &first.stats), (second.trace, &second.stats), "seed {seed}");
		assert!(first.lines.is_empty() && !second.lines.is_empty());
	}
	assert_ne!(run(Scenario::new(1)).trace, run(Scenario::new(2)).trace);
}

/// Routers learn of a second block at a height that the zone has included: their nodes stopped to follow the shard's epochs, and
/// nothing of it was included any more.
#[test]
fn a_fork_at_a_sealed_height_stops_nothing() {
	assert_eq!(run(Scenario::new(253)).violation, None);
}

/// A ledger stands still for 1,000 blocks. Its lanes fill, senders are refused by name, and it catches up.
#[test]
fn a_ledger_that_slept_catches_up() {
	let mut stats = Stats::default();
	for seed in 0..4 {
		let outcome = run(Scenario::with_story(seed, Story::Sleeper));
		assert_eq!(outcome.violation, None, "seed {seed}");
		assert!(outcome.stats.zone_blocks > 100, "{}", outcome.stats);
		stats.add(&outcome.stats);
	}
	assert!(stats.refusals["lane full"] > 0, "{stats}");
	assert!(stats.slowest_recovery_ms < 20_000, "{stats}");
}

/// Users fill the outbox of a shard to the bound for users; its reports to the main chain go on.
#[test]
fn system_messages_go_on_under_a_flood() {
	for seed in 0..2 {
		let outcome = run(Scenario::with_story(seed, Story::Flood));
		assert_eq!(outcome.violation, None, "seed {seed}");
		let stats = outcome.stats;
		assert!(stats.fullest_outbox >= 8_000, "{stats}");
		assert!(stats.refusals["outbox full"] > 0 && stats.refusals["one at a time"] > 0, "{stats}");
		assert!(stats.system > 20, "{stats}");
	}
}

#[test]
fn full_lanes_in_a_circle_and_into_one_table_empty() {
	for story in [Story::Circle, Story::AllToOne] {
		for seed in 0..4 {
			let outcome = run(Scenario::with_story(seed, story));
			assert_eq!(outcome.violation, None, "seed {seed}");
			assert!(outcome.stats.delivered > 500, "{}", outcome.stats);
		}
	}
}
