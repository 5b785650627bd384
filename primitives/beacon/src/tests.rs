//! Tests of the rules of a beacon, with a signature scheme that is only fast.

use crate::{
	bounds::{MAX_HANDOVER, MAX_HELD, MAX_SOURCES},
	Authority, Beacon, BeaconError, Conflict, HandoverError, Held, MemoryStore, Registration, SignedHeader, Store,
};
use sp_core::{ed25519, sr25519, H256};
use sp_runtime::Digest;
use tp_core::{BlockNumber, ChainTag, Header};
use tp_mailbox::{Commitments, Ledger, TableRange};
use tp_pbft::{
	Certificate, CertificateError, ConsensusLog, Domain, Epoch, Member, MessageKind, PbftId, PbftSignature, Slot,
};

const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };
const GENESIS: H256 = H256([7; 32]);

/// Four members: three are a quorum.
fn members(epoch: Epoch) -> Vec<Member> {
	let key = |at: u8| {
		[at, u8::try_from(epoch).unwrap(), 1]
			.into_iter()
			.chain([0; 29])
			.collect::<Vec<u8>>()
			.try_into()
			.expect("it has 32 bytes")
	};
	(0..4)
		.map(|at| Member {
			key: ed25519::Public::from_raw(key(at)).into(),
			vrf: sr25519::Public::from_raw(key(at)).into(),
			weight: 1,
		})
		.collect()
}

fn sign(key: &PbftId, message: &[u8]) -> PbftSignature {
	let mut bytes = [0; 64];
	bytes[..32].copy_from_slice(&sp_crypto_hashing::blake2_256(&[key.as_ref(), message].concat()));
	ed25519::Signature::from_raw(bytes).into()
}

fn check(key: &PbftId, message: &[u8], signature: &PbftSignature) -> bool {
	sign(key, message) == *signature
}

/// Returns a header that is the last of its epoch if there is a next committee. `salt` makes another block of it.
fn header(number: BlockNumber, salt: u8, next: Option<(Epoch, Vec<Member>)>) -> Header {
	let mut logs = vec![Commitments { outbox: H256::repeat_byte(salt), ..Commitments::default() }.item()];
	logs.extend(next.map(|(epoch, members)| ConsensusLog::NextCommittee { epoch, members }.to_item()));
	header_with(number, Digest { logs })
}

fn header_with(number: BlockNumber, digest: Digest) -> Header {
	let zero = H256::zero();
	Header { parent_hash: zero, number, state_root: zero, extrinsics_root: zero, digest }
}

fn certify_with(header: Header, chain: ChainTag, epoch: Epoch, members: &[Member]) -> SignedHeader {
	let slot = Slot { epoch, height: header.number, view: 0, kind: MessageKind::Commit };
	let domain = Domain { chain, genesis: GENESIS };
	let hash = header.hash();
	let payload = slot.signing_payload(&domain, &hash);
	let votes = (0u16..).zip(members).skip(1).map(|(at, member)| (at, sign(&member.key, &payload))).collect();
	SignedHeader { header, certificate: Certificate::from_votes(slot, hash, members.len(), votes) }
}

fn signed(number: BlockNumber, salt: u8, epoch: Epoch) -> SignedHeader {
	certify_with(header(number, salt, None), SHARD, epoch, &members(epoch))
}

/// The last header of an epoch.
fn last(number: BlockNumber, epoch: Epoch) -> SignedHeader {
	certify_with(header(number, 0, Some((epoch + 1, members(epoch + 1)))), SHARD, epoch, &members(epoch))
}

fn registration(chain: ChainTag, authority: Authority) -> Registration {
	let tables = Some(TableRange::ALL);
	Registration {
		ledger: Ledger { chain, tables },
		genesis: GENESIS,
		authority,
		epoch: 0,
		first: 1,
		members: members(0),
	}
}

/// A beacon that follows a source which elects its committees itself.
fn following() -> MemoryStore {
	let mut store = MemoryStore::default();
	Beacon::new(&mut store).register(registration(SHARD, Authority::Itself)).unwrap();
	store
}

