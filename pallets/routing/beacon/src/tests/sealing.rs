//! A shard that its zone does not seal takes no units for a while.

use super::*;
use frame_support::{assert_noop, assert_ok, traits::Get};
use pallet_testkit::has_event;
use tp_beacon::{
	bounds::{MARK_MS, MAX_UNSEALED_MS},
	SealedHead,
};
use tp_mailbox::{Claims, Head, HeadStep, Ledger};

const OWN: ChainTag = ChainTag::Shard { zone: 0, incarnation: 9 };

/// Runs a test in the first block of a shard of the zone.
fn in_shard(test: impl FnOnce()) {
	in_block(|| {
		Own::set(Some((OWN, 0)));
		test();
	});
}

/// Ends blocks a second apart, as many as fit a span.
fn pass(milliseconds: u64) {
	for _ in 0..milliseconds / 1_000 {
		NowMs::mutate(|now| *now += 1_000);
		next_block();
	}
}

/// Ends the block a second later, with an event, and opens the next.
fn ends_with(event: Event<Test>) {
	NowMs::mutate(|now| *now += 1_000);
	pallet_testkit::close_block::<Test, AllPalletsWithSystem>();
	assert!(has_event::<Test>(event));
	pallet_testkit::open_block::<Test, AllPalletsWithSystem>();
}

/// Returns a zone header that includes a head, and the claim of it.
fn sealing(number: BlockNumber, of: ChainTag, height: BlockNumber, hash: H256) -> Update {
	let ledger = Ledger { chain: of, tables: None };
	let head = Head { ledger, height, hash, commitments: Commitments::default() };
	let heads = Claims::new(vec![head]);
	let commitments = Commitments { heads: heads.root(), ..Commitments::default() };
	let header = Header { number, digest: Digest { logs: vec![commitments.item()] }, ..empty() };
	let (head, path) = heads.at(0).unwrap();
	let sealed = SealedHead { by: ZONE, height: number, step: HeadStep { head, path } };
	Update { headers: vec![certify(ZONE, header, 0)], sealed: Some(Box::new(sealed)), ..Update::default() }
}

fn is_paused() -> bool {
	Paused::<Test>::get()
}

#[test]
fn it_pauses_when_a_block_waits_too_long_and_goes_on_when_that_is_sealed() {
	in_shard(|| {
		pass(MAX_UNSEALED_MS);
		assert!(!is_paused());
		pass(MARK_MS);
		ends_with(Event::Paused { sealed: 0 });
		assert!(is_paused());

		// A block that is late stays unsealed.
		assert_ok!(update(sealing(1, OWN, 1, H256::repeat_byte(1))));
		pass(MARK_MS);
		assert!(is_paused(), "the second block is late too");
		let newest = System::block_number() - 1;
		assert_ok!(update(sealing(2, OWN, newest, H256::repeat_byte(2))));
		ends_with(Event::Resumed { sealed: newest });
		assert!(!is_paused());
	});
}

#[test]
fn a_ledger_that_stood_still_does_not_pause() {
	in_shard(|| {
		pass(5_000);
		NowMs::mutate(|now| *now += 3_600_000);
		next_block();
		pass(5_000);
		assert!(!is_paused());
	});
}

#[test]
fn a_shard_whose_zone_is_removed_goes_on() {
	in_shard(|| {
		pass(MAX_UNSEALED_MS + 2 * MARK_MS);
		assert!(is_paused());
		assert_ok!(Beacon::remove(RuntimeOrigin::root(), ZONE));
		pass(MARK_MS);
		assert!(!is_paused());
		assert_eq!(Unsealed::<Test>::get(), tp_beacon::Unsealed::default());
	});
}

#[test]
fn only_shards_with_a_zone_pause() {
	for own in [None, Some((ZONE, 0)), Some((ChainTag::Shard { zone: 7, incarnation: 9 }, 0))] {
		in_block(|| {
			Own::set(own);
			pass(2 * MAX_UNSEALED_MS);
			assert!(!is_paused());
			assert_eq!(Unsealed::<Test>::get(), tp_beacon::Unsealed::default());
			let claim = sealing(1, OWN, 1, H256::zero());
			assert_noop!(update(claim), Error::<Test>::NotSealed);
		});
	}
}

#[test]
fn a_head_that_proves_nothing_is_refused_by_name() {
	in_shard(|| {
		pass(5_000);
		let refused = |claim: Update, error: Error<Test>| {
			assert_noop!(update(claim), error);
		};
		let hash = H256::repeat_byte(1);
		refused(sealing(1, SHARD, 1, hash), Error::NotSealed);
		refused(sealing(1, OWN, System::block_number(), hash), Error::SealedOther);
		let changed = |change: fn(&mut SealedHead)| {
			let mut claim = sealing(1, OWN, 2, hash);
			claim.sealed.iter_mut().for_each(|sealed| change(sealed));
			claim
		};
		refused(changed(|sealed| sealed.by = ChainTag::Main), Error::NotSealed);
		refused(changed(|sealed| sealed.height = 7), Error::AnchorNotHeld);
		refused(changed(|sealed| sealed.step.head.height = 3), Error::BadHeadPath);

		// The hash of a block that the runtime still knows.
		frame_system::BlockHash::<Test>::insert(2, sp_core::H256::repeat_byte(9));
		refused(sealing(1, OWN, 2, hash), Error::SealedOther);
		assert_ok!(update(sealing(1, OWN, 2, H256::repeat_byte(9))));
		next_block();
		refused(sealing(2, OWN, 2, H256::repeat_byte(9)), Error::SealedBefore);
		refused(sealing(2, OWN, 1, hash), Error::SealedBefore);
	});
}

#[test]
fn an_author_leaves_out_a_claim_that_does_not_hold() {
	in_shard(|| {
		pass(3_000);
		let good = sealing(1, OWN, 2, H256::zero());
		let wrong = Update { sealed: sealing(1, OWN, 9, H256::zero()).sealed, ..good.clone() };
		let chosen = |update| {
			frame_support::storage::with_transaction(|| {
				let chosen = Beacon::choose(update);
				sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(chosen))
			})
		};
		assert_eq!(chosen(good.clone()).unwrap(), good);
		assert_eq!(chosen(wrong).unwrap(), Update { sealed: None, ..good });
	});
}
