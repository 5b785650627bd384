//! Chains of accounts, read by the links from each unit to its predecessor.
//!
//! Every 64th unit of a chain is an *anchor*, found by its sequence number. A page deep in a long chain takes a binary
//! search over anchors and a walk of less than 64 links.

use crate::{
	records::{anchor_key, Entry, Lives, UnitRecord, ANCHORS, ANCHOR_INTERVAL},
	IndexError, Place, UnitIndex,
};
use tp_core::AccountId;
use tp_lattice::UnitHash;

/// A unit of an account's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
	/// Number among the account's applied units, over all lives of the account, from 0.
	pub sequence: u32,
	/// Height in the account's chain.
	pub height: u32,
	/// The unit.
	pub hash: UnitHash,
	/// Block and index of the unit.
	pub place: Place,
}

impl UnitIndex {
	/// Returns up to `limit` units of an account's newest life, newest first. With `before`, returns units below that
	/// height, so the height of a page's last unit leads to the next page. Only applied units are in a chain.
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

	/// Returns up to `limit` units of all lives of an account, newest first. With `before`, returns units with a lower
	/// sequence number.
	pub fn history(&self, account: &AccountId, before: Option<u32>, limit: usize) -> Result<Vec<Link>, IndexError> {
		let lives = self.lives(account)?;
		let end = before.unwrap_or(u32::MAX);
		let anchor = end.saturating_sub(1) / ANCHOR_INTERVAL;
		let is_above = |link: &Link| link.sequence >= end;
		let links = self.down_from(account, anchor, &lives)?.skip_while(|link| link.as_ref().is_ok_and(is_above));
		links.take(limit).collect()
	}

	/// Returns the first anchor of the newest life that is not below a height, or one past the last if there is none.
	/// The search needs ascending heights, so it stays within one life.
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

	/// Returns all units from an anchor down, or from the newest unit if the account has no such anchor.
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

	/// Returns a unit of a chain.
	fn linked(&self, hash: &UnitHash) -> Result<(Place, Entry), IndexError> {
		match self.record(hash)? {
			Some(UnitRecord { place, entry: Some(entry) }) => Ok((place, entry)),
			_ => Err(IndexError::Damaged("a unit of an account's chain is missing")),
		}
	}
}

impl Lives {
	/// Returns the number of anchors of the chain.
	fn anchors(&self) -> u32 {
		self.next / ANCHOR_INTERVAL
	}
}

/// Returns the sequence number of an anchor: the last of its interval.
fn anchor_sequence(anchor: u32) -> u32 {
	anchor * ANCHOR_INTERVAL + (ANCHOR_INTERVAL - 1)
}

/// Iterator down a chain.
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
