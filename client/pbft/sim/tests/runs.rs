//! Some hundred runs, and properties of runs in general. For more: `cargo run --release -p tc-pbft-sim -- --seeds N`.

use std::collections::BTreeMap;
use tc_pbft_core::Rules;
use tc_pbft_sim::{behaviours::Kind, scenario::SIZES, Intensity, Outcome, Scenario, Stats, World};

fn run(scenario: Scenario) -> Outcome {
	World::new(scenario, false).run()
}

#[test]
fn no_seed_violates_an_invariant() {
	let mut stats = Stats::default();
	for seed in 0..400 {
		let outcome = run(Scenario::new(seed, None, Intensity::Normal));
		assert_eq!(outcome.violation, None, "seed {seed}");
		stats.add(&outcome.stats);
	}
	for seed in 0..100 {
		let outcome = run(Scenario::new(seed, None, Intensity::Heavy));
		assert_eq!(outcome.violation, None, "seed {seed}, heavy");
		stats.add(&outcome.stats);
	}
	// The runs must have met every kind of fault.
	for (size, _) in SIZES {
		assert!(stats.sizes.contains_key(&size), "no committee of {size}");
	}
	for kind in Kind::ALL {
		assert!(stats.behaviours.contains_key(kind.name()), "no member with behaviour: {}", kind.name());
	}
	for (what, number) in [
		("views", stats.view_changes),
		("late blocks", stats.late_blocks),
		("crashes", stats.crashes),
		("torn records", stats.torn),
		("lost blocks", stats.lost_blocks),
		("partitions", stats.partitions),
		("lost messages", stats.lost),
		("refused messages", stats.refused),
		("reports of evidence", stats.evidence),
		("hidden commits", stats.hiders),
		("fetched blocks", stats.fetched),
		("checks without a verdict", stats.unknown_verdicts),
		("lost databases", stats.lost_databases),
		("lost logs", stats.lost_logs),
		("votes after a lost log", stats.votes_regained),
		("scheduled runs", stats.scheduled),
		("wrong bodies", stats.wrong_bodies),
		("broken links", stats.broken_links),
		("messages that were passed on", stats.passed_on),
	] {
		assert!(number > 20, "only {number} {what}");
	}
}

#[test]
fn the_same_seed_gives_the_same_trace() {
	for seed in 0..40 {
		let scenario = || Scenario::new(seed, None, Intensity::Heavy);
		let (first, second) = (run(scenario()), World::new(scenario(), true).run());
		assert_eq!(first.trace, second.trace, "seed {seed}");
		assert_eq!(first.stats, second.stats, "seed {seed}");
		assert!(first.lines.is_empty() && !second.lines.is_empty());
	}
	let other = run(Scenario::new(41, Some(4), Intensity::Heavy)).trace;
	assert_ne!(run(Scenario::new(42, Some(4), Intensity::Heavy)).trace, other);
}

/// Without faults there is one view per height, and nothing is refused or reported.
#[test]
fn a_healthy_committee_never_changes_views() {
	for (size, _) in SIZES {
		let mut scenario = Scenario::new(1, Some(size), Intensity::Normal);
		scenario.byzantine = BTreeMap::new();
		scenario.nodes.truncate(scenario.election.weights.len());
		scenario.crashes.clear();
		scenario.disk_faults.clear();
		let links = &mut scenario.links;
		(links.delay_ms, links.jitter_ms, links.slow) = (10, 40, None);
		(links.late_permille, links.loss_permille, links.repeat_permille) = (0, 0, 0);
		links.partitions.clear();
		links.broken.clear();
		scenario.strategy = None;
		scenario.execution_ms = 50;
		// Work that the primary does not know of would cause a view change.
		scenario.busy_permille = 1000;
		let outcome = run(scenario);
		assert_eq!(outcome.violation, None, "{size}");
		let stats = outcome.stats;
		assert!(stats.blocks >= 5, "{size}: {stats}");
		assert_eq!((stats.view_changes, stats.late_blocks, stats.evidence, stats.refused), (0, 0, 0, 0), "{size}");
	}
}

