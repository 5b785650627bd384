//! Participation is reported by node, once an epoch.

use super::*;
use frame_support::assert_noop;
use tp_pbft::MemberActivity;

type Participation = tp_stake::Participation<AccountId>;

fn signed(signed: u32) -> MemberActivity {
	MemberActivity { signed, ..Default::default() }
}

/// Returns the reports that were delivered, oldest first.
fn reports() -> Vec<Participation> {
	ParticipationLog::reports()
}

fn report(chain: ChainTag, epoch: Epoch, nodes: &[u16]) -> Participation {
	Participation { chain, epoch, certified: 9, members: nodes.iter().map(|at| (account(*at), signed(3))).collect() }
}

#[test]
fn participation_on_the_main_chain_is_reported_by_node() {
	on_network(&[(Main, 4)], 4, 6, |network| {
		network.named = Some([0, 5, 50].map(member).to_vec());
		network.epoch([]);
		assert_eq!(ParticipationLog::epoch_ends(), [0]);
		assert_eq!(reports()[0].members.len(), 4);

		let mut activity = EpochActivity::new(1, 3);
		activity.certified = 9;
		(0..).zip(activity.members.iter_mut()).for_each(|(at, member)| *member = signed(at));
		ParticipationLog::clear();
		ShardAssignment::epoch_ended(&activity, &network.members);
		let members = vec![(account(0), signed(0)), (account(5), signed(1))];
		assert_eq!(reports(), [Participation { chain: Main, epoch: 1, certified: 9, members }]);
		assert_eq!(ParticipationLog::epoch_ends(), [1]);
	});
}

#[test]
fn keys_identify_nodes_without_a_recorded_committee() {
	on_network(&[], 0, 2, |_| {
		ShardAssignment::epoch_ended(&EpochActivity::new(7, 2), &[member(9), member(1)]);
		assert_eq!(reports()[0].members, [(account(1), signed(0))]);
		assert_eq!(ParticipationLog::epoch_ends(), [7]);
	});
}

#[test]
fn other_ledgers_report_once_an_epoch() {
	let chain = shard(0, 0);
	on_network(&[(Main, 4), (chain, 2)], 4, 12, |network| {
		network.run_to(3, 0..12);
		ParticipationLog::clear();
		let nodes = nodes_of(chain, 2);
		let good = report(chain, 2, &nodes);

		let refused = [
			(report(Main, 2, &nodes_of(Main, 2)), Error::<Test>::CountedHere),
			(report(chain, 4, &nodes_of(chain, 4)), Error::EpochNotOver),
			(report(chain, 1, &nodes), Error::UnknownCommittee),
			(report(shard(0, 1), 2, &nodes), Error::UnknownCommittee),
			(report(chain, 2, &[11, 10, 9]), Error::NotSeated),
			(report(chain, 2, &[nodes[0], nodes[0]]), Error::NotSeated),
		];
		for (participation, error) in refused {
			assert_noop!(ShardAssignment::note_participation(&participation), error);
		}
		assert_eq!(reports(), []);
		assert_ok!(ShardAssignment::note_participation(&good));
		assert_eq!(reports(), std::slice::from_ref(&good));
		assert_noop!(ShardAssignment::note_participation(&good), Error::<Test>::AlreadyReported);
		assert_eq!(ManualClock::epoch(), 3);
		assert_ok!(ShardAssignment::note_participation(&report(chain, 3, &nodes_of(chain, 3)[..1])));
		assert_noop!(ShardAssignment::note_participation(&good), Error::<Test>::AlreadyReported);
	});
}

#[test]
fn reports_are_removed_with_the_ledger() {
	let chain = shard(0, 0);
	on_network(&[(Main, 4), (chain, 2)], 4, 12, |network| {
		network.run_to(3, 0..12);
		assert_ok!(ShardAssignment::note_participation(&report(chain, 2, &[])));
		assert_ok!(ShardAssignment::remove_ledger(RuntimeOrigin::root(), chain));
		assert_ok!(ShardAssignment::note_participation(&report(chain, 3, &nodes_of(chain, 3))));
		network.run_to(4 + HISTORY, 0..0);
		assert_eq!(Reported::<Test>::get(chain), None);
	});
}

/// Returns the activity of a committee in which each member signed some certificates of nine.
fn activity(epoch: Epoch, members: &[u32]) -> EpochActivity {
	let mut activity = EpochActivity::new(epoch, members.len());
	activity.certified = 9;
	activity.members.iter_mut().zip(members).for_each(|(member, at)| *member = signed(*at));
	activity
}

#[test]
fn reports_of_ledgers_wait_for_a_block_each_and_are_taken_in_their_order() {
	let chain = shard(0, 0);
	on_network(&[(Main, 4), (chain, 2)], 4, 12, |network| {
		network.run_to(3, 0..12);
		ParticipationLog::clear();
		let stranger = ShardAssignment::take_report(Zone(4), activity(2, &[1]));
		assert_eq!(stranger, Err(Error::<Test>::NoSuchLedger.into()));
		for report in [activity(2, &[9, 5]), activity(3, &[1, 2]), activity(3, &[3, 4])] {
			assert_ok!(ShardAssignment::take_report(chain, report));
		}
		assert_eq!(reports(), [], "it waits");
		let mut all = Vec::new();
		network.deal_block(&mut all);
		let [one, two] = nodes_of(chain, 2).try_into().unwrap();
		let members = vec![(account(one), signed(9)), (account(two), signed(5))];
		assert_eq!(reports(), [Participation { chain, epoch: 2, certified: 9, members }]);
		network.deal_block(&mut all);
		network.deal_block(&mut all);
		assert_eq!(reports().len(), 2);
		let error = Error::<Test>::AlreadyReported.into();
		let noted = |epoch| Event::ParticipationNoted { chain, epoch };
		assert_eq!(all, [noted(2), noted(3), Event::ReportRefused { chain, epoch: 3, error }]);
		network.deal_block(&mut all);
		assert_eq!(all.len(), 3);
	});
}

#[test]
fn reports_that_fit_no_committee_are_refused_and_few_wait() {
	let chain = shard(0, 0);
	on_network(&[(Main, 4), (chain, 2)], 4, 12, |network| {
		network.run_to(3, 0..12);
		ParticipationLog::clear();
		let mut too_many_signed = activity(2, &[9, 10]);
		too_many_signed.certified = 9;
		// A ledger that catches up has such an epoch for each that it missed: no node is punished or paid for it.
		let mut short = activity(2, &[0, 2]);
		short.certified = LEAST_CERTIFIED - 1;
		let refused = [
			(activity(1, &[1, 1]), Error::<Test>::UnknownCommittee),
			(activity(2, &[1]), Error::BadActivity),
			(activity(2, &[1, 1, 1]), Error::BadActivity),
			(too_many_signed, Error::BadActivity),
			(short, Error::ShortEpoch),
			(activity(4, &[1, 1]), Error::EpochNotOver),
		];
		for (activity, error) in refused {
			let epoch = activity.epoch;
			assert_ok!(ShardAssignment::take_report(chain, activity));
			let mut all = Vec::new();
			network.deal_block(&mut all);
			assert_eq!(all, [Event::ReportRefused { chain, epoch, error: error.into() }]);
		}
		assert_eq!(reports(), []);
		for _ in 0..MAX_WAITING_REPORTS {
			assert_ok!(ShardAssignment::take_report(chain, activity(2, &[1, 1])));
		}
		let one_more = ShardAssignment::take_report(chain, activity(2, &[1, 1]));
		assert_eq!(one_more, Err(Error::<Test>::TooManyReports.into()));
	});
}
