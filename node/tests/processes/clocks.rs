//! A validator whose clock is off, and one whose keys a second process uses: nothing halts, no correct node is banned, and
//! none is reported.

use crate::{
	peer::{
		forgery::{certificate_of, vote_key},
		watching::real_block,
	},
	support::{
		assert_no_panic, binary, block_on, load::Load, load_and_watch, network, turn, witness::Witness, LogsOnFailure,
		TestNetwork, UP_TIMEOUT,
	},
};
use sp_core::Pair;
use std::{
	fs,
	io::{Read, Write},
	net::TcpStream,
	ops::RangeInclusive,
	path::PathBuf,
	process::Command,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use top_local_network::{LocalNetwork, NetworkParams, Node, NodeKind, NodePorts, DEV_NAMES};
use top_node::chain_spec::{network_chain, Preset};

/// Blocks to be made under each condition: the validator in question proposes some of them.
const BLOCKS: u32 = 30;
/// Time limit for them. It tells a slow network from a halted one.
const LIMIT: Duration = Duration::from_secs(90);
/// A validator that stops while each vote of the one in question counts.
const BOB: usize = 1;
const BOB_KEY: &str = "//Bob";
/// The validator in question, and the secret of its key.
const DAVE: usize = 3;
const DAVE_KEY: &str = "//Dave";

/// Seconds by which a clock is off. A block may be 30 s ahead of a replica's clock, so the last one is just allowed.
const OFFSETS: [i64; 3] = [-20, 20, 29];

/// Returns the variables that shift the wall clock of a process by some seconds and leave its monotonic clock as it is.
fn shifted(seconds: i64) -> Vec<(String, String)> {
	let library = fs::read_dir("/usr/lib")
		.unwrap()
		.filter_map(|entry| Some(entry.ok()?.path().join("faketime/libfaketimeMT.so.1")))
		.find(|path| path.exists())
		.unwrap_or_else(|| PathBuf::from("/usr/lib/faketime/libfaketimeMT.so.1"));
	assert!(library.exists(), "libfaketime is missing: make setup");
	let offset = format!("{seconds:+}s");
	let variables: Vec<(String, String)> = [
		("LD_PRELOAD", library.to_str().unwrap()),
		("FAKETIME", &offset),
		("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
		("DONT_FAKE_MONOTONIC", "1"),
	]
	.map(|(name, value)| (name.to_owned(), value.to_owned()))
	.into();
	let date = Command::new("date").arg("+%s").envs(variables.clone()).output().unwrap();
	let told: i64 = String::from_utf8(date.stdout).unwrap().trim().parse().unwrap();
	let true_time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
	assert!((told - i64::try_from(true_time).unwrap() - seconds).abs() <= 1, "the clock is not off by {offset}");
	variables
}

/// Waits until a node says by how much its clock is off, in its log and in its metrics.
async fn assert_is_told(node: &Node, seconds: i64) {
	let words = format!("s {} the clocks of the other members", if seconds > 0 { "ahead of" } else { "behind" });
	let since = Instant::now();
	let said = loop {
		let log = fs::read_to_string(node.log_file()).unwrap();
		if let Some(line) = log.lines().rev().find(|line| line.contains(&words)) {
			break line.to_owned();
		}
		assert!(since.elapsed() < LIMIT, "{} does not say that its clock is off by {seconds} s", node.name());
		tokio::time::sleep(Duration::from_millis(500)).await;
	};
	let metrics = metrics_of(node);
	let offset = metrics.lines().find(|line| line.starts_with("top_clock_offset_ms"));
	let offset: f64 = offset.and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("the metric");
	println!("{seconds:+} s: {offset} ms by the metric; {said}");
	assert!((offset / 1_000.0 - seconds as f64).abs() < 2.0, "{offset} ms in place of {seconds} s");
}

/// Returns the metrics of a node.
fn metrics_of(node: &Node) -> String {
	let mut stream = TcpStream::connect(("127.0.0.1", node.ports().prometheus)).unwrap();
	stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").unwrap();
	let mut answer = String::new();
	stream.read_to_string(&mut answer).unwrap();
	answer
}

/// Checks that each node is connected to all others, and that none found evidence against another.
async fn assert_at_peace(nodes: &[Node]) {
	for node in nodes {
		let since = Instant::now();
		loop {
			let health: serde_json::Value =
				node.rpc().await.unwrap().request("system_health", jsonrpsee::rpc_params![]).await.unwrap();
			if health["peers"].as_u64() == Some(nodes.len() as u64 - 1) {
				break;
			}
			assert!(since.elapsed() < LIMIT, "{} is not connected to all: {health}", node.name());
			tokio::time::sleep(Duration::from_millis(200)).await;
		}
		let log = fs::read_to_string(node.log_file()).unwrap();
		for word in ["Banned", "banned", "Evidence", "evidence"] {
			assert!(!log.contains(word), "{} logs {word:?}", node.name());
		}
	}
}

#[test]
fn a_clock_that_is_off_stops_nothing() {
	let _turn = turn::beside_another();
	let TestNetwork { mut network, folder: _folder } = network(Preset::Local, 0);
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		let (mut load, witness) = load_and_watch(&mut network, 7).await;
		for seconds in OFFSETS {
			let dave = &mut network.nodes_mut()[DAVE];
			dave.stop(UP_TIMEOUT).unwrap();
			dave.set_environment(shifted(seconds));
			dave.clear_log().unwrap();
			let started = Instant::now();
			dave.start().unwrap();
			witness.catches_up(DAVE, witness.newest(), started, LIMIT).await;
			witness.take_longest_gap();
			let (from, since) = (witness.newest(), Instant::now());
			let took = witness.continues(from + BLOCKS, since, LIMIT).await;
			witness.catches_up(DAVE, from + BLOCKS, since, LIMIT).await;
			println!("{seconds:+} s: {BLOCKS} blocks in {took:.1?}, longest gap {:.1?}", witness.take_longest_gap());
			let dave = &network.nodes()[DAVE];
			assert_is_told(dave, seconds).await;
			assert_at_peace(network.nodes()).await;
		}
		load.stop().await;
		println!("{} blocks are the same on all nodes ({})", witness.verify(&network).await, load.summary());
		assert_no_panic(&network);
	});
}