fn import(store: &mut MemoryStore, signed: &SignedHeader) -> Result<Held, BeaconError> {
	Beacon::new(store).import(SHARD, signed, check)
}

#[track_caller]
fn assert_refused(store: &mut MemoryStore, signed: &SignedHeader, error: BeaconError) {
	let before = store.clone();
	assert_eq!(import(store, signed), Err(error));
	assert_eq!(*store, before);
}

#[test]
fn headers_ascend_and_the_newest_are_held() {
	let mut store = following();
	let held = u32::try_from(MAX_HELD).unwrap();
	for number in 1..=held + 5 {
		assert_eq!(import(&mut store, &signed(2 * number, 0, 0)), Ok(Held::Newest));
	}
	assert_eq!(import(&mut store, &signed(2 * (held + 5), 0, 0)), Ok(Held::Known));
	let newest = 2 * (held + 5);
	assert_refused(&mut store, &signed(newest - 1, 0, 0), BeaconError::Stale { number: newest - 1, newest });
	let beacon = Beacon::new(&mut store);
	assert_eq!(beacon.source(SHARD).unwrap().headers.len(), MAX_HELD);
	assert_eq!((beacon.anchor(SHARD, 10), beacon.anchor(SHARD, 12).map(|anchor| anchor.height)), (None, Some(12)));
	assert_eq!(beacon.newest(SHARD).unwrap().height, newest);
	let heads = beacon.heads();
	assert_eq!((heads.len(), heads[0].height, heads[0].ledger.chain), (1, newest, SHARD));
}

#[test]
fn forged_and_foreign_certificates_are_refused_by_name() {
	let mut store = following();
	let certificate = |error| BeaconError::Certificate(error);
	let mut few = signed(1, 0, 0);
	few.certificate = Certificate::from_votes(
		few.certificate.slot(),
		few.certificate.hash,
		4,
		few.certificate.votes().take(2).map(|(at, signature)| (at, signature.clone())).collect(),
	);
	assert_refused(&mut store, &few, certificate(CertificateError::NoQuorum { signers: 2, quorum: 3 }));
	let mut other = signed(1, 0, 0);
	other.header = header(1, 9, None);
	assert_refused(&mut store, &other, certificate(CertificateError::WrongBlock));
	let foreign = certify_with(header(1, 0, None), ChainTag::Zone(0), 0, &members(0));
	assert_refused(&mut store, &foreign, certificate(CertificateError::BadSignature(1)));
	let forged = certify_with(header(1, 0, None), SHARD, 0, &members(5));
	assert_refused(&mut store, &forged, certificate(CertificateError::BadSignature(1)));
	assert_refused(&mut store, &signed(1, 0, 1), BeaconError::UnknownEpoch(1));
	assert_refused(&mut store, &signed(0, 0, 0), BeaconError::BeforeEpoch { number: 0, first: 1 });
	let silent = header_with(1, Digest::default());
	assert_refused(&mut store, &certify_with(silent, SHARD, 0, &members(0)), BeaconError::NoCommitments);
	let unknown = BeaconError::UnknownSource(ChainTag::Main);
	assert_eq!(Beacon::new(&mut store).import(ChainTag::Main, &signed(1, 0, 0), check), Err(unknown));
}

#[test]
fn a_committee_vouches_for_nothing_after_its_last_height() {
	let mut store = following();
	import(&mut store, &last(10, 0)).unwrap();
	let after = BeaconError::AfterEpoch { number: 11, last: 10 };
	assert_refused(&mut store, &signed(11, 0, 0), after);
	let before = BeaconError::BeforeEpoch { number: 10, first: 11 };
	assert_refused(&mut store, &signed(10, 0, 1), before);
	assert_eq!(import(&mut store, &signed(11, 0, 1)), Ok(Held::Newest));
	// A header that was certified before its epoch ended.
	let mut store = following();
	let certified = Beacon::new(&mut store).certify(SHARD, &signed(12, 0, 0), check).unwrap();
	import(&mut store, &last(10, 0)).unwrap();
	let after = BeaconError::AfterEpoch { number: 12, last: 10 };
	assert_eq!(Beacon::new(&mut store).hold(certified), Err(after));
	// Epochs are not skipped.
	let skipping = certify_with(header(20, 0, Some((3, members(3)))), SHARD, 1, &members(1));
	assert_refused(&mut store, &skipping, BeaconError::OtherEpoch { expected: 2, found: 3 });
	let empty = certify_with(header(20, 0, Some((2, Vec::new()))), SHARD, 1, &members(1));
	assert_refused(&mut store, &empty, BeaconError::BadCommittee(0));
}

