//! What clients ask: messages from their block to their confirmation, and receipts that verify from the zone's committee.

use super::{
	ledger::{shard, table, TestLedger, UnitBlock, BAD, ZONE},
	Network, ROUNDS,
};
use crate::{
	reads::{handover, Ledgers, MessageId, MessageOutcome, MessageTrace, ReadError},
	LedgerAccess,
};
use codec::{DecodeAll, Encode};
use sp_core::{sr25519, H256};
use sp_inherents::InherentData;
use sp_runtime::MultiSignature;
use tp_core::{merkle, AccountId, ChainTag};
use tp_lattice::{Batch, BlockRecord, Mark, Operation, Outcome, TableBlock, TableHead, Unit, UnitBody, UnitHash};
use tp_mailbox::{Class, Destination, Home, Lane, Payload, TableId};
use tp_pbft::{check_signature, Domain};
use tp_receipt::{Anchors, Level, MessageReceipt, ReceiptError, TrustedCommittee};

/// Returns an account of a shard of these tests.
fn resident(incarnation: u32) -> AccountId {
	let is_first = |account: &AccountId| TableId::of(account).0 < 128;
	let accounts = (0u32..).map(|number| AccountId::new(sp_crypto_hashing::blake2_256(&number.to_le_bytes())));
	accounts.into_iter().find(|account| is_first(account) == (incarnation == 1)).unwrap()
}

fn lane_to(destination: Destination) -> Lane {
	Lane { source: shard(1), destination, class: Class::User }
}

fn id(sequence: u64) -> MessageId {
	MessageId { lane: lane_to(table(2)), sequence }
}

/// Trusts the committee of a ledger's epoch.
fn anchors(ledger: &TestLedger, epoch: u64) -> Anchors {
	let committee = ledger.committee(1).unwrap();
	let domain = Domain { chain: ledger.chain(), genesis: ledger.genesis() };
	let mut anchors = Anchors::default();
	anchors.trust(TrustedCommittee { domain, epoch, first: 0, members: committee.members });
	anchors
}

fn numbers(trace: &MessageTrace) -> [Option<u32>; 3] {
	[trace.sent, trace.sealed, trace.taken].map(|block| block.map(|block| block.number))
}

/// Returns the blocks in which a message was sent, sealed and taken, by a look at each.
fn expected(network: &Network, id: MessageId) -> [Option<u32>; 3] {
	let [one, two] = &network.shards;
	let first = |ledger: &TestLedger, holds: &dyn Fn(u32) -> bool| (1..=ledger.newest()).find(|at| holds(*at));
	let sent = first(one, &|at| one.outbound(at, &id.lane).unwrap().sent.messages > id.sequence);
	let includes = |at| {
		let heads = network.zone.neighbours(at).unwrap().heads;
		heads.iter().any(|head| head.ledger.chain == shard(1) && Some(head.height) >= sent)
	};
	let taken = first(two, &|at| two.inbound(at, &id.lane).unwrap().taken.messages > id.sequence);
	[sent, first(&network.zone, &includes), taken]
}

fn ledgers(network: &Network) -> Ledgers {
	network.router.ledgers()
}

#[test]
fn a_message_is_followed_from_its_block_to_its_confirmation() {
	let network = Network::new();
	let [one, _] = &network.shards;
	network.rounds(3);
	one.send(table(2), 7);
	network.make(one);
	let mut trace = ledgers(&network).trace(id(0)).unwrap();
	assert_eq!((numbers(&trace), trace.is_taken), ([Some(4), None, None], false));
	let mut seen = Vec::new();
	for _ in 0..ROUNDS {
		network.round();
		trace.look(&ledgers(&network)).unwrap();
		seen.push((trace.sealed.is_some(), trace.is_taken, trace.is_confirmed));
	}
	let steps = [(true, false, false), (true, true, false), (true, true, true)];
	seen.dedup();
	assert_eq!(seen, steps);
	assert_eq!(numbers(&trace), expected(&network, id(0)));
	assert_eq!(trace.outcome, Some(MessageOutcome::Credited));
	// A look from the beginning finds the same.
	let again = ledgers(&network).trace(id(0)).unwrap();
	assert_eq!((numbers(&again), again.is_confirmed, again.outcome), (numbers(&trace), true, trace.outcome));
	let hash = one.bare_header(4).unwrap().unwrap().hash();
	assert_eq!(again.sent.map(|block| (block.chain, block.hash)), Some((shard(1), hash)));
}

