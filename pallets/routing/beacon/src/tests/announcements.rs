//! Announcements: committees of the main chain's state, proved below its held header or below the zone's.

use super::*;
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use pallet_testkit::has_event;
use sp_runtime::{traits::BlakeTwo256, StateVersion};
use sp_state_machine::{prove_read, InMemoryBackend};
use std::collections::BTreeMap;
use tp_beacon::{bounds::MAX_PROOF_BYTES, committee_key, in_force_key, Announcement};
use tp_core::AccountId;
use tp_mailbox::{Claims, Head, HeadPath, HeadStep, Ledger};
use tp_stake::Seat;

/// Returns a header of the main chain in whose state an epoch is in force and the shard has its committee of epoch 1, and the
/// announcement below it.
pub(super) fn announced(number: BlockNumber) -> (NamedHeader, Announcement) {
	announced_of(SHARD, number, 1)
}

/// Returns the same of a ledger's committee of epoch 1.
pub(super) fn announced_of(chain: ChainTag, number: BlockNumber, in_force: Epoch) -> (NamedHeader, Announcement) {
	let seat = |member| Seat::<AccountId> { node: None, member, since: 0 };
	let seats: Vec<Seat> = members(chain, 1).into_iter().map(seat).collect();
	let keys = [committee_key(chain, 1), in_force_key()];
	let mut state: BTreeMap<Vec<u8>, Vec<u8>> = (0..200u32).map(|at| (at.encode(), vec![7; 40])).collect();
	state.insert(keys[0].clone(), seats.encode());
	state.insert(keys[1].clone(), in_force.encode());
	let backend = InMemoryBackend::<BlakeTwo256>::from((state, StateVersion::V0));
	let state_root = *backend.root();
	let proof = prove_read(backend, keys).unwrap().into_iter_nodes().collect();
	let header = Header { state_root, ..header(number, 0) };
	let (by, path) = (ChainTag::Main, HeadPath::default());
	let announcement = Announcement { chain, epoch: 1, by, height: number, path, header: header.clone(), proof };
	(certify(ChainTag::Main, header, 0), announcement)
}

/// Returns a zone's header that includes a head of the main chain, and the announcement below it.
fn below_zone(number: BlockNumber, ledger: Ledger) -> (NamedHeader, Announcement) {
	let (main, announcement) = announced(number);
	let main = main.signed.header;
	let commitments = Commitments::find(&main.digest).unwrap();
	let head = Head { ledger, height: main.number, hash: main.hash(), commitments };
	let shard = Head { ledger: Ledger { chain: SHARD, tables: None }, ..head };
	let heads = Claims::new(vec![head, shard]);
	let logs = vec![Commitments { heads: heads.root(), ..Commitments::default() }.item()];
	let zone = certify(ZONE, Header { number: 1, digest: Digest { logs }, ..empty() }, 0);
	let (head, path) = heads.at(0).unwrap();
	let path = HeadPath(vec![HeadStep { head, path }]);
	(zone, Announcement { by: ZONE, height: 1, path, ..announcement })
}

pub(super) fn announce(announcement: Announcement) -> DispatchResult {
	update(Update { announcements: vec![announcement], ..Update::default() })
}

#[test]
fn the_main_chains_state_names_a_committee() {
	in_block(|| {
		let (main, announcement) = announced(1);
		assert_noop!(announce(announcement.clone()), Error::<Test>::AnchorNotHeld);
		import([main]);
		assert_ok!(announce(announcement.clone()));
		assert!(has_event::<Test>(Event::Announced { chain: SHARD, epoch: 1 }));
		assert_eq!(Committees::<Test>::get(SHARD, 1), Some(members(SHARD, 1)));
		next_block();
		assert_noop!(announce(announcement), Error::<Test>::KnownCommittee);
		// The old committee hands over to it.
		import([last(SHARD, 5, 0), certify(SHARD, header(6, 0), 1)]);
	});
}

#[test]
fn a_shard_learns_committees_through_its_zone() {
	in_block(|| {
		let main = Ledger { chain: ChainTag::Main, tables: None };
		let (zone, announcement) = below_zone(4, main);
		import([zone]);
		// A main chain, a sibling of the zone, and a shard of another zone: the zone may have invented the main chain's header.
		let ChainTag::Zone(number) = ZONE else { panic!("a zone") };
		let other = ChainTag::Shard { zone: number + 1, incarnation: 0 };
		for own in [None, Some((ChainTag::Main, 0)), Some((ChainTag::Zone(number + 1), 0)), Some((other, 0))] {
			Own::set(own);
			assert_noop!(announce(announcement.clone()), Error::<Test>::ForeignAnnouncement);
		}
		Own::set(Some((ChainTag::Shard { zone: number, incarnation: 1 }, 0)));
		let mut without_path = announcement.clone();
		without_path.path = HeadPath::default();
		assert_noop!(announce(without_path), Error::<Test>::OtherHeader);
		let mut other_path = announcement.clone();
		other_path.path.0[0].head.height = 5;
		assert_noop!(announce(other_path), Error::<Test>::BadHeadPath);
		assert_ok!(announce(announcement));
		assert_eq!(Committees::<Test>::get(SHARD, 1), Some(members(SHARD, 1)));
	});
}

