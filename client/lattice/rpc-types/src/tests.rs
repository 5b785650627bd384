//! Each report against its JSON, in both directions.

use crate::*;
use codec::Decode;
use serde::{de::DeserializeOwned, Serialize};
use serde_json::{from_value, json, to_value, Value};
use sp_core::{Bytes, H256};
use std::fmt::Debug;
use tp_core::AccountId;
use tp_lattice::{Reason, Usage};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

const ALICE_KEY: [u8; 32] = [
	0xd4, 0x35, 0x93, 0xc7, 0x15, 0xfd, 0xd3, 0x1c, 0x61, 0x14, 0x1a, 0xbd, 0x04, 0xa9, 0x9f, 0xd6, 0x82, 0x2c, 0x85,
	0x58, 0x85, 0x4c, 0xcd, 0xe3, 0x9a, 0x56, 0x84, 0xe7, 0xa5, 0x6d, 0xa2, 0x7d,
];

fn hex(byte: u8) -> String {
	format!("0x{}", format!("{byte:02x}").repeat(32))
}

#[track_caller]
fn is<R: Serialize + DeserializeOwned + PartialEq + Debug>(report: R, text: Value) {
	assert_eq!(to_value(&report).unwrap(), text);
	assert_eq!(from_value::<R>(text).unwrap(), report);
}

#[test]
fn info() {
	let report = InfoReport {
		domain: H256::repeat_byte(1),
		tables: (0, 255),
		existential_deposit: u128::MAX,
		max_operations: 16,
		max_validity: 2_400,
		compute_per_unit: u64::MAX,
		compute_per_operation: 5,
		max_units_per_call: 1_000,
	};
	let text = json!({
		"domain": hex(1),
		"tables": [0, 255],
		"existentialDeposit": "340282366920938463463374607431768211455",
		"maxOperations": 16,
		"maxValidity": 2400,
		"computePerUnit": "18446744073709551615",
		"computePerOperation": "5",
		"maxUnitsPerCall": 1000,
	});
	is(report, text);
}

#[test]
fn account() {
	let mut report = AccountReport {
		account: AccountId::new(ALICE_KEY),
		exists: true,
		height: 3,
		head: H256::repeat_byte(2),
		free: 1,
		reserved: 2,
		frozen: 3,
		spendable: 4,
		received: 5,
		received_hash: H256::repeat_byte(3),
		quota: Some(QuotaReport {
			used: Usage { compute: 6, bytes: 7, state: 8 }.into(),
			share: UsageReport { compute: 8, bytes: 9, state: 10 },
			locked: 10,
		}),
		next: NextReport { height: 4, head: H256::repeat_byte(4), spendable: 11, pending: 1 },
	};
	let mut text = json!({
		"account": ALICE,
		"exists": true,
		"height": 3,
		"head": hex(2),
		"free": "1",
		"reserved": "2",
		"frozen": "3",
		"spendable": "4",
		"received": 5,
		"receivedHash": hex(3),
		"quota": {
			"used": { "compute": "6", "bytes": "7", "state": "8" },
			"share": { "compute": "8", "bytes": "9", "state": "10" },
			"locked": "10",
		},
		"next": { "height": 4, "head": hex(4), "spendable": "11", "pending": 1 },
	});
	is(report.clone(), text.clone());
	(report.quota, text["quota"]) = (None, Value::Null);
	is(report, text);
}

#[test]
fn units() {
	let block = BlockReport { number: 7, hash: H256::repeat_byte(7) };
	is(UnitReport::new(H256::repeat_byte(1), UnitStatus::Ready), json!({ "hash": hex(1), "status": "ready" }));
	let report = UnitReport {
		block: Some(block),
		receipt: Some(Bytes(vec![1, 2])),
		..UnitReport::new(H256::repeat_byte(1), UnitStatus::Final)
	};
	let text = json!({
		"hash": hex(1),
		"status": "final",
		"block": { "number": 7, "hash": hex(7) },
		"receipt": "0x0102",
	});
	is(report.clone(), text);
	let details = UnitDetails { report, unit: Bytes(vec![3]), index: Some(9) };
	let text = json!({
		"hash": hex(1),
		"status": "final",
		"block": { "number": 7, "hash": hex(7) },
		"receipt": "0x0102",
		"unit": "0x03",
		"index": 9,
	});
	is(details, text);
	let chained = ChainedUnit { hash: H256::repeat_byte(1), height: 4, unit: Bytes(vec![5]), block, index: 6 };
	let text = json!({
		"hash": hex(1),
		"height": 4,
		"unit": "0x05",
		"block": { "number": 7, "hash": hex(7) },
		"index": 6,
	});
	is(chained, text);
}

