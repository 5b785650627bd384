//! What the inbox keeps, what it returns, and its bounds.

use super::*;
use crate::testing::{block, pre_prepare, prepare, sign, view_change, HEIGHT};

/// The height that runs. The tests' messages are for the next one, [`HEIGHT`].
const RUNNING: Height = HEIGHT - 1;
const SIZE: usize = 4;

fn vote(sender: MemberIndex, view: View) -> Signed<Message> {
	sign(sender, prepare(view, &block(1)))
}

#[test]
fn messages_are_sorted_by_height() {
	let mut inbox = Inbox::new();
	assert_eq!(inbox.offer(1, HEIGHT, SIZE, vote(0, 0)), Offer::Current(vote(0, 0)));
	assert_eq!(inbox.offer(1, HEIGHT + 1, SIZE, vote(0, 0)), Offer::Behind(vote(0, 0)));
	assert_eq!(inbox.offer(1, HEIGHT - 2, SIZE, vote(0, 0)), Offer::Ahead);
	assert_eq!(inbox.offer(1, RUNNING, SIZE, vote(0, 0)), Offer::Kept);
	assert_eq!(inbox.offer(1, RUNNING, SIZE, vote(0, 0)), Offer::Duplicate);
	assert_eq!(inbox.len(), 1);
}

#[test]
fn kept_messages_come_out_once_by_view() {
	let mut inbox = Inbox::new();
	for (origin, message) in [(1, vote(1, 1)), (2, vote(2, 0)), (3, sign(3, pre_prepare(0, &block(1), None)))] {
		assert_eq!(inbox.offer(origin, RUNNING, SIZE, message), Offer::Kept);
	}
	let taken = inbox.take(HEIGHT);
	assert_eq!(
		taken.iter().map(|(origin, signed)| (*origin, signed.sender)).collect::<Vec<_>>(),
		vec![(3, 3), (2, 2), (1, 1)]
	);
	assert!(inbox.is_empty() && inbox.take(HEIGHT).is_empty());
}

#[test]
fn messages_kept_for_another_height_are_dropped() {
	let mut inbox = Inbox::new();
	inbox.offer(1, RUNNING, SIZE, vote(1, 0));
	assert!(inbox.take(HEIGHT + 1).is_empty());
	assert!(inbox.is_empty());
	inbox.offer(1, RUNNING, SIZE, vote(1, 0));
	let mut later = vote(1, 0);
	later.height = HEIGHT + 1;
	assert_eq!(inbox.offer(1, HEIGHT, SIZE, later), Offer::Kept);
	assert_eq!(inbox.len(), 1);
}

#[test]
fn a_link_that_forges_senders_fills_its_own_share_only() {
	let mut inbox = Inbox::new();
	let mut kept = 0;
	for sender in 0..100 {
		for view in 0..INBOX_VIEWS {
			kept += usize::from(inbox.offer(66, RUNNING, SIZE, vote(sender, view)) == Offer::Kept);
		}
	}
	assert_eq!(kept, INBOX_MESSAGES_PER_ORIGIN);
	for sender in 0..4 {
		assert_eq!(inbox.offer(u64::from(sender), RUNNING, SIZE, vote(sender, 0)), Offer::Kept);
	}
	let copies: Vec<_> = inbox.take(HEIGHT).into_iter().filter(|(_, signed)| *signed == vote(2, 0)).collect();
	let origins: Vec<_> = copies.iter().map(|(origin, _)| *origin).collect();
	assert_eq!(origins, vec![2, 66], "a forged message does not replace the real one");
}

#[test]
fn views_senders_and_origins_are_bounded() {
	let mut inbox = Inbox::new();
	assert_eq!(inbox.offer(1, RUNNING, SIZE, sign(1, view_change(INBOX_VIEWS, None))), Offer::Refused);
	assert_eq!(inbox.offer(1, RUNNING, SIZE, vote(128, 0)), Offer::Refused);
	let max = (SIZE * INBOX_ORIGINS_PER_MEMBER) as u64;
	for origin in 0..max {
		assert_eq!(inbox.offer(origin, RUNNING, SIZE, vote(0, 0)), Offer::Kept);
	}
	assert_eq!(inbox.offer(max, RUNNING, SIZE, vote(0, 0)), Offer::Refused);
	inbox.forget(&0);
	assert_eq!(inbox.offer(max, RUNNING, SIZE, vote(0, 0)), Offer::Kept);
}

#[test]
fn bytes_are_bounded_per_origin() {
	let mut inbox = Inbox::new();
	let mut large = block(1);
	large.bytes = std::sync::Arc::new(vec![0; INBOX_BYTES_PER_ORIGIN / 2]);
	let proposal = |view| {
		let mut signed = sign(0, pre_prepare(0, &large, None));
		if let Message::PrePrepare(pre_prepare) = &mut signed.message {
			pre_prepare.view = view;
		}
		signed
	};
	assert_eq!(inbox.offer(1, RUNNING, SIZE, proposal(0)), Offer::Kept);
	assert_eq!(inbox.offer(1, RUNNING, SIZE, proposal(1)), Offer::Refused);
	assert_eq!(inbox.offer(2, RUNNING, SIZE, proposal(1)), Offer::Kept);
	let large_committee = 128;
	let mut inbox = Inbox::new();
	assert_eq!(inbox.offer(1, RUNNING, large_committee, proposal(0)), Offer::Refused, "its share is smaller");
}
