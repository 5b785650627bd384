//! Seeds follow each other by height, committees by epoch.

use super::ledger::*;
use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use pallet_testkit::ElectionLog;
use sp_runtime::DispatchError::BadOrigin;
use tp_pbft::{find_next_committee, find_pre_digest, Member, Pace, MAX_MEMBERS};
use tp_stake::{EpochClock, OwnEpoch};

fn queue(members: Vec<Member>) {
	assert_ok!(Committee::set_next_committee(RuntimeOrigin::root(), members));
}

#[test]
fn each_seed_follows_from_the_one_before_and_the_vrf() {
	on_ledger(4, |ledger| {
		ledger.run_to(12);
		assert_eq!(ledger.committees[&1].seed, GENESIS_SEED);
		for header in &ledger.headers {
			let output = find_pre_digest(&header.digest).unwrap().output();
			let input = [&ledger.committees[&header.number].seed[..], &output.0[..]].concat();
			assert_eq!(ledger.committees[&(header.number + 1)].seed, sp_io::hashing::blake2_256(&input));
			assert_ne!(output.0, [0; 32]);
		}
	});
}

#[test]
fn vrf_proofs_of_the_mock_are_those_that_replicas_check() {
	on_ledger(4, |ledger| {
		let header = ledger.block();
		let committee = &ledger.committees[&1];
		let pre_digest = find_pre_digest(&header.digest).unwrap();
		let member = committee.member(pre_digest.author).unwrap();
		let verify =
			|seed| pre_digest.verify_vrf(&member.vrf, tp_core::ChainTag::Shard { zone: 3, incarnation: 5 }, 0, 1, seed);
		assert_ok!(verify(&committee.seed));
		assert!(verify(&[1; 32]).is_err());
	});
}

#[test]
fn only_the_last_header_of_an_epoch_names_the_next_committee() {
	on_ledger(4, |ledger| {
		ledger.run_to(3 * EPOCH_LENGTH + 1);
		for header in &ledger.headers {
			let found = find_next_committee(&header.digest);
			if header.number % EPOCH_LENGTH == 0 {
				let epoch = u64::from(header.number / EPOCH_LENGTH);
				assert_eq!(found, Some((epoch, members(0..4))));
			} else {
				assert_eq!(found, None);
			}
		}
	});
}

#[test]
fn without_a_decision_the_members_stay() {
	on_ledger(4, |ledger| {
		ledger.run_to(EPOCH_LENGTH - 1);
		assert_eq!(Committee::committee().epoch, 0);
		ledger.block();
		assert!(has_event(Event::EpochStarted { epoch: 1, size: 4, changed: false }));
		let committee = Committee::committee();
		assert_eq!((committee.epoch, committee.members), (1, members(0..4)));
		assert_eq!(EpochStart::<Test>::get(), EPOCH_LENGTH + 1);
		assert_eq!(EpochSeed::<Test>::get(), committee.seed);
	});
}

#[test]
fn a_queued_committee_is_in_force_from_the_first_block_of_the_next_epoch() {
	on_ledger(4, |ledger| {
		ledger.open();
		queue(members(4..7));
		// The later call counts, even in the epoch's last block.
		assert!(has_event(Event::CommitteeQueued { size: 3 }));
		ledger.close();
		ledger.run_to(EPOCH_LENGTH - 1);
		ledger.open();
		ledger.prove();
		queue(members(1..6));
		let last = ledger.close();
		assert_eq!(find_next_committee(&last.digest), Some((1, members(1..6))));
		assert!(has_event(Event::EpochStarted { epoch: 1, size: 5, changed: true }));
		assert_eq!(ledger.committees[&EPOCH_LENGTH].members, members(0..4));
		assert_eq!(ledger.committees[&(EPOCH_LENGTH + 1)].members, members(1..6));
		assert_eq!(PreviousCommittee::<Test>::get().unwrap().members.to_vec(), members(0..4));
		assert_eq!(QueuedCommittee::<Test>::get(), None);

		ledger.run_to(2 * EPOCH_LENGTH);
		assert_eq!(Committee::committee().members, members(1..6));
		assert_eq!(Committee::committee().epoch, 2);
	});
}

#[test]
fn epochs_that_follow_another_ledger_last_until_the_next_committee_is_known() {
	on_ledger(4, |ledger| {
		ElectionLog::follow(Some(false));
		ledger.run_to(4 * EPOCH_LENGTH);
		assert_eq!(Committee::committee().epoch, 0, "the present committee goes on");
		assert_eq!(LastHeight::<Test>::get(), None);
		ElectionLog::follow(Some(true));
		ElectionLog::elect(members(4..8));
		ledger.block();
		let last = ledger.height + CLOSING_BLOCKS;
		assert!(has_event(Event::EpochClosing { epoch: 0, last }));
		assert_eq!(Committee::contacts().next, members(4..8).into_iter().map(|member| member.key).collect::<Vec<_>>());
		// The end is fixed.
		ElectionLog::follow(Some(false));
		ledger.run_to(last);
		assert_eq!(find_next_committee(&ledger.headers.last().unwrap().digest), Some((1, members(4..8))));
		ledger.run_to(last + 4 * EPOCH_LENGTH);
		assert_eq!((Committee::committee().epoch, Committee::committee().members), (1, members(4..8)));
		// Several have come: each decides the closing blocks and the one before.
		ElectionLog::follow(Some(true));
		let from = ledger.height;
		ledger.run_to(from + 3 * (CLOSING_BLOCKS + 1));
		assert_eq!(Committee::committee().epoch, 4);
		assert_eq!(Committee::own_epoch(), Some((Chain::get(), 4)));
	});
}

