//! A link between two of four validators that is cut for good. Members pass on what the two lack, so that the chain goes on also
//! while a third validator is silent: then the two need each other's votes.

use crate::support::{
	assert_no_panic, binary, block_on, load_and_watch, namespaces::Namespaces, turn, witness::Witness, LogsOnFailure,
	UP_TIMEOUT,
};
use std::{
	fs,
	time::{Duration, Instant},
};
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodePorts, DEV_NAMES};
use top_node::chain_spec::{network_chain, Preset};

/// The validators whose link is cut, and the validator that is silent for a while.
const CUT: [usize; 2] = [0, 1];
const SILENT: usize = 3;
/// Blocks to be made under each condition.
const BLOCKS: u32 = 30;
/// Time limit for them. It tells a slow network from a halted one.
const LIMIT: Duration = Duration::from_secs(120);
/// Longest time without a block. A height whose votes take a detour ends in its first views: 1 s, 2 s and 4 s.
const MAX_GAP: Duration = Duration::from_secs(10);

/// Waits for blocks, and for all of `nodes` to have them. Checks the longest time without a block.
async fn goes_on(witness: &Witness, nodes: &[usize], condition: &str) {
	witness.take_longest_gap();
	let (from, since) = (witness.newest(), Instant::now());
	let took = witness.continues(from + BLOCKS, since, LIMIT).await;
	let gap = witness.take_longest_gap();
	for node in nodes {
		witness.catches_up(*node, from + BLOCKS, since, LIMIT).await;
	}
	println!("{condition}: {BLOCKS} blocks in {took:.1?}, longest gap {gap:.1?}");
	assert!(gap <= MAX_GAP, "{condition}: {gap:?} without a block");
}

/// Checks that no node banned another, or found evidence against one.
fn assert_at_peace(network: &LocalNetwork) {
	for node in network.nodes() {
		let log = fs::read_to_string(node.log_file()).unwrap();
		for word in ["Banned", "banned", "Evidence", "evidence", "stops voting"] {
			assert!(!log.contains(word), "{} logs {word:?}", node.name());
		}
	}
}

#[test]
#[ignore = "makes network namespaces, and needs root: make soak, or cargo test --test processes links:: -- --ignored"]
fn a_link_of_six_that_is_cut_for_good_stops_nothing() {
	let _turn = turn::alone();
	// Before the network, so that it is dropped after the nodes.
	let names = &DEV_NAMES[..4];
	let namespaces = Namespaces::create(names.len());
	let folder = tempfile::tempdir().unwrap();
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(Preset::Local.raw_spec().unwrap()),
		nodes: names.iter().map(|name| ((*name).to_owned(), NodeKind::Validator(name))).collect(),
		shards: 0,
		ports: NodePorts::free(4).unwrap(),
		binary: namespaces.launcher(folder.path(), &binary(), names),
		extra_args: Vec::new(),
	})
	.unwrap();
	for node in 0..names.len() {
		let arguments = namespaces.arguments(network.nodes(), node);
		network.nodes_mut()[node].set_extra_args(arguments);
	}
	let _logs = LogsOnFailure::of(&network);
	block_on(async {
		for node in 0..names.len() {
			namespaces.forward_rpc(network.nodes(), node).await;
		}
		// In the thread of the test: nodes end with the thread that starts them.
		network.start_async().await.unwrap();
		let (mut load, witness) = load_and_watch(&mut network, 9).await;
		goes_on(&witness, &[0, 1, 2, 3], "all links").await;

		assert!(namespaces.is_linked(CUT[0], CUT[1]));
		namespaces.cut(CUT[0], CUT[1]);
		assert!(!namespaces.is_linked(CUT[0], CUT[1]) && !namespaces.is_linked(CUT[1], CUT[0]));
		assert!(namespaces.is_linked(CUT[0], 2), "one link is cut, and no other");
		goes_on(&witness, &[0, 1, 2, 3], "a link is cut").await;

		network.nodes_mut()[SILENT].stop(UP_TIMEOUT).unwrap();
		goes_on(&witness, &[0, 1, 2], "a link is cut, and a third validator is silent").await;

		let started = Instant::now();
		network.nodes_mut()[SILENT].start().unwrap();
		witness.catches_up(SILENT, witness.newest(), started, LIMIT).await;
		goes_on(&witness, &[0, 1, 2, 3], "the third validator is back").await;

		load.stop().await;
		println!("{} blocks are the same on all nodes ({})", witness.verify(&network).await, load.summary());
		assert_at_peace(&network);
		assert_no_panic(&network);
	});
}
