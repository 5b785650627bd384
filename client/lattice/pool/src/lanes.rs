//! Storage of lanes: numbered slots, linked into lists that change in constant time.

use crate::{keyed_map::KeyedMap, lane::Lane};
use std::ops::{Index, IndexMut};
use tp_core::AccountId;

/// Number of a lane. A removed lane's number is used again.
pub type Slot = u32;

/// Kinds of lists. A lane is in one list of each kind, at most.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
	/// Lanes of a size, the least recently used first.
	Size,
	/// Lanes with ready units, in the order of their turns.
	Queue,
	/// Lanes with future units, the oldest gap first.
	Waiting,
}

/// A lane's neighbours in a list.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
	before: Option<Slot>,
	after: Option<Slot>,
}

/// The ends of a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct List {
	first: Option<Slot>,
	last: Option<Slot>,
}

impl List {
	pub fn first(&self) -> Option<Slot> {
		self.first
	}
}

/// All lanes.
#[derive(Debug, Default)]
pub struct Lanes {
	slots: Vec<Option<Lane>>,
	free: Vec<Slot>,
	/// Neighbours of each lane in the lists, apart from the lanes so that they lie together in memory.
	links: Vec<[Link; 3]>,
	by_account: KeyedMap<AccountId, Slot>,
}

impl Lanes {
	pub fn len(&self) -> usize {
		self.by_account.len()
	}

	pub fn find(&self, id: &AccountId) -> Option<Slot> {
		self.by_account.get(id).copied()
	}

	/// Returns the slots in use, ascending.
	pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
		(0..).zip(&self.slots).filter_map(|(slot, lane)| lane.is_some().then_some(slot))
	}

	/// Returns the lanes of some accounts. It passes over others without a look at their lanes, which lie apart in memory.
	pub fn of(&self, is_wanted: impl Fn(&AccountId) -> bool) -> impl Iterator<Item = &Lane> {
		self.by_account.iter().filter(move |(id, _)| is_wanted(id)).map(|(_, slot)| &self[*slot])
	}

	pub fn get(&self, slot: Slot) -> Option<&Lane> {
		self.slots.get(slot as usize)?.as_ref()
	}

	pub fn insert(&mut self, lane: Lane) -> Slot {
		let id = lane.id.clone();
		let slot = match self.free.pop() {
			Some(slot) => {
				self.slots[slot as usize] = Some(lane);
				slot
			},
			None => {
				self.slots.push(Some(lane));
				self.links.push([Link::default(); 3]);
				Slot::try_from(self.slots.len() - 1).expect("lanes are not more than units, which fit memory; qed")
			},
		};
		self.by_account.insert(id, slot);
		slot
	}

	/// Removes a lane. The caller has unlinked it from all lists; a link to a free slot would corrupt them.
	pub fn remove(&mut self, slot: Slot) {
		if let Some(lane) = self.slots[slot as usize].take() {
			self.by_account.remove(&lane.id);
			self.free.push(slot);
		}
	}

	pub fn push_back(&mut self, list: &mut List, kind: Kind, slot: Slot) {
		*self.link(kind, slot) = Link { before: list.last, after: None };
		match list.last {
			Some(last) => self.link(kind, last).after = Some(slot),
			None => list.first = Some(slot),
		}
		list.last = Some(slot);
	}

	pub fn unlink(&mut self, list: &mut List, kind: Kind, slot: Slot) {
		let Link { before, after } = std::mem::take(self.link(kind, slot));
		match before {
			Some(before) => self.link(kind, before).after = after,
			None => list.first = after,
		}
		match after {
			Some(after) => self.link(kind, after).before = before,
			None => list.last = before,
		}
	}

	/// Returns the lane after `slot` in its list.
	pub fn after(&self, kind: Kind, slot: Slot) -> Option<Slot> {
		self.links[slot as usize][kind as usize].after
	}

	fn link(&mut self, kind: Kind, slot: Slot) -> &mut Link {
		&mut self.links[slot as usize][kind as usize]
	}
}

impl Index<Slot> for Lanes {
	type Output = Lane;

	fn index(&self, slot: Slot) -> &Lane {
		self.slots[slot as usize].as_ref().expect("the pool keeps no slot of a removed lane; qed")
	}
}

impl IndexMut<Slot> for Lanes {
	fn index_mut(&mut self, slot: Slot) -> &mut Lane {
		self.slots[slot as usize].as_mut().expect("the pool keeps no slot of a removed lane; qed")
	}
}
