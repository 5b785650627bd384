//! One unit at a time: applied units, and the reasons of refused units.

use super::*;

/// Returns the reason for which the only unit of a batch is refused, and checks that nothing changed.
#[track_caller]
pub(super) fn refused(store: &Store, unit: Unit, context: &Context) -> Reason {
	let mut after = store.clone();
	let outcome = apply_units(&Batch::new(vec![unit]).unwrap(), &|_, _| true, &mut after, context);
	assert_eq!(after, *store, "a refused unit changes nothing");
	assert_eq!((outcome.units, outcome.dust), (1, 0));
	outcome.mark(0).0.expect("it must be refused")
}

#[test]
fn a_transfer_moves_money_and_both_chains() {
	let mut store = funded([(1, 10_000), (2, 5_000)]);
	let unit = next(&store, 1, vec![pay(2, 3_000)]);
	let outcome = apply(&mut store, vec![unit.clone()]);
	assert_eq!(outcome.mark(0), Mark::APPLIED);
	let (payer, payee) = (&store[&id(1)], &store[&id(2)]);
	assert_eq!((payer.data.free, payer.nonce, payer.data.unit_head), (7_000, 1, unit.hash()));
	assert_eq!((payee.data.free, payee.nonce, payee.data.unit_head), (8_000, 0, FIRST));
	assert_eq!(payee.data.received, 1);
	assert_ne!(payee.data.received_hash, H256::zero());
	// The credit does not change the payee's next unit.
	let next = next(&store, 2, vec![pay(1, 1)]);
	assert_eq!((next.body.height, next.body.parent), (0, FIRST));
}

#[test]
fn all_operations_of_a_unit_apply_or_none() {
	let store = funded([(1, 10_000), (2, 5_000)]);
	let unit = next(&store, 1, vec![pay(2, 3_000), pay(2, 3_000), pay(2, 3_000), pay(2, 3_000)]);
	assert_eq!(refused(&store, unit, &context()), Reason::Balance);
	let mut store = store;
	let unit = next(&store, 1, vec![pay(2, 3_000), pay(3, 3_000), pay(2, 3_000)]);
	assert_eq!(apply(&mut store, vec![unit]).applied(), 1);
	assert_eq!((store[&id(1)].data.free, store[&id(2)].data.free, store[&id(3)].data.free), (1_000, 11_000, 3_000));
}

#[test]
fn each_refusal_has_its_reason() {
	let mut store = funded([(1, 10_000), (2, 5_000), (3, 10_000), (4, 10_000)]);
	store.get_mut(&id(3)).unwrap().data.frozen = 9_000;
	store.get_mut(&id(4)).unwrap().consumers = 1;
	let with = |change: &dyn Fn(&mut UnitBody)| {
		let mut unit = next(&store, 1, vec![pay(2, 1)]);
		change(&mut unit.body);
		unit
	};
	let of = |account: u32, operation| next(&store, account, vec![operation]);
	let keep = |amount| Operation::TransferKeepAlive { dest: id(2), amount };
	let service = Operation::Service(vec![1].try_into().unwrap());
	for (unit, reason) in [
		(next(&store, 1, vec![]), Reason::Empty),
		(of(99, pay(2, 1)), Reason::NoAccount),
		(with(&|body| body.height = 1), Reason::Height),
		(with(&|body| body.parent = H256::repeat_byte(1)), Reason::Parent),
		(with(&|body| body.valid_until = 9), Reason::Expired),
		(with(&|body| body.valid_until = 10 + 2_401), Reason::TooLong),
		(of(1, pay(2, 10_001)), Reason::Balance),
		(of(1, keep(9_001)), Reason::WouldDie),
		(of(3, pay(2, 1_001)), Reason::Frozen),
		(of(4, pay(2, 9_001)), Reason::WouldDie),
		(of(1, pay(99, 999)), Reason::BelowMinimum),
		(of(1, service), Reason::Unsupported),
	] {
		assert_eq!(refused(&store, unit, &context()), reason);
	}
	let table = TableId::of(&id(1)).0;
	let other = TableId::of(&id(2)).0;
	assert_ne!(table, other, "the test's accounts have different tables");
	let elsewhere = Context { tables: other..=other, ..context() };
	assert_eq!(refused(&store, of(1, pay(2, 1)), &elsewhere), Reason::Elsewhere);
	let only = Context { tables: table..=table, ..context() };
	assert_eq!(refused(&store, of(1, pay(2, 1)), &only), Reason::DestinationElsewhere);
	let mut after = store.clone();
	let batch = Batch::new(vec![of(1, pay(2, 1))]).unwrap();
	let outcome = apply_units(&batch, &|_, _| false, &mut after, &context());
	assert_eq!((outcome.mark(0), &after), (Mark(Some(Reason::Signature)), &store));
	// The limits are allowed.
	for unit in [
		with(&|body| body.valid_until = 10),
		with(&|body| body.valid_until = 10 + 2_400),
		of(1, keep(9_000)),
		of(3, pay(2, 1_000)),
		of(4, pay(2, 9_000)),
		of(1, pay(99, 1_000)),
	] {
		assert_eq!(apply(&mut store.clone(), vec![unit]).applied(), 1);
	}
}