#[test]
fn statuses() {
	let statuses = [
		(UnitStatus::Future, "future", false),
		(UnitStatus::Ready, "ready", false),
		(UnitStatus::InBlock, "inBlock", false),
		(UnitStatus::Final, "final", true),
		(UnitStatus::Dropped, "dropped", true),
		(UnitStatus::Invalid, "invalid", true),
		(UnitStatus::Usurped, "usurped", true),
		(UnitStatus::Unknown, "unknown", false),
	];
	for (status, text, is_end) in statuses {
		is(status, json!(text));
		assert_eq!(status.is_end(), is_end, "{text}");
	}
	// A later version's status is no verdict for this one.
	assert_eq!(from_value::<UnitStatus>(json!("parked")).unwrap(), UnitStatus::Unknown);
}

#[test]
fn reasons() {
	let report = ReasonReport { retry_at: Some(1_800_000_000_000), ..Reason::Quota.into() };
	let text = json!({ "code": "quota", "message": "the account has used its quota", "retryAt": "1800000000000" });
	is(report, text);
	is(ReasonReport::from(Reason::Empty), json!({ "code": "empty", "message": "the unit does nothing" }));

	let of_ledger: Vec<_> = (1..=18u8).map(|number| Reason::decode(&mut &[number][..]).unwrap()).collect();
	let codes: Vec<_> = of_ledger.into_iter().map(|reason| to_value(ReasonCode::from(reason)).unwrap()).collect();
	let expected = [
		"empty",
		"signature",
		"elsewhere",
		"noAccount",
		"height",
		"parent",
		"expired",
		"tooLong",
		"quota",
		"balance",
		"frozen",
		"wouldDie",
		"belowMinimum",
		"destinationElsewhere",
		"unsupported",
		"laneFull",
		"destinationBusy",
		"outboxFull",
	];
	assert_eq!(codes, expected);
	for code in [
		"tooLarge",
		"conflict",
		"gapTooFar",
		"accountFull",
		"poolFull",
		"replaced",
		"timedOut",
		"overloaded",
		"duplicateHeight",
		"notIndexed",
	] {
		let read: ReasonCode = from_value(json!(code)).unwrap();
		assert!(!matches!(read, ReasonCode::Other(_)), "{code}");
		is(read, json!(code));
	}
	is(ReasonCode::Other("newer".into()), json!("newer"));
}

#[test]
fn tables_verdicts_and_options() {
	let report = TableReport { table: 1, height: 2, hash: H256::repeat_byte(3) };
	is(report, json!({ "table": 1, "height": 2, "hash": hex(3) }));
	let block = Some(BlockReport { number: 1, hash: H256::repeat_byte(2) });
	is(
		VerifyReport { valid: true, error: None, block },
		json!({ "valid": true, "block": { "number": 1, "hash": hex(2) } }),
	);
	let error = Some("why".to_string());
	is(VerifyReport { valid: false, error, block: None }, json!({ "valid": false, "error": "why" }));
	assert_eq!(from_value::<WatchOptions>(json!({})).unwrap(), WatchOptions { receipts: true, grouped: false });
	is(WatchOptions { receipts: false, grouped: true }, json!({ "receipts": false, "grouped": true }));
}

#[test]
fn only_decimal_strings_are_read_as_numbers() {
	for wrong in [json!(5), json!("0x5"), json!("-1"), json!("5.0"), json!(""), json!("18446744073709551616")] {
		let text = json!({ "compute": wrong, "bytes": "1" });
		assert!(from_value::<UsageReport>(text.clone()).is_err(), "{text}");
	}
}

#[test]
fn submitted_units() {
	is(SubmittedUnits::List(vec![Bytes(vec![1, 2]), Bytes(vec![0xff])]), json!(["0x0102", "0xff"]));
	is(SubmittedUnits::List(Vec::new()), json!([]));
	is(SubmittedUnits::Joined(Bytes((0..=255).collect())), json!(format!("0x{}", hex_of(0..=255))));
	is(SubmittedUnits::Joined(Bytes(Vec::new())), json!("0x"));
	let upper = from_value::<SubmittedUnits>(json!(hex_of(0..=255).to_uppercase())).unwrap();
	assert_eq!(upper, SubmittedUnits::Joined(Bytes((0..=255).collect())));
	for wrong in
		[json!("0x123"), json!("0x1g"), json!("0xé"), json!(["0x1"]), json!([7]), json!(7), json!(null), json!({})]
	{
		assert!(from_value::<SubmittedUnits>(wrong.clone()).is_err(), "{wrong}");
	}
}

fn hex_of(bytes: impl IntoIterator<Item = u8>) -> String {
	bytes.into_iter().map(|byte| format!("{byte:02x}")).collect()
}
