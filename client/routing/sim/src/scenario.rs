//! The scenario of a seed: the ledgers, what users do, and the faults.

use rand::{seq::SliceRandom, Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Virtual milliseconds.
pub type Time = u64;

/// What a run is about, beside the faults of its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Story {
	/// Payments of all kinds in all directions.
	Mixed,
	/// A ledger stands still for 1,000 blocks of the others, and catches up.
	Sleeper,
	/// All accounts pay into one table.
	AllToOne,
	/// Full lanes in a circle.
	Circle,
	/// Messages that multiply.
	Bombs,
	/// Messages that cannot be delivered, while their senders' tables move.
	Poison,
	/// The committee of a shard mints tokens.
	Captured,
	/// The committee of a shard certifies two blocks at one height.
	Forked,
	/// Epochs are short, and retired committees sign.
	Epochs,
	/// Users fill the outbox of a ledger that sends system messages.
	Flood,
}

impl Story {
	/// All stories, with the number of runs per thousand that have them.
	pub const ALL: [(Self, u32); 10] = [
		(Self::Mixed, 330),
		(Self::Sleeper, 15),
		(Self::AllToOne, 15),
		(Self::Circle, 15),
		(Self::Bombs, 105),
		(Self::Poison, 120),
		(Self::Captured, 150),
		(Self::Forked, 120),
		(Self::Epochs, 120),
		(Self::Flood, 10),
	];

	/// Returns its name.
	pub fn name(self) -> &'static str {
		match self {
			Self::Mixed => "mixed",
			Self::Sleeper => "sleeper",
			Self::AllToOne => "all to one",
			Self::Circle => "circle",
			Self::Bombs => "bombs",
			Self::Poison => "poison",
			Self::Captured => "captured",
			Self::Forked => "forked",
			Self::Epochs => "epochs",
			Self::Flood => "flood",
		}
	}
}

/// A rule that is broken on purpose, to show that the checks notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
	/// Destinations take messages without a look at their cursor.
	Cursor,
	/// Sources forget messages when they are sent.
	Pruned,
	/// Routers believe blocks of shards without execution.
	Unaudited,
	/// Signatures are not checked.
	Unsigned,
	/// Committees vouch for headers after their last height.
	Retired,
	/// A shard goes on from its newest state after its committee was captured.
	Unsealed,
	/// Tables move without the cursors of their lanes.
	Forgotten,
	/// Routers carry messages once, and not again if they get lost.
	Once,
}

/// A run before it starts.
#[derive(Clone, Debug)]
pub struct Scenario {
	/// The seed of the run.
	pub seed: u64,
	/// What it is about.
	pub story: Story,
	/// The number of shards of each zone.
	pub shards: Vec<u16>,
	/// The number of routers of each zone.
	pub routers: u16,
	/// Whether one router of each zone is faulty: it votes for everything and carries nothing.
	pub has_faulty_router: bool,
	/// The number of accounts of each ledger.
	pub accounts: u32,
	/// The number of blocks of an epoch.
	pub epoch_blocks: u32,
	/// The number of messages that a block takes in.
	pub block_messages: usize,
	/// Milliseconds between two actions of users.
	pub traffic_ms: Time,
	/// When faults and traffic end.
	pub calm_at: Time,
	/// Longest delay of a relay or of an execution.
	pub delay_ms: Time,
	/// Relays per thousand that are lost.
	pub loss_permille: u32,
	/// Relays per thousand that arrive twice.
	pub repeat_permille: u32,
	/// Relays per thousand that are held back for seconds.
	pub withheld_permille: u32,
	/// Times in which no relay reaches one of the ledgers.
	pub withheld: Vec<Withheld>,
	/// Relays per thousand after which a forged one is sent.
	pub forged_permille: u32,
	/// When a shard is split.
	pub splits_at: Option<Time>,
	/// The rule that is broken.
	pub weakness: Option<Weakness>,
}

/// A time in which no relay reaches a ledger.
#[derive(Clone, Debug)]
pub struct Withheld {
	/// The ledger, by its index modulo the number of ledgers.
	pub ledger: usize,
	/// When it begins.
	pub from: Time,
	/// When it ends.
	pub until: Time,
}

/// The number of accounts of the shard whose outbox users fill: more than a block has requests.
const FLOOD_ACCOUNTS: u32 = 600;

