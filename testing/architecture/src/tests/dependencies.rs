//! Each rule is broken on a made-up graph; then the rules are applied to this workspace.

use super::WORKSPACE;
use crate::{violations, Dependency, Graph, Package};
use std::{path::Path, process::Command};

/// A package of ours if `member`; dependencies are names, for tests alone with a `?` before them.
fn package(name: &str, version: &str, member: bool, dependencies: &[&str]) -> (String, Package) {
	let dependencies = dependencies
		.iter()
		.map(|on| Dependency { on: on.trim_start_matches('?').to_string(), dev: on.starts_with('?') })
		.collect();
	let id = if version == "1.0.0" { name.to_string() } else { format!("{name}@{version}") };
	let folder = if member { folder_of(name) } else { String::new() };
	(id, Package { name: name.into(), version: version.into(), member, folder, dependencies })
}

/// The folder of a package of ours.
fn folder_of(name: &str) -> String {
	match name {
		"top-runtime-common" => "runtime/common".into(),
		"top-main-runtime-upgrade" => "testing/runtime-upgrade".into(),
		"chain-runtime" => "templates/service-chain/runtime".into(),
		"chain-node" => "templates/service-chain/node".into(),
		"top-bench" => "tools/bench".into(),
		"top-vpn" => "services/vpn".into(),
		_ if name.ends_with("-runtime") => format!("runtime/{name}"),
		_ => format!("crates/{name}"),
	}
}

fn ours(name: &str, dependencies: &[&str]) -> (String, Package) {
	package(name, "1.0.0", true, dependencies)
}

fn others(name: &str, dependencies: &[&str]) -> (String, Package) {
	package(name, "1.0.0", false, dependencies)
}

/// A workspace that keeps all rules.
fn healthy() -> Graph {
	Graph {
		packages: [
			ours("top-node", &["top-main-runtime", "tc-chain", "tp-pbft"]),
			ours("top-main-runtime", &["pallet-committee", "pallet-balances", "top-runtime-common", "tp-pbft"]),
			ours("top-runtime-common", &["tp-core"]),
			ours("pallet-committee", &["tp-pbft", "?pallet-balances", "frame-support"]),
			ours("pallet-lattice", &["pallet-balances", "?pallet-testkit", "tp-pbft"]),
			ours("pallet-testkit", &["pallet-balances", "tp-pbft"]),
			ours("top-main-runtime-upgrade", &["top-main-runtime"]),
			ours("chain-runtime", &["pallet-lattice", "top-runtime-common"]),
			ours("chain-node", &["chain-runtime", "tc-chain"]),
			ours("top-bench", &["top-sdk"]),
			ours("top-vpn", &["top-sdk", "tp-core", "tokio"]),
			ours("top-sdk", &["tp-core", "tokio"]),
			ours("tc-chain", &["tc-pbft", "sc-service", "pallet-transaction-payment-rpc"]),
			ours("tc-pbft", &["tc-pbft-core", "tokio"]),
			ours("tc-pbft-core", &["tp-pbft", "sp-core", "?rand", "?tokio"]),
			ours("tc-routing-core", &["tp-mailbox", "sp-core", "?rand"]),
			ours("tp-mailbox", &["sp-core"]),
			ours("tp-pbft", &["tp-core", "sp-core"]),
			ours("tp-core", &["sp-core"]),
			others("sp-core", &["rand"]),
			others("rand", &[]),
			others("tokio", &[]),
			others("sc-service", &["tokio"]),
			others("frame-support", &["sp-core"]),
			others("pallet-balances", &["frame-support"]),
			others("pallet-transaction-payment-rpc", &[]),
		]
		.into_iter()
		.collect(),
	}
}

/// What is found once `from` depends on `on` as well.
fn with(from: &str, on: &str) -> Vec<String> {
	let mut graph = healthy();
	let (on, dev) = (on.trim_start_matches('?').to_string(), on.starts_with('?'));
	assert!(graph.packages.contains_key(&on), "{on} is in the made-up graph");
	let package = graph.packages.get_mut(from).expect("it is in the made-up graph");
	package.dependencies.insert(Dependency { on, dev });
	violations(&graph)
}

#[track_caller]
fn assert_one(found: Vec<String>, expected: &[&str]) {
	assert_eq!(found.len(), 1, "{found:#?}");
	for part in expected {
		assert!(found[0].contains(part), "{:?} does not say {part:?}", found[0]);
	}
}

#[test]
fn a_healthy_workspace_has_no_violations() {
	assert_eq!(violations(&healthy()), Vec::<String>::new());
}

