//! The rules and formats before version 4, under which blocks of the past apply.

use super::*;
use codec::{DecodeAll, Encode};
use tp_quota::DAY_MS;

const RULES: QuotaRules = QuotaRules {
	free: Usage { compute: 1_000, bytes: 10_000, state: 0 },
	per_stake_unit: Usage { compute: 100, bytes: 1_000, state: 0 },
	stake_unit: 1_000_000,
	full_balance: 0,
	lent_percent: 100,
	block_free: Usage::MAX,
};

/// Returns the context of block 10, in which a unit with one operation costs 100.
fn at(now: u64, lent_percent: u32) -> Context {
	Context {
		quota: Some(QuotaRules { lent_percent, ..RULES }),
		now,
		compute_per_unit: 60,
		compute_per_operation: 40,
		version: RulesVersion::V3,
		..context()
	}
}

/// Applies the next unit of an account, which pays another.
fn send(store: &mut Store, account: u32, payment: Operation, context: &Context) -> Outcome {
	let unit = next(store, account, vec![payment]);
	apply_units(&Batch::new(vec![unit]).unwrap(), &|_, _| true, store, context)
}

/// Returns how many units of an account apply, one after another.
fn use_up(store: &mut Store, account: u32, context: &Context) -> usize {
	(0..).take_while(|_| send(store, account, pay(2, 0), context).applied() == 1).count()
}

#[test]
fn shares_grow_by_what_is_lent_and_use_fades_whatever_the_balance() {
	let mut store = funded([(1, ED), (2, 1_000_000)]);
	assert_eq!(use_up(&mut store, 1, &at(DAY_MS, 250)), 25);
	assert_eq!(use_up(&mut store, 1, &at(DAY_MS, 400)), 15);
	// All of 4,000 is counted when nothing is lent any more: three quarters must fade.
	let later = |part| DAY_MS + DAY_MS * part / 40;
	assert_eq!(use_up(&mut store, 1, &at(later(31) - 1, 100)), 0);
	assert_eq!(use_up(&mut store, 1, &at(later(31), 100)), 1);
}

#[test]
fn new_accounts_begin_without_what_is_lent_and_cost_no_state() {
	let mut store = funded([(2, 1_000_000)]);
	let outcome = send(&mut store, 2, pay(1, ED), &at(DAY_MS, 400));
	assert_eq!((outcome.applied(), outcome.free.state), (1, 0));
	assert_eq!(use_up(&mut store, 1, &at(DAY_MS, 400)), 30);
}

#[test]
fn stake_covers_use_first() {
	let mut store = funded([(1, ED), (2, 1_000_000)]);
	store.get_mut(&id(1)).unwrap().data.quota.locked = 2_500_000;
	let free = |store: &mut Store| send(store, 1, pay(2, 0), &at(DAY_MS, 100)).free.compute;
	assert_eq!([0; 4].map(|_| free(&mut store)), [0, 0, 50, 100]);
}

#[test]
fn the_context_of_version_3_ends_the_rules_without_a_balance_and_state() {
	let Context { domain, number, now, tables, existential_deposit, .. } = context();
	let Context { compute_per_unit, compute_per_operation, lives, .. } = context();
	let usage = |usage: Usage| (usage.compute, usage.bytes);
	let rules =
		(usage(RULES.free), usage(RULES.per_stake_unit), RULES.stake_unit, RULES.lent_percent, usage(Usage::MAX));
	let head = (domain, number, now, tables, existential_deposit, Some(rules));
	let bytes = (&head, compute_per_unit, compute_per_operation, lives).encode();
	let decoded = PreviousContext::decode_all(&mut &bytes[..]).unwrap().under(RulesVersion::V3);
	let block_free = Usage { state: 0, ..Usage::MAX };
	let expected = Context { quota: Some(QuotaRules { block_free, ..RULES }), version: RulesVersion::V3, ..context() };
	assert_eq!(decoded, expected);
}

#[test]
fn accounts_keep_the_format_of_their_version() {
	let mut account = alive(7);
	account.nonce = 3;
	account.data.quota = Quota {
		free: Usage { compute: 1, bytes: 2, state: 0 },
		charged_at: 5,
		counted_at: 5,
		locked: 6,
		..Default::default()
	};
	let previous = PreviousAccount::from(account.clone());
	// The quota is the last 40 bytes.
	let quota = (1u64, 2u64, 5u64, 6u128).encode();
	let bytes = previous.encode();
	assert_eq!((bytes.len(), &bytes[bytes.len() - 40..]), (188, &quota[..]));
	assert_eq!(bytes[..148], account.encode()[..148]);
	assert_eq!(Account::from(PreviousAccount::decode_all(&mut &bytes[..]).unwrap()), account);
}

#[test]
fn the_records_of_blocks_of_all_versions_decode() {
	let head = |height| TableHead { height, hash: H256::repeat_byte(height as u8) };
	let root = H256::repeat_byte(9);
	let table = TableBlock { table: TableId(1), units: 1, units_root: root, credits: 2, credits_root: root };
	for tables in [0, 1, 2, 63, 64, 65, 256] {
		let outcome = Outcome {
			tables: vec![table.clone(); tables],
			free: Usage { compute: u64::MAX, bytes: 1, state: 0 },
			..Default::default()
		};
		let record = BlockRecord { outcome: outcome.clone(), previous: (0..tables as u32).map(head).collect() };
		assert_eq!(decode_record(&record.encode()), Ok(record.clone()));
		let previous = (PreviousOutcome::from(outcome), &record.previous).encode();
		assert_eq!(decode_record(&previous), Ok(record));
		assert!(decode_record(&previous[..previous.len() - 1]).is_err());
	}
}

#[test]
fn the_outcome_of_earlier_versions_has_two_resources() {
	let outcome = Outcome { units: 1, free: Usage { compute: 1, bytes: 2, state: 0 }, ..Default::default() };
	let (new, previous) = (outcome.encode(), PreviousOutcome::from(outcome).encode());
	assert_eq!(previous, new[..new.len() - 8]);
}
