//! The entry checks.

use super::{ledger::Ledger, *};
use sp_core::ecdsa;

#[test]
fn faults_of_the_unit_itself_are_reported_first() {
	let mut pool = context();
	pool.context.tables = 0..=254;
	let mut ledger = Ledger::new(Limits { max_unit_bytes: 1_000, ..Limits::default() }, pool, [1_000_000; 10]);
	let good = unit(1, 0, FIRST, vec![pay(2, 5)]);
	assert_eq!(ledger.admit(&good), Admission::Verify);
	let large = unit(1, 0, FIRST, vec![Operation::Service(vec![0; 1_000].try_into().unwrap())]);
	assert_eq!(ledger.submit(&large), dropped(DropReason::TooLarge));
	assert_eq!(ledger.submit(&unit(1, 0, FIRST, vec![])), invalid(Reason::Empty));
	let mut other_scheme = good.clone();
	other_scheme.signature = MultiSignature::Ecdsa(ecdsa::Signature::default());
	assert_eq!(ledger.submit(&other_scheme), invalid(Reason::Signature));
	let elsewhere = (0..).find(|number| tp_lattice::TableId::of(&id(*number)).0 == 255).unwrap();
	assert_eq!(ledger.submit(&unit(elsewhere, 0, FIRST, vec![pay(2, 5)])), invalid(Reason::Elsewhere));
	let ending = |end| {
		let mut ending = good.clone();
		ending.body.valid_until = end;
		ending
	};
	assert_eq!(ledger.submit(&ending(9)), invalid(Reason::Expired));
	assert_eq!(ledger.submit(&ending(10 + 2_401)), invalid(Reason::TooLong));
	assert_eq!(ledger.submit(&ending(10 + 2_400)), READY);
	assert_eq!(ledger.submit(&unit(77, 0, FIRST, vec![pay(2, 5)])), invalid(Reason::NoAccount));
	assert_eq!(ledger.submit(&unit(2, 0, H256::zero(), vec![pay(2, 5)])), invalid(Reason::Parent));
	assert_eq!(ledger.submit(&unit(2, 0, H256::repeat_byte(3), vec![pay(2, 5)])), invalid(Reason::Parent));
	assert_eq!(ledger.pool.stats().units, 1);
}

#[test]
fn a_unit_sent_again_is_answered_with_its_status() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 2, 5);
	assert_eq!(ledger.submit(&units[1]), FUTURE);
	assert_eq!(ledger.admit(&units[1]), Admission::Known(FUTURE));
	assert_eq!(ledger.submit(&units[0]), READY);
	let mut signed_otherwise = units[1].clone();
	signed_otherwise.signature = MultiSignature::Ed25519(ed25519::Signature::from_raw([7; 64]));
	assert_eq!(ledger.admit(&signed_otherwise), Admission::Known(READY));
	assert_eq!(ledger.insert(&signed_otherwise), READY);
	assert_eq!(ledger.pool.get(&units[1].hash()).unwrap().unit, units[1], "the first signature is kept");
	let selected = ledger.select(10_000);
	ledger.block(selected, |_| ());
	let end = Status::Final { number: 10, hash: ledger::hash_of(10), index: 1 };
	assert_eq!(ledger.admit(&units[1]), Admission::Known(end));
}

#[test]
fn a_unit_of_a_block_is_known_even_if_it_was_never_in_the_pool() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 1, 5);
	ledger.block(units.clone(), |_| ());
	assert!(matches!(ledger.submit(&units[0]), Status::Final { number: 10, index: 0, .. }));
	assert_eq!(ledger.events, []);
}

#[test]
fn heights_outside_the_window_are_refused() {
	let mut ledger = Ledger::rich();
	ledger.store.get_mut(&id(1)).unwrap().nonce = 5;
	let at = |height| unit(1, height, FIRST, vec![pay(2, 5)]);
	assert_eq!(ledger.submit(&at(4)), invalid(Reason::Height));
	assert_eq!(ledger.submit(&at(5 + 257)), dropped(DropReason::GapTooFar));
	assert_eq!(ledger.submit(&at(5 + 256)), FUTURE);
	assert_eq!(ledger.submit(&at(5)), READY);
}