#[test]
fn what_is_not_there_is_refused_by_name() {
	let network = Network::new();
	network.shards[0].send(table(2), 7);
	network.round();
	let all = ledgers(&network);
	assert!(matches!(all.trace(id(1)), Err(ReadError::NoMessage { sequence: 1, .. })));
	let main = Lane { source: ChainTag::Main, ..lane_to(table(2)) };
	assert!(matches!(all.trace(MessageId { lane: main, sequence: 0 }), Err(ReadError::NotHere(ChainTag::Main))));
	assert!(matches!(all.prove(id(0), Level::Taken), Err(ReadError::NotTaken)));
	assert!(matches!(all.sent_in(shard(1), H256::zero()), Err(ReadError::NoBlock { .. })));
	let lone = crate::RouterHandle::new(0);
	std::mem::forget(lone.serve(network.shards[0].clone()));
	assert!(matches!(lone.ledgers().locate(&resident(2)), Err(ReadError::NoShard { zone: 0, .. })));
	assert!(matches!(lone.ledgers().prove(id(0), Level::Sealed), Err(ReadError::NotSealed(ZONE))));
	assert_eq!(lone.ledgers().locate(&resident(1)).unwrap().1.chain(), shard(1));
}

#[test]
fn accounts_heads_and_loads_are_told() {
	let network = Network::new();
	network.rounds(3);
	let all = ledgers(&network);
	for incarnation in [1, 2] {
		let account = resident(incarnation);
		let (table, ledger) = all.locate(&account).unwrap();
		assert_eq!((table, ledger.chain()), (TableId::of(&account), shard(incarnation)));
	}
	let sealed = all.sealed().unwrap();
	assert_eq!((sealed.number, sealed.hash), (3, network.zone.newest_hash()));
	let heads: Vec<_> = sealed.heads.iter().map(|head| head.ledger.chain).collect();
	assert_eq!(heads, [shard(1), shard(2)]);
	let levels: Vec<_> = all.levels().unwrap().iter().map(|level| (level.chain, level.number)).collect();
	assert_eq!(levels, [(shard(1), 3), (shard(2), 3)]);
}

#[test]
fn receipts_of_each_level_verify_by_the_zone() {
	let network = Network::new();
	let [one, _] = &network.shards;
	// The lane has older messages that are acknowledged, and some that are not.
	one.send(table(2), 1);
	network.rounds(ROUNDS);
	(2..=4).for_each(|value| one.send(table(2), value));
	one.send(Destination::Table { zone: 0, table: TableId(201) }, 9);
	network.rounds(ROUNDS);
	for sequence in 0..4u64 {
		let trace = ledgers(&network).trace(id(sequence)).unwrap();
		for level in [Level::Final, Level::Sealed, Level::Taken] {
			let receipt = ledgers(&network).prove(id(sequence), level).unwrap();
			let receipt = MessageReceipt::decode_all(&mut &receipt.encode()[..]).unwrap();
			let anchor = if level == Level::Final { anchors(one, 0) } else { anchors(&network.zone, 0) };
			let proven = receipt.verify(&anchor, check_signature).unwrap();
			assert_eq!((proven.level(), proven.sequence), (level, sequence));
			assert_eq!(proven.message.value, u128::from(sequence) + 1);
			assert_eq!(Some(proven.sent.hash), trace.sent.map(|block| block.hash));
			assert_eq!(
				proven.sealed.map(|by| by.hash),
				trace.sealed.map(|by| by.hash).filter(|_| level > Level::Final)
			);
			let taken = proven.taken.map(|(block, _)| (block.chain, block.number));
			let expected = trace.taken.map(|block| (block.chain, block.number));
			assert!(taken.is_none_or(|taken| Some(taken) >= expected), "{taken:?} of {expected:?}");
			assert_eq!(taken.is_some(), level == Level::Taken);
		}
	}
}

