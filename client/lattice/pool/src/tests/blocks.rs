//! Units when a block is imported.

use super::{ledger::Ledger, *};

fn kill(store: &mut ledger::Store, account: u32) {
	assert!(store.remove(&id(account)).is_some());
}

fn final_at(number: u32, index: u32) -> Status {
	Status::Final { number, hash: ledger::hash_of(number), index }
}

#[test]
fn a_block_as_speculated_validates_nothing() {
	let mut ledger = Ledger::metered(rules(20));
	let units = chain(1, 0, FIRST, 10, 5);
	assert_eq!(ledger.submit_all(&units), [READY; 10]);
	let validated = ledger.pool.stats().validated;
	ledger.now += 60_000;
	ledger.block(units[..4].to_vec(), |_| ());
	assert_eq!(ends(&ledger.events), [0, 1, 2, 3].map(|index| final_at(10, index)));
	ledger.block(units[4..9].to_vec(), |_| ());
	let stats = ledger.pool.stats();
	assert_eq!((stats.validated, stats.kept, stats.ready), (validated, 2, 1));
	assert_eq!(ledger.select(100_000), units[9..]);
	ledger.block(units[9..].to_vec(), |_| ());
	assert_eq!(ledger.pool.stats(), Stats { validated, kept: 3, ..Stats::default() });
}

#[test]
fn a_lane_that_the_block_did_not_touch_is_not_looked_at() {
	let mut ledger = Ledger::rich();
	ledger.submit_all(&chain(1, 0, FIRST, 3, 5));
	let before = ledger.pool.stats();
	ledger.block(chain(2, 0, FIRST, 3, 5), |_| ());
	assert_eq!(ledger.pool.stats(), before);
}

#[test]
fn received_money_changes_only_the_balance() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 3, 5);
	ledger.submit_all(&units);
	let paid = unit(2, 0, FIRST, vec![pay(1, 77)]);
	ledger.block(vec![units[0].clone(), paid], |_| ());
	assert_eq!(ledger.statuses(&units[1..]), [Some(READY); 2]);
	assert_eq!(ledger.pool.speculative(&id(1)).unwrap().account.unwrap().data.free, 1_000_000 + 77 - 15);
}

#[test]
fn another_unit_or_an_extrinsic_usurps_a_height() {
	let mut ledger = Ledger::rich();
	let (ours, theirs) = (chain(1, 0, FIRST, 3, 5), chain(1, 0, FIRST, 2, 6));
	let other = chain(2, 0, FIRST, 2, 5);
	ledger.submit_all(&ours);
	ledger.submit_all(&other);
	ledger.block(theirs[..1].to_vec(), |store| store.get_mut(&id(2)).unwrap().nonce += 1);
	let parent = invalid(Reason::Parent);
	assert_eq!(ends(&ledger.events), [Status::Usurped, parent, parent, Status::Usurped, parent]);
	assert_eq!(ledger.submit(&ours[0]), Status::Usurped);
	assert_eq!(ledger.submit(&theirs[1]), READY);
	// An extrinsic advances the nonce and not the head, so a unit can be signed for the next height.
	assert_eq!(ledger.submit(&unit(2, 1, FIRST, vec![pay(0, 5)])), READY);
}

#[test]
fn a_future_unit_in_the_block_is_final_too() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 4, 5);
	assert_eq!(ledger.submit_all(&[units[1].clone(), units[3].clone()]), [FUTURE; 2]);
	ledger.block(units[..3].to_vec(), |_| ());
	let promoted = Event { hash: units[3].hash(), status: READY };
	assert_eq!(ledger.events, [Event { hash: units[1].hash(), status: final_at(10, 1) }, promoted]);
}

#[test]
fn a_unit_refused_by_a_block_leaves_and_its_followers_wait() {
	let mut ledger = Ledger::new(Limits::default(), context(), [ED, 10_000]);
	let units = chain(1, 0, FIRST, 2, 4_000);
	assert_eq!(ledger.submit_all(&units), [READY; 2]);
	let store = ledger.store.clone();
	ledger.store.get_mut(&id(1)).unwrap().data.free = 3_000;
	ledger.block(units[..1].to_vec(), |after| *after = store);
	assert_eq!(ledger.statuses(&units), [Some(invalid(Reason::Balance)), Some(FUTURE)]);
	assert_eq!(ends(&ledger.events), [invalid(Reason::Balance), FUTURE]);
	assert_eq!(ledger.submit(&units[0]), READY, "the money is back");
	assert_eq!(ledger.pool.stats().ready, 2);
}

