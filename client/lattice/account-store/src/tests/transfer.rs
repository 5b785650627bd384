//! Accounts that are taken over from peers: honest ones, liars, silent ones, and peers that have forgotten the block.

use crate::{
	testing::{small_limits, FaultyDisk, Ledger, CHAIN},
	transfer::{Answer, Fault, Importer, Outlook, Refusal, Taken, Want},
	Limits, Store, StoreBuilder, StoreError, View,
};
use codec::{DecodeAll, Encode};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tp_account_store::{AccountKey, KEY_BYTES};

/// Bytes of values in an answer.
const ROOM: usize = 100_000;

/// A peer: its answer to a request, or none.
type Peer<'a> = Box<dyn FnMut(Want) -> Option<Answer> + 'a>;

/// Answers as a node that has the version.
fn answer(view: &View, want: Want, room: usize) -> Answer {
	let found = match want {
		Want::Outline => return Answer::Outline(view.outline().unwrap()),
		Want::Part { table, part } => view.export(table).unwrap().part(part, room).map(Answer::Part),
		Want::More { table, part, from } => view.export(table).unwrap().more(part, from, room).map(Answer::More),
	};
	found.unwrap_or(Answer::Refused(Refusal::NoPart))
}

fn honest(view: &View) -> Peer<'_> {
	Box::new(|want| Some(answer(view, want, ROOM)))
}

fn importer(root: [u8; 32], peers: u32) -> Importer<u32> {
	let mut importer = Importer::new(root);
	(0..peers).for_each(|peer| importer.join(peer));
	importer
}

/// Runs a transfer until no peer is asked any more. Returns the faults of peers, and the number of requests.
fn run(importer: &mut Importer<u32>, peers: &mut [Peer]) -> (BTreeMap<u32, Fault>, usize) {
	let (mut faults, mut requests) = (BTreeMap::new(), 0);
	loop {
		let asked: Vec<_> =
			(0..).zip(peers.iter()).filter_map(|(peer, _)| Some((peer, importer.ask(&peer)?))).collect();
		if asked.is_empty() {
			return (faults, requests);
		}
		requests += asked.len();
		for (peer, request) in asked {
			match peers[peer as usize](request.want) {
				None => importer.failed(&peer, request.id),
				Some(answer) => match importer.answered(&peer, request.id, answer) {
					Ok(_) => {},
					Err(fault) => assert_eq!(faults.insert(peer, fault), None, "a liar is asked once"),
				},
			}
		}
	}
}

/// Returns accounts in all tables, of some 250 bytes.
fn accounts(count: u32) -> Vec<(AccountKey, Vec<u8>)> {
	let mut random = ChaCha8Rng::seed_from_u64(1);
	(0..count)
		.map(|index| {
			let mut key = [0; KEY_BYTES];
			random.fill(&mut key[..]);
			(AccountKey(key), vec![u8::try_from(index % 251).unwrap(); 240 + (index % 16) as usize])
		})
		.collect()
}

fn store(accounts: &[(AccountKey, Vec<u8>)]) -> Store {
	let builder = StoreBuilder::genesis(accounts.to_vec()).unwrap();
	builder.create(FaultyDisk::new(1).folder(), CHAIN, Limits::default(), 7, [3; 32], 0).unwrap()
}

/// Creates a store of what was transferred, and compares it with a view.
fn check(importer: Importer<u32>, view: &View) {
	assert_eq!(importer.outlook(), Outlook::Complete);
	let count = importer.progress().1;
	let builder = importer.finish().unwrap();
	assert_eq!(builder.root(), view.root());
	let store = builder.create(FaultyDisk::new(2).folder(), CHAIN, Limits::default(), 7, [3; 32], 0).unwrap();
	assert_eq!(store.head().root, view.root());
	assert_eq!(store.size().accounts, count);
	let (own, theirs) = (store.view(), view.accounts());
	assert!(own.accounts().map(Result::unwrap).eq(theirs.map(Result::unwrap)));
}

#[test]
fn a_hundred_thousand_accounts_come_from_honest_peers() {
	let accounts = accounts(100_000);
	let store = store(&accounts);
	let view = store.view();
	let mut importer = importer(view.root(), 3);
	let (faults, requests) = run(&mut importer, &mut [honest(&view), honest(&view), honest(&view)]);
	assert!(faults.is_empty());
	assert_eq!(importer.progress(), (256, 100_000));
	assert!((257..1_000).contains(&requests), "{requests} requests");
	check(importer, &view);
}