/// Waits until a process says that another one votes with its key.
async fn assert_says_that_its_key_is_used(node: &Node) {
	let since = Instant::now();
	while !says_that_its_key_is_used(node) {
		assert!(since.elapsed() < LIMIT, "{} does not say that another process uses its key", node.name());
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
}

fn says_that_its_key_is_used(node: &Node) -> bool {
	fs::read_to_string(node.log_file()).unwrap().contains("another process votes with this node's key")
}

/// Returns how many of some blocks have a signature of a member under their certificate.
async fn signed_by(node: &Node, member: &str, heights: RangeInclusive<u32>) -> usize {
	let client = node.rpc().await.unwrap();
	let mut signed = 0;
	for height in heights {
		let block = real_block(&client, height).await;
		let committee = client.committee(block.header.parent_hash).await.unwrap();
		let member = committee.index_of(&vote_key(member).public()).unwrap();
		signed += usize::from(certificate_of(&block).signers.contains(member));
	}
	signed
}

#[test]
fn of_two_processes_with_one_key_the_newcomer_says_so_and_the_first_goes_on_voting() {
	let _turn = turn::beside_another();
	let preset = Preset::Local;
	let folder = tempfile::tempdir().unwrap();
	let mut nodes: Vec<_> = DEV_NAMES[..4].iter().map(|name| ((*name).to_owned(), NodeKind::Validator(name))).collect();
	nodes.push(("dave-again".into(), NodeKind::Validator(DEV_NAMES[DAVE])));
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(preset.raw_spec().unwrap()),
		shards: 0,
		ports: NodePorts::free(5).unwrap(),
		nodes,
		binary: binary(),
		extra_args: Vec::new(),
	})
	.unwrap();
	let _logs = LogsOnFailure::of(&network);
	network.start_first(4).unwrap();
	block_on(async {
		let again = network.nodes().len() - 1;
		for node in &mut network.nodes_mut()[..again] {
			node.wait_for_height(3, UP_TIMEOUT).await.unwrap();
		}
		let mut load = Load::start(&network, 8);
		let witness = Witness::start(&network);
		// At first with an empty database, then with that of a process that was stopped for some blocks.
		for condition in ["new", "started again"] {
			let started = Instant::now();
			network.nodes_mut()[again].start().unwrap();
			witness.catches_up(again, witness.newest(), started, LIMIT).await;
			assert_says_that_its_key_is_used(&network.nodes()[again]).await;
			// Three of the four members are a quorum: without Bob, each block needs the vote of the first process. Of four, any
			// three sign, so a certificate without Dave would say nothing of Dave's vote.
			network.nodes_mut()[BOB].stop(UP_TIMEOUT).unwrap();
			// Bob may have voted at the height that was open, which may be one above the newest that a node has reported.
			let from = witness.newest() + 2;
			witness.continues(from, Instant::now(), LIMIT).await;
			witness.take_longest_gap();
			let took = witness.continues(from + BLOCKS, Instant::now(), LIMIT).await;
			let gap = witness.take_longest_gap();
			let signed = signed_by(&network.nodes()[0], DAVE_KEY, from + 1..=from + BLOCKS).await;
			println!(
				"{BLOCKS} blocks in {took:.1?} without a fourth member, beside a second process that is {condition}, {signed} of them \
				 signed by the first; longest gap {gap:.1?}"
			);
			let by_bob = signed_by(&network.nodes()[0], BOB_KEY, from + 1..=from + BLOCKS).await;
			assert_eq!(by_bob, 0, "Bob does not vote");
			assert_eq!(signed, BLOCKS as usize, "the first process signs {signed} of {BLOCKS} blocks");
			assert!(!says_that_its_key_is_used(&network.nodes()[DAVE]), "the first process stops");
			network.nodes_mut()[again].stop(UP_TIMEOUT).unwrap();
			network.nodes()[again].clear_log().unwrap();
			let started = Instant::now();
			network.nodes_mut()[BOB].start().unwrap();
			witness.catches_up(BOB, witness.newest(), started, LIMIT).await;
			witness.continues(witness.newest() + 5, Instant::now(), LIMIT).await;
		}
		let started = Instant::now();
		network.nodes_mut()[again].start().unwrap();
		witness.catches_up(again, witness.newest(), started, LIMIT).await;
		load.stop().await;
		witness.verify(&network).await;
		for node in network.nodes() {
			let log = fs::read_to_string(node.log_file()).unwrap();
			assert!(!log.contains("vidence"), "{} reports evidence", node.name());
		}
		assert_no_panic(&network);
	});
}
