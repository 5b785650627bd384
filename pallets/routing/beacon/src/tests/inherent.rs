//! The inherent: once a block, by the author, whole or not at all.

use super::*;
use frame_support::{assert_noop, assert_ok, inherent::ProvideInherent};
use sp_inherents::InherentData;
use sp_runtime::DispatchError::BadOrigin;
use tp_beacon::{
	bounds::{MAX_UPDATE_ANNOUNCEMENTS, MAX_UPDATE_CONFLICTS, MAX_UPDATE_HEADERS},
	INHERENT_IDENTIFIER,
};

fn news(headers: Vec<NamedHeader>) -> Update {
	Update { headers, ..Update::default() }
}

#[test]
fn it_has_no_signer_and_occurs_once_a_block() {
	in_block(|| {
		let call = news(vec![signed(ZONE, 1, 0)]);
		assert_noop!(Beacon::update(RuntimeOrigin::signed(1), call.clone()), BadOrigin);
		assert_noop!(Beacon::update(RuntimeOrigin::root(), call.clone()), BadOrigin);
		assert_noop!(update(Update::default()), Error::<Test>::EmptyUpdate);
		assert_ok!(update(call));
		assert_noop!(update(news(vec![signed(ZONE, 2, 0)])), Error::<Test>::UpdatedBefore);
		next_block();
		assert_ok!(update(news(vec![signed(ZONE, 2, 0)])));
	});
}

#[test]
fn one_bad_part_refuses_all() {
	in_block(|| {
		let mixed = news(vec![signed(ZONE, 1, 0), certify_by(SHARD, header(1, 0), 0, 2)]);
		assert_noop!(update(mixed), Error::<Test>::NoQuorum);
		let twice = news(vec![signed(ZONE, 1, 0), signed(ZONE, 1, 0)]);
		assert_noop!(update(twice), Error::<Test>::KnownHeader);
	});
}

#[test]
fn oversized_updates_are_refused_before_they_are_checked() {
	in_block(|| {
		let headers = vec![signed(ZONE, 1, 0); MAX_UPDATE_HEADERS];
		let handovers = vec![signed(ZONE, 1, 0)];
		let many = Update { headers, handovers, ..Update::default() };
		assert_noop!(update(many), Error::<Test>::TooManyHeaders);
		let pair = [signed(ZONE, 1, 0), signed(ZONE, 1, 1)];
		let many = Update { conflicts: vec![pair; MAX_UPDATE_CONFLICTS + 1], ..Update::default() };
		assert_noop!(update(many), Error::<Test>::TooManyConflicts);
		let (_, announcement) = super::announcements::announced(1);
		let many = Update { announcements: vec![announcement; MAX_UPDATE_ANNOUNCEMENTS + 1], ..Update::default() };
		assert_noop!(update(many), Error::<Test>::TooManyAnnouncements);
	});
}

#[test]
fn an_author_leaves_out_what_a_block_cannot_take() {
	in_block(|| {
		let mut data = InherentData::new();
		assert_eq!(Beacon::create_inherent(&data), None);
		let good = vec![signed(ZONE, 1, 0), signed(SHARD, 4, 0)];
		let bad = [signed(ZONE, 1, 0), certify_by(ZONE, header(2, 0), 0, 1), signed(ChainTag::Zone(7), 1, 0)];
		let brought = news(good.iter().cloned().chain(bad).collect());
		data.put_data(INHERENT_IDENTIFIER, &brought).unwrap();
		// The builder of a block rolls back what the creation of inherents changed.
		let call = frame_support::storage::with_transaction(|| {
			sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(Beacon::create_inherent(&data)))
		});
		let call = call.unwrap().unwrap();
		assert_eq!(call, Call::update { update: news(good) });
		assert!(Beacon::is_inherent(&call));
		assert!(!Beacon::is_inherent(&Call::remove { chain: ZONE }));
		assert!(Beacon::check_inherent(&call, &data).is_ok());
		assert_ok!(sp_runtime::traits::Dispatchable::dispatch(RuntimeCall::Beacon(call), RuntimeOrigin::none()));

		let mut broken = InherentData::new();
		broken.put_data(INHERENT_IDENTIFIER, &1u8).unwrap();
		assert_eq!(Beacon::create_inherent(&broken), None);
	});
}
