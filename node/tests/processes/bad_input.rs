//! User errors: each gives a clear message in one line, a non-zero exit code, no panic, and overwrites
//! nothing.

use crate::support::{
	self, find_folder, free_port_options, network, port_options, run, top_node, turn, wait_until, UP_TIMEOUT,
};
use sp_core::{sr25519, Pair};
use std::{
	collections::BTreeMap,
	fs,
	net::TcpListener,
	path::{Path, PathBuf},
	process::Command,
	time::Duration,
};
use top_local_network::{NodeKind, NodePorts};
use top_node::chain_spec::Preset;

/// A network key for nodes without peers.
const NODE_KEY: &str = "--node-key=0000000000000000000000000000000000000000000000000000000000000001";

fn arguments(fixed: &[&str], more: Vec<String>) -> Vec<String> {
	fixed.iter().map(|argument| (*argument).to_owned()).chain(more).collect()
}

fn base_path(folder: &Path) -> String {
	format!("--base-path={}", folder.display())
}

/// Returns every file below a folder, with its contents.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
	let mut files = BTreeMap::new();
	let mut folders = vec![folder.to_owned()];
	while let Some(folder) = folders.pop() {
		for entry in fs::read_dir(folder).unwrap() {
			let path = entry.unwrap().path();
			if path.is_dir() {
				folders.push(path);
			} else {
				files.insert(path.clone(), fs::read(path).unwrap());
			}
		}
	}
	files
}

#[test]
fn wrong_flags_are_explained() {
	let _turn = turn::beside_another();
	for line in [&["--no-such-flag"][..], &["--alice", "--bob"], &["--rpc-port", "many"], &["fly"]] {
		let outcome = top_node(line);
		assert_eq!(outcome.code, Some(2), "{outcome:?}");
		assert!(outcome.stderr.contains("error:") && outcome.stderr.contains("--help"), "{outcome:?}");
		assert!(!outcome.stderr.contains("panicked"), "{outcome:?}");
	}
}

#[test]
fn a_sync_that_verifies_no_certificates_or_cannot_begin_is_refused() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let refused = |options: &[&str], words: &[&str]| {
		let base = base_path(folder.path());
		let options = [&[base.as_str(), NODE_KEY], options].concat();
		top_node(arguments(&options, free_port_options())).assert_failure(words);
	};
	for mode in ["fast", "fast-unsafe"] {
		refused(&["--chain=local", "--sync", mode], &["--sync full", "--sync warp"]);
	}
	for pruning in ["archive", "archive-canonical"] {
		refused(&["--chain=local", "--sync=warp", "--state-pruning", pruning], &["--state-pruning", "--sync full"]);
	}
	refused(&["--chain=local", "--sync=warp", "--shards=2"], &["--shards", "--sync full"]);
	assert!(!folder.path().join("chains/top_local/paritydb").exists(), "the database must not be touched");
}

#[test]
fn a_network_stack_that_the_node_does_not_have_is_refused() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = base_path(folder.path());
	let line = arguments(&["--chain=local", &base, "--network-backend", "libp2p", NODE_KEY], free_port_options());
	top_node(line).assert_failure(&["litep2p"]);
	assert!(!folder.path().join("chains/top_local/paritydb").exists(), "the database must not be touched");
}

#[test]
fn chain_specs_that_are_none_are_refused() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let data = folder.path().join("data");
	let garbage = folder.path().join("garbage.json");
	fs::write(&garbage, "{ this is no JSON").unwrap();
	let foreign = folder.path().join("foreign.json");
	let code = "0x0061736d01000000";
	fs::write(
		&foreign,
		format!(
			r#"{{"name": "Other", "id": "other", "chainType": "Live", "bootNodes": [],
			"genesis": {{"raw": {{"top": {{"0x3a636f6465": "{code}"}}, "childrenDefault": {{}}}}}}}}"#
		),
	)
	.unwrap();
	for (spec, words) in [
		("no-such-chain", &["no-such-chain", "dev, local"][..]),
		(garbage.to_str().unwrap(), &["garbage.json", "not a chain spec"]),
		(foreign.to_str().unwrap(), &["foreign.json", "another chain", "other"]),
	] {
		top_node([format!("--chain={spec}"), base_path(&data)]).assert_failure(words);
		top_node(["export-chain-spec", "--chain", spec]).assert_failure(words);
	}
	assert!(!data.exists(), "a refused spec must leave no trace");
}

