//! The commands over the vectors of `primitives/receipt`.

use super::{
	anchor::parse_anchor,
	file::{decode_receipt, read_receipt, Receipt},
	statement::Statement,
	verify::prove,
};
use serde_json::{json, Value};
use sp_core::crypto::Ss58Codec;
use tp_core::AccountId;
use tp_receipt::TrustedCommittee;

fn vectors() -> Value {
	serde_json::from_str(include_str!("../../../../primitives/receipt/vectors/receipts.json")).unwrap()
}

fn receipt_of(value: &Value) -> Receipt {
	decode_receipt(value.as_str().unwrap().as_bytes()).unwrap()
}

fn anchor(value: &Value) -> TrustedCommittee {
	parse_anchor(&value.to_string()).unwrap()
}

fn address(hex: &Value) -> String {
	let bytes: [u8; 32] = hex::decode(&hex.as_str().unwrap()[2..]).unwrap().try_into().unwrap();
	AccountId::from(bytes).to_ss58check()
}

#[test]
fn a_receipt_is_told_in_words() {
	let vectors = vectors();
	let credited = &vectors["credited"];
	let statement = prove(&receipt_of(&credited["receipt"]), vec![anchor(&vectors["anchors"]["zone"])]).unwrap();
	let (from, to) = (address(&credited["initiator"]), address(&credited["to"]));
	let expected = format!(
		"{from} paid 0.0007 TOP to {to}: final in block 2 of shard 0/0, sealed by block 1 of zone 0, taken by block 1 of shard 0/1, which is \
		 sealed by block 3 of zone 0\nWhat it took it has credited, or sends back if it could not.\nunit  {}",
		credited["unit"].as_str().unwrap()
	);
	assert_eq!(statement.words(), expected);
	let written = serde_json::to_value(&statement).unwrap();
	assert_eq!(written["level"], "taken");
	assert_eq!(written["final"], credited["sent"]);
	assert_eq!((&written["sealed"], &written["taken"]), (&credited["sealed"], &credited["taken"]));
	assert_eq!(written["payments"], json!([{ "from": from, "to": to, "amount": "0.0007 TOP" }]));
}

#[test]
fn each_level_needs_the_committee_that_it_is_proved_by() {
	let vectors = vectors();
	let trusted = |name: &str| vec![anchor(&vectors["anchors"][name])];
	let refused = |receipt: &Value, name: &str| {
		let error = prove(&receipt_of(receipt), trusted(name)).unwrap_err();
		format!("{error:#}")
	};
	let of = |level: &str| vectors[level]["receipt"].clone();
	assert!(prove(&receipt_of(&of("final")), trusted("source")).is_ok());
	assert!(prove(&receipt_of(&of("sealed")), trusted("zone")).is_ok());
	let message = refused(&of("final"), "zone");
	assert!(message.contains("no committee of shard 0/0"), "{message}");
	let message = refused(&of("credited"), "source");
	assert!(message.contains("no committee of zone 0"), "{message}");
}

#[test]
fn the_receipt_of_a_unit_in_its_shard_is_checked_too() {
	let vectors = vectors();
	let receipt = receipt_of(&vectors["unit"]);
	assert!(matches!(receipt, Receipt::Unit(_)));
	let Statement { level, unit, sent, sealed, .. } =
		prove(&receipt, vec![anchor(&vectors["anchors"]["zone"]), anchor(&vectors["anchors"]["source"])]).unwrap();
	assert_eq!((level, sealed), ("final", None));
	assert_eq!(json!(unit), vectors["credited"]["unit"]);
	assert_eq!((sent.chain.as_str(), sent.number), ("shard 0/0", 2));
	let error = prove(&receipt, vec![anchor(&vectors["anchors"]["zone"])]).unwrap_err().to_string();
	assert!(error.contains("signature"), "{error}");
	let later = TrustedCommittee { epoch: 4, ..anchor(&vectors["anchors"]["source"]) };
	let error = prove(&receipt, vec![later]).unwrap_err().to_string();
	assert!(error.contains("epoch 0"), "{error}");
}

#[test]
fn the_last_header_of_an_epoch_is_an_anchor_of_the_next() {
	let vectors = vectors();
	let next = anchor(&vectors["handover"]);
	assert_eq!((next.epoch, next.first, next.domain), (1, 3, anchor(&vectors["anchors"]["zone"]).domain));
	let receipt = receipt_of(&vectors["credited"]["receipt"]);
	// It is too new for the header that sealed the payment.
	let error = format!("{:#}", prove(&receipt, vec![next.clone()]).unwrap_err());
	assert!(error.contains("up to epoch 0"), "{error}");
	assert!(prove(&receipt, vec![next, anchor(&vectors["anchors"]["zone"])]).is_ok());
}

#[test]
fn wrong_files_are_explained() {
	let vectors = vectors();
	let mut other = vectors["anchors"]["zone"].clone();
	other["chain"] = json!("zone 1");
	let mut plain = vectors["handover"].clone();
	plain["chain"] = json!("zone");
	for (anchor, word) in [(other, "domain is that of zone 0"), (plain, "is no ledger"), (json!({}), "chain")] {
		let error = format!("{:#}", parse_anchor(&anchor.to_string()).unwrap_err());
		assert!(error.contains(word), "{error}");
	}
	for (text, word) in [("0x12", "decodes neither"), ("0xzz", "character"), ("", "decodes neither")] {
		let error = format!("{:#}", decode_receipt(text.as_bytes()).unwrap_err());
		assert!(error.contains(word), "{text}: {error}");
	}
	let folder = tempfile::tempdir().unwrap();
	let path = folder.path().join("receipt.hex");
	assert!(read_receipt(&path).unwrap_err().to_string().contains("receipt.hex"));
	std::fs::write(&path, format!("{}\n", vectors["sealed"]["receipt"].as_str().unwrap())).unwrap();
	assert!(matches!(read_receipt(&path), Ok(Receipt::Message(_))));
}
