//! Members that hide a Commit are punished like members that sign twice, and once for both.

use super::*;
use codec::Encode;
use frame_support::{assert_noop, assert_ok, pallet_prelude::InvalidTransaction};
use pallet_testkit::validate;
use sp_runtime::Perbill;
use tp_pbft::{view_change_payload, HiddenCommit, PreparedCertificate, ShownCertificate, View};

/// Returns the Commit of a node in view 1, and its request for view 3 that shows a certificate.
fn hidden(chain: ChainTag, epoch: Epoch, height: Height, at: u16, shown: Option<View>) -> HiddenCommit {
	let pair = &pairs(at).0;
	let sign = |kind, view, payload: H256| {
		let slot = Slot { epoch, height, view, kind };
		SignedPayload { payload, signature: pair.sign(&slot.signing_payload(&domain(chain), &payload)) }
	};
	let prepared = shown.map(|view| {
		let slot = Slot { epoch, height, view, kind: MessageKind::Prepare };
		PreparedCertificate::from_votes(slot, H256::repeat_byte(1), 4, Vec::new())
	});
	let shown = ShownCertificate::try_from(prepared.encode()).unwrap();
	let SignedPayload { signature, .. } = sign(MessageKind::ViewChange, 3, view_change_payload(&shown));
	let commit = sign(MessageKind::Commit, 1, H256::repeat_byte(1));
	let member = MemberIndex::from(at);
	HiddenCommit { epoch, height, member, key: pair.public(), committed: 1, commit, requested: 3, shown, signature }
}

#[test]
fn a_member_that_hides_a_commit_is_punished_by_its_offence() {
	on_ledgers(|| {
		for chain in LEDGERS {
			for (member, shown) in [(1, None), (2, Some(0))] {
				let evidence = hidden(chain, 0, 5, member, shown);
				assert!(validate::<Test>(call(chain, evidence.clone(), None)).is_ok());
				assert_ok!(report(chain, evidence.clone(), reporter(chain, &evidence, 9)));
			}
		}
		let slash = |node| (node, 0, Perbill::from_percent(10), Some(9));
		assert_eq!(slashes(), [slash(1), slash(2)].repeat(3));
		let slot = Slot { epoch: 0, height: 5, view: 1, kind: MessageKind::Commit };
		assert!(has_event(Event::Punished {
			kind: OffenceKind::Equivocation,
			chain: SHARD,
			slot,
			member: 2,
			key: pairs(2).0.public(),
			node: Some(2),
			slash: Some(6),
			reporter: Some(9),
		}));
	});
}

#[test]
fn a_member_is_punished_once_whatever_the_form_of_the_evidence() {
	on_ledgers(|| {
		let (hides, signs_twice) = (|| hidden(SHARD, 0, 5, 1, None), || equivocation(SHARD, slot(0, 5), 1));
		let tag = |call| validate::<Test>(call).unwrap().provides;
		assert_eq!(tag(call(SHARD, hides(), None)), tag(call(SHARD, signs_twice(), None)), "a pool keeps one of them");
		assert_ok!(report(SHARD, hides(), None));
		assert_noop!(report(SHARD, signs_twice(), None), Error::<Test>::AlreadyReported);
		assert_noop!(report(SHARD, hidden(SHARD, 0, 6, 1, None), None), Error::<Test>::AlreadyReported);
		assert_ok!(report(SHARD, equivocation(SHARD, slot(0, 5), 2), None));
		assert_noop!(report(SHARD, hidden(SHARD, 0, 5, 2, None), None), Error::<Test>::AlreadyReported);
		assert_eq!(slashes().len(), 2);
	});
}

/// The attack: f + 1 of the main chain's members fork it across two views. Each of them signs nothing twice.
#[test]
fn a_fork_across_views_costs_all_deposits() {
	on_ledgers(|| {
		for member in 0..2 {
			assert_ok!(report(ChainTag::Main, hidden(ChainTag::Main, 0, 1, member, None), None));
		}
		for _ in 0..=COUNTS_FOR {
			next_epoch();
		}
		let parts: Vec<_> = rests().into_iter().map(|(_, _, part, _)| part).collect();
		assert_eq!(parts, [Perbill::one(); 2], "f is 1");
	});
}

#[test]
fn evidence_that_proves_nothing_is_refused_with_its_error() {
	on_ledgers(|| {
		let good = hidden(SHARD, 0, 5, 2, Some(0));
		let cases: [(_, Error<Test>); 9] = [
			(hidden(SHARD, 0, 5, 2, Some(1)), Error::NoContradiction),
			(hidden(SHARD, 0, 5, 2, Some(2)), Error::NoContradiction),
			(HiddenCommit { requested: 1, ..good.clone() }, Error::NoContradiction),
			(HiddenCommit { height: 6, ..good.clone() }, Error::EvidenceMalformed),
			(HiddenCommit { height: 6, ..hidden(SHARD, 0, 5, 2, None) }, Error::EvidenceBadSignature),
			(HiddenCommit { committed: 2, ..good.clone() }, Error::EvidenceBadSignature),
			(HiddenCommit { member: 1, ..good.clone() }, Error::NotAMember),
			(hidden(ZONE, 0, 5, 2, None), Error::EvidenceBadSignature),
			(hidden(SHARD, 10, 5, 2, None), Error::EvidenceWrongEpoch),
		];
		for (evidence, error) in cases {
			let refused = validate::<Test>(call(SHARD, evidence.clone(), None));
			assert_eq!(refused, Err(InvalidTransaction::BadProof.into()), "{error:?}");
			assert_noop!(report(SHARD, evidence, None), error);
		}
		assert!(slashes().is_empty());
		assert_ok!(report(SHARD, good, None));
	});
}