#[test]
fn a_chain_of_units_applies_in_one_batch_and_a_gap_ends_it() {
	let mut store = funded([(1, 10_000)]);
	let first = unsigned(1, 0, FIRST, vec![pay(2, 1_000)]);
	let second = unsigned(1, 1, first.hash(), vec![pay(2, 2_000)]);
	let skipped = unsigned(1, 3, second.hash(), vec![pay(2, 3_000)]);
	let outcome = apply(&mut store, vec![skipped, second.clone(), first]);
	assert_eq!(outcome.refused, vec![(2, Reason::Height)]);
	assert_eq!((store[&id(1)].nonce, store[&id(1)].data.unit_head), (2, second.hash()));
	assert_eq!(store[&id(2)].data.received, 2);
}

#[test]
fn two_units_at_one_height_are_no_batch() {
	let store = funded([(1, 10_000)]);
	let (one, other) = (next(&store, 1, vec![pay(2, 1_000)]), next(&store, 1, vec![pay(3, 1_000)]));
	assert_eq!(Batch::new(vec![one.clone(), other]), Err(BatchError::Conflict));
	// The same unit twice is a conflict too. In the next block its height is taken.
	assert_eq!(Batch::new(vec![one.clone(), one.clone()]), Err(BatchError::Conflict));
	let mut store = store;
	assert_eq!(apply(&mut store, vec![one.clone()]).applied(), 1);
	assert_eq!(refused(&store, one, &context()), Reason::Height);
}

#[test]
fn credits_of_a_batch_can_be_spent_in_the_next() {
	let mut store = funded([(1, 10_000), (2, 1_000)]);
	let income = next(&store, 1, vec![pay(2, 5_000)]);
	let spent = next(&store, 2, vec![pay(1, 3_000)]);
	assert_eq!(apply(&mut store, vec![income, spent.clone()]).applied(), 1);
	assert_eq!(apply(&mut store, vec![spent]).applied(), 1);
	assert_eq!((store[&id(1)].data.free, store[&id(2)].data.free), (8_000, 3_000));
}

#[test]
fn an_account_that_pays_its_whole_balance_ends_without_dust() {
	let mut store = funded([(1, 10_000), (2, 5_000)]);
	let all = next(&store, 1, vec![Operation::TransferAll { dest: id(2) }]);
	let later = unsigned(1, 1, all.hash(), vec![pay(2, 1)]);
	let outcome = apply(&mut store, vec![all, later]);
	assert_eq!(outcome.refused, vec![(1, Reason::NoAccount)]);
	assert_eq!((store.get(&id(1)), store[&id(2)].data.free, outcome.dust), (None, 15_000, 0));
}

#[test]
fn a_rest_below_the_existential_deposit_is_dust() {
	let mut store = funded([(1, 10_000), (2, 5_000)]);
	let before = issued(&store);
	let unit = next(&store, 1, vec![pay(2, 9_001)]);
	let outcome = apply(&mut store, vec![unit]);
	assert_eq!((store.get(&id(1)), outcome.dust), (None, 999));
	assert_eq!(issued(&store) + outcome.dust, before);
	// No later operation applies, not even of the same unit.
	let store = funded([(1, 10_000), (2, 5_000)]);
	let unit = next(&store, 1, vec![pay(2, 9_001), pay(2, 999)]);
	assert_eq!(refused(&store, unit, &context()), Reason::NoAccount);
}