#[test]
fn few_accounts_and_none_are_taken_over() {
	for count in [0, 1, 2, 300] {
		let store = store(&accounts(count));
		let view = store.view();
		let mut importer = importer(view.root(), 1);
		let (_, requests) = run(&mut importer, &mut [honest(&view)]);
		assert!(requests <= 257 && (count > 0 || requests == 1), "no table without accounts is asked for");
		check(importer, &view);
	}
}

#[test]
fn large_tables_have_many_parts_and_each_is_checked() {
	// All in two tables.
	let mut accounts = accounts(20_000);
	accounts.iter_mut().for_each(|(key, _)| key.0[0] %= 2);
	let store = store(&accounts);
	let view = store.view();
	let export = view.export(1).unwrap();
	let whole = export.part(3, usize::MAX).unwrap();
	assert!(whole.rest.is_empty() && whole.path.len() > 2);
	let roots = view.outline().unwrap().0;
	assert_eq!(whole.verify(1, 3, &roots[1]), Ok(()));
	assert_eq!(whole.verify(1, 2, &roots[1]), Err(Fault::Order));
	assert_eq!(whole.verify(0, 3, &roots[0]), Err(Fault::Order));
	assert_eq!(whole.verify(1, 3, &roots[0]), Err(Fault::Root));
	assert!(export.part(1 << whole.path.len(), usize::MAX).is_none());
	let mut importer = importer(view.root(), 2);
	let (faults, _) = run(&mut importer, &mut [honest(&view), honest(&view)]);
	assert!(faults.is_empty());
	check(importer, &view);
}

#[test]
fn a_bucket_into_which_keys_were_ground_comes_in_pieces() {
	let mut accounts = accounts(3_000);
	accounts.iter_mut().for_each(|(key, _)| key.0[..8].fill(9));
	let store = store(&accounts);
	let view = store.view();
	let mut importer = importer(view.root(), 2);
	let (faults, requests) = run(&mut importer, &mut [honest(&view), honest(&view)]);
	assert!(faults.is_empty());
	assert!(requests > 5, "{requests} requests for a megabyte of values");
	check(importer, &view);
}

/// Returns a peer that tells the truth until it is asked for `at`, and then changes a bit of the encoded answer.
fn liar(view: &View, at: Want, bit: usize) -> Peer<'_> {
	Box::new(move |want| {
		let told = answer(view, want, ROOM);
		if want != at {
			return Some(told);
		}
		let mut bytes = told.encode();
		let bit = bit % (bytes.len() * 8);
		bytes[bit / 8] ^= 1 << (bit % 8);
		// What does not decode is refused before it is looked at.
		Some(Answer::decode_all(&mut &bytes[..]).unwrap_or(Answer::More(Vec::new())))
	})
}

#[test]
fn no_bit_of_an_answer_can_be_changed() {
	// Two tables, of which the second has a bucket whose values need several answers.
	let mut accounts = accounts(700);
	for (index, (key, _)) in accounts.iter_mut().enumerate() {
		key.0[0] = u8::from(index >= 200);
		if index >= 200 {
			key.0[1..6].fill(5);
		}
	}
	let store = store(&accounts);
	let view = store.view();
	let wants = [
		Want::Outline,
		Want::Part { table: 0, part: 0 },
		Want::Part { table: 1, part: 0 },
		Want::More { table: 1, part: 0, from: part_of(&view, 1).accounts.len() as u32 },
	];
	let mut random = ChaCha8Rng::seed_from_u64(5);
	for want in wants {
		for _ in 0..300 {
			let bit = random.gen_range(0..usize::MAX / 2);
			let mut importer = importer(view.root(), 2);
			// The liar is asked alone up to its lie, and the honest peer after it.
			let mut peers = [liar(&view, want, bit), honest(&view)];
			importer.leave(&1);
			let (faults, _) = run(&mut importer, &mut peers);
			// A bit that turns the answer into a refusal makes it none.
			let refused = importer.outlook() == Outlook::Stuck { without: 1, silent: 0, liars: 0 };
			assert!(faults.contains_key(&0) || refused, "{want:?}, bit {bit}: {faults:?}");
			importer.join(1);
			let (faults, _) = run(&mut importer, &mut peers);
			assert!(faults.is_empty());
			check(importer, &view);
		}
	}
}

fn part_of(view: &View, table: u8) -> crate::transfer::Part {
	view.export(table).unwrap().part(0, ROOM).unwrap()
}

