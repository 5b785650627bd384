//! Tests of the checks: the simulator must notice each broken rule. Each has a seed that notices it, and the same seed
//! passes with the sound rules.

use tc_routing_sim::{Scenario, Story, Violation, Weakness, World};

/// A broken rule, the story and the seed that notice it, and the invariants that it violates.
struct Weakening {
	weakness: Weakness,
	story: Story,
	seed: u64,
	violates: &'static [&'static str],
}

const CURSOR: Weakening =
	Weakening { weakness: Weakness::Cursor, story: Story::Mixed, seed: 0, violates: &["exactly once"] };
const PRUNED: Weakening =
	Weakening { weakness: Weakness::Pruned, story: Story::Mixed, seed: 0, violates: &["progress"] };
const UNAUDITED: Weakening =
	Weakening { weakness: Weakness::Unaudited, story: Story::Captured, seed: 0, violates: &["origin"] };
const UNSIGNED: Weakening =
	Weakening { weakness: Weakness::Unsigned, story: Story::Mixed, seed: 3, violates: &["origin"] };
const RETIRED: Weakening =
	Weakening { weakness: Weakness::Retired, story: Story::Epochs, seed: 1, violates: &["origin"] };
const UNSEALED: Weakening =
	Weakening { weakness: Weakness::Unsealed, story: Story::Captured, seed: 0, violates: &["conservation", "origin"] };
const FORGOTTEN: Weakening = Weakening {
	weakness: Weakness::Forgotten,
	story: Story::Poison,
	seed: 0,
	violates: &["conservation", "exactly once"],
};
const ONCE: Weakening = Weakening { weakness: Weakness::Once, story: Story::Mixed, seed: 0, violates: &["progress"] };

impl Weakening {
	fn sound(&self, seed: u64) -> Scenario {
		Scenario::with_story(seed, self.story)
	}

	/// Returns the violation that a seed finds, if it is one of the expected.
	fn violation_of(&self, seed: u64) -> Option<Violation> {
		let found = violation(self.sound(seed).weakened(self.weakness))?;
		self.violates.iter().any(|what| found.0.starts_with(what)).then_some(found)
	}

	fn assert_caught(&self) {
		let seed = self.seed;
		assert!(self.violation_of(seed).is_some(), "seed {seed} finds nothing; the survey below finds other seeds");
		assert_eq!(violation(self.sound(seed)), None, "seed {seed} violates the sound rules too");
	}
}

fn violation(scenario: Scenario) -> Option<Violation> {
	World::new(scenario, false).run().violation
}

#[test]
fn a_cursor_that_is_not_checked_is_caught() {
	CURSOR.assert_caught();
}

#[test]
fn a_lane_that_is_pruned_early_is_caught() {
	PRUNED.assert_caught();
}

#[test]
fn a_head_that_is_taken_without_audit_is_caught() {
	UNAUDITED.assert_caught();
}

#[test]
fn certificates_that_are_not_checked_are_caught() {
	UNSIGNED.assert_caught();
}

#[test]
fn committees_that_vouch_after_their_last_height_are_caught() {
	RETIRED.assert_caught();
}

#[test]
fn a_shard_that_goes_on_from_an_unsealed_state_is_caught() {
	UNSEALED.assert_caught();
}

#[test]
fn tables_that_move_without_their_cursors_are_caught() {
	FORGOTTEN.assert_caught();
}

#[test]
fn carrying_once_is_caught() {
	ONCE.assert_caught();
}

/// Finds new seeds, which are needed after a change of scenarios or rules: `cargo test --release -p tc-routing-sim --test
/// weakened -- --ignored --nocapture`.
#[test]
#[ignore = "a survey, needed after a change of scenarios or rules"]
fn survey() {
	for weakening in [CURSOR, PRUNED, UNAUDITED, UNSIGNED, RETIRED, UNSEALED, FORGOTTEN, ONCE] {
		let is_sound = |seed: u64| violation(weakening.sound(seed)).is_none();
		let found = (0u64..1_000).find_map(|seed| {
			weakening.violation_of(seed).filter(|_| is_sound(seed)).map(|violation| (seed, violation))
		});
		println!("{:?}: {found:?}", weakening.weakness);
	}
}