#[test]
fn a_head_of_another_ledger_announces_nothing() {
	in_block(|| {
		let (zone, announcement) = below_zone(4, Ledger { chain: ChainTag::Zone(3), tables: None });
		import([zone]);
		let ChainTag::Zone(number) = ZONE else { panic!("a zone") };
		Own::set(Some((ChainTag::Shard { zone: number, incarnation: 1 }, 0)));
		assert_noop!(announce(announcement), Error::<Test>::OtherHeader);
	});
}

#[test]
fn proofs_of_other_states_committees_and_lengths_are_refused_by_name() {
	in_block(|| {
		let (main, announcement) = announced(1);
		import([main]);
		let other = |change: fn(&mut Announcement)| {
			let mut changed = announcement.clone();
			change(&mut changed);
			changed
		};
		assert_noop!(announce(other(|it| it.header.state_root.0[0] ^= 1)), Error::<Test>::OtherHeader);
		assert_noop!(announce(other(|it| it.height = 2)), Error::<Test>::AnchorNotHeld);
		assert_noop!(announce(other(|it| it.by = ChainTag::Zone(9))), Error::<Test>::ForeignAnnouncement);
		assert_noop!(announce(other(|it| it.epoch = 2)), Error::<Test>::NotInForce);
		assert_noop!(announce(other(|it| it.epoch = 0)), Error::<Test>::NoSeats);
		assert_noop!(announce(other(|it| it.chain = ZONE)), Error::<Test>::NoSeats);
		assert_noop!(announce(other(|it| it.proof.clear())), Error::<Test>::NotInForce);
		// Each node of the proof is needed, for the seats or for the epoch.
		for at in 0..announcement.proof.len() {
			let mut changed = announcement.clone();
			changed.proof.remove(at);
			let refused = announce(changed).unwrap_err();
			assert!([Error::<Test>::NoSeats.into(), Error::<Test>::NotInForce.into()].contains(&refused), "node {at}");
		}
		assert_noop!(announce(other(|it| it.proof.push(vec![0; MAX_PROOF_BYTES]))), Error::<Test>::ProofTooLong);
		// The epoch began, so it is not announced any more.
		assert_ok!(announce(announcement.clone()));
		next_block();
		import([last(SHARD, 5, 0)]);
		Committees::<Test>::insert(SHARD, 1, members(SHARD, 2));
		assert_noop!(announce(announcement), Error::<Test>::OutOfReach);
	});
}

#[test]
fn a_committee_is_known_when_its_epoch_has_begun_on_the_main_chain() {
	in_block(|| {
		let (early, announcement) = announced_of(SHARD, 1, 0);
		import([early]);
		// A member can still lose its seat.
		assert_noop!(announce(announcement), Error::<Test>::NotInForce);
		let (later, announcement) = announced_of(SHARD, 2, 3);
		import([later]);
		assert_ok!(announce(announcement));
		assert_eq!(Committees::<Test>::get(SHARD, 1), Some(members(SHARD, 1)));
	});
}

#[test]
fn government_announces_without_a_proof() {
	in_block(|| {
		let call = |chain, epoch| Beacon::announce(RuntimeOrigin::root(), chain, epoch, members(chain, epoch));
		assert_ok!(call(ZONE, 1));
		assert_noop!(call(ZONE, 0), Error::<Test>::OutOfReach);
		assert_noop!(call(ChainTag::Main, 1), Error::<Test>::ElectsItself);
		let signed = RuntimeOrigin::signed(1);
		let refused = Beacon::announce(signed, ZONE, 2, members(ZONE, 2));
		assert_eq!(refused, Err(sp_runtime::DispatchError::BadOrigin));
		// The header names another committee than the announced one.
		let mut other = header(9, 0);
		other.digest.push(ConsensusLog::NextCommittee { epoch: 1, members: members(ZONE, 5) }.to_item());
		assert_refused(certify(ZONE, other, 0), Error::OtherCommittee);
		let mut skipping = header(9, 0);
		skipping.digest.push(ConsensusLog::NextCommittee { epoch: 2, members: members(ZONE, 2) }.to_item());
		assert_refused(certify(ZONE, skipping, 0), Error::OtherEpoch);
	});
}