#[test]
fn forged_answers_are_named() {
	let store = store(&accounts(2_000));
	let view = store.view();
	let (root, part) = (view.outline().unwrap().0[3], part_of(&view, 3));
	assert_eq!(part.verify(3, 0, &root), Ok(()));
	let forged = |change: fn(&mut crate::transfer::Part)| {
		let mut forged = part.clone();
		change(&mut forged);
		forged.verify(3, 0, &root)
	};
	assert_eq!(forged(|part| part.bits = 25), Err(Fault::Shape));
	assert_eq!(forged(|part| part.path.push([0; 32])), Err(Fault::Shape));
	assert_eq!(forged(|part| part.count += 1), Err(Fault::Root));
	assert_eq!(forged(|part| part.bits -= 1), Err(Fault::Root));
	assert_eq!(forged(|part| drop(part.accounts.pop())), Err(Fault::Root));
	assert_eq!(forged(|part| part.accounts.swap(0, 1)), Err(Fault::Order));
	assert_eq!(forged(|part| part.accounts[0].1[0] ^= 1), Err(Fault::Root));
	assert_eq!(forged(|part| part.accounts[0].1 = vec![0; 5_000]), Err(Fault::ValueTooLarge(5_000)));
	let hidden = |part: &mut crate::transfer::Part| {
		let entries = part.accounts.drain(..).map(|(key, value)| tp_account_store::BucketEntry {
			key,
			value_hash: tp_account_store::value_hash(&value),
		});
		part.rest = entries.collect();
	};
	assert_eq!(forged(hidden), Err(Fault::NoValue), "a peer that has only hashes brings nothing forward");
	let mut importer = importer(view.root(), 1);
	let request = importer.ask(&0).unwrap();
	assert_eq!(importer.answered(&0, request.id, Answer::Part(part)), Err(Fault::OtherAnswer));
	assert_eq!(importer.outlook(), Outlook::Stuck { without: 0, silent: 0, liars: 1 });
	importer.forgive();
	importer.leave(&0);
	importer.join(0);
	assert_eq!(importer.ask(&0), None, "a liar stays one");
}

#[test]
fn a_liar_and_a_silent_peer_do_not_stop_the_transfer() {
	let store = store(&accounts(5_000));
	let view = store.view();
	let mut importer = importer(view.root(), 4);
	let mut answers = 0;
	let stops: Peer = Box::new(|want| {
		answers += 1;
		(answers <= 20).then(|| answer(&view, want, ROOM))
	});
	let lies = liar(&view, Want::Part { table: 40, part: 0 }, 4_000);
	let also: Peer = Box::new(|want| match want {
		Want::Outline => Some(answer(&view, want, ROOM)),
		_ => Some(Answer::Outline(view.outline().unwrap())),
	});
	let (faults, _) = run(&mut importer, &mut [stops, lies, also, honest(&view)]);
	assert_eq!(faults.get(&2), Some(&Fault::OtherAnswer));
	check(importer, &view);
	assert!(answers <= 23, "it is not asked again after three silences: {answers}");
}

#[test]
fn late_answers_are_ignored_and_blamed_on_no_peer() {
	let store = store(&accounts(100));
	let view = store.view();
	let mut importer = importer(view.root(), 2);
	let late = importer.ask(&0).unwrap();
	importer.failed(&0, late.id);
	let other = importer.ask(&1).unwrap();
	assert_eq!(other.want, Want::Outline, "what one did not answer is asked of another");
	importer.answered(&1, other.id, answer(&view, other.want, ROOM)).unwrap();
	assert_eq!(importer.answered(&0, late.id, Answer::More(Vec::new())), Ok(Taken::Ignored));
	let next = importer.ask(&0).unwrap();
	importer.failed(&0, late.id);
	assert_eq!(importer.ask(&0), None, "the older failure is not that of the newer request");
	importer.leave(&0);
	assert_eq!(importer.answered(&0, next.id, Answer::More(Vec::new())), Ok(Taken::Ignored));
	assert_eq!(importer.ask(&1).unwrap().want, next.want);
}

#[test]
fn what_is_overdue_is_asked_of_a_second_peer_and_the_first_answer_is_taken() {
	let store = store(&accounts(100));
	let view = store.view();
	let mut importer = importer(view.root(), 3);
	let slow = importer.ask(&0).unwrap();
	assert_eq!(importer.ask(&1), None, "it is asked of one peer");
	importer.overdue(&0, slow.id);
	let second = importer.ask(&1).unwrap();
	assert_eq!(second.want, slow.want);
	assert_eq!(importer.ask(&2), None, "the second has not waited for long");
	importer.answered(&1, second.id, answer(&view, second.want, ROOM)).unwrap();
	// A later answer of the first peer is no fault, and takes nothing back.
	assert_eq!(importer.answered(&0, slow.id, Answer::More(Vec::new())), Ok(Taken::Ignored));

	let busy = Answer::Refused(Refusal::Busy);
	for _ in 0..3 {
		let request = importer.ask(&0).unwrap();
		importer.overdue(&0, request.id);
		assert_eq!(importer.answered(&0, request.id, busy.clone()), Ok(Taken::Refused(Refusal::Busy)));
	}
	assert_eq!(importer.ask(&0), None, "it said three times too late that it is busy");

	// A part that came twice does not open its table again.
	let first = importer.ask(&1).unwrap();
	importer.overdue(&1, first.id);
	let again = importer.ask(&2).unwrap();
	assert_eq!(again.want, first.want);
	importer.answered(&2, again.id, answer(&view, again.want, ROOM)).unwrap();
	let taken = importer.progress();
	assert_eq!(importer.answered(&1, first.id, answer(&view, first.want, ROOM)), Ok(Taken::Ignored));
	assert_eq!(importer.progress(), taken);
	run(&mut importer, &mut [Box::new(|_| None), honest(&view), honest(&view)]);
	check(importer, &view);
}

