//! Zone blocks.

use super::network::{certified, plain, router, shard, signed, zone_block, Source, ZONE};
use crate::{
	limits::{EVIDENCE_BLOCKS, SIBLING_MS},
	BodyError, Effects, Executed, Input, NamedHeader, Output, Router, Verdict, ZoneBody,
};
use sp_core::H256;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Commitments, Head};

fn build(router: &mut Router) -> ZoneBody {
	match router.step(Input::Build).as_slice() {
		[Output::Propose(body)] => body.clone(),
		other => panic!("{other:?}"),
	}
}

fn check(router: &mut Router, body: &ZoneBody) -> Verdict {
	match router.step(Input::Check { id: H256::zero(), body: body.clone() }).as_slice() {
		[Output::Checked { verdict, .. }] => *verdict,
		other => panic!("{other:?}"),
	}
}

fn note(router: &mut Router, chain: ChainTag, number: BlockNumber, is_last: bool) {
	let signed = signed(number, 0, Commitments::default(), is_last);
	let outputs = router.step(Input::Certified(certified(chain, &signed), signed));
	assert_eq!(outputs, []);
}

fn named(body: &ZoneBody) -> Vec<(ChainTag, BlockNumber)> {
	body.heads.iter().map(|head| (head.chain, head.signed.header.number)).collect()
}

fn head_of(chain: ChainTag, height: BlockNumber) -> Head {
	Head { ledger: plain(chain), height, hash: H256::zero(), commitments: Commitments::default() }
}

#[test]
fn a_block_names_the_newest_heads_in_order_and_another_router_votes_when_it_has_executed() {
	let (mut author, mut other) = (router(0, 2), router(1, 2));
	let mut source = Source::new(shard(2));
	source.block(&mut author);
	source.block(&mut author);
	note(&mut author, ChainTag::Main, 7, false);
	note(&mut author, ChainTag::Zone(1), 9, false);
	note(&mut author, ZONE, 9, false);
	let body = build(&mut author);
	assert_eq!(named(&body), [(ChainTag::Main, 7), (ChainTag::Zone(1), 9), (shard(2).chain, 2)]);
	assert_eq!(body.slow, [(shard(2).chain, 12)]);
	let unknown = Verdict::Unknown { chain: shard(2).chain, number: 2 };
	assert_eq!(check(&mut other, &body), unknown);
	let mut same = Source::new(shard(2));
	same.block(&mut other);
	assert_eq!(check(&mut other, &body), unknown);
	same.block(&mut other);
	assert_eq!(check(&mut other, &body), Verdict::Valid);
	// It is included: the next block names nothing of it.
	let heads = vec![head_of(ChainTag::Main, 7), head_of(ChainTag::Zone(1), 9), head_of(shard(2).chain, 2)];
	author.step(Input::Imported(zone_block(1, heads)));
	assert_eq!(build(&mut author), ZoneBody::default());
}

#[test]
fn bodies_that_break_a_rule_are_refused_by_name() {
	let mut router = router(0, 1);
	router.step(Input::Imported(zone_block(1, vec![head_of(ChainTag::Main, 7), head_of(ChainTag::Zone(1), 9)])));
	let mut source = Source::new(shard(1));
	source.block(&mut router);
	let head = |chain, number| NamedHeader { chain, signed: signed(number, 0, Commitments::default(), false) };
	let mut refused = |heads: Vec<NamedHeader>| check(&mut router, &ZoneBody { heads, ..ZoneBody::default() });
	let main = ChainTag::Main;
	let unordered = Verdict::Invalid(BodyError::Unordered);
	assert_eq!(refused(vec![head(ChainTag::Zone(1), 10), head(main, 8)]), unordered);
	assert_eq!(refused(vec![head(main, 8), head(main, 9)]), unordered);
	let old = Verdict::Invalid(BodyError::NotNewer { chain: main, number: 7 });
	assert_eq!(refused(vec![head(main, 7)]), old);
	for chain in [ZONE, ChainTag::Shard { zone: 1, incarnation: 1 }] {
		assert_eq!(refused(vec![head(chain, 8)]), Verdict::Invalid(BodyError::Stranger(chain)));
	}
	assert_eq!(refused(vec![head(main, 8), head(ChainTag::Zone(1), 10)]), Verdict::Valid);
	// What is not valid counts more than what is not known.
	let both = vec![head(main, 7), head(shard(2).chain, 1)];
	assert_eq!(refused(both), old);
}

