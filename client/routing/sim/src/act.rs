//! What users do, and the turns of the stories.

use crate::{
	queue::{Event, Turn},
	requests::{account, Kind, Request},
	scenario::Story,
	world::{is_shard_of, World},
};
use rand::{seq::SliceRandom, Rng};
use tp_core::{AccountId, ChainTag};
use tp_mailbox::{bounds::LANE_MESSAGES, Destination, Home};

/// The number of requests that wait for a ledger at most.
const MAX_REQUESTS: usize = 4_000;
/// The number of payments that users ask for at a time in a flood.
const FLOOD_REQUESTS: u32 = 300;

impl World {
	/// Users act, until the faults end.
	pub(crate) fn on_traffic(&mut self) {
		if self.is_calm() {
			return;
		}
		self.queue.push(self.now + self.scenario.traffic_ms, Event::Traffic);
		match self.scenario.story {
			Story::AllToOne => self.all_to_one(),
			Story::Circle => self.circle(),
			Story::Flood => self.flood(),
			Story::Bombs => self.some(&[Kind::Bomb, Kind::Bomb, Kind::Pay, Kind::Forward(2)]),
			Story::Poison => self.some(&[
				Kind::Fail,
				Kind::Garbage,
				Kind::Oversized,
				Kind::Long(9_000),
				Kind::Pay,
				Kind::Pay,
				Kind::Forward(1),
			]),
			Story::Sleeper => self.some(&[Kind::Pay, Kind::Pay, Kind::Pay, Kind::Fail]),
			_ => self.some(&[
				Kind::Pay,
				Kind::Pay,
				Kind::Pay,
				Kind::Pay,
				Kind::Fail,
				Kind::Forward(1),
				Kind::Forward(3),
				Kind::System,
			]),
		}
	}

	/// Some accounts ask for one of these kinds.
	fn some(&mut self, kinds: &[Kind]) {
		for _ in 0..self.rng.gen_range(1..=3) {
			let from = self.accounts.choose(&mut self.rng).expect("there are accounts; qed").clone();
			let mut to = self.accounts.choose(&mut self.rng).expect("there are accounts; qed").clone();
			let kind = *kinds.choose(&mut self.rng).expect("not empty; qed");
			// Some accounts are new.
			if self.rng.gen_bool(0.1) {
				to.1 = account(self.rng.gen_range(1_000_000..2_000_000));
			}
			if kind == Kind::Bomb {
				to = from.clone();
			}
			let value = *[1, 5, 12, 400, 9_000].choose(&mut self.rng).expect("not empty; qed");
			let all = self.rng.gen_bool(0.01);
			self.ask_for(from, to, value, kind, all);
		}
	}

	/// Every account pays into one table.
	fn all_to_one(&mut self) {
		let to =
			self.accounts.iter().find(|(home, _)| *home == Home::Zone(0)).expect("zones have accounts; qed").clone();
		for from in self.accounts.clone() {
			for _ in 0..6 {
				self.ask_for(from.clone(), to.clone(), 2, Kind::Pay, false);
			}
		}
	}

	/// The accounts of each shard pay to the next shard of the zone.
	fn circle(&mut self) {
		let shards: Vec<ChainTag> =
			self.chains.keys().copied().filter(|chain| is_shard_of(*chain, 0) && self.chains[chain].is_up).collect();
		let first =
			|chain: &ChainTag| self.accounts.iter().find(|(home, id)| self.owner(*home, id) == Some(*chain)).cloned();
		let ends: Vec<_> = shards.iter().filter_map(first).collect();
		for (from, to) in ends.iter().zip(ends.iter().cycle().skip(1)) {
			for at in 0..30 {
				let kind = if at % 10 == 9 { Kind::Fail } else { Kind::Pay };
				self.ask_for(from.clone(), to.clone(), 3, kind, false);
			}
		}
	}