#[test]
fn no_peer_that_has_the_block_is_said_in_numbers() {
	let store = store(&accounts(100));
	let mut importer = importer(store.head().root, 4);
	let refuse = |refusal| -> Peer { Box::new(move |_| Some(Answer::Refused(refusal))) };
	let mut peers =
		[refuse(Refusal::NotKept), refuse(Refusal::NoStore), refuse(Refusal::UnknownBlock), Box::new(|_| None) as Peer];
	let (faults, requests) = run(&mut importer, &mut peers);
	assert!(faults.is_empty());
	assert_eq!(requests, 1 + 1 + 1 + 3);
	assert_eq!(importer.outlook(), Outlook::Stuck { without: 3, silent: 1, liars: 0 });
	importer.forgive();
	assert_eq!(importer.outlook(), Outlook::Working);
	let request = importer.ask(&2).unwrap();
	let busy = Answer::Refused(Refusal::Busy);
	assert_eq!(importer.answered(&2, request.id, busy), Ok(Taken::Refused(Refusal::Busy)));
	assert_eq!(importer.ask(&2).unwrap().want, request.want, "it is asked again when it has time");
	assert!(matches!(importer.finish(), Err(StoreError::Missing)));
}

#[test]
fn a_transfer_goes_on_with_another_block_when_the_first_is_forgotten() {
	let mut ledger = Ledger::new(8, (200, 40));
	let store = ledger.create(FaultyDisk::new(8).folder(), small_limits()).unwrap();
	let changes = ledger.changes(4_000, 1.0);
	ledger.block(&store, &changes).unwrap();
	let old = store.head().version;
	let mut importer = importer(store.head().root, 2);
	// Half of it.
	let mut left = 100;
	let view = store.view();
	let forgets = |want| {
		left -= 1;
		Some(if left >= 0 { answer(&view, want, ROOM) } else { Answer::Refused(Refusal::NotKept) })
	};
	run(&mut importer, &mut [Box::new(forgets), Box::new(|_| Some(Answer::Refused(Refusal::NotKept)))]);
	assert!(matches!(importer.outlook(), Outlook::Stuck { without: 2, .. }));
	let before = importer.progress();
	assert!(before.0 > 80 && before.0 < 180, "{before:?}");
	drop(view);
	// Small blocks, until the old version is gone.
	while store.oldest() <= old {
		let changes = ledger.changes(2, 1.0);
		ledger.block(&store, &changes).unwrap();
	}
	assert!(matches!(store.view_at(old), Err(StoreError::VersionGone { .. })));
	let view = store.view();
	importer.retarget(view.root());
	let (faults, requests) = run(&mut importer, &mut [honest(&view), honest(&view)]);
	assert!(faults.is_empty());
	assert!(requests < 140, "{requests} requests: tables that did not change are not asked for again");
	check(importer, &view);
}

#[test]
fn accounts_of_an_older_block_are_exported_while_blocks_go_on() {
	let mut ledger = Ledger::new(9, (6, 400));
	let limits = Limits { pinned_bytes: 1 << 30, ..small_limits() };
	let store = ledger.create(FaultyDisk::new(9).folder(), limits).unwrap();
	let mut views = Vec::new();
	for round in 0..24 {
		// Tables grow and shrink, so that older versions have other shapes.
		ledger.random_block(&store, 600, if round % 8 < 4 { 0.9 } else { 0.1 }).unwrap();
		store.maintain().unwrap();
		views.push(store.view());
	}
	for view in &views {
		ledger.check(view);
		let mut importer = importer(view.root(), 2);
		let (faults, _) = run(&mut importer, &mut [honest(view), honest(view)]);
		assert!(faults.is_empty(), "version {}: {faults:?}", view.version());
		check(importer, view);
	}
}
