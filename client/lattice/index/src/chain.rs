//! Chains of accounts, read by the links from each unit to the one before it.
//!
//! Every 64th unit of a chain is an *anchor*, found by its sequence number: a page deep in a long chain is found by a
//! binary search over anchors and a walk of less than 64 links.

use crate::{
	records::{anchor_key, Entry, Lives, UnitRecord, ANCHORS, ANCHOR_INTERVAL},
	IndexError, Place, UnitIndex,
};
use tp_core::AccountId;
use tp_lattice::UnitHash;

/// A unit of an account's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
	/// Its number among the account's applied units, over all lives of the account, from 0.
	pub sequence: u32,
	/// Its height in the account's chain.
	pub height: u32,
	/// The unit.
	pub hash: UnitHash,
	/// Where it is.
	pub place: Place,
}

impl UnitIndex {
	/// The units of an account's newest life, newest first, at most `limit`; with `before`, those below that height.
	/// So the height of the last one leads to the next page. Only units that applied are in a chain.
	pub fn chain(&self, account: &AccountId, before: Option<u32>, limit: usize) -> Result<Vec<Link>, IndexError> {
		let lives = self.lives(account)?;
		let anchor = match before {
			Some(height) => self.first_anchor_from(account, height, &lives)?,
			None => lives.anchors(),
		};
		let is_of_life = |link: &Link| link.sequence >= lives.life;
		let is_above = |link: &Link| is_of_life(link) && before.is_some_and(|height| link.height >= height);
		let links = self.down_from(account, anchor, &lives)?.skip_while(|link| link.as_ref().is_ok_and(is_above));
		links.take_while(|link| link.as_ref().map_or(true, is_of_life)).take(limit).collect()
	}

	/// The units of all lives of an account, newest first, at most `limit`; with `before`, those of a lower sequence
	/// number.
	pub fn history(&self, account: &AccountId, before: Option<u32>, limit: usize) -> Result<Vec<Link>, IndexError> {
		let lives = self.lives(account)?;
		let end = before.unwrap_or(u32::MAX);
		let anchor = end.saturating_sub(1) / ANCHOR_INTERVAL;
		let is_above = |link: &Link| link.sequence >= end;
		let links = self.down_from(account, anchor, &lives)?.skip_while(|link| link.as_ref().is_ok_and(is_above));
		links.take(limit).collect()
	}

	/// The first anchor of the newest life that is not below a height: heights ascend within a life. One past the last
	/// if there is none.
	fn first_anchor_from(&self, account: &AccountId, height: u32, lives: &Lives) -> Result<u32, IndexError> {
		let (mut from, mut to) = (lives.life / ANCHOR_INTERVAL, lives.anchors());
		while from < to {
			let middle = from + (to - from) / 2;
			match self.linked(&self.anchor(account, middle)?)?.1.height < height {
				true => from = middle + 1,
				false => to = middle,
			}
		}
		Ok(from)
	}

	/// All units from an anchor down, or from the newest if the account has not so many.
	fn down_from(&self, account: &AccountId, anchor: u32, lives: &Lives) -> Result<Links<'_>, IndexError> {
		let next = match anchor < lives.anchors() {
			true => Some((anchor_sequence(anchor), self.anchor(account, anchor)?)),
			false => lives.next.checked_sub(1).map(|sequence| (sequence, lives.newest)),
		};
		Ok(Links { index: self, next })
	}

	fn anchor(&self, account: &AccountId, anchor: u32) -> Result<UnitHash, IndexError> {
		let key = anchor_key(account, anchor_sequence(anchor));
		self.read(ANCHORS, &key, "an anchor of an account's chain does not decode")?
			.ok_or(IndexError::Damaged("an anchor of an account's chain is missing"))
	}

	/// A unit that is in a chain.
	fn linked(&self, hash: &UnitHash) -> Result<(Place, Entry), IndexError> {
		match self.record(hash)? {
			Some(UnitRecord { place, entry: Some(entry) }) => Ok((place, entry)),
			_ => Err(IndexError::Damaged("a unit of an account's chain is missing")),
		}
	}
}

impl Lives {
	/// How many anchors the chain has.
	fn anchors(&self) -> u32 {
		self.next / ANCHOR_INTERVAL
	}
}

/// Sequence number of an anchor: the last of an interval.
fn anchor_sequence(anchor: u32) -> u32 {
	anchor * ANCHOR_INTERVAL + (ANCHOR_INTERVAL - 1)
}

/// The way down a chain.
struct Links<'a> {
	index: &'a UnitIndex,
	/// Sequence number and hash of the next unit; `None` at the end.
	next: Option<(u32, UnitHash)>,
}

impl Iterator for Links<'_> {
	type Item = Result<Link, IndexError>;

	fn next(&mut self) -> Option<Self::Item> {
		let (sequence, hash) = self.next.take()?;
		Some(self.index.linked(&hash).map(|(place, Entry { height, previous })| {
			self.next = sequence.checked_sub(1).map(|sequence| (sequence, previous));
			Link { sequence, height, hash, place }
		}))
	}
}