#[test]
fn the_first_of_two_units_of_one_height_stays() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 3, 5);
	let other = |height: usize| unit(1, height as u32, units[height].body.parent, vec![pay(3, 7)]);
	assert_eq!(ledger.submit_all(&[units[0].clone(), units[2].clone()]), [READY, FUTURE]);
	assert_eq!(ledger.submit(&other(0)), dropped(DropReason::Conflict));
	assert_eq!(ledger.submit(&other(2)), dropped(DropReason::DuplicateHeight));
	assert_eq!(
		ledger.insert(&other(0)),
		dropped(DropReason::Conflict),
		"also if it arrives while the other is verified"
	);
	assert_eq!(ledger.submit(&units[1]), READY);
	assert_eq!(ledger.events, [Event { hash: units[2].hash(), status: READY }]);
}

#[test]
fn an_account_has_limited_room() {
	let limits = Limits { max_units_per_account: 5, max_future_per_account: 2, ..Limits::default() };
	let mut ledger = Ledger::new(limits, context(), [1_000_000; 3]);
	let units = chain(1, 0, FIRST, 8, 5);
	assert_eq!(ledger.submit_all(&units[2..5]), [FUTURE, FUTURE, dropped(DropReason::AccountFull)]);
	let full = dropped(DropReason::AccountFull);
	assert_eq!(ledger.submit_all(&[0, 1, 4, 5].map(|at| units[at].clone())), [READY, READY, READY, full]);
	assert_eq!(ledger.submit(&unit(2, 0, FIRST, vec![pay(1, 5)])), READY, "other accounts have their own room");
}

#[test]
fn a_refusal_by_quota_names_the_time() {
	let mut ledger = Ledger::metered(rules(2));
	let units = chain(1, 0, FIRST, 4, 5);
	assert_eq!(ledger.submit_all(&units[..2]), [READY, READY]);
	let refused = Status::Invalid(Reason::Quota, Some(START + 12 * 60 * 60 * 1_000));
	assert_eq!(ledger.admit(&units[2]), Admission::Refused(refused), "when half of the usage has faded");
	assert_eq!(ledger.admit(&units[3]), Admission::Refused(refused), "ready units count for a future unit too");
	assert_eq!(ledger.insert(&units[2]), refused);
	ledger.store.get_mut(&id(2)).unwrap().data.quota.locked = ED;
	let sooner = Status::Invalid(Reason::Quota, Some(START + 6 * 60 * 60 * 1_000));
	assert_eq!(ledger.submit_all(&chain(2, 0, FIRST, 5, 5))[3..], [READY, sooner], "stake doubles the share");
}

#[test]
fn a_sponsored_account_has_the_share_of_its_sponsors() {
	let mut ledger = Ledger::metered(rules(2));
	for (number, locked) in [(20, 0), (21, ED)] {
		let mut account = Account { providers: 0, sufficients: 1, ..funded(0) };
		account.data.quota.locked = locked;
		ledger.store.insert(id(number), account);
	}
	let never = Status::Invalid(Reason::Quota, None);
	assert_eq!(ledger.submit(&chain(20, 0, FIRST, 1, 0)[0]), never, "a sponsored account has no free share");
	let units = chain(21, 0, FIRST, 3, 0);
	let later = Status::Invalid(Reason::Quota, Some(START + 12 * 60 * 60 * 1_000));
	assert_eq!(ledger.submit_all(&units), [READY, READY, later]);
	let selected = ledger.select(100_000);
	assert_eq!((selected.len(), ledger.block(selected, |_| ()).refused.len()), (2, 0));

	// The sponsor leaves, and the account has no share: its ready units leave with its next change.
	let units = chain(22, 0, FIRST, 2, 0);
	let mut account = Account { providers: 0, sufficients: 1, ..funded(0) };
	account.data.quota.locked = ED;
	ledger.store.insert(id(22), account);
	assert_eq!(ledger.submit_all(&units), [READY, READY]);
	ledger.block(vec![], |store| store.get_mut(&id(22)).unwrap().data.quota.locked = 0);
	assert_eq!(ledger.statuses(&units)[0], Some(never));
	assert_eq!(ledger.select(100_000), []);
}

#[test]
fn usage_of_waiting_units_does_not_fade() {
	let mut ledger = Ledger::metered(rules(4));
	let units = chain(1, 0, FIRST, 5, 5);
	assert_eq!(ledger.submit_all(&units[..4]), [READY; 4]);
	ledger.now += 20 * 60 * 60 * 1_000;
	assert!(
		matches!(ledger.submit(&units[4]), Status::Invalid(Reason::Quota, Some(_))),
		"no block has included them yet"
	);
	let selected = ledger.select(100_000);
	assert_eq!((selected.len(), ledger.block(selected, |_| ()).refused.len()), (4, 0));
	ledger.now += 20 * 60 * 60 * 1_000;
	assert_eq!(ledger.submit(&units[4]), READY);
}
