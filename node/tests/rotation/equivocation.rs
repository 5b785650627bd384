//! A member that signs twice: two processes have its keys, and neither knows the other's votes.

use crate::{
	ledger::Ledger,
	support::{assert_no_panic, binary, block_on, LogsOnFailure, UP_TIMEOUT},
	turn,
};
use codec::{DecodeAll, Encode};
use std::time::Duration;
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodePorts};
use top_main_runtime::{RuntimeCall, RuntimeEvent, UncheckedExtrinsic};
use top_node::chain_spec::{network_chain, Preset};
use tp_stake::Reputation;

/// The node whose keys two processes have: a member of the first committee.
const TWIN: u16 = 4;
/// Nodes, of which the first four are the first committee.
const NODES: u16 = 7;
/// How long a final report of the twins' contradiction may take.
const EVIDENCE_TIMEOUT: Duration = Duration::from_secs(180);
/// How long an epoch may take.
const EPOCH_TIMEOUT: Duration = Duration::from_secs(60);

#[test]
fn a_member_that_signs_twice_is_reported_punished_once_and_loses_its_seat() {
	let _turn = turn();
	let folder = tempfile::tempdir().unwrap();
	let mut nodes: Vec<_> =
		(1..=NODES).map(|number| (format!("node-{number}"), NodeKind::Registered(number))).collect();
	nodes.push(("twin".into(), NodeKind::Registered(TWIN)));
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(Preset::Rotation.raw_spec().unwrap()),
		nodes,
		ports: NodePorts::free(NODES + 1).unwrap(),
		binary: binary(),
		extra_args: Vec::new(),
	})
	.unwrap();
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let ledger = Ledger::at(&network.nodes()[0].rpc_url()).await;
		let before = ledger.node(TWIN).await.unwrap();

		let mut height = 0;
		let mut found = None;
		ledger
			.until("a report of the contradiction", EVIDENCE_TIMEOUT, async || {
				while height < ledger.0.finalized_height().await.unwrap() && found.is_none() {
					height += 1;
					found = report_in(&ledger, height).await;
				}
				found.is_some()
			})
			.await;
		let report = found.unwrap();
		let epoch = ledger.epoch().await;
		println!("reported in block {height}, epoch {epoch}");

		let node = ledger.node(TWIN).await.unwrap();
		assert_eq!(node.reputation, Reputation::MIN);
		assert_eq!(node.deposit, before.deposit, "the money goes after the delay in which a slash can be cancelled");

		// The same evidence again, as in the block; and with exchanged messages, without a reporter.
		for (case, again) in [("as it was", report.clone()), ("turned round", turned(&report))] {
			let refused = ledger.0.submit(&again.encode()).await.unwrap_err().to_string();
			println!("the same evidence {case}: {refused}");
			assert!(refused.contains("banned") || refused.contains("outdated"), "{refused}");
		}

		// It loses its seats from the next epoch on, and a tenth of the deposit once, after the delay.
		ledger.until_epoch(epoch + 2, 3 * EPOCH_TIMEOUT).await;
		assert!(!ledger.sits(TWIN, epoch + 1).await && !ledger.sits(TWIN, epoch + 2).await, "it has lost its seat");
		ledger
			.until("the slash", 6 * EPOCH_TIMEOUT, async || {
				ledger.node(TWIN).await.unwrap().deposit == before.deposit - before.deposit / 10
			})
			.await;
		ledger.until_epoch(ledger.epoch().await + 2, 3 * EPOCH_TIMEOUT).await;
		assert_eq!(
			ledger.node(TWIN).await.unwrap().deposit,
			before.deposit - before.deposit / 10,
			"it was slashed once"
		);
		let head = ledger.0.finalized_head().await.unwrap();
		ledger.try_state(head).await;
		println!("slashed once, a tenth of its deposit; without a seat in epoch {}", epoch + 1);
	});
	assert_no_panic(&network);
}

/// Returns the transaction of a block that reports a punished contradiction.
async fn report_in(ledger: &Ledger, height: u32) -> Option<UncheckedExtrinsic> {
	let hash = ledger.0.block_hash(height).await.unwrap();
	let key = frame_support::storage::storage_prefix(b"System", b"Events");
	let events: Vec<frame_system::EventRecord<RuntimeEvent, tp_core::Hash>> =
		ledger.0.storage(&key, Some(hash)).await.unwrap().unwrap_or_default();
	let punished =
		|event: &RuntimeEvent| matches!(event, RuntimeEvent::Offences(pallet_offences::Event::Punished { .. }));
	events.iter().find(|record| punished(&record.event))?;
	let block = ledger.0.block(hash).await.unwrap().block;
	let decode = |bytes: Vec<u8>| UncheckedExtrinsic::decode_all(&mut &bytes[..]).unwrap();
	let mut extrinsics = block.extrinsics.iter().map(|extrinsic| decode(extrinsic.encode()));
	extrinsics
		.find(|extrinsic| matches!(extrinsic.function, RuntimeCall::Offences(pallet_offences::Call::report { .. })))
}

/// Returns the same report with exchanged messages, and no reporter.
fn turned(report: &UncheckedExtrinsic) -> UncheckedExtrinsic {
	let mut turned = report.clone();
	let RuntimeCall::Offences(pallet_offences::Call::report { evidence, reporter, .. }) = &mut turned.function else {
		panic!("it is a report");
	};
	std::mem::swap(&mut evidence.first, &mut evidence.second);
	*reporter = None;
	turned
}