#[test]
fn a_captured_shard_is_reported_once_and_named_no_more() {
	let mut router = router(0, 1);
	let mut source = Source::new(shard(1));
	source.block(&mut router);
	let signed = signed(2, 0, Commitments::default(), false);
	let (chain, number, hash) = (shard(1).chain, 2, signed.header.hash());
	note(&mut router, chain, 2, false);
	let invalid = Executed { ledger: shard(1), number, hash, effects: None };
	let outputs = router.step(Input::Executed(invalid.clone()));
	assert_eq!(outputs, [Output::InvalidShardBlock { chain, number, hash }]);
	assert_eq!(router.step(Input::Executed(invalid)), []);
	assert_eq!(named(&build(&mut router)), [(chain, 1)]);
	let body = ZoneBody { heads: vec![NamedHeader { chain, signed }], ..ZoneBody::default() };
	assert_eq!(check(&mut router, &body), Verdict::Invalid(BodyError::InvalidBlock { chain, number: 2 }));
}

#[test]
fn evidence_of_a_fork_is_included_until_a_block_has_it() {
	let mut router = router(0, 1);
	let chain = shard(1).chain;
	note(&mut router, chain, 1, false);
	let other = signed(1, 9, Commitments::default(), false);
	let outputs = router.step(Input::Certified(certified(chain, &other), other.clone()));
	assert!(matches!(outputs.as_slice(), [Output::Forked([_, second])] if second.signed == other), "{outputs:?}");
	assert_eq!(router.step(Input::Certified(certified(chain, &other), other)), []);
	let body = build(&mut router);
	assert!(body.conflicts.len() == 1 && body.is_urgent());
	let mut block = zone_block(1, Vec::new());
	let hash = H256::zero();
	block.conflicts = vec![tp_beacon::Conflict { chain, number: 1, first: hash, second: hash, freezes: true }];
	router.step(Input::Imported(block));
	assert!(build(&mut router).conflicts.is_empty());
	// It is frozen.
	note(&mut router, chain, 2, false);
	let hash = signed(2, 0, Commitments::default(), false).header.hash();
	let effects = Some(Effects::default().into());
	router.step(Input::Executed(Executed { ledger: shard(1), number: 2, hash, effects }));
	assert_eq!(named(&build(&mut router)), []);
}

/// Returns a router with evidence of a fork of a shard.
fn with_fork(number: BlockNumber) -> (Router, tp_beacon::SignedHeader) {
	let mut router = router(0, 1);
	let chain = shard(1).chain;
	note(&mut router, chain, number, false);
	let other = signed(number, 9, Commitments::default(), false);
	let outputs = router.step(Input::Certified(certified(chain, &other), other.clone()));
	assert!(matches!(outputs.as_slice(), [Output::Forked(_)]), "{outputs:?}");
	(router, other)
}

fn evidence(router: &mut Router) -> Vec<BlockNumber> {
	build(router).conflicts.iter().map(|[first, _]| first.signed.header.number).collect()
}

#[test]
fn evidence_that_no_zone_block_takes_ends() {
	let (mut router, other) = with_fork(3);
	let chain = shard(1).chain;
	// The zone may not know the committee of that height yet: it takes what it is offered later.
	for number in 1..=EVIDENCE_BLOCKS + 9 {
		router.step(Input::Imported(zone_block(number, vec![head_of(chain, 1)])));
	}
	assert_eq!(evidence(&mut router), [3]);
	let first = EVIDENCE_BLOCKS + 10;
	for number in first..first + EVIDENCE_BLOCKS {
		router.step(Input::Imported(zone_block(number, vec![head_of(chain, 2)])));
		assert_eq!(evidence(&mut router), [3]);
	}
	router.step(Input::Imported(zone_block(first + EVIDENCE_BLOCKS, vec![head_of(chain, 2)])));
	assert!(build(&mut router).conflicts.is_empty() && !router.has_evidence());

	// The same headers do not begin it again, another fork does.
	assert_eq!(router.step(Input::Certified(certified(chain, &other), other)), []);
	assert!(build(&mut router).conflicts.is_empty());
	note(&mut router, chain, 4, false);
	let newer = signed(4, 9, Commitments::default(), false);
	router.step(Input::Certified(certified(chain, &newer), newer));
	assert_eq!(evidence(&mut router), [4]);
}

#[test]
fn evidence_that_a_zone_block_has_does_not_come_again() {
	let (mut router, other) = with_fork(3);
	let chain = shard(1).chain;
	let mut block = zone_block(1, vec![head_of(chain, 2)]);
	let hash = H256::zero();
	block.conflicts = vec![tp_beacon::Conflict { chain, number: 3, first: hash, second: hash, freezes: false }];
	router.step(Input::Imported(block));
	assert_eq!(router.step(Input::Certified(certified(chain, &other), other)), []);
	assert!(build(&mut router).conflicts.is_empty());
}