#[test]
fn a_long_sleep_ends_with_one_handover() {
	let mut store = following();
	let handover: Vec<SignedHeader> =
		(0..20).map(|epoch| last(10 * (u32::try_from(epoch).unwrap() + 1), epoch)).collect();
	Beacon::new(&mut store).follow(SHARD, &handover, check).unwrap();
	assert_eq!(import(&mut store, &signed(205, 0, 20)), Ok(Held::Newest));
	assert!(store.members(SHARD, 18).is_none(), "old committees are forgotten");
	let source = store.source(SHARD).unwrap();
	assert_eq!(
		source.spans.iter().map(|span| (span.epoch, span.first, span.last)).collect::<Vec<_>>(),
		[(19, 191, Some(200)), (20, 201, None),]
	);

	let mut store = following();
	let mut broken = handover.clone();
	broken[3] = signed(35, 0, 3);
	let error = BeaconError::NotLast(35);
	assert_eq!(Beacon::new(&mut store).follow(SHARD, &broken, check), Err(HandoverError { accepted: 3, error }));
	let gap: Vec<SignedHeader> = handover.iter().skip(4).cloned().collect();
	let error = BeaconError::UnknownEpoch(4);
	assert_eq!(Beacon::new(&mut store).follow(SHARD, &gap, check), Err(HandoverError { accepted: 0, error }));
	Beacon::new(&mut store).follow(SHARD, &handover[3..], check).unwrap();
	let long = vec![last(10, 0); MAX_HANDOVER + 1];
	let error = BeaconError::LongHandover(MAX_HANDOVER + 1);
	assert_eq!(Beacon::new(&mut store).follow(SHARD, &long, check), Err(HandoverError { accepted: 0, error }));
}

#[test]
fn committees_of_other_ledgers_need_the_main_chain_and_the_old_committee() {
	let mut store = MemoryStore::default();
	Beacon::new(&mut store).register(registration(SHARD, Authority::MainChain)).unwrap();
	assert_refused(&mut store, &last(10, 0), BeaconError::NotAnnounced(1));
	let mut beacon = Beacon::new(&mut store);
	let last = MAX_HANDOVER as Epoch;
	for found in [0, last + 1] {
		let out_of_reach = BeaconError::OutOfReach { first: 1, last, found };
		assert_eq!(beacon.announce(SHARD, found, members(found)), Err(out_of_reach));
	}
	assert_eq!(beacon.announce(SHARD, 1, Vec::new()), Err(BeaconError::BadCommittee(0)));
	beacon.announce(SHARD, 1, members(1)).unwrap();
	// An announcement alone does not begin the epoch.
	assert_refused(&mut store, &signed(5, 0, 1), BeaconError::UnknownEpoch(1));
	let captured = certify_with(header(10, 0, Some((1, members(9)))), SHARD, 0, &members(0));
	assert_refused(&mut store, &captured, BeaconError::OtherCommittee(1));
	import(&mut store, &self::last(10, 0)).unwrap();
	assert_eq!(import(&mut store, &signed(11, 0, 1)), Ok(Held::Newest));
	// Announcements of several epochs allow a handover in one call, and leave nothing behind.
	for epoch in 2..=4 {
		Beacon::new(&mut store).announce(SHARD, epoch, members(epoch)).unwrap();
	}
	let handover: Vec<SignedHeader> =
		(1..4).map(|epoch| self::last(20 * u32::try_from(epoch).unwrap(), epoch)).collect();
	Beacon::new(&mut store).follow(SHARD, &handover, check).unwrap();
	assert_eq!(import(&mut store, &signed(61, 0, 4)), Ok(Held::Newest));
	Beacon::new(&mut store).announce(SHARD, 9, members(9)).unwrap();
	Beacon::new(&mut store).remove(SHARD).unwrap();
	assert_eq!(store, MemoryStore::default());
	let itself = BeaconError::ElectsItself(SHARD);
	assert_eq!(Beacon::new(&mut following()).announce(SHARD, 1, members(1)), Err(itself));
}