#[test]
fn the_error_of_a_validator_without_keys_names_the_command_for_them() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = base_path(folder.path());
	let without_network_key = arguments(&["--chain=local", "--validator", &base], free_port_options());
	let outcome = top_node(&without_network_key);
	outcome.assert_failure(&["network key", "`top-node key generate-node-key --base-path"]);
	// The message's advice helps: the next error is a different one.
	let advice = outcome.stderr.split('`').nth(1).expect("the command is quoted");
	let made = top_node(advice.split_whitespace().skip(1));
	assert_eq!(made.code, Some(0), "{made:?}");
	top_node(&without_network_key).assert_failure(&["\"pbft\"", "key insert"]);

	let without_keys = arguments(&["--chain=local", "--validator", &base, NODE_KEY], free_port_options());
	top_node(&without_keys).assert_failure(&["\"pbft\"", "key insert", "ed25519"]);

	// The message's advice helps: the next error is about the next key.
	let insert = ["key", "insert", &base, "--chain=local", "--key-type=pbft", "--scheme=ed25519", "--suri=//Eve"];
	let outcome = top_node(insert);
	assert_eq!(outcome.code, Some(0), "{outcome:?}");
	top_node(&without_keys).assert_failure(&["\"pvrf\"", "key insert", "sr25519"]);
}

// With the explorer the node would start.
#[cfg(not(feature = "ui"))]
#[test]
fn a_build_without_the_explorer_refuses_its_port() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = base_path(folder.path());
	top_node(arguments(&["--chain=local", "--ui-port=0", &base, NODE_KEY], free_port_options()))
		.assert_failure(&["--ui-port", "scripts/build.sh with-explorer"]);
	top_node(["local-network", "--nodes=4", "--ui-port=8080", &base])
		.assert_failure(&["--ui-port", "scripts/build.sh with-explorer"]);
	assert!(!folder.path().join("chains/top_local/paritydb").exists(), "the database must not be touched");
}

#[test]
fn a_port_in_use_is_named() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = base_path(folder.path());
	let taken = TcpListener::bind("127.0.0.1:0").unwrap();
	let port = taken.local_addr().unwrap().port();
	let free = NodePorts::free(1).unwrap()[0];
	for (ports, words) in [
		(NodePorts { rpc: port, ..free }, ["RPC", "--rpc-port"]),
		(NodePorts { p2p: port, ..free }, ["p2p", "--listen-addr"]),
		(NodePorts { prometheus: port, ..free }, ["Prometheus", "--prometheus-port"]),
	] {
		let outcome = top_node(arguments(&["--chain=local", &base], port_options(ports)));
		outcome.assert_failure(&words);
		outcome.assert_failure(&[&port.to_string(), "in use"]);
	}
	assert!(!folder.path().join("chains/top_local/paritydb").exists(), "the database must not be touched");
}

#[test]
fn a_disk_without_room_is_refused_before_anything_is_written() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = base_path(folder.path());
	let outcome =
		top_node(arguments(&["--dev", "--shards=0", &base, "--min-free-space=1000000000000"], free_port_options()));
	outcome.assert_failure(&["is full", "--min-free-space", "MiB"]);
	assert!(!folder.path().join("chains/top_dev/paritydb").exists(), "the database must not be touched");
}

#[test]
fn a_disk_that_fills_up_ends_the_node_in_order() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let base = base_path(folder.path());
	let free_mib = || {
		let stat = nix::sys::statvfs::statvfs(folder.path()).unwrap();
		stat.blocks_available() * stat.fragment_size() / 1024 / 1024
	};
	assert!(free_mib() > 4096, "this test fills half a gigabyte of a disk that has four");
	// Enough space for a start while other tests write.
	let limit = format!("--min-free-space={}", free_mib() - 512);
	let filler = folder.path().join("filler");
	let votes = folder.path().join("chains/top_dev/paritydb/votes");
	let outcome = std::thread::scope(|scope| {
		let node = scope.spawn(|| top_node(arguments(&["--dev", "--shards=0", &base, &limit], free_port_options())));
		// An open vote log marks the end of the start, which also checks the disk.
		wait_until("the node to be up", UP_TIMEOUT, || node.is_finished() || votes.exists());
		let mut file = fs::File::create(&filler).unwrap();
		let chunk = vec![0xa5; 32 << 20];
		// Other processes may free space meanwhile: fill the disk until the node notices, with a bound.
		for _ in 0..100 {
			if node.is_finished() || free_mib() < 1024 {
				break;
			}
			std::io::Write::write_all(&mut file, &chunk).unwrap();
			std::thread::sleep(Duration::from_millis(500));
		}
		node.join().unwrap()
	});
	assert!(votes.exists(), "the disk was full before the node ran");
	outcome.assert_failure(&["is full", "--min-free-space"]);
}

