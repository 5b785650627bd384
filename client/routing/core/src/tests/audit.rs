//! The audit of one shard.

use super::network::{certified, shard, signed};
use crate::{
	limits::{MAX_AHEAD, MAX_UNAUDITED},
	Audit, BodyError, Effects, Executed, Verdict,
};
use sp_core::H256;
use tp_core::BlockNumber;
use tp_mailbox::Commitments;

fn header(number: BlockNumber, salt: u8) -> tp_beacon::SignedHeader {
	signed(number, salt, Commitments::default(), false)
}

fn certify(audit: &mut Audit, signed: &tp_beacon::SignedHeader) -> bool {
	audit.note_certified(&certified(shard(1).chain, signed), signed.clone()).is_some()
}

fn execute(audit: &mut Audit, number: BlockNumber, is_valid: bool) -> bool {
	let trace = H256::from_low_u64_le(u64::from(number));
	let effects = is_valid.then(|| Effects { trace, ..Effects::default() }.into());
	audit.note_executed(&Executed { ledger: shard(1), number, hash: header(number, 0).header.hash(), effects })
}

fn newest(audit: &Audit) -> Option<BlockNumber> {
	audit.newest().map(|head| head.signed.header.number)
}

#[test]
fn a_head_is_named_when_every_block_up_to_it_is_executed() {
	let mut audit = Audit::new(shard(1).chain, 4);
	for number in 5..=8 {
		assert!(!certify(&mut audit, &header(number, 0)));
	}
	assert_eq!(newest(&audit), None);
	execute(&mut audit, 6, true);
	assert_eq!(newest(&audit), None, "block 5 is missing");
	execute(&mut audit, 5, true);
	execute(&mut audit, 8, true);
	assert_eq!(newest(&audit), Some(6));
	let hash = |number| header(number, 0).header.hash();
	let chain = shard(1).chain;
	assert_eq!(audit.check(6, hash(6)), Verdict::Valid);
	assert_eq!(audit.check(7, hash(7)), Verdict::Unknown { chain, number: 7 });
	assert_eq!(audit.check(8, hash(8)), Verdict::Unknown { chain, number: 8 });
	assert_eq!(audit.check(4, hash(4)), Verdict::Invalid(BodyError::NotNewer { chain, number: 4 }));
	let other = BodyError::OtherBlock { chain, number: 6 };
	assert_eq!(audit.check(6, header(6, 1).header.hash()), Verdict::Invalid(other));
	assert_eq!((audit.trace(6), audit.trace(7)), (Some(H256::from_low_u64_le(6)), None));
	audit.seal(6);
	assert_eq!((newest(&audit), audit.trace(6)), (None, None));
	execute(&mut audit, 7, true);
	assert_eq!(newest(&audit), Some(8));
}

#[test]
fn nothing_above_an_invalid_block_is_named_or_voted_for() {
	let mut audit = Audit::new(shard(1).chain, 0);
	for number in 1..=3 {
		certify(&mut audit, &header(number, 0));
	}
	execute(&mut audit, 1, true);
	assert!(execute(&mut audit, 2, false));
	assert!(!execute(&mut audit, 3, false), "it is reported once");
	assert_eq!(newest(&audit), Some(1));
	let chain = shard(1).chain;
	let invalid = Verdict::Invalid(BodyError::InvalidBlock { chain, number: 2 });
	assert_eq!(audit.check(2, header(2, 0).header.hash()), invalid);
	assert_eq!(audit.check(3, header(3, 0).header.hash()), invalid);
	assert_eq!(audit.check(1, header(1, 0).header.hash()), Verdict::Valid);
}

#[test]
fn two_certified_blocks_of_one_height_are_evidence_and_stop_the_shard() {
	let mut audit = Audit::new(shard(1).chain, 0);
	for number in 1..=3 {
		certify(&mut audit, &header(number, 0));
		execute(&mut audit, number, true);
	}
	assert_eq!(newest(&audit), Some(3));
	assert!(!certify(&mut audit, &header(2, 0)));
	assert!(certify(&mut audit, &header(2, 1)));
	assert_eq!(newest(&audit), Some(1));
	let forked = Verdict::Invalid(BodyError::Forked { chain: shard(1).chain, number: 2 });
	assert_eq!(audit.check(3, header(3, 0).header.hash()), forked);
	assert!(!certify(&mut audit, &header(9_999, 1)), "far blocks are not kept");
}

/// The other routers executed the one block before they learned of the other, and the zone goes on with it.
#[test]
fn a_fork_below_the_sealed_head_stops_nothing() {
	let mut audit = Audit::new(shard(1).chain, 0);
	assert!(!certify(&mut audit, &header(2, 1)));
	for number in 1..=4 {
		assert_eq!(certify(&mut audit, &header(number, 0)), number == 2);
		execute(&mut audit, number, true);
	}
	assert_eq!(newest(&audit), Some(1));
	audit.seal(1);
	assert_eq!(newest(&audit), None);
	audit.seal(3);
	assert_eq!(newest(&audit), Some(4));
	assert_eq!(audit.check(4, header(4, 0).header.hash()), Verdict::Valid);
	// What the zone froze stays so, however often it includes its last head.
	audit.freeze();
	audit.seal(3);
	assert_eq!(newest(&audit), None);
}

#[test]
fn the_last_block_of_an_epoch_is_not_skipped() {
	let mut audit = Audit::new(shard(1).chain, 0);
	let last = signed(2, 0, Commitments::default(), true);
	for signed in [header(1, 0), last.clone(), header(3, 0)] {
		certify(&mut audit, &signed);
		let (number, hash) = (signed.header.number, signed.header.hash());
		let effects = Some(Effects::default().into());
		audit.note_executed(&Executed { ledger: shard(1), number, hash, effects });
	}
	assert_eq!(newest(&audit), Some(2));
	audit.seal(2);
	assert_eq!(newest(&audit), Some(3));
}

#[test]
fn a_shard_that_is_ahead_is_slowed_down_in_proportion_and_bounded() {
	let mut audit = Audit::new(shard(1).chain, 100);
	assert_eq!(audit.slow(), 0);
	certify(&mut audit, &header(100 + MAX_UNAUDITED / 2, 0));
	assert_eq!(audit.slow(), 50);
	certify(&mut audit, &header(100 + MAX_UNAUDITED, 0));
	assert_eq!(audit.slow(), 100);
	certify(&mut audit, &header(100 + 3 * MAX_UNAUDITED, 0));
	assert_eq!(audit.slow(), 100);
	certify(&mut audit, &header(101 + MAX_AHEAD, 0));
	audit.seal(100 + 3 * MAX_UNAUDITED);
	assert_eq!(audit.slow(), 0, "the far block is not kept");
}