/// If the first primaries are silent and the links are reliable, the next correct primary decides.
#[test]
fn silent_members_up_to_f_do_not_stop_the_others() {
	for size in [4, 7, 10, 16] {
		let mut late_blocks = 0;
		for seed in 3..7 {
			let mut scenario = Scenario::new(seed, Some(size), Intensity::Normal);
			scenario.nodes.truncate(scenario.election.weights.len());
			scenario.election.epochs.truncate(1);
			// Nodes 0, 3, 6 and so on withhold everything.
			scenario.byzantine = (0..size).step_by(3).take((size - 1) / 3).map(|node| (node, Kind::Silent)).collect();
			scenario.crashes.clear();
			scenario.links.loss_permille = 0;
			scenario.links.partitions.clear();
			scenario.links.broken.clear();
			let outcome = run(scenario);
			assert_eq!(outcome.violation, None, "{size}, seed {seed}");
			late_blocks += outcome.stats.late_blocks;
		}
		assert!(late_blocks > 0, "{size}: a silent member was never primary");
	}
}

/// Each pair of correct members has a link, or one correct member between them; f members are silent. Every vote that is
/// left is needed, and some of them reach some members only over others.
#[test]
fn links_that_are_broken_for_good_do_not_stop_the_others() {
	for (size, broken) in [
		// The star is the worst case: all that a member learns of the others, it learns from node 1.
		(4, vec![(2, 3)]),
		(7, vec![(2, 4), (2, 5), (4, 5)]),
		(10, vec![(1, 2), (4, 5), (7, 8), (2, 4), (5, 7), (1, 8)]),
	] {
		let mut scenario = Scenario::new(5, Some(size), Intensity::Normal);
		scenario.nodes.truncate(scenario.election.weights.len());
		scenario.election.epochs.truncate(1);
		scenario.byzantine = (0..size).step_by(3).take((size - 1) / 3).map(|node| (node, Kind::Silent)).collect();
		scenario.crashes.clear();
		let links = &mut scenario.links;
		(links.delay_ms, links.jitter_ms, links.loss_permille, links.slow) = (10, 5, 0, None);
		links.partitions.clear();
		links.broken = broken.into_iter().collect();
		let unrelayed = Scenario { rules: Rules::weakened_relaying(), ..scenario.clone() };
		let outcome = run(scenario);
		assert_eq!(outcome.violation, None, "{size}");
		assert!(outcome.stats.passed_on > 0, "{size}");
		let stuck = run(unrelayed).violation.expect("without relaying no height ends");
		assert!(stuck.0.starts_with("progress"), "{size}: {stuck}");
	}
}

/// More than f members fork heights across views, and sign nothing twice. What the correct members of the two sides kept proves more
/// than f of them guilty at each fork, and no correct member.
#[test]
fn members_that_fork_a_height_by_hiding_commits_are_proved_guilty() {
	for size in [4, 5, 7, 10, 16] {
		let mut sum = Stats::default();
		for seed in 0..40 {
			let scenario = Scenario::new(seed, Some(size), Intensity::Normal).with_hidden_commits(Kind::HidesCommits);
			let quorum = size - (size - 1) / 3;
			assert!(scenario.byzantine.len() / 2 < quorum, "they need a correct member");
			let outcome = run(scenario);
			assert_eq!(outcome.violation, None, "{size}, seed {seed}");
			sum.add(&outcome.stats);
		}
		assert!(sum.forks >= 20, "{size}: only {} forks", sum.forks);
		assert!(sum.hiders >= sum.forks * ((size as u64 - 1) / 3 + 1), "{size}: {sum}");
	}
}

/// The members also pass on votes that contradict those of their other processes. A fork may then take several ways, and each of them proves more than
/// f of them guilty.
#[test]
fn members_that_fork_a_height_in_any_way_are_proved_guilty() {
	for size in [4, 7, 10] {
		let mut forks = 0;
		for seed in 0..60 {
			let scenario = Scenario::new(seed, Some(size), Intensity::Normal).with_hidden_commits(Kind::ForksOpenly);
			let outcome = run(scenario);
			assert_eq!(outcome.violation, None, "{size}, seed {seed}");
			forks += outcome.stats.forks;
		}
		assert!(forks >= 20, "{size}: only {forks} forks");
	}
}

/// Two processes run with the key of a correct member. The second one listens, finds the first, and casts no vote; the first one
/// never stops, and no member is accused.
#[test]
fn a_second_process_of_a_member_finds_the_first_and_stops() {
	for size in [4, 7, 10] {
		for seed in 0..60 {
			let outcome = run(Scenario::new(seed, Some(size), Intensity::Normal).with_newcomer());
			assert_eq!(outcome.violation, None, "{size}, seed {seed}");
			let Stats { newcomers, evidence, blocks, .. } = outcome.stats;
			assert!(newcomers > 0 && blocks > 0, "{size}, seed {seed}: {blocks} blocks and no newcomer that stops");
			assert_eq!(evidence, 0, "{size}, seed {seed}");
		}
	}
}