#[test]
fn writes_that_fail_end_the_node_without_a_panic() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	// The shell bounds the size of files, so that writes fail as on a full disk.
	let outcome = run(Command::new("sh")
		.arg("-c")
		.arg("trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"")
		.arg(support::binary())
		.args(arguments(&["--dev", "--shards=0", &base_path(folder.path())], free_port_options())));
	outcome.assert_failure(&[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_base_path_in_use_is_left_alone() {
	let _turn = turn::beside_another();
	let mut test = network(Preset::Dev, 0);
	test.network.start().unwrap();
	test.network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
	let base = base_path(test.network.nodes()[0].folder());
	let spec = format!("--chain={}", test.folder.path().join("spec.json").display());
	let second = top_node(arguments(&[&base, &spec], free_port_options()));
	second.assert_failure(&["in use", "Database file"]);
	// The first node continues.
	let client = test.network.nodes()[0].rpc().await.unwrap();
	let height = client.finalized_height().await.unwrap();
	test.network.wait_for_height(height + 1, Duration::from_secs(30)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_corrupted_vote_log_is_neither_used_nor_overwritten() {
	let _turn = turn::beside_another();
	let mut test = network(Preset::Dev, 0);
	test.network.start().unwrap();
	test.network.wait_for_height(2, UP_TIMEOUT).await.unwrap();
	let node = &mut test.network.nodes_mut()[0];
	node.stop(Duration::from_secs(30)).unwrap();

	let votes = find_folder(node.folder(), "votes").expect("the node keeps a vote log");
	let (file, bytes) = contents(&votes).into_iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
	let mut damaged = bytes.clone();
	// Not the end, which a crash may tear and which the node cuts off: a whole record with others behind it.
	let middle = damaged.len() / 3;
	damaged[middle] ^= 0xff;
	fs::write(&file, &damaged).unwrap();
	let before = contents(&votes);

	node.start().unwrap();
	let error = tokio::time::timeout(Duration::from_secs(60), async {
		loop {
			if let Err(error) = node.ensure_running() {
				return error.to_string();
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	})
	.await
	.expect("a node with a damaged vote log must not run");
	assert!(error.contains("Error: ") && error.contains("exit code 1"), "{error}");
	assert!(error.contains("vote log"), "{error}");
	assert!(!fs::read_to_string(node.log_file()).unwrap().contains("panicked"));
	assert_eq!(contents(&votes), before);
}

#[test]
fn a_transfer_to_nowhere_is_explained() {
	let _turn = turn::beside_another();
	let transfer = |from: &str, to: &str, amount: &str, url: &str| {
		top_node(["tx", "transfer", "--from", from, "--to", to, "--amount", amount, "--url", url])
	};
	let no_node = format!("ws://127.0.0.1:{}", NodePorts::free(1).unwrap()[0].rpc);
	transfer("//Alice", "//Bob", "1", &no_node).assert_failure(&["no connection to", &no_node]);
	transfer("//Alice", "//Bob", "1", "not a url").assert_failure(&["no connection to", "not a url"]);
	for amount in ["0", "-1", "1.0000001", "lots", "1e9"] {
		transfer("//Alice", "//Bob", amount, &no_node).assert_failure(&["amount"]);
	}
	transfer("no secret", "//Bob", "1", &no_node).assert_failure(&["sender", "secret URI"]);
	transfer("//Alice", "bob", "1", &no_node).assert_failure(&["bob", "address"]);
	let to_nowhere = ["tx", "transfer", "--from=//Alice", "--to=//Bob", "--amount=1", "--ledger=zone"];
	let outcome = top_node(to_nowhere);
	assert_eq!(outcome.code, Some(2), "{outcome:?}");
	assert!(outcome.stderr.contains("'--ledger <LEDGER>'") && outcome.stderr.contains("write main"), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_transfer_that_cannot_succeed_is_not_sent() {
	let _turn = turn::beside_another();
	let mut test = network(Preset::Dev, 0);
	assert_eq!(test.network.nodes()[0].kind(), NodeKind::Validator("alice"));
	test.network.start().unwrap();
	test.network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
	let url = test.network.nodes()[0].rpc_url();
	let transfer = |from: &str, to: &str, amount: &str| {
		top_node(["tx", "transfer", "--from", from, "--to", to, "--amount", amount, "--url", &url])
	};
	transfer("//Alice", "//Bob", "99999999999").assert_failure(&["can spend", "less than 99999999999 TOP"]);
	transfer("//Stranger", "//Bob", "1").assert_failure(&["no TOP"]);
	let stranger = format!("0x{}", hex::encode(sr25519::Pair::from_seed(&[9; 32]).public()));
	transfer("//Alice", &stranger, "0.000001").assert_failure(&["does not exist yet", "0.1 TOP"]);
	let to_zone = ["tx", "transfer", "--from=//Alice", "--to=//Bob", "--amount=1", "--ledger=zone-0", "--url", &url];
	top_node(to_zone).assert_failure(&["cannot pay the shards of zone 0", "registered no zone"]);
	// A valid transfer succeeds.
	let outcome = transfer("//Alice", &stranger, "0.1");
	assert_eq!(outcome.code, Some(0), "{outcome:?}");
	assert!(outcome.stdout.contains("certificate  1 of 1 members signed"), "{outcome:?}");
	assert!(
		outcome.stdout.contains("checked here, by the committee and the genesis that the node reports"),
		"{outcome:?}"
	);
}
