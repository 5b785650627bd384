//! The committees of the ledger itself, and the committees that it draws for others.

use super::{
	announcements::{announce, announced_of},
	*,
};
use frame_support::{assert_noop, assert_ok};
use tp_routing::CommitteesReport;
use tp_stake::Election;

const OWN: ChainTag = ChainTag::Zone(5);

/// Makes the ledger one whose committees the main chain draws.
fn drawn(epoch: Epoch) {
	IsDrawn::<Test>::put(true);
	Own::set(Some((OWN, epoch)));
}

#[test]
fn a_drawn_ledger_goes_to_its_next_epoch_when_it_knows_the_committee() {
	in_block(|| {
		drawn(0);
		let (main, announcement) = announced_of(OWN, 1, 1);
		import([main]);
		assert_eq!((Beacon::follows(0), Beacon::drawn(1)), (Some(false), None));
		let present = members(OWN, 0);
		assert_eq!(Beacon::next_committee(1, &present, None), present, "late news: the members stay");
		assert_ok!(announce(announcement.clone()));
		assert_noop!(announce(announcement), Error::<Test>::UpdatedBefore);
		assert_eq!((Beacon::follows(0), Beacon::drawn(1)), (Some(true), Some(members(OWN, 1))));
		let known = |own| CommitteesReport { own: Some(own), neighbours: vec![(ZONE, 0), (SHARD, 0)] };
		assert_eq!(Beacon::committees_report(), known(1));
		Beacon::do_try_state().unwrap_err();
		Updated::<Test>::kill();
		Beacon::do_try_state().unwrap();
		assert_eq!(Beacon::next_committee(1, &present, None), members(OWN, 1));
		drawn(1);
		assert_eq!(Beacon::follows(1), Some(false));
		assert_eq!(Committees::<Test>::iter_prefix(OWN).count(), 0, "nothing is left of it");
		assert_eq!(Beacon::committees_report(), known(1));
	});
}

#[test]
fn committees_of_the_ledger_itself_are_later_ones_in_reach() {
	in_block(|| {
		drawn(4);
		let call = |epoch| Beacon::announce(RuntimeOrigin::root(), OWN, epoch, members(OWN, epoch));
		for epoch in [3, 4, 5 + tp_beacon::bounds::MAX_HANDOVER as Epoch] {
			assert_noop!(call(epoch), Error::<Test>::OutOfReach);
		}
		assert_ok!(call(5));
		assert_ok!(call(6));
		assert_ok!(call(8));
		// One epoch follows the other.
		assert_eq!(Beacon::committees_report().own, Some(6));
		let named = members(SHARD, 0);
		assert_eq!(Beacon::next_committee(5, &members(OWN, 4), Some(named.clone())), named);
		Committees::<Test>::remove(OWN, 8);
		assert_eq!(Beacon::next_committee(6, &named, None), members(OWN, 6));
	});
}

#[test]
fn a_ledger_that_is_not_drawn_ends_its_epochs_by_time() {
	in_block(|| {
		Own::set(Some((OWN, 0)));
		let (main, announcement) = announced_of(OWN, 1, 1);
		import([main]);
		assert_noop!(announce(announcement), Error::<Test>::UnknownSource);
		assert_eq!((Beacon::follows(0), Beacon::drawn(1)), (None, None));
		assert_eq!(Beacon::committees_report().own, None);
		let present = members(OWN, 0);
		assert_eq!(Beacon::next_committee(1, &present, None), present);
	});
}

#[test]
fn a_ledger_does_not_follow_itself() {
	in_block(|| {
		Own::set(Some((OWN, 0)));
		let refused = Beacon::register(RuntimeOrigin::root(), neighbour(OWN));
		assert_noop!(refused, Error::<Test>::OwnLedger);
	});
}

#[test]
fn the_ledger_that_draws_committees_needs_no_announcement() {
	in_block(|| {
		Begun::set(Some(1));
		import([last(SHARD, 5, 0), signed_by(SHARD, 6, 1)]);
		// The main chain is in epoch 1, so no other ledger can be in epoch 2.
		assert_refused(last(SHARD, 7, 1), Error::NotAnnounced);
		Begun::set(Some(2));
		let mut other = header(7, 0);
		other.digest.push(ConsensusLog::NextCommittee { epoch: 2, members: members(SHARD, 5) }.to_item());
		assert_refused(certify(SHARD, other, 1), Error::OtherCommittee);
		import([last(SHARD, 7, 1), signed_by(SHARD, 8, 2)]);
		assert_eq!(Committees::<Test>::iter_prefix(SHARD).count(), 2, "those of the kept epochs");
	});
}

/// Returns a header that the committee of an epoch certified.
fn signed_by(chain: ChainTag, number: BlockNumber, epoch: Epoch) -> NamedHeader {
	certify(chain, header(number, 0), epoch)
}
