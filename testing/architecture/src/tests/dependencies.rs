//! Each rule is broken on a made-up graph; then the rules are applied to this workspace.

use crate::{violations, weakened_consensus, Dependency, Graph, Package};
use std::{env, fs, path::Path, process, process::Command};

/// The workspace, from the package's folder, in which cargo runs tests. That of the compilation can be another checkout, if
/// both share a target folder.
const WORKSPACE: &str = "../..";

/// A package of ours if `member`; dependencies are names, for tests alone with a `?` before them.
fn package(name: &str, version: &str, member: bool, dependencies: &[&str]) -> (String, Package) {
	let dependencies = dependencies
		.iter()
		.map(|on| Dependency { on: on.trim_start_matches('?').to_string(), dev: on.starts_with('?') })
		.collect();
	let id = if version == "1.0.0" { name.to_string() } else { format!("{name}@{version}") };
	(id, Package { name: name.into(), version: version.into(), member, dependencies })
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
			ours("pallet-quota", &["tp-core", "pallet-balances"]),
			ours("tc-chain", &["tc-pbft", "sc-service", "pallet-transaction-payment-rpc"]),
			ours("tc-pbft", &["tc-pbft-core", "tokio"]),
			ours("tc-pbft-core", &["tp-pbft", "sp-core", "?rand", "?tokio"]),
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
	// A crate of ours below it as well; the SDK's client not even through others.
	assert_one(with("tp-core", "rand"), &["tc-pbft-core is a pure state machine", "tp-core depends on rand"]);
	assert_one(with("sp-core", "sc-service"), &["tc-pbft-core", "→ sp-core → sc-service"]);
}

#[test]
fn client_code_names_no_pallet_and_no_runtime() {
	assert_one(with("tc-chain", "pallet-balances"), &["tc-chain", "pallet-balances", "runtime API"]);
	// Ours not even through another crate.
	let found = with("tc-pbft", "top-runtime-common");
	assert_eq!(found.len(), 2, "{found:#?}");
	assert!(found.iter().any(|text| text.contains("tc-chain → tc-pbft → top-runtime-common")), "{found:#?}");
	// The runtime by name (as client code, and as somebody who is not the node), and two crates of ours inside it.
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
	assert_one(with("pallet-committee", "pallet-quota"), &["pallet-committee", "pallet-quota", "trait"]);
}

#[test]
fn only_the_node_names_the_runtimes() {
	assert_one(with("pallet-committee", "?top-main-runtime"), &["pallet-committee", "top-main-runtime"]);
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
	assert!(graph.members().any(|package| graph.direct(package, true).any(|name| name == "tokio")), "it has edges");
	// The rules speak of crates by name: without them they would hold of anything.
	for name in ["tc-pbft-core", "tc-pbft", "tp-pbft", "pallet-committee", "top-main-runtime", "top-node"] {
		assert!(graph.members().any(|package| package.name == name), "{name} is no member of the workspace");
	}
	let found = violations(&graph);
	assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn only_the_simulator_weakens_consensus() {
	let root = env::temp_dir().join(format!("top-architecture-{}", process::id()));
	for (place, text) in [
		("client/pbft/core/src/replica", "Rules::weakened"),
		("client/pbft/sim/tests", "Rules::weakened"),
		("client/pbft/engine/src", "let rules = Rules::weakened(quorum, block);"),
		("node/tests", "Replica::with_rules(rules)"),
		("node/target", "Replica::with_rules(rules)"),
	] {
		fs::create_dir_all(root.join(place)).unwrap();
		fs::write(root.join(place).join("file.rs"), text).unwrap();
	}
	let mut found = weakened_consensus(&root).unwrap();
	fs::remove_dir_all(&root).unwrap();
	found.sort();
	assert_eq!(found.len(), 2, "{found:#?}");
	assert!(found[0].starts_with("client/pbft/engine/src/file.rs") && found[1].starts_with("node/tests/file.rs"));

	let workspace = Path::new(WORKSPACE);
	assert!(fs::read_to_string(workspace.join("client/pbft/sim/tests/weakened.rs"))
		.unwrap()
		.contains("Rules::weakened"));
	assert_eq!(weakened_consensus(workspace).unwrap(), Vec::<String>::new());
}
