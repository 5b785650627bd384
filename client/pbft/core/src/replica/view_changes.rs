//! The view changes of all members.

use super::votes::VIEWS_AHEAD;
use crate::message::{Signed, ViewChange};
use std::collections::BTreeMap;
use tp_pbft::{MemberIndex, View};

/// The view changes of a height.
///
/// The request of each member for its highest view is kept, without a bound on the view. A request gives up all lower
/// views, so it counts for those too. It is passed on to members that lack it. The messages for lower views are needed only
/// by the primary that opens a view with them, so they are kept for such views alone, within a window: one message per
/// member and view bounds the memory.
#[derive(Clone, Debug, Default)]
pub(super) struct ViewChangeBook {
	latest: BTreeMap<MemberIndex, Signed<ViewChange>>,
	messages: BTreeMap<View, BTreeMap<MemberIndex, Signed<ViewChange>>>,
	present: View,
}

impl ViewChangeBook {
	/// Moves the window, and drops messages for lower views.
	pub fn move_to(&mut self, view: View) {
		self.present = view;
		self.messages = self.messages.split_off(&view);
	}

	/// Counts a verified view change. `keep`: whether this replica would open the view, so that it needs the message.
	pub fn insert(&mut self, view_change: &Signed<ViewChange>, keep: bool) {
		let view = view_change.message.view;
		// A member's request never decreases. An old view change that arrives late does not take its support away.
		if self.requested(view_change.sender).is_none_or(|requested| requested < view) {
			self.latest.insert(view_change.sender, view_change.clone());
		}
		// The first message per member and view stays; a second one is evidence, and is handled with the votes.
		if keep && view >= self.present && view <= self.present.saturating_add(VIEWS_AHEAD) {
			self.messages.entry(view).or_default().entry(view_change.sender).or_insert_with(|| view_change.clone());
		}
	}

	/// Returns the number of members that request a view or a higher one.
	pub fn supporters(&self, view: View) -> usize {
		self.latest.values().filter(|signed| signed.message.view >= view).count()
	}

	/// Returns the highest view that a member requested.
	pub fn requested(&self, member: MemberIndex) -> Option<View> {
		self.latest.get(&member).map(|signed| signed.message.view)
	}

	/// Returns the lowest requested view above `view` if at least `members` request one above it. This replica is never
	/// among them, because it has requested no view above its own.
	pub fn lowest_above(&self, view: View, members: usize) -> Option<View> {
		let requested = self.latest.values().map(|signed| signed.message.view);
		let above: Vec<View> = requested.filter(|requested| *requested > view).collect();
		(above.len() >= members).then(|| above.into_iter().min()).flatten()
	}

	/// Returns the request of each member for its highest view.
	pub fn latest(&self) -> impl Iterator<Item = &Signed<ViewChange>> {
		self.latest.values()
	}

	/// Returns the kept messages for a view, by ascending sender.
	pub fn messages(&self, view: View) -> Vec<Signed<ViewChange>> {
		self.messages.get(&view).into_iter().flat_map(|messages| messages.values().cloned()).collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::crypto::UncheckedFrom;

	fn view_change(sender: MemberIndex, view: View) -> Signed<ViewChange> {
		let signature = sp_core::ed25519::Signature::unchecked_from([0; 64]).into();
		Signed { epoch: 0, height: 1, sender, message: ViewChange { view, prepared: None }, signature }
	}

	#[test]
	fn the_lowest_view_above_is_returned_with_enough_members() {
		let mut book = ViewChangeBook::default();
		book.insert(&view_change(0, 7), false);
		assert_eq!(book.lowest_above(0, 2), None);
		book.insert(&view_change(1, 3), false);
		book.insert(&view_change(1, 2), false);
		assert_eq!(book.lowest_above(0, 2), Some(3), "a member counts with its highest view");
		assert_eq!(book.lowest_above(3, 2), None);
		assert_eq!((book.supporters(3), book.supporters(4), book.supporters(8)), (2, 1, 0));
		assert!(book.messages(3).is_empty());
	}

	#[test]
	fn messages_are_kept_within_the_window_only() {
		let mut book = ViewChangeBook::default();
		book.insert(&view_change(2, 1), true);
		book.insert(&view_change(0, 1), true);
		book.insert(&view_change(0, VIEWS_AHEAD + 1), true);
		assert_eq!(book.messages(1).iter().map(|signed| signed.sender).collect::<Vec<_>>(), vec![0, 2]);
		assert!(book.messages(VIEWS_AHEAD + 1).is_empty());
		assert_eq!(book.requested(0), Some(VIEWS_AHEAD + 1), "the request counts");
		book.move_to(2);
		assert!(book.messages(1).is_empty());
	}
}