#[test]
fn a_fork_at_the_newest_height_freezes_and_below_it_is_evidence_alone() {
	let mut store = following();
	import(&mut store, &signed(5, 0, 0)).unwrap();
	import(&mut store, &signed(8, 0, 0)).unwrap();
	let conflict = |number, first: &SignedHeader, second: &SignedHeader, freezes| Conflict {
		chain: SHARD,
		number,
		first: first.header.hash(),
		second: second.header.hash(),
		freezes,
	};
	let below = conflict(5, &signed(5, 0, 0), &signed(5, 1, 0), false);
	assert_eq!(import(&mut store, &signed(5, 1, 0)), Ok(Held::Conflict(below)));
	// Neither of the two is held.
	let pair = [&signed(6, 0, 0), &signed(6, 1, 0)];
	let unheld = conflict(6, pair[0], pair[1], false);
	assert_eq!(Beacon::new(&mut store).report(SHARD, pair, check), Ok(unheld));
	assert_eq!(import(&mut store, &signed(9, 0, 0)), Ok(Held::Newest), "it goes on");

	let mut other = store.clone();
	let newest = conflict(9, &signed(9, 0, 0), &signed(9, 1, 0), true);
	assert_eq!(import(&mut store, &signed(9, 1, 0)), Ok(Held::Conflict(newest)));
	let frozen = BeaconError::Frozen { chain: SHARD, height: 9 };
	assert_refused(&mut store, &signed(10, 0, 0), frozen);
	assert!(Beacon::new(&mut store).anchor(SHARD, 9).is_some(), "what is held still proves messages");

	let above = [&signed(12, 0, 0), &signed(12, 1, 0)];
	let expected = conflict(12, above[0], above[1], true);
	assert_eq!(Beacon::new(&mut other).report(SHARD, above, check), Ok(expected));
	assert_refused(&mut other, &signed(10, 0, 0), BeaconError::Frozen { chain: SHARD, height: 12 });
	let mut beacon = Beacon::new(&mut other);
	assert_eq!(beacon.report(SHARD, [above[0], above[0]], check), Err(BeaconError::NoConflict));
	assert_eq!(beacon.report(SHARD, [above[0], &signed(13, 0, 0)], check), Err(BeaconError::NoConflict));
	let forged = certify_with(header(12, 3, None), SHARD, 0, &members(5));
	assert!(matches!(beacon.report(SHARD, [above[0], &forged], check), Err(BeaconError::Certificate(_))));
}

#[test]
fn sources_are_bounded_registered_once_and_leave_nothing_behind() {
	let mut store = following();
	let mut beacon = Beacon::new(&mut store);
	assert_eq!(beacon.register(registration(SHARD, Authority::Itself)), Err(BeaconError::KnownSource(SHARD)));
	let mut empty = registration(ChainTag::Main, Authority::Itself);
	empty.members.clear();
	assert_eq!(beacon.register(empty), Err(BeaconError::BadCommittee(0)));
	beacon.set_tables(SHARD, None).unwrap();
	assert_eq!(beacon.source(SHARD).unwrap().ledger.tables, None);
	beacon.remove(SHARD).unwrap();
	assert_eq!(beacon.remove(SHARD), Err(BeaconError::UnknownSource(SHARD)));
	assert_eq!(store, MemoryStore::default());
	let mut beacon = Beacon::new(&mut store);
	for incarnation in 0..u32::try_from(MAX_SOURCES).unwrap() {
		beacon.register(registration(ChainTag::Shard { zone: 0, incarnation }, Authority::MainChain)).unwrap();
	}
	assert_eq!(beacon.register(registration(ChainTag::Main, Authority::Itself)), Err(BeaconError::TooManySources));
}
