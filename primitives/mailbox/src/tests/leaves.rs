//! Leaves of the trees over claims.

use super::ledgers::{account, shard};
use crate::{
	Claim, Class, Commitments, CursorClaim, Destination, Head, Lane, LaneClaim, Ledger, TableId, TableRange, Tally,
	MAILBOX_ENGINE_ID,
};
use codec::Encode;
use sp_core::H256;
use sp_runtime::{generic::DigestItem, Digest};
use tp_core::ChainTag;

const CHAINS: [ChainTag; 3] = [ChainTag::Main, ChainTag::Zone(1), ChainTag::Shard { zone: 1, incarnation: 2 }];

/// Inner nodes hash 64 bytes.
#[test]
fn no_leaf_is_as_long_as_two_hashes_and_kinds_differ() {
	for source in CHAINS {
		for destination in [Destination::Main, Destination::Table { zone: 1, table: TableId(3) }] {
			let lane = Lane { source, destination, class: Class::User };
			let lane_leaf = LaneClaim { lane, root: H256::zero(), count: 1 }.leaf();
			let cursor_leaf = CursorClaim { lane, taken: Tally::default() }.leaf();
			assert!(lane_leaf.len() < 64 && cursor_leaf.len() < 64, "{} {}", lane_leaf.len(), cursor_leaf.len());
			assert_eq!((&lane_leaf[..4], &cursor_leaf[..4]), (&b"LANE"[..], &b"CURS"[..]));
		}
		for tables in [None, Some(TableRange::ALL)] {
			let ledger = Ledger { chain: source, tables };
			for turn in [None, Some(ChainTag::Main), Some(source)] {
				let mut commitments = Commitments::default();
				commitments.levels.turn = turn;
				let leaf = Head { ledger, height: 1, hash: H256::zero(), commitments }.leaf();
				assert!(leaf.len() > 64 && leaf[..4] == *b"HEAD", "{}", leaf.len());
			}
		}
	}
}

#[test]
fn a_header_says_one_thing() {
	let commitments = shard(1).commitments();
	let other = DigestItem::Consensus(*b"LATT", vec![1, 2, 3]);
	let find = |logs: Vec<DigestItem>| Commitments::find(&Digest { logs });
	assert_eq!(find(vec![other.clone(), commitments.item()]), Some(commitments));
	assert_eq!(find(vec![other]), None);
	assert_eq!(find(vec![commitments.item(), commitments.item()]), None);
	let longer = DigestItem::Consensus(MAILBOX_ENGINE_ID, (commitments, 0u8).encode());
	assert_eq!(find(vec![longer]), None);
}

#[test]
fn a_table_is_that_of_the_unit_lane() {
	let account = account(5);
	let table = TableId::of(&account);
	assert_eq!(Destination::of(crate::Home::Zone(4), &account), Destination::Table { zone: 4, table });
	let range = TableRange { first: table, last: table };
	let owner = Ledger { chain: ChainTag::Shard { zone: 4, incarnation: 0 }, tables: Some(range) };
	assert!(owner.owns(&Destination::Table { zone: 4, table }));
	assert!(!owner.owns(&Destination::Table { zone: 5, table }));
	assert!(!owner.owns(&Destination::Table { zone: 4, table: TableId(table.0.wrapping_add(1)) }));
	assert!(!owner.owns(&Destination::Main));
	let zone = Ledger { chain: ChainTag::Zone(4), tables: Some(TableRange::ALL) };
	assert!(!zone.owns(&Destination::Table { zone: 4, table }), "a zone's ledger has no accounts");
}
