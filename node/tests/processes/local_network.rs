//! `top-node local-network` and `tx transfer` as a newcomer uses them.

use crate::support::{self, processes_naming, running::Running, top_node, turn, wait_until};
use nix::{
	sys::signal::{kill, Signal},
	unistd::Pid,
};
use std::{fs, process::Command, time::Duration};
use tempfile::TempDir;
use top_local_network::complaints_in;
use top_node::LOG_TARGETS;

/// Starts four validators by the command, and waits until they answer.
fn four_running() -> (Running, TempDir) {
	let folder = tempfile::tempdir().unwrap();
	let mut network = Running::start(folder.path(), 4, &[]);
	network.wait_until_up();
	(network, folder)
}

#[test]
fn four_validators_take_a_transfer_and_ctrl_c_leaves_nothing() {
	let _turn = turn::alone();
	let (mut network, folder) = four_running();
	let nodes = folder.path().join("net");
	assert_eq!(processes_naming(&nodes).len(), 5, "four nodes and their parent");

	// The printed command works.
	let output = network.output();
	assert!(output.contains("https://polkadot.js.org/apps/?rpc=ws://127.0.0.1:"), "{output}");
	let line = output.lines().find(|line| line.contains("tx transfer")).expect("a command to copy").trim();
	let outcome = support::run(Command::new("sh").arg("-c").arg(format!("{line} --json")));
	assert_eq!(outcome.code, Some(0), "{outcome:?}");
	let receipt: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
	assert_eq!(receipt["certificate"]["verified"], true, "{receipt}");
	assert_eq!(receipt["certificate"]["committee_from"], "node", "{receipt}");
	assert_eq!(receipt["certificate"]["members"], 4);
	assert!(receipt["certificate"]["signers"].as_array().unwrap().len() >= 3, "{receipt}");

	kill(network.pid(), Signal::SIGINT).unwrap();
	wait_until("the end of the network", Duration::from_secs(30), || network.process.try_wait().unwrap().is_some());
	assert!(network.process.wait().unwrap().success(), "{}", network.output());
	assert_eq!(processes_naming(&nodes), []);

	for name in ["alice", "bob", "charlie", "dave"] {
		let log = fs::read_to_string(nodes.join(name).join("node.log")).unwrap();
		let complaints = complaints_in(&log, LOG_TARGETS);
		assert!(complaints.is_empty(), "{name}: {complaints:#?}");
	}
}

#[test]
fn a_dead_child_is_reported_and_a_dead_parent_leaves_nothing() {
	let _turn = turn::alone();
	let (mut network, folder) = four_running();
	let nodes = folder.path().join("net");
	let bob = nodes.join("bob");
	let (pid, _) = processes_naming(&bob)
		.into_iter()
		.find(|(_, line)| line.contains(&format!("--base-path={}", bob.display())))
		.expect("bob runs");
	kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
	wait_until("the report", Duration::from_secs(10), || network.output().contains("the node bob ended by the signal"));

	// kill -9: the parent cannot stop its nodes.
	network.process.kill().unwrap();
	network.process.wait().unwrap();
	wait_until("the end of all nodes", Duration::from_secs(10), || processes_naming(&nodes).is_empty());
}

#[test]
fn a_network_does_not_start_on_ports_in_use_or_without_a_quorum() {
	let folder = tempfile::tempdir().unwrap();
	let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
	let port = taken.local_addr().unwrap().port();
	let net = folder.path().join("net");
	let base = format!("--base-path={}", net.display());
	top_node(["local-network", "--nodes=4", &base, &format!("--rpc-port-base={port}")])
		.assert_failure(&[&port.to_string(), "in use"]);
	top_node(["local-network", "--nodes=2", &base]).assert_failure(&["quorum", "at least 3"]);
	assert!(!net.exists());
}