#[test]
fn the_shortest_epochs_work() {
	on_ledger(4, |ledger| {
		ledger.open();
		assert_ok!(Committee::set_epoch_length(RuntimeOrigin::root(), 1));
		ledger.close();
		ledger.run_to(EPOCH_LENGTH);
		// The first block closes the tickets, and two follow.
		for epoch in 1..6 {
			let first = epoch as usize % 3;
			assert_eq!(Committee::committee().epoch, epoch);
			ledger.open();
			ledger.prove();
			queue(members(first..first + 4));
			ledger.close();
			ledger.run_to(ledger.height + CLOSING_BLOCKS);
			assert_eq!(Committee::committee().epoch, epoch + 1);
			assert_eq!(Committee::committee().members, members(first..first + 4));
		}
	});
}

#[test]
fn epoch_length_changes_with_the_next_epoch() {
	on_ledger(4, |ledger| {
		ledger.open();
		assert_ok!(Committee::set_epoch_length(RuntimeOrigin::root(), 7_000));
		assert!(has_event(Event::EpochLengthQueued { ms: 7_000 }));
		ledger.close();
		ledger.run_to(EPOCH_LENGTH + 15);
		assert_eq!(ends(ledger), [EPOCH_LENGTH, EPOCH_LENGTH + 7, EPOCH_LENGTH + 14]);
	});
}

/// Returns the heights of the last blocks of epochs.
fn ends(ledger: &Ledger) -> Vec<tp_pbft::Height> {
	let last = ledger.headers.iter().filter(|header| find_next_committee(&header.digest).is_some());
	last.map(|header| header.number).collect()
}

#[test]
fn tickets_close_some_blocks_before_the_end() {
	on_ledger(4, |ledger| {
		ledger.run_to(2);
		assert_eq!((<Committee as EpochClock>::last_height(), Committee::closing_blocks()), (None, CLOSING_BLOCKS));
		ledger.block();
		assert_eq!(<Committee as EpochClock>::last_height(), Some(EPOCH_LENGTH));
		assert!(has_event(Event::EpochClosing { epoch: 0, last: EPOCH_LENGTH }));
		ledger.run_to(EPOCH_LENGTH);
		assert_eq!(<Committee as EpochClock>::last_height(), None);
	});
}

#[test]
fn a_chain_that_stood_still_has_one_long_epoch() {
	const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
	// It stands before the tickets close, and while the epoch closes.
	for (height, first) in [(2, EPOCH_LENGTH), (4, EPOCH_LENGTH)] {
		on_ledger(4, |ledger| {
			ledger.run_to(height);
			pallet_testkit::Now::mutate(|now| *now += DAY_MS);
			ledger.run_to(4 * EPOCH_LENGTH);
			let ends = ends(ledger);
			assert_eq!(ends[0], first, "the first block past the boundary closes the tickets");
			let lengths: Vec<_> = ends.windows(2).map(|two| two[1] - two[0]).collect();
			// The next epoch has its whole time, after two closing blocks of which the day was one.
			assert!(
				lengths.iter().all(|length| (EPOCH_LENGTH..=EPOCH_LENGTH + CLOSING_BLOCKS).contains(length)),
				"{ends:?}"
			);
		});
	}
}

#[test]
fn an_epoch_lasts_its_time_at_any_pace() {
	// Full blocks, idle blocks, and primaries that stamp far ahead.
	for block_ms in [10, 500, 1_000, 4_999, 20_000] {
		on_ledger(4, |ledger| {
			pallet_testkit::BlockMs::set(block_ms);
			let begin = pallet_testkit::Now::get();
			let mut closed = Vec::new();
			while closed.len() < 4 {
				ledger.block();
				let last = ledger.height + CLOSING_BLOCKS;
				if has_event(Event::EpochClosing { epoch: Committee::committee().epoch, last }) {
					closed.push(pallet_testkit::Now::get() - begin);
				}
			}
			for two in closed.windows(2) {
				let least = EPOCH_MS.max(u64::from(1 + CLOSING_BLOCKS) * block_ms);
				// A boundary that the closing blocks have passed is set again.
				let most = EPOCH_MS + u64::from(1 + CLOSING_BLOCKS) * block_ms;
				assert!((least..=most).contains(&(two[1] - two[0])), "{block_ms}: {closed:?}");
			}
		});
	}
}