#[test]
fn an_account_with_another_provider_stays_without_its_balance() {
	let mut store = funded([(1, 10_000), (2, 5_000)]);
	store.get_mut(&id(1)).unwrap().providers = 2;
	let unit = next(&store, 1, vec![Operation::TransferAll { dest: id(2) }]);
	apply(&mut store, vec![unit.clone()]);
	let account = &store[&id(1)];
	assert_eq!((account.providers, account.nonce, account.data.free), (1, 1, 0));
	assert_eq!(account.data.unit_head, unit.hash());
}

#[test]
fn a_small_credit_to_an_account_that_ended_in_the_batch_is_dust() {
	let mut store = funded([(1, 10_000), (2, 50_000)]);
	let before = issued(&store);
	let leaves = next(&store, 1, vec![Operation::TransferAll { dest: id(2) }]);
	let small = next(&store, 2, vec![pay(1, 10)]);
	let outcome = apply(&mut store, vec![leaves, small]);
	assert_eq!((outcome.applied(), outcome.dust, store.get(&id(1))), (2, 10, None));
	assert_eq!(issued(&store) + outcome.dust, before);
}

#[test]
fn paying_oneself_or_nothing_takes_a_height_and_moves_no_balance() {
	let mut store = funded([(1, 10_000), (2, 5_000)]);
	let unit = next(&store, 1, vec![pay(1, 9_500), pay(2, 0), pay(99, 0)]);
	let outcome = apply(&mut store, vec![unit]);
	assert_eq!(outcome.applied(), 1);
	assert_eq!((store[&id(1)].data.free, store[&id(1)].data.received, store[&id(1)].nonce), (10_000, 0, 1));
	assert_eq!((store[&id(2)].data.received, store.get(&id(99))), (0, None));
	let store = funded([(1, 10_000)]);
	assert_eq!(refused(&store, next(&store, 1, vec![pay(1, 10_001)]), &context()), Reason::Balance);
}

#[test]
fn a_reserved_balance_cannot_be_spent_and_covers_what_is_frozen() {
	let mut store = funded([(1, 10_000), (2, 5_000)]);
	let account = store.get_mut(&id(1)).unwrap();
	(account.data.reserved, account.data.frozen, account.consumers) = (4_000, 6_000, 1);
	assert_eq!(account.spendable(ED, false), 8_000);
	let before = issued(&store);
	let unit = next(&store, 1, vec![Operation::TransferAll { dest: id(2) }]);
	assert_eq!(apply(&mut store, vec![unit]).dust, 0);
	assert_eq!(store[&id(1)].data.free, 2_000);
	assert_eq!(issued(&store), before);
}

#[test]
fn an_account_without_a_balance_or_sponsor_has_no_chain_until_it_is_paid() {
	let mut store = funded([(1, 10_000), (2, 50_000)]);
	let sponsored = Account { providers: 1, ..Account::default() };
	store.set_account(&id(3), Some(sponsored));
	assert_eq!(refused(&store, next(&store, 3, vec![pay(2, 0)]), &context()), Reason::Parent);
	let unit = next(&store, 2, vec![pay(3, 5_000)]);
	apply(&mut store, vec![unit]);
	let paid = &store[&id(3)];
	assert_eq!((paid.providers, paid.data.unit_head.is_zero()), (2, false));
	let own = next(&store, 3, vec![pay(1, 1_000)]);
	assert_eq!(apply(&mut store, vec![own]).applied(), 1);
}

#[test]
fn an_account_that_a_unit_creates_begins_with_its_free_share_used() {
	let mut store = funded([(1, 10_000)]);
	let rules =
		QuotaRules { free: Usage { compute: 1 << 40, bytes: 1 << 20, state: 1 << 20 }, ..QuotaRules::default() };
	let metered = Context { quota: Some(rules), ..context() };
	let unit = next(&store, 1, vec![pay(7, 5_000)]);
	apply_units(&Batch::new(vec![unit]).unwrap(), &|_, _| true, &mut store, &metered);
	assert_eq!(refused(&store, next(&store, 7, vec![pay(1, 1_000)]), &metered), Reason::Quota);
	let later = Context { now: metered.now + 60_000, ..metered };
	let unit = next(&store, 7, vec![pay(1, 1_000)]);
	assert_eq!(apply_units(&Batch::new(vec![unit]).unwrap(), &|_, _| true, &mut store, &later).applied(), 1);
}