	/// The accounts of one shard pay to hundreds of tables of others, and nothing is carried until the faults end. The shard
	/// reports to the main chain all the same.
	fn flood(&mut self) {
		let is_here = |(home, id): &(Home, AccountId)| self.owner(*home, id) == Some(self.victim);
		let mut senders: Vec<(Home, AccountId)> = self.accounts.iter().filter(|from| is_here(from)).cloned().collect();
		let Some(reporter) = senders.first().cloned() else { return };
		let begin = self.rng.gen_range(0..senders.len());
		senders.rotate_left(begin);
		for (at, from) in (0..FLOOD_REQUESTS).zip(senders.iter().cycle()) {
			let to = loop {
				let home = if at % 40 == 0 { Home::Main } else { Home::Zone(0) };
				let to = (home, account(self.rng.gen_range(0..50_000)));
				if self.owner(to.0, &to.1) != Some(self.victim) {
					break to;
				}
			};
			self.ask_for(from.clone(), to, 11, Kind::Pay, false);
		}
		self.ask_for(reporter, (Home::Main, account(0)), 0, Kind::System, false);
	}

	/// Has an account ask its ledger for something. With `all` it sends all that it has, and ends.
	fn ask_for(&mut self, from: (Home, AccountId), to: (Home, AccountId), value: u128, kind: Kind, all: bool) {
		let (home, to) = to;
		let Some(owner) = self.owner(from.0, &from.1) else { return };
		let of = self.chains.get_mut(&owner).expect("owners exist; qed");
		let balance = of.state.bank.balances.get(&from.1).copied().unwrap_or_default();
		let value = if all { balance } else { value };
		let request = Request { from: from.1, home, to, value, kind };
		if !of.is_up {
			return;
		}
		// What the ledger itself does waits for no user.
		if kind == Kind::System {
			of.requests.push_front(request);
		} else if of.requests.len() < MAX_REQUESTS {
			of.requests.push_back(request);
		}
	}

	/// Returns the ledger in which an account lives now.
	fn owner(&self, home: Home, id: &AccountId) -> Option<ChainTag> {
		let destination = Destination::of(home, id);
		let mut owners =
			self.chains.values().filter(|chain| chain.ended_at.is_none() && chain.ledger.owns(&destination));
		owners.next().map(|chain| chain.ledger.chain)
	}

	/// The story of the run goes on.
	pub(crate) fn on_turn(&mut self, turn: Turn) {
		let victim = self.victim;
		self.trace.note([self.now, 7, turn as u64, 0], || format!("{:>8} {turn:?} of {victim:?}", self.now));
		let is_live = self.chains[&victim].ended_at.is_none();
		match turn {
			Turn::Sleep if is_live => {
				self.chains.get_mut(&victim).expect("it was created; qed").is_up = false;
				self.fill_lane();
			},
			Turn::Wake if is_live => self.chains.get_mut(&victim).expect("it was created; qed").is_up = true,
			Turn::Sleep | Turn::Wake => {},
			Turn::Capture => self.capture(victim),
			Turn::Fork => self.fork(victim),
			Turn::Close => {
				let is_other = |chain: &ChainTag| matches!(chain, ChainTag::Shard { .. }) && *chain != victim;
				let shards: Vec<ChainTag> = self.chains.keys().copied().filter(is_other).collect();
				let shard = shards.choose(&mut self.rng).copied();
				if let Some(shard) = shard.filter(|shard| self.chains[shard].ended_at.is_none()) {
					self.close(shard);
				}
			},
		}
	}

	/// The accounts of other ledgers fill a lane to a ledger that sleeps.
	fn fill_lane(&mut self) {
		let of_victim = |(home, id): &&(Home, AccountId)| self.owner(*home, id) == Some(self.victim);
		let Some(to) = self.accounts.iter().find(of_victim).cloned() else { return };
		let others: Vec<_> = self.accounts.iter().filter(|account| !of_victim(account)).cloned().collect();
		for from in others {
			for _ in 0..LANE_MESSAGES / 2 {
				self.ask_for(from.clone(), to.clone(), 2, Kind::Pay, false);
			}
		}
	}
}
