//! The checks are checked: with the quorum lowered by one, without rule 3, or without rule 5, the simulator notices.
//! Each weakening has a named seed that catches it, and the same seed passes with the sound rules.

use tc_pbft_core::Rules;
use tc_pbft_sim::{Intensity, Scenario, Violation, World};
use tp_pbft::Committee;

/// With two blocks on offer, a quorum of two out of four is on either side.
const LOWERED_QUORUM_SEED: u64 = 9;
/// A block is committed by some, and a later view goes on without it.
const WITHOUT_RULE_3_SEED: u64 = 43;
/// A replica votes, crashes, and votes otherwise.
const WITHOUT_RULE_5_SEED: u64 = 2;

fn sound(seed: u64) -> Scenario {
	Scenario::new(seed, Some(4), Intensity::Heavy)
}

fn lowered_quorum(seed: u64) -> Scenario {
	let rules = Rules::weakened(|committee: &Committee| committee.quorum() - 1, tc_pbft_core::NewView::block_of);
	Scenario { rules, sound_quorum: false, ..sound(seed) }
}

fn without_rule_3(seed: u64) -> Scenario {
	Scenario { rules: Rules::weakened(Committee::quorum, |_| None), ..sound(seed) }
}

fn without_rule_5(seed: u64) -> Scenario {
	Scenario { keeps_log: false, ..sound(seed) }
}

fn violation(scenario: Scenario) -> Option<Violation> {
	World::new(scenario, false).run().violation
}

fn assert_caught(weakened: fn(u64) -> Scenario, seed: u64, as_violation_of: &[&str]) {
	let violation = violation(weakened(seed)).unwrap_or_else(|| panic!("seed {seed} does not notice"));
	assert!(as_violation_of.iter().any(|what| violation.0.starts_with(what)), "seed {seed}: {violation}");
	assert_eq!(self::violation(sound(seed)), None, "seed {seed} fails with the sound rules too");
}

#[test]
fn a_quorum_lowered_by_one_is_caught() {
	assert_caught(lowered_quorum, LOWERED_QUORUM_SEED, &["agreement"]);
}

#[test]
fn dropping_rule_3_is_caught() {
	assert_caught(without_rule_3, WITHOUT_RULE_3_SEED, &["agreement"]);
}

#[test]
fn dropping_rule_5_is_caught() {
	assert_caught(without_rule_5, WITHOUT_RULE_5_SEED, &["agreement", "rule 1", "rule 2"]);
}

/// How often each is caught, and the seeds: `cargo test --release -p tc-pbft-sim --test weakened -- --ignored --nocapture`.
#[test]
#[ignore = "a survey, to find seeds anew after the scenarios have changed"]
fn survey() {
	for (name, weakened) in [
		("lowered quorum", lowered_quorum as fn(u64) -> Scenario),
		("without rule 3", without_rule_3),
		("without rule 5", without_rule_5),
	] {
		let seeds = 2_000;
		let caught: Vec<(u64, String)> =
			(0..seeds).filter_map(|seed| violation(weakened(seed)).map(|violation| (seed, violation.0))).collect();
		println!("{name}: {} of {seeds}", caught.len());
		for what in
			["agreement", "validity", "proof", "rule 1", "rule 2", "rule 5", "evidence", "verification", "progress"]
		{
			let seeds: Vec<u64> =
				caught.iter().filter(|(_, violation)| violation.starts_with(what)).map(|(seed, _)| *seed).collect();
			println!("  {what}: {}, first {:?}", seeds.len(), &seeds[..seeds.len().min(8)]);
		}
	}
}
