//! Committees stay valid and change within their bounds under random acts of nodes and root. `try_state` checks the
//! invariants after each epoch.

use super::*;
use crate::rotation::max_changes;
use tp_core::Balance;
use tp_stake::Reputation;

const NODES: u16 = 40;
const EPOCHS: Epoch = 40;
const LEDGERS: [ChainTag; 5] = [Main, Zone(0), Zone(1), shard(0, 0), shard(0, 1)];

/// Random numbers from a seed: xorshift64.
struct Dice(u64);

impl Dice {
	/// Returns a number below `limit`.
	fn below(&mut self, limit: u16) -> u16 {
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		u16::try_from((self.0 >> 20) % u64::from(limit)).unwrap()
	}

	/// Returns true once in `count` times on average.
	fn one_in(&mut self, count: u16) -> bool {
		self.below(count) == 0
	}
}

/// Changes nodes and ledgers at random.
fn stir(dice: &mut Dice, network: &mut Network) {
	for node in 0..NODES {
		let (leaves, removed, absent, bad) = (dice.one_in(12), dice.one_in(12), dice.one_in(6), dice.one_in(12));
		let assets = Balance::from(dice.below(1_000));
		with(node, |known| {
			(known.leaves, known.removed, known.absent, known.assets) = (leaves, removed, absent, assets);
			known.reputation = if bad { Reputation::MIN } else { Reputation::START };
		});
	}
	if dice.one_in(3) {
		let chain = LEDGERS[usize::from(dice.below(5))];
		let seats = 1 + u32::from(dice.below(9));
		if Ledgers::<Test>::contains_key(chain) {
			assert_ok!(ShardAssignment::set_seats(RuntimeOrigin::root(), chain, seats));
		} else if !Retired::<Test>::contains_key(chain) {
			assert_ok!(ShardAssignment::register_ledger(RuntimeOrigin::root(), chain, params(chain, seats)));
		}
	}
	if dice.one_in(15) {
		let chain = LEDGERS[usize::from(1 + dice.below(4))];
		if Ledgers::<Test>::contains_key(chain) {
			assert_ok!(ShardAssignment::remove_ledger(RuntimeOrigin::root(), chain));
		}
	}
	if dice.one_in(10) {
		let first = dice.below(NODES);
		network.named = Some((first..first + 1 + dice.below(6)).map(member).collect());
	}
}

#[test]
fn committees_stay_valid_under_random_acts() {
	let (mut came, mut lost) = (0, 0);
	for seed in 1..=12u64 {
		let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
		on_network(&[(Main, 4), (Zone(0), 4), (shard(0, 0), 5)], 4, NODES, |network| {
			for epoch in 0..EPOCHS {
				stir(&mut dice, network);
				let tickets: Vec<u16> = (0..NODES).filter(|_| !dice.one_in(3)).collect();
				let events = network.epoch(tickets);
				lost += events.iter().filter(|event| matches!(event, Event::SeatLost { .. })).count();
				for (chain, params) in Ledgers::<Test>::iter() {
					let seats_of = |epoch| Committees::<Test>::get(chain, epoch).unwrap_or_default().into_inner();
					let (before, after) = (seats_of(epoch + 1), seats_of(epoch + 2));
					assert!(before.is_empty() || !after.is_empty(), "{chain:?} lost its committee");
					let target = usize::try_from(params.seats).unwrap();
					let is_removed = |seat: &&Seat| seat.node.as_ref().is_some_and(|node| known(number(node)).removed);
					// Removed nodes are still members only if all members are removed.
					let n = before.len() - before.iter().filter(is_removed).count();
					let stay = after.iter().filter(|seat| seat.since <= epoch + 1).count();
					let new = after.len() - stay;
					came += new;
					assert!(new <= target.saturating_sub(n) + max_changes(n), "{new} come to {n} of {target}");
					assert!(stay >= n.saturating_sub(max_changes(n)), "{stay} of {n} stay");
					assert!(n == 0 || after.len() <= target.max(n), "{chain:?} has more than its seats");
				}
			}
		});
	}
	println!("{came} seats were taken, {lost} lost");
	assert!(came > 500 && lost > 50);
}