#[test]
fn the_core_stays_pure() {
	assert_one(with("tc-pbft-core", "tokio"), &["tc-pbft-core depends on tokio"]);
	assert_one(with("tc-pbft-core", "rand"), &["tc-pbft-core depends on rand"]);
	assert_one(with("tc-routing-core", "tokio"), &["tc-routing-core depends on tokio"]);
	assert_one(
		with("tp-mailbox", "tokio"),
		&["tc-routing-core is a pure state machine", "tp-mailbox depends on tokio"],
	);
	// A crate of ours below it as well; the SDK's client not even through others.
	assert_one(with("tp-core", "rand"), &["tc-pbft-core is a pure state machine", "tp-core depends on rand"]);
	let found = with("sp-core", "sc-service");
	for core in ["tc-pbft-core", "tc-routing-core"] {
		assert!(
			found.iter().any(|text| text.starts_with(core) && text.contains("→ sp-core → sc-service")),
			"{found:#?}"
		);
	}
	assert_eq!(found.len(), 2, "{found:#?}");
}

#[test]
fn client_code_names_no_pallet_and_no_runtime() {
	assert_one(with("tc-chain", "pallet-balances"), &["tc-chain", "pallet-balances", "runtime API"]);
	// Ours not even through another crate.
	let found = with("tc-pbft", "top-runtime-common");
	assert_eq!(found.len(), 2, "{found:#?}");
	assert!(found.iter().any(|text| text.contains("tc-chain → tc-pbft → top-runtime-common")), "{found:#?}");
	// The runtime by name (as client code, and as a crate that is not the node), and two crates of ours inside it.
	let found = with("tc-chain", "top-main-runtime");
	assert_eq!(found.len(), 4, "{found:#?}");
	assert!(found.iter().any(|text| text.contains("tc-chain → top-main-runtime → pallet-committee")), "{found:#?}");
}

#[test]
fn primitives_know_only_primitives() {
	assert_one(with("tp-pbft", "pallet-balances"), &["tp-pbft", "pallet-balances"]);
}

#[test]
fn pallets_reach_each_other_through_traits() {
	assert_one(with("pallet-committee", "pallet-balances"), &["pallet-committee", "pallet-balances", "trait"]);
}

#[test]
fn only_stores_of_balances_depend_on_a_pallet_of_the_sdk() {
	assert_one(with("pallet-lattice", "pallet-committee"), &["pallet-lattice", "pallet-committee", "trait"]);
}

#[test]
fn the_testkit_is_a_dev_dependency() {
	assert_one(with("pallet-committee", "pallet-testkit"), &["pallet-committee", "pallet-testkit", "dev-dependency"]);
	assert_one(with("top-main-runtime", "pallet-testkit"), &["top-main-runtime", "dev-dependency"]);
	assert_eq!(with("pallet-committee", "?pallet-testkit"), Vec::<String>::new());
	// It knows no pallet of ours, since every one of them uses it.
	assert_one(with("pallet-testkit", "pallet-lattice"), &["pallet-testkit", "pallet-lattice"]);
}

#[test]
fn only_the_node_names_the_runtimes() {
	assert_one(with("pallet-committee", "?top-main-runtime"), &["pallet-committee", "top-main-runtime"]);
	assert_one(with("top-bench", "top-main-runtime"), &["top-bench", "top-main-runtime"]);
	// A template has its own runtime, and its node runs no other.
	assert_one(with("chain-node", "top-main-runtime"), &["chain-node", "top-main-runtime"]);
	assert_one(with("top-bench", "chain-runtime"), &["top-bench", "chain-runtime"]);
}

#[test]
fn services_use_the_sdk_alone() {
	assert_one(with("top-vpn", "tc-chain"), &["top-vpn", "tc-chain", "top-sdk"]);
	assert_one(with("top-vpn", "pallet-balances"), &["top-vpn", "pallet-balances"]);
	assert_one(with("top-vpn", "sc-service"), &["top-vpn", "sc-service"]);
}

#[test]
fn an_sdk_crate_occurs_once() {
	let mut graph = healthy();
	graph.packages.extend([package("sp-core", "2.0.0", false, &[])]);
	assert_one(violations(&graph), &["sp-core", "1.0.0, 2.0.0"]);
	// Other crates may.
	let mut graph = healthy();
	graph.packages.extend([package("rand", "2.0.0", false, &[])]);
	assert_eq!(violations(&graph), Vec::<String>::new());
}

#[test]
fn this_workspace_keeps_the_rules() {
	let output = Command::new(env!("CARGO"))
		.args(["metadata", "--format-version", "1", "--all-features", "--locked", "--manifest-path"])
		.arg(Path::new(WORKSPACE).join("Cargo.toml"))
		.output()
		.expect("cargo runs");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let metadata = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
	let graph = Graph::from_metadata(&metadata).expect("the metadata has the resolved graph");
	assert!(graph.members().any(|package| graph.direct(package, true).any(|on| on.name == "tokio")), "it has edges");
	// The rules name crates: without these crates they would hold for any workspace.
	for name in
		["tc-pbft-core", "tc-routing-core", "tc-pbft", "tp-pbft", "pallet-committee", "top-main-runtime", "top-node"]
	{
		assert!(graph.members().any(|package| package.name == name), "{name} is no member of the workspace");
	}
	let found = violations(&graph);
	assert!(found.is_empty(), "\n{}", found.join("\n"));
}