impl Scenario {
	/// Returns the scenario of a seed.
	pub fn new(seed: u64) -> Self {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		let story = draw_story(&mut rng);
		Self::with_story(seed, story)
	}

	/// Returns the scenario of a seed with another story.
	pub fn with_story(seed: u64, story: Story) -> Self {
		let mut rng = ChaCha8Rng::seed_from_u64(seed);
		rng.set_stream(2);
		let zones = if rng.gen_bool(0.3) { 2 } else { 1 };
		let mut shards: Vec<u16> = (0..zones).map(|_| rng.gen_range(1..=3)).collect();
		// Captures, circles and moves need more than one shard.
		shards[0] = shards[0].max(match story {
			Story::Circle => 3,
			Story::Captured | Story::Forked | Story::Poison | Story::AllToOne | Story::Flood => 2,
			_ => 1,
		});
		let routers = pick(&mut rng, &[1, 2, 3, 4, 4, 4]);
		let calm_at = match story {
			Story::Sleeper => 105_000,
			// An outbox fills in this time.
			Story::Flood => 9_000,
			_ => rng.gen_range(4_000..9_000),
		};
		let is_calm = rng.gen_bool(0.1);
		let withheld = (0..rng.gen_range(0..4))
			.map(|_| {
				let from = rng.gen_range(0..calm_at);
				Withheld { ledger: rng.gen_range(0..16), from, until: (from + rng.gen_range(200..4_000)).min(calm_at) }
			})
			.collect();
		// What a few accounts send in these stories would take a small block minutes.
		let dense = matches!(story, Story::AllToOne | Story::Circle | Story::Flood | Story::Bombs | Story::Sleeper);
		let mut scenario = Self {
			seed,
			story,
			shards,
			routers,
			has_faulty_router: routers == 4 && rng.gen_bool(0.6),
			accounts: rng.gen_range(3..=8),
			epoch_blocks: match story {
				Story::Epochs => rng.gen_range(3..12),
				Story::Sleeper => rng.gen_range(40..200),
				_ => pick(&mut rng, &[15, 60, 1_000_000]),
			},
			block_messages: pick(&mut rng, &[5, 40, 2_000]).max(if dense { 200 } else { 0 }),
			traffic_ms: if story == Story::Sleeper { 400 } else { pick(&mut rng, &[30, 80, 150]) },
			calm_at,
			delay_ms: pick(&mut rng, &[5, 40, 150]),
			loss_permille: pick(&mut rng, &[0, 20, 200]),
			repeat_permille: pick(&mut rng, &[0, 50, 300]),
			withheld_permille: pick(&mut rng, &[0, 20, 100]),
			withheld,
			forged_permille: pick(&mut rng, &[0, 30, 100]),
			splits_at: (story == Story::Poison || rng.gen_bool(0.15)).then(|| rng.gen_range(500..calm_at)),
			weakness: None,
		};
		if story == Story::Flood {
			// Nothing is carried until the faults end.
			scenario.withheld = (0..16).map(|ledger| Withheld { ledger, from: 500, until: calm_at }).collect();
		}
		if is_calm {
			(scenario.loss_permille, scenario.repeat_permille, scenario.withheld_permille) = (0, 0, 0);
			if story != Story::Flood {
				scenario.withheld.clear();
			}
		}
		scenario
	}

	/// Returns the number of accounts of a ledger. In a flood one shard has enough of them to fill its outbox: when it has
	/// many messages on their way, each account sends one a block.
	pub fn accounts_of(&self, is_victim: bool) -> u32 {
		if self.story == Story::Flood && is_victim {
			FLOOD_ACCOUNTS
		} else {
			self.accounts
		}
	}

	/// Returns the same scenario with a broken rule.
	pub fn weakened(self, weakness: Weakness) -> Self {
		Self { weakness: Some(weakness), ..self }
	}
}

fn pick<T: Copy>(rng: &mut ChaCha8Rng, of: &[T]) -> T {
	*of.choose(rng).expect("not empty; qed")
}

fn draw_story(rng: &mut ChaCha8Rng) -> Story {
	let mut point = rng.gen_range(0..Story::ALL.iter().map(|(_, weight)| weight).sum());
	for (story, weight) in Story::ALL {
		if point < weight {
			return story;
		}
		point -= weight;
	}
	unreachable!("the point is below the sum of the weights; qed")
}
