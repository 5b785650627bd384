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
