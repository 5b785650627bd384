//! Shards that are drawn again from their sealed state, and shards that are split.

use crate::{
	chain::{registration, Chain},
	nodes::Change,
	queue::Event,
	scenario::{Time, Weakness},
	state::State,
	world::{World, INTERVAL_MS},
};
use tp_beacon::Beacon;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Ledger, Mailbox, TableId, TableRange};

/// The time from the discovery of a faulty shard to its new committee.
const HEAL_MS: Time = 1_500;
/// The time between two looks at whether a closing shard is sealed.
const CLOSE_MS: Time = 100;

impl World {
	/// Has the committee of a shard drawn again, once.
	pub(crate) fn schedule_heal(&mut self, shard: ChainTag) {
		// A router that was slow may find the fault of a shard that has gone on since.
		if self.chains[&shard].ended_at.is_none() && self.awaits_heal.insert(shard) {
			self.queue.push(self.now + HEAL_MS, Event::Heal(shard));
		}
	}

	/// The next zone block heals a shard.
	pub(crate) fn on_heal(&mut self, shard: ChainTag) {
		self.change(shard, Change::Heal(shard));
	}

	fn change(&mut self, shard: ChainTag, change: Change) {
		let ChainTag::Shard { zone, .. } = shard else { return };
		self.zones.get_mut(&zone).expect("shards have a zone; qed").changes.push(change);
	}

	/// A shard makes no more blocks, and is split when its last block is sealed.
	pub(crate) fn close(&mut self, shard: ChainTag) {
		self.chains.get_mut(&shard).expect("the caller has chosen it; qed").is_up = false;
		self.queue.push(self.now + CLOSE_MS, Event::Split(shard));
	}

	/// Splits a closing shard, if its last block is sealed.
	pub(crate) fn on_split(&mut self, shard: ChainTag) {
		let number = self.chains[&shard].number;
		if self.sealed(shard) < number {
			self.queue.push(self.now + CLOSE_MS, Event::Split(shard));
			return;
		}
		let Some(TableRange { first, last }) = self.chains[&shard].ledger.tables else { return };
		let middle = first.0 + (last.0 - first.0) / 2 + 1;
		self.change(shard, Change::Split(shard, TableId(middle)));
	}

	/// Applies what the zone block does to its shards.
	pub(crate) fn apply_changes(&mut self, zone: u16) {
		let changes = std::mem::take(&mut self.zones.get_mut(&zone).expect("it was created; qed").changes);
		for change in changes {
			match change {
				Change::Heal(shard) => self.heal(shard),
				Change::Split(shard, at) => self.split(shard, at),
			}
		}
	}

	/// A shard goes on from its sealed head, as a new incarnation.
	fn heal(&mut self, shard: ChainTag) {
		let sealed = self.sealed(shard);
		let of = self.chains.get_mut(&shard).expect("it was found faulty; qed");
		let tables = of.ledger.tables.expect("a shard has tables; qed");
		let state = match (self.scenario.weakness, &of.snapshots) {
			(Some(Weakness::Unsealed), _) => of.state.clone(),
			(_, Some(snapshots)) => snapshots.get(&sealed).cloned().unwrap_or_else(|| of.first_state.clone()),
			_ => of.first_state.clone(),
		};
		of.state = state;
		self.checks.rewind(shard, sealed);
		self.stats.healed += 1;
		self.awaits_heal.remove(&shard);
		self.replace(shard, sealed, &[tables]);
	}

	/// A shard goes on as two.
	fn split(&mut self, shard: ChainTag, at: TableId) {
		let of = &self.chains[&shard];
		let TableRange { first, last } = of.ledger.tables.expect("a shard has tables; qed");
		let number = of.number;
		let low = TableRange { first, last: TableId(at.0 - 1) };
		self.stats.splits += 1;
		self.replace(shard, number, &[low, TableRange { first: at, last }]);
	}

	/// Ends a shard at a height, whose state others go on with.
	fn replace(&mut self, shard: ChainTag, end: BlockNumber, parts: &[TableRange]) {
		let ChainTag::Shard { zone, .. } = shard else { return };
		let of = self.chains.get_mut(&shard).expect("the caller has chosen it; qed");
		(of.ended_at, of.is_up, of.honest, of.snapshots) = (Some(end), false, None, None);
		of.relays.clear();
		of.pool.clear();
		of.requests.clear();
		let parent = of.ledger;
		let states: Vec<State> = parts.iter().map(|tables| split_state(of, parent, *tables)).collect();
		of.ledger.tables = None;
		let kept = std::mem::take(&mut of.state.bank.kept);
		self.zone_beacon(zone).set_tables(shard, None).expect("it is a shard of the zone; qed");
		let nodes = &mut self.zones.get_mut(&zone).expect("it was created; qed").nodes;
		nodes.iter_mut().for_each(|node| node.core.end_audit(shard));
		self.trace.note([self.now, 6, u64::from(end), parts.len() as u64], || {
			format!("{:>8} {shard:?} ends at {end}, and goes on in {} parts", self.now, parts.len())
		});
		for (at, (tables, state)) in parts.iter().zip(states).enumerate() {
			self.begin(zone, *tables, state, if at == 0 { kept } else { 0 });
		}
	}

	/// Begins a new incarnation.
	fn begin(&mut self, zone: u16, tables: TableRange, mut state: State, kept: u128) {
		self.incarnations += 1;
		let chain = ChainTag::Shard { zone, incarnation: 100 + self.incarnations };
		let ledger = Ledger { chain, tables: Some(tables) };
		let moving = std::mem::take(&mut state.moving);
		self.add_chain(ledger);
		let weakness = self.scenario.weakness;
		let of = self.chains.get_mut(&chain).expect("it was added; qed");
		state.bank.kept += kept;
		of.state = state;
		if weakness != Some(Weakness::Forgotten) {
			of.mailbox().adopt(moving).expect("the lanes lead to its tables; qed");
		}
		of.first_state = of.state.clone();
		let registration = registration(ledger, &of.electorate, 1);
		self.zone_beacon(zone).register(registration.clone()).expect("incarnations are new; qed");
		let nodes = &mut self.zones.get_mut(&zone).expect("it was created; qed").nodes;
		for node in nodes.iter_mut() {
			let mut beacon = Beacon::new(&mut node.beacon);
			beacon.register(registration.clone()).expect("incarnations are new; qed");
			node.core.add_shard(ledger, 0);
		}
		self.queue.push(self.now + INTERVAL_MS, Event::Block(chain));
	}

	fn zone_beacon(&mut self, zone: u16) -> Beacon<'_, tp_beacon::MemoryStore> {
		let of = self.chains.get_mut(&ChainTag::Zone(zone)).expect("it was created; qed");
		Beacon::new(&mut of.state.beacon)
	}
}

/// Takes the state of some tables out of a shard's.
fn split_state(of: &mut Chain, parent: Ledger, tables: TableRange) -> State {
	let moving = Mailbox::new(parent, &mut of.state.mailbox).release(tables);
	let bank = of.state.bank.split_off(tables);
	let is_moved = |lane: &tp_mailbox::Lane| match lane.destination {
		tp_mailbox::Destination::Table { table, .. } => tables.contains(table),
		tp_mailbox::Destination::Main => false,
	};
	let seen = of.state.seen.iter().filter(|(lane, _)| is_moved(lane)).map(|(lane, next)| (*lane, *next)).collect();
	State { beacon: of.state.beacon.clone(), bank, seen, moving, ..State::default() }
}