#[test]
fn a_message_that_returns_has_no_receipt_of_a_credit() {
	let network = Network::new();
	let [one, _] = &network.shards;
	for value in [1, BAD, 2, BAD, 3] {
		one.ask(&resident(1), table(2), value, vec![1]);
	}
	network.rounds(ROUNDS);
	for sequence in 0..5 {
		let outcome = if sequence % 2 == 1 { MessageOutcome::Returned } else { MessageOutcome::Credited };
		let trace = ledgers(&network).trace(id(sequence)).unwrap();
		assert_eq!((trace.outcome, trace.is_confirmed), (Some(outcome), true));
		let proof = ledgers(&network).prove(id(sequence), Level::Taken);
		assert_eq!(proof.is_ok(), outcome == MessageOutcome::Credited);
		assert!(ledgers(&network).prove(id(sequence), Level::Sealed).is_ok());
	}
	let proof = ledgers(&network).prove(id(1), Level::Taken);
	assert!(matches!(proof, Err(ReadError::Returned)));
}

#[test]
fn epochs_between_the_headers_of_a_receipt_are_bridged() {
	let network = Network::new();
	let [one, two] = &network.shards;
	network.rounds(2);
	one.send(table(2), 5);
	[one, &network.zone].into_iter().for_each(|ledger| network.make(ledger));
	// The zone ends two epochs before it includes what took the message.
	for _ in 0..2 {
		network.zone.end_epoch();
		network.make(&network.zone);
	}
	network.rounds(ROUNDS);
	assert_eq!(two.arrived(), [5]);
	let receipt = ledgers(&network).prove(id(0), Level::Taken).unwrap();
	assert_eq!(receipt.handovers.len(), 2);
	assert!(receipt.verify(&anchors(&network.zone, 0), check_signature).is_ok());
	let mut without = receipt.clone();
	without.handovers.clear();
	assert!(matches!(
		without.verify(&anchors(&network.zone, 0), check_signature),
		Err(ReceiptError::NotCertified { chain: ZONE, .. })
	));
	let lasts = handover(&*network.zone, 0).unwrap();
	assert_eq!(lasts.iter().map(|last| last.certificate.epoch).collect::<Vec<_>>(), [0, 1]);
	assert_eq!(handover(&*network.zone, 1).unwrap(), lasts[1..]);
	assert_eq!((handover(&*network.zone, 2).unwrap(), handover(&**two, 0).unwrap()), (vec![], vec![]));
}

#[test]
fn a_block_whose_state_is_gone_is_not_guessed() {
	let network = Network::new();
	let [one, two] = &network.shards;
	one.send(table(2), 5);
	network.rounds(ROUNDS);
	let before = numbers(&ledgers(&network).trace(id(0)).unwrap());
	one.prune(2);
	two.prune(before[2].unwrap() + 1);
	let trace = ledgers(&network).trace(id(0)).unwrap();
	assert_eq!((numbers(&trace), trace.is_taken, trace.is_confirmed), ([None; 3], true, true));
	assert_eq!(trace.outcome, Some(MessageOutcome::Credited));
	assert!(matches!(ledgers(&network).prove(id(0), Level::Final), Err(ReadError::Pruned(_))));
}

/// Returns a unit of an account at a height, with payments.
fn unit(account: &AccountId, height: u32, payments: &[(AccountId, u128)]) -> Unit {
	let operations: Vec<_> =
		payments.iter().map(|(dest, amount)| Operation::Transfer { dest: dest.clone(), amount: *amount }).collect();
	let operations = operations.try_into().unwrap();
	let body = UnitBody { account: account.clone(), height, parent: H256::zero(), valid_until: 0, operations };
	Unit { body, signature: MultiSignature::Sr25519(sr25519::Signature::default()) }
}