#[test]
fn heads_of_sibling_zones_alone_are_not_urgent() {
	let mut router = router(0, 1);
	assert!(!build(&mut router).is_urgent());
	note(&mut router, ChainTag::Zone(1), 3, false);
	assert!(!build(&mut router).is_urgent());
	note(&mut router, ChainTag::Main, 3, false);
	assert!(build(&mut router).is_urgent());
}

#[test]
fn the_ends_of_a_neighbours_epochs_come_one_by_one() {
	let mut router = router(0, 1);
	for (number, is_last) in [(3, false), (5, true), (6, false), (8, true), (9, false), (4, false)] {
		note(&mut router, ChainTag::Main, number, is_last);
	}
	for number in [5, 8, 9] {
		assert_eq!(named(&build(&mut router)), [(ChainTag::Main, number)]);
		router.step(Input::Imported(zone_block(number, vec![head_of(ChainTag::Main, number)])));
	}
	assert_eq!(named(&build(&mut router)), []);
}

/// Else an answer below the included head would come when another one is included.
#[test]
fn the_head_of_a_sibling_zone_stays_until_questions_below_it_are_answered() {
	let mut router = router(0, 1);
	let (main, sibling) = (ChainTag::Main, ChainTag::Zone(1));
	router.step(Input::Tick { now_ms: 1_000 });
	note(&mut router, sibling, 3, false);
	assert_eq!(named(&build(&mut router)), [(sibling, 3)], "the first one does not wait");
	router.step(Input::Imported(zone_block(1, vec![head_of(main, 3), head_of(sibling, 3)])));
	note(&mut router, main, 4, false);
	note(&mut router, sibling, 4, false);
	router.step(Input::Tick { now_ms: 1_000 + SIBLING_MS - 1 });
	assert_eq!(named(&build(&mut router)), [(main, 4)]);
	// The same head in another block does not begin the time again.
	router.step(Input::Imported(zone_block(2, vec![head_of(main, 4), head_of(sibling, 3)])));
	router.step(Input::Tick { now_ms: 1_000 + SIBLING_MS });
	assert_eq!(named(&build(&mut router)), [(sibling, 4)]);
	router.step(Input::Imported(zone_block(3, vec![head_of(main, 4), head_of(sibling, 4)])));
	note(&mut router, sibling, 5, true);
	assert_eq!(named(&build(&mut router)), [(sibling, 5)], "the end of an epoch does not wait");
}

/// The network may bring headers in any order. A block that names an old one gets no votes.
#[test]
fn a_header_that_comes_after_a_newer_one_is_included_is_not_named() {
	let mut router = router(0, 1);
	let heads = vec![head_of(ChainTag::Main, 7), head_of(ChainTag::Zone(1), 9)];
	router.step(Input::Imported(zone_block(1, heads)));
	for (chain, number, is_last) in [(ChainTag::Main, 7, false), (ChainTag::Zone(1), 8, true)] {
		note(&mut router, chain, number, is_last);
	}
	assert_eq!(named(&build(&mut router)), []);
	note(&mut router, ChainTag::Main, 8, false);
	assert_eq!(named(&build(&mut router)), [(ChainTag::Main, 8)]);
}

#[test]
fn cursors_for_the_zones_own_lanes_are_included() {
	let mut router = router(0, 1);
	let (mut zone, mut main) = (Source::new(plain(ZONE)), Source::new(plain(ChainTag::Main)));
	let lane = super::network::lane(plain(ZONE), tp_mailbox::Destination::Main);
	zone.send(tp_mailbox::Destination::Main);
	zone.block(&mut router);
	main.take(lane, 1);
	let (head, _) = main.block(&mut router);
	router.step(Input::Imported(zone_block(1, vec![head])));
	let body = build(&mut router);
	let [(height, proof)] = body.acknowledgements.as_slice() else { panic!("{body:?}") };
	let anchor = tp_mailbox::Anchor { ledger: head.ledger, height: *height, commitments: head.commitments };
	assert_eq!(proof.verify(&anchor).map(|cursor| cursor.taken().messages), Ok(1));
	// The zone has taken note of it.
	let confirmed = vec![tp_mailbox::Confirmed { lane, first: 0, end: 1, value: 1 }];
	let effects = Some(Effects { confirmed, ..Effects::default() }.into());
	router.step(Input::Executed(Executed { ledger: plain(ZONE), number: 2, hash: H256::zero(), effects }));
	assert!(build(&mut router).acknowledgements.is_empty());
}