#[test]
fn spent_money_invalidates_units() {
	let mut ledger = Ledger::new(Limits::default(), context(), [ED, 10_000]);
	let units = chain(1, 0, FIRST, 3, 3_000);
	ledger.submit_all(&units);
	ledger.block(vec![], |store| store.get_mut(&id(1)).unwrap().data.free = 5_000);
	assert_eq!(ledger.statuses(&units), [Some(READY), Some(invalid(Reason::Balance)), Some(FUTURE)]);
	ledger.block(vec![], |store| kill(store, 1));
	assert_eq!(ends(&ledger.events), [invalid(Reason::NoAccount); 2]);
	assert_eq!(ledger.pool.stats().accounts, 0);
}

#[test]
fn a_reborn_account_has_another_chain() {
	let mut ledger = Ledger::rich();
	let units = chain(1, 0, FIRST, 4, 5);
	ledger.block(units[..2].to_vec(), |_| ());
	assert_eq!(ledger.submit_all(&units[2..]), [READY; 2]);
	let reborn =
		Account { data: AccountData { unit_head: H256::repeat_byte(0x22), ..funded(9_000).data }, ..funded(9_000) };
	ledger.block(vec![], |store| store.extend([(id(1), reborn)]));
	assert_eq!(ledger.statuses(&units[2..]), [Some(FUTURE); 2], "there is a gap before them");
	let new = chain(1, 0, H256::repeat_byte(0x22), 3, 5);
	assert_eq!(ledger.submit_all(&new[..2]), [READY; 2]);
	assert_eq!(ends(&ledger.events), [invalid(Reason::Parent); 2]);
	assert_eq!(ledger.submit(&new[2]), READY);
}

#[test]
fn an_expired_unit_leaves_with_its_followers() {
	let mut ledger = Ledger::rich();
	let first = chain(1, 0, FIRST, 1, 5);
	let mut ending = unit(1, 1, first[0].hash(), vec![pay(0, 5)]);
	ending.body.valid_until = 11;
	let after = chain(1, 2, ending.hash(), 2, 5);
	let mut waiting = unit(2, 3, FIRST, vec![pay(0, 5)]);
	waiting.body.valid_until = 11;
	let after_waiting = chain(2, 4, waiting.hash(), 1, 5);
	let all = [first.clone(), vec![ending.clone()], after.clone(), vec![waiting], after_waiting].concat();
	assert_eq!(ledger.submit_all(&all), [READY, READY, READY, READY, FUTURE, FUTURE]);
	ledger.block(vec![], |_| ());
	assert_eq!((ledger.events.len(), ledger.select(100_000).len()), (0, 4), "block 11 may still include it");
	ledger.block(vec![], |_| ());
	let (expired, parent) = (invalid(Reason::Expired), invalid(Reason::Parent));
	let expected = [Some(READY), Some(expired), Some(parent), Some(parent), Some(expired), Some(parent)];
	assert_eq!(ledger.statuses(&all), expected);
	assert_eq!(ledger.events.len(), 5);
	assert_eq!(ledger.submit(&ending), expired);
}

#[test]
fn a_payment_below_the_deposit_depends_on_the_destination() {
	let mut ledger = Ledger::rich();
	let units = [unit(1, 0, FIRST, vec![pay(2, 5)]), unit(3, 0, FIRST, vec![pay(2, ED)])];
	assert_eq!(ledger.submit_all(&units), [READY; 2]);
	ledger.block(vec![], |store| kill(store, 2));
	assert_eq!(ledger.events, [Event { hash: units[0].hash(), status: invalid(Reason::BelowMinimum) }]);
	assert_eq!(ledger.pool.status(&units[1].hash()), Some(READY));
}

#[test]
fn a_used_quota_names_the_time_to_send_again() {
	let mut ledger = Ledger::metered(rules(4));
	let units = chain(1, 0, FIRST, 3, 5);
	assert_eq!(ledger.submit_all(&units), [READY; 3]);
	let now = ledger.now;
	ledger.block(vec![], |store| {
		let quota = &mut store.get_mut(&id(1)).unwrap().data.quota;
		(quota.free, quota.charged_at, quota.counted_at) =
			(Usage { compute: 2 * 25_000_000, ..Usage::default() }, now, now);
	});
	assert_eq!(ledger.statuses(&units)[..2], [Some(READY); 2]);
	assert_eq!(ledger.pool.status(&units[2].hash()), Some(Status::Invalid(Reason::Quota, Some(now + 21_600_000))));
}

#[test]
fn new_rules_are_applied_to_all_lanes() {
	let mut ledger = Ledger::rich();
	let units = [unit(1, 0, FIRST, vec![pay(2, 1_000)]), unit(3, 0, FIRST, vec![pay(40, 1_000)])];
	assert_eq!(ledger.submit_all(&units), [READY; 2]);
	let mut next = ledger.pool.context().clone();
	next.context.existential_deposit = 2_000;
	ledger.block_with(vec![], |_| (), next);
	assert_eq!(ledger.statuses(&units), [Some(READY), Some(invalid(Reason::BelowMinimum))]);
}
