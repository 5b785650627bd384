//! Headers and handovers: what is held, and what is refused by name.

use super::*;
use frame_support::assert_ok;
use pallet_testkit::events;
use tp_beacon::{bounds::MAX_HELD, Anchors, Conflict};

#[test]
fn headers_ascend_and_the_newest_serve_as_anchors() {
	in_block(|| {
		let held = u32::try_from(MAX_HELD).unwrap();
		import((1..=held + 3).map(|number| signed(ZONE, number, 0)));
		let newest = <Beacon as Anchors>::newest(ZONE).unwrap();
		assert_eq!((newest.height, newest.ledger.chain), (held + 3, ZONE));
		assert_eq!(<Beacon as Anchors>::anchor(ZONE, 3), None);
		assert_eq!(<Beacon as Anchors>::anchor(ZONE, 4).map(|anchor| anchor.height), Some(4));
		assert_eq!(<Beacon as Anchors>::newest(SHARD), None);

		let named = signed(ZONE, held + 4, 0);
		let hash = named.signed.header.hash();
		assert_ok!(update(Update { headers: vec![named], ..Update::default() }));
		assert_eq!(events::<Test, Event<Test>>(), [Event::NewHead { chain: ZONE, number: held + 4, hash }]);
	});
}

#[test]
fn forged_and_foreign_headers_are_refused_by_name() {
	in_block(|| {
		assert_refused(certify_by(ZONE, header(1, 0), 0, 2), Error::NoQuorum);
		let mut other = signed(ZONE, 1, 0);
		other.signed.header = header(1, 9);
		assert_refused(other, Error::OtherBlock);
		assert_refused(NamedHeader { chain: ZONE, ..signed(SHARD, 1, 0) }, Error::BadSignature);
		let mut extra = signed(ZONE, 1, 0);
		let again = extra.signed.certificate.signatures[0].clone();
		extra.signed.certificate.signatures.push(again);
		assert_refused(extra, Error::BadSigners);
		assert_refused(certify(ZONE, header(1, 0), 1), Error::UnknownEpoch);
		assert_refused(certify(ZONE, header(0, 0), 0), Error::BeforeEpoch);
		assert_refused(certify(ZONE, Header { number: 1, ..empty() }, 0), Error::NoCommitments);
		assert_refused(signed(ChainTag::Zone(9), 1, 0), Error::UnknownSource);
		import([signed(ZONE, 5, 0)]);
		assert_refused(signed(ZONE, 5, 0), Error::KnownHeader);
		assert_refused(signed(ZONE, 4, 0), Error::Stale);
		assert_refused(last(ZONE, 6, 0), Error::NotAnnounced);
	});
}

#[test]
fn a_fork_at_the_newest_height_freezes_and_below_it_is_an_event() {
	in_block(|| {
		import([signed(ZONE, 5, 0), signed(ZONE, 8, 0)]);
		let conflict = |number, freezes| Conflict {
			chain: ZONE,
			number,
			first: signed(ZONE, number, 0).signed.header.hash(),
			second: signed(ZONE, number, 1).signed.header.hash(),
			freezes,
		};
		assert_ok!(update(Update { headers: vec![signed(ZONE, 5, 1)], ..Update::default() }));
		assert_eq!(events::<Test, Event<Test>>(), [Event::Conflicting { conflict: conflict(5, false) }]);
		next_block();
		let conflicts = vec![[signed(ZONE, 9, 0), signed(ZONE, 9, 1)]];
		assert_ok!(update(Update { conflicts, ..Update::default() }));
		let expected = [Event::Conflicting { conflict: conflict(9, true) }, Event::Frozen { chain: ZONE, number: 9 }];
		assert_eq!(events::<Test, Event<Test>>(), expected);
		next_block();
		assert_refused(signed(ZONE, 10, 0), Error::Frozen);
		assert!(<Beacon as Anchors>::anchor(ZONE, 8).is_some(), "what is held still proves messages");
		let one = vec![[signed(SHARD, 3, 0), signed(SHARD, 3, 0)]];
		frame_support::assert_noop!(update(Update { conflicts: one, ..Update::default() }), Error::<Test>::NoConflict);
		let two = vec![[signed(SHARD, 3, 0), signed(ChainTag::Main, 3, 1)]];
		frame_support::assert_noop!(update(Update { conflicts: two, ..Update::default() }), Error::<Test>::NoConflict);
	});
}

#[test]
fn a_long_sleep_ends_with_one_handover_and_old_committees_vouch_for_nothing() {
	in_block(|| {
		let handovers = (0..10).map(|epoch| last(ChainTag::Main, 10 * (u32::try_from(epoch).unwrap() + 1), epoch));
		let headers = vec![certify(ChainTag::Main, header(105, 0), 10)];
		assert_ok!(update(Update { handovers: handovers.collect(), headers, ..Update::default() }));
		assert_eq!(<Beacon as Anchors>::newest(ChainTag::Main).unwrap().height, 105);
		assert_eq!(Committees::<Test>::iter_prefix(ChainTag::Main).count(), 2, "old committees are forgotten");
		next_block();
		assert_refused(certify(ChainTag::Main, header(106, 0), 9), Error::AfterEpoch);
		assert_refused(certify(ChainTag::Main, header(106, 0), 8), Error::UnknownEpoch);
		let not_last = Update { handovers: vec![certify(ChainTag::Main, header(106, 0), 10)], ..Update::default() };
		frame_support::assert_noop!(update(not_last), Error::<Test>::NotLast);
	});
}
