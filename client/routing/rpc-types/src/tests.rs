//! The JSON of results, which clients in other languages read.

use super::*;
use serde_json::json;
use sp_core::Bytes;
use tp_core::{AccountId, Hash};

fn lane() -> LaneReport {
	LaneReport { source: "shard 0/0".into(), destination: "zone 0 table 200".into(), kind: LaneKind::User }
}

#[test]
fn a_message_is_written_as_clients_expect() {
	let hash = Hash::repeat_byte(1);
	let report = MessageReport {
		id: Bytes(vec![1, 2]),
		lane: lane(),
		sequence: 7,
		initiator: AccountId::new([2; 32]),
		value: 1 << 70,
		to: None,
		stage: MessageStage::Credited,
		sent: Some(BlockReport { number: 12, hash }),
		sealed: None,
		taken: Some(TakenReport { chain: "shard 0/1".into(), number: 14, hash }),
		outcome: Some(Outcome::Credited),
	};
	let written = serde_json::to_value(&report).unwrap();
	assert_eq!(
		written,
		json!({
			"id": "0x0102",
			"lane": { "source": "shard 0/0", "destination": "zone 0 table 200", "kind": "user" },
			"sequence": 7,
			"initiator": AccountId::new([2; 32]),
			"value": "1180591620717411303424",
			"to": null,
			"stage": "credited",
			"final": { "number": 12, "hash": hash },
			"sealed": null,
			"taken": { "chain": "shard 0/1", "number": 14, "hash": hash },
			"outcome": "credited",
		})
	);
	assert_eq!(serde_json::from_value::<MessageReport>(written).unwrap(), report);
}

#[test]
fn lanes_and_ledgers_are_written_as_clients_expect() {
	let outbound = OutboundReport { lane: lane(), sent: 5, acknowledged: 3, in_flight: 2 };
	let lanes = LanesReport { outbound: vec![outbound], inbound: Vec::new(), in_lanes: 9 };
	assert_eq!(
		serde_json::to_value(lanes).unwrap(),
		json!({
			"outbound": [{
				"lane": { "source": "shard 0/0", "destination": "zone 0 table 200", "kind": "user" },
				"sent": 5, "acknowledged": 3, "inFlight": 2,
			}],
			"inbound": [],
			"inLanes": "9",
		})
	);
	let ledger = LedgerReport { chain: "main".into(), tables: None, genesis: Hash::zero(), endpoints: Vec::new() };
	assert_eq!(
		serde_json::to_value(ledger).unwrap(),
		json!({ "chain": "main", "tables": null, "genesis": Hash::zero(), "endpoints": [] })
	);
	assert_eq!(serde_json::to_value(ProofLevel::Sealed).unwrap(), json!("sealed"));
}

#[test]
fn the_ends_of_a_message_are_its_confirmation_and_its_return() {
	let ends = [MessageStage::Confirmed, MessageStage::Returned];
	let others = [MessageStage::Final, MessageStage::Sealed, MessageStage::Credited];
	assert!(ends.iter().all(MessageStage::is_end) && !others.iter().any(MessageStage::is_end));
}
