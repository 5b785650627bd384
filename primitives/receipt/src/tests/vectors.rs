//! `vectors/receipts.json`: receipts of each level with the committees that prove them, for implementations in other languages and
//! for the tests of tools. `TOP_WRITE_VECTORS=1` writes the file; without it, the test checks the file.

use super::world::*;
use crate::{Level, MessageReceipt, Origin, TrustedCommittee};
use codec::Encode;
use serde_json::{json, Value};
use sp_core::bytes::to_hex;
use std::{env, fs};
use tp_pbft::Member;

/// Relative to the package's folder, in which cargo runs tests.
const FILE: &str = "vectors/receipts.json";

fn hex(value: &impl Encode) -> String {
	to_hex(&value.encode(), false)
}

/// Returns a committee as `pbft_committee` reports it, with the name of its ledger.
fn anchor(trusted: &TrustedCommittee) -> Value {
	let member = |member: &Member| json!({ "key": hex(&member.key), "vrf": hex(&member.vrf), "weight": member.weight });
	json!({
		"chain": trusted.domain.chain.to_string(),
		"epoch": trusted.epoch,
		"members": trusted.members.iter().map(member).collect::<Vec<_>>(),
		"seed": null,
		"domain": hex(&trusted.domain),
	})
}

fn proved(receipt: &MessageReceipt) -> Value {
	let proven = verify(receipt).unwrap();
	let block = |block: crate::ProvenBlock| json!({ "chain": block.chain.to_string(), "number": block.number, "hash": hex(&block.hash) });
	json!({
		"receipt": hex(receipt),
		"unit": proven.unit.map(|unit| hex(&unit)),
		"initiator": hex(&proven.message.initiator.account),
		"to": crate::recipient(&proven.message).map(|to| hex(&to)),
		"value": proven.message.value.to_string(),
		"sequence": proven.sequence,
		"sent": block(proven.sent),
		"sealed": proven.sealed.map(block),
		"taken": proven.taken.map(|(at, _)| block(at)),
		"takenSealed": proven.taken.map(|(_, by)| block(by)),
	})
}

#[test]
fn the_vectors_are_those_of_the_file() {
	let credited = receipt(Level::Taken);
	let Origin::Unit(unit) = &credited.origin else { unreachable!("it has a unit") };
	let last = &credited.handovers[0];
	let vectors = json!({
		"anchors": { "zone": anchor(&trusted(ZONE, 0)), "source": anchor(&trusted(SOURCE, 0)) },
		"handover": {
			"chain": last.chain.to_string(),
			"genesis": hex(&trusted(ZONE, 0).domain.genesis),
			"header": hex(&last.signed),
		},
		"unit": hex(unit),
		"final": proved(&receipt(Level::Final)),
		"sealed": proved(&receipt(Level::Sealed)),
		"credited": proved(&credited),
	});
	let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
	if env::var_os("TOP_WRITE_VECTORS").is_some() {
		fs::write(FILE, &text).unwrap();
	}
	assert!(fs::read_to_string(FILE).unwrap() == text, "{FILE} differs: TOP_WRITE_VECTORS=1 writes it");
}