#[test]
fn invalid_committees_are_refused_by_name() {
	on_ledger(4, |ledger| {
		ledger.open();
		let set = |members| Committee::set_next_committee(RuntimeOrigin::root(), members);
		assert_noop!(set(Vec::new()), Error::<Test>::EmptyCommittee);
		assert_noop!(set(members(0..129)), Error::<Test>::CommitteeTooLarge);
		assert_noop!(set(members([0, 1, 2, 1])), Error::<Test>::DuplicateKey);
		let mut same_vrf = members(0..3);
		same_vrf[2].vrf = same_vrf[0].vrf.clone();
		assert_noop!(set(same_vrf), Error::<Test>::DuplicateKey);
		assert_ok!(set(members(0..128)));
	});
}

#[test]
fn invalid_lengths_and_paces_are_refused_by_name() {
	on_ledger(4, |ledger| {
		ledger.open();
		assert_noop!(Committee::set_epoch_length(RuntimeOrigin::root(), 0), Error::<Test>::ZeroEpochLength);
		let wrong = [
			Pace { block_interval_ms: 0, ..PACE },
			Pace { idle_interval_ms: PACE.block_interval_ms - 1, ..PACE },
			Pace { base_timeout_ms: 0, ..PACE },
		];
		for pace in wrong {
			assert_noop!(Committee::set_pace(RuntimeOrigin::root(), pace), Error::<Test>::InvalidPace);
		}
		let pace = Pace { block_interval_ms: 50, idle_interval_ms: 50, base_timeout_ms: 700 };
		assert_ok!(Committee::set_pace(RuntimeOrigin::root(), pace));
		assert!(has_event(Event::PaceSet { pace }));
		assert_eq!(Committee::config().pace, pace);
	});
}

#[test]
fn only_root_may_set_committee_length_and_pace() {
	on_ledger(4, |ledger| {
		ledger.open();
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::none()] {
			assert_noop!(Committee::set_next_committee(origin.clone(), members(0..4)), BadOrigin);
			assert_noop!(Committee::set_epoch_length(origin.clone(), 3), BadOrigin);
			assert_noop!(Committee::set_pace(origin, PACE), BadOrigin);
		}
	});
}

#[test]
fn the_election_names_the_next_committee_unless_root_does() {
	on_ledger(4, |ledger| {
		ElectionLog::elect(members(4..8));
		ledger.run_to(EPOCH_LENGTH);
		assert_eq!(Committee::committee().members, members(4..8));
		assert!(has_event(Event::EpochStarted { epoch: 1, size: 4, changed: true }));

		ElectionLog::elect(members(0..4));
		ledger.run_to(EPOCH_LENGTH + 1);
		assert_ok!(Committee::set_next_committee(RuntimeOrigin::root(), members(8..11)));
		ledger.run_to(2 * EPOCH_LENGTH);
		assert_eq!(Committee::committee().members, members(8..11));
	});
}

#[test]
fn an_invalid_election_leaves_the_members() {
	on_ledger(4, |ledger| {
		for bad in [vec![], members([1, 1]), members(0..=MAX_MEMBERS as usize)] {
			ElectionLog::elect(bad);
			ledger.run_to(ledger.height + EPOCH_LENGTH);
			assert_eq!(Committee::committee().members, members(0..4));
		}
	});
}

#[test]
fn the_election_is_notified_of_an_epoch_once_its_last_certificate_is_counted() {
	on_ledger(4, |ledger| {
		ledger.run_to(EPOCH_LENGTH);
		assert!(ElectionLog::take_ended_epochs().is_empty(), "the last block is not certified on the ledger yet");
		ledger.block();
		let ended = ElectionLog::take_ended_epochs();
		let [(activity, reported)] = &ended[..] else { panic!("{} epochs ended", ended.len()) };
		assert_eq!((activity.epoch, activity.blocks, activity.certified), (0, EPOCH_LENGTH, EPOCH_LENGTH));
		assert!(activity.members.iter().all(|member| member.signed == EPOCH_LENGTH));
		// All four signed where three suffice, and the first block has no parent to prove.
		let extra: u32 = activity.members.iter().map(|member| member.extra_signatures).sum();
		assert_eq!(extra, EPOCH_LENGTH - 1);
		assert_eq!(*reported, members(0..4));
		ledger.run_to(2 * EPOCH_LENGTH);
		assert!(ElectionLog::take_ended_epochs().is_empty(), "each epoch is reported once");
	});
}

/// An attacker fills blocks, so that they come at the block interval and not at the idle one.
#[test]
fn blocks_do_not_end_an_epoch_before_its_time() {
	on_ledger(4, |ledger| {
		pallet_testkit::BlockMs::set(50);
		ledger.run_to(40);
		// Forty blocks in the time of two.
		let epoch = Committee::committee().epoch;
		println!("40 blocks in 2 s ended {epoch} epochs of 5 s");
		assert_eq!(epoch, 0);
	});
}
