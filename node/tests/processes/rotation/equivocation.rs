//! A member that signs twice. Two processes with its keys would see each other's votes and stop, so a peer in this
//! process signs the contradictions with the member's key, and sends them to the other members.

use crate::{
	peer::{forgery::vote_key, Hello, Peer, PeerParams},
	rotation::ledger::Ledger,
	support::{assert_no_panic, binary, block_on, invariants::Follower, turn, LogsOnFailure, UP_TIMEOUT},
};
use codec::{DecodeAll, Encode};
use sc_network::config::MultiaddrWithPeerId;
use sp_core::Pair;
use std::time::Duration;
use tc_pbft::network::Wire;
use tc_pbft_core::{Message, Payload, Prepare, Signed};
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodePorts};
use top_main_runtime::{RuntimeCall, RuntimeEvent, UncheckedExtrinsic};
use top_node::chain_spec::{network_chain, Preset};
use tp_core::Hash;
use tp_pbft::{Domain, Evidence, Slot};
use tp_stake::Reputation;

/// The member that signs twice, of the first committee, and the secret of its vote key.
const TWIN: u16 = 4;
const TWIN_SECRET: &str = "//Node//4";
/// Nodes, of which the first four are the first committee.
const NODES: u16 = 7;
/// How long a final report of a contradiction may take.
const EVIDENCE_TIMEOUT: Duration = Duration::from_secs(180);
/// How long an epoch may take.
const EPOCH_TIMEOUT: Duration = Duration::from_secs(60);

#[test]
fn a_member_that_signs_twice_is_reported_punished_once_and_loses_its_seat() {
	let _turn = turn::alone();
	let folder = tempfile::tempdir().unwrap();
	let nodes = (1..=NODES).map(|number| (format!("node-{number}"), NodeKind::Registered(number))).collect();
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(Preset::Rotation.raw_spec().unwrap()),
		nodes,
		shards: 0,
		ports: NodePorts::free(NODES).unwrap(),
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
		let others = &network.nodes()[..usize::from(TWIN - 1)];
		let others: Vec<MultiaddrWithPeerId> = others.iter().map(|node| node.p2p_address().parse().unwrap()).collect();
		let genesis = ledger.0.block_hash(0).await.unwrap();
		let twin = Peer::start(PeerParams::talking(genesis, others.clone(), Hello::Key(TWIN_SECRET)));

		let mut height = 0;
		let mut found = None;
		ledger
			.until("a report of the contradiction", EVIDENCE_TIMEOUT, async || {
				for vote in contradicting_votes(&ledger).await {
					for node in &others {
						twin.votes.send(&node.peer_id, vote.clone()).await;
					}
				}
				while height < ledger.0.finalized_height().await.unwrap() && found.is_none() {
					height += 1;
					found = report_in(&ledger, height).await;
				}
				found.is_some()
			})
			.await;
		let report = found.unwrap();
		drop(twin);
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
		Follower::of_main(&ledger.0).check(head).await;
		println!("slashed once, a tenth of its deposit; without a seat in epoch {}", epoch + 1);
	});
	assert_no_panic(&network);
}

/// Returns two votes of the member for one slot of the present height, or none while it has no seat.
async fn contradicting_votes(ledger: &Ledger) -> Vec<Vec<u8>> {
	let head = ledger.0.finalized_head().await.unwrap();
	let height = ledger.0.header(head).await.unwrap().number + 1;
	let committee = ledger.0.committee(head).await.unwrap();
	let domain =
		Domain { chain: ledger.0.pbft_config().await.unwrap().chain, genesis: ledger.0.block_hash(0).await.unwrap() };
	let key = vote_key(TWIN_SECRET);
	let Some(sender) = committee.index_of(&key.public()) else { return Vec::new() };
	let votes = [1, 2].map(|byte| {
		let message = Message::Prepare(Prepare { view: 0, hash: Hash::repeat_byte(byte) });
		let slot = Slot { epoch: committee.epoch, height, view: 0, kind: message.kind() };
		let signature = key.sign(&slot.signing_payload(&domain, &message.payload()));
		Wire::Message(Signed { epoch: slot.epoch, height, sender, message, signature }).encode()
	});
	votes.into()
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
	let Evidence::Equivocation(found) = evidence else { panic!("it signed twice") };
	std::mem::swap(&mut found.first, &mut found.second);
	*reporter = None;
	turned
}