/// Sends what units of one account ask for, and includes them in the block.
fn send_units(ledger: &TestLedger, units: Vec<Unit>) -> Vec<UnitHash> {
	let account = units[0].body.account.clone();
	let hashes: Vec<UnitHash> = units.iter().map(Unit::hash).collect();
	for operation in units.iter().flat_map(|unit| &unit.body.operations) {
		let Operation::Transfer { dest, amount } = operation else { unreachable!("they are transfers") };
		let destination = Destination::of(Home::Zone(0), dest);
		ledger.ask(&account, destination, *amount, Payload::Pay(dest.clone()).encode());
	}
	let leaves: Vec<_> = hashes.iter().map(|hash| (hash, Mark::APPLIED.code()).encode()).collect();
	let table = TableBlock {
		table: TableId::of(&account),
		units: u32::try_from(units.len()).unwrap(),
		units_root: merkle::root(&leaves),
		credits: 0,
		credits_root: H256::zero(),
	};
	let outcome = Outcome { units: table.units, tables: vec![table], ..Outcome::default() };
	let record = BlockRecord::new(outcome, |_| TableHead::default());
	ledger.include(UnitBlock { batch: Batch::new(units).unwrap(), record });
	hashes
}

#[test]
fn a_payment_by_a_unit_has_the_receipt_of_its_unit() {
	let network = Network::new();
	let [one, _] = &network.shards;
	network.round();
	let (from, to) = (resident(1), resident(2));
	let units = vec![unit(&from, 0, &[(to.clone(), 5), (to.clone(), 6)]), unit(&from, 1, &[(to.clone(), 5)])];
	let hashes = send_units(one, units);
	// An equal payment by an extrinsic comes after them.
	one.ask(&from, Destination::of(Home::Zone(0), &to), 5, Payload::Pay(to.clone()).encode());
	network.rounds(ROUNDS);
	let block = one.bare_header(2).unwrap().unwrap().hash();
	let sent = ledgers(&network).sent_in(shard(1), block).unwrap();
	let units: Vec<_> = sent.iter().map(|sent| sent.unit).collect();
	assert_eq!(units, [Some((0, hashes[0])), Some((0, hashes[0])), Some((1, hashes[1])), None]);
	assert_eq!(sent.iter().map(|sent| sent.message.value).collect::<Vec<_>>(), [5, 6, 5, 5]);

	let message = ledgers(&network).message_of(shard(1), block, &hashes[1]).unwrap();
	assert_eq!(message.sequence, 2);
	let receipt = ledgers(&network).prove(message, Level::Taken).unwrap();
	let proven = receipt.verify(&anchors(&network.zone, 0), check_signature).unwrap();
	assert_eq!((proven.unit, proven.message.value), (Some(hashes[1]), 5));
	let unknown = ledgers(&network).message_of(shard(1), block, &H256::zero());
	assert!(matches!(unknown, Err(ReadError::NoRemoteUnit)));
	let receipt = ledgers(&network).prove(sent[3].id, Level::Taken).unwrap();
	assert_eq!(receipt.verify(&anchors(&network.zone, 0), check_signature).unwrap().unit, None);
}

#[test]
fn messages_of_one_block_are_those_of_no_other() {
	let network = Network::new();
	let [one, _] = &network.shards;
	let mut sent = Vec::new();
	for value in 1..=3u64 {
		(0..value).for_each(|_| one.send(table(2), u128::from(value)));
		one.make(&InherentData::new());
		let messages = ledgers(&network).sent_in(shard(1), one.newest_hash()).unwrap();
		sent.extend(messages.iter().map(|sent| (sent.id.sequence, sent.message.value)));
	}
	assert_eq!(sent, [(0, 1), (1, 2), (2, 2), (3, 3), (4, 3), (5, 3)]);
	one.make(&InherentData::new());
	assert!(ledgers(&network).sent_in(shard(1), one.newest_hash()).unwrap().is_empty());
}
