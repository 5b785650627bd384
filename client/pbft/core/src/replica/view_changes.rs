//! Who asks for which view.

use super::votes::VIEWS_AHEAD;
use crate::{Signed, ViewChange};
use std::collections::BTreeMap;
use tp_pbft::{MemberIndex, View};

/// The view changes of a height.
///
/// Of every member the highest view that it asked for is known, however high: whoever asks for a view has given up all
/// below it, so it supports those too when we decide whether to go on. The messages themselves are needed only by the
/// primary that opens a view with them, and are kept for such views alone, within a window.
#[derive(Clone, Debug, Default)]
pub(super) struct ViewChangeBook {
	asked: BTreeMap<MemberIndex, View>,
	messages: BTreeMap<View, BTreeMap<MemberIndex, Signed<ViewChange>>>,
	present: View,
}

impl ViewChangeBook {
	/// Moves the window; messages for views below are forgotten.
	pub fn move_to(&mut self, view: View) {
		self.present = view;
		self.messages = self.messages.split_off(&view);
	}

	/// Notes a verified view change; `keep` it for a view that we would open.
	pub fn insert(&mut self, view_change: &Signed<ViewChange>, keep: bool) {
		let view = view_change.message.view;
		let asked = self.asked.entry(view_change.sender).or_default();
		*asked = view.max(*asked);
		if keep && view >= self.present && view <= self.present.saturating_add(VIEWS_AHEAD) {
			self.messages.entry(view).or_default().entry(view_change.sender).or_insert_with(|| view_change.clone());
		}
	}

	/// How many members ask for a view or for one above it.
	pub fn supporters(&self, view: View) -> usize {
		self.asked.values().filter(|asked| **asked >= view).count()
	}

	/// The highest view that a member asked for.
	pub fn asked(&self, member: MemberIndex) -> Option<View> {
		self.asked.get(&member).copied()
	}

	/// The lowest of the views above `view` that members ask for, if at least `members` do. Everybody but us: whoever
	/// calls this has not asked for a view above its own.
	pub fn lowest_above(&self, view: View, members: usize) -> Option<View> {
		let above: Vec<View> = self.asked.values().copied().filter(|asked| *asked > view).collect();
		(above.len() >= members).then(|| above.into_iter().min()).flatten()
	}

	/// The kept messages for a view, by ascending sender.
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
	fn the_lowest_view_above_is_joined_with_enough_members() {
		let mut book = ViewChangeBook::default();
		book.insert(&view_change(0, 7), false);
		assert_eq!(book.lowest_above(0, 2), None);
		book.insert(&view_change(1, 3), false);
		book.insert(&view_change(1, 2), false);
		assert_eq!(book.lowest_above(0, 2), Some(3), "a member counts with its highest");
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
		assert_eq!(book.asked(0), Some(VIEWS_AHEAD + 1), "but they count");
		book.move_to(2);
		assert!(book.messages(1).is_empty());
	}
}
