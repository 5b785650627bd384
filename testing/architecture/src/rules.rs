//! The rules.

use crate::{Graph, Package};
use std::collections::{BTreeMap, BTreeSet};

/// The protocol core: deterministic, so without whatever could bring time, chance or the outside in.
const CORE: &str = "tc-pbft-core";

/// What neither the core nor a crate of ours below it may name: executors, clocks, randomness, metrics, files and logs.
/// The SDK's primitives bring some of them along (`sp-runtime` has `sp-trie`, which has Prometheus, which has tokio),
/// out of reach of whoever does not name them.
const NOT_IN_CORE: [&str; 19] = [
	"async-std",
	"chrono",
	"fastrand",
	"fs2",
	"futures-timer",
	"getrandom",
	"instant",
	"log",
	"parity-db",
	"prometheus",
	"rand",
	"rand_chacha",
	"rand_core",
	"substrate-prometheus-endpoint",
	"tempfile",
	"time",
	"tokio",
	"tracing",
	"web-time",
];

/// Name prefixes of the SDK's crates. Two versions of one are two sets of types.
const SDK: [&str; 6] = ["sc-", "sp-", "frame-", "pallet-", "substrate-", "staging-"];

/// Each rule that the workspace breaks, said so that one knows what to change.
pub fn violations(graph: &Graph) -> Vec<String> {
	let mut found = Vec::new();
	for package in graph.members() {
		if package.name == CORE {
			core_is_pure(graph, package, &mut found);
		}
		client_reaches_runtimes_through_apis(graph, package, &mut found);
		primitives_know_only_primitives(graph, package, &mut found);
		pallets_reach_each_other_through_traits(graph, package, &mut found);
		only_the_node_names_runtimes(graph, package, &mut found);
	}
	one_version_of_each_sdk_crate(graph, &mut found);
	found
}

/// A runtime, or the same runtime built in another way (`top-main-runtime-upgrade`).
fn is_runtime(name: &str) -> bool {
	name.strip_prefix("top-").is_some_and(|kind| kind.contains("-runtime"))
}

fn is_pallet(name: &str) -> bool {
	name.starts_with("pallet-")
}

/// Whether it is a pallet as the rules mean it: runtime code. RPC crates of pallets are made for client code.
fn is_runtime_code(name: &str) -> bool {
	let made_for_clients = name.ends_with("-rpc") || name.ends_with("-rpc-runtime-api");
	is_runtime(name) || name == "top-runtime-common" || (is_pallet(name) && !made_for_clients)
}

fn core_is_pure(graph: &Graph, core: &Package, found: &mut Vec<String>) {
	let below = graph.transitive(core);
	for (name, path) in below.iter().filter(|(name, _)| name.starts_with("sc-")) {
		found.push(format!("{CORE} is a pure state machine, but contains {name}: {}", path.join(" → ")));
	}
	for package in graph.members().filter(|package| package.name == CORE || below.contains_key(package.name.as_str())) {
		for name in graph.direct(package, false).filter(|name| NOT_IN_CORE.contains(name)) {
			found.push(format!("{CORE} is a pure state machine, but {} depends on {name}", package.name));
		}
	}
}

fn client_reaches_runtimes_through_apis(graph: &Graph, client: &Package, found: &mut Vec<String>) {
	if !client.name.starts_with("tc-") {
		return;
	}
	for name in graph.direct(client, false).filter(|name| is_runtime_code(name)) {
		found.push(format!("{}, client code, depends on {name}: reach it through a runtime API", client.name));
	}
	// Ours must not come in through another crate either.
	let ours: BTreeSet<&str> = graph.members().map(|member| member.name.as_str()).collect();
	for (name, path) in graph.transitive(client) {
		if path.len() > 2 && ours.contains(name) && is_runtime_code(name) {
			found.push(format!("{}, client code, contains {name}: {}", client.name, path.join(" → ")));
		}
	}
}

fn primitives_know_only_primitives(graph: &Graph, primitive: &Package, found: &mut Vec<String>) {
	if !primitive.name.starts_with("tp-") {
		return;
	}
	for name in graph.direct(primitive, true) {
		if is_runtime_code(name) || name.starts_with("tc-") || name.starts_with("sc-") {
			found.push(format!("{}, shared by runtimes and clients, depends on {name}", primitive.name));
		}
	}
}

fn pallets_reach_each_other_through_traits(graph: &Graph, pallet: &Package, found: &mut Vec<String>) {
	if !is_pallet(&pallet.name) {
		return;
	}
	// The SDK's pallets are libraries: their types stand in the interfaces of ours.
	let ours: BTreeSet<&str> = graph.members().map(|member| member.name.as_str()).collect();
	for name in graph.direct(pallet, false) {
		if (is_pallet(name) && ours.contains(name)) || name.starts_with("tc-") || name.starts_with("sc-") {
			found.push(format!("{} depends on {name}: let its Config name a trait instead", pallet.name));
		}
	}
}

fn only_the_node_names_runtimes(graph: &Graph, package: &Package, found: &mut Vec<String>) {
	if package.name == "top-node" || is_runtime(&package.name) {
		return;
	}
	for name in graph.direct(package, true).filter(|name| is_runtime(name)) {
		found.push(format!("{} names the runtime {name}, which only top-node may", package.name));
	}
}

fn one_version_of_each_sdk_crate(graph: &Graph, found: &mut Vec<String>) {
	let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
	for package in graph.packages.values() {
		if SDK.iter().any(|prefix| package.name.starts_with(prefix)) {
			versions.entry(&package.name).or_default().insert(&package.version);
		}
	}
	for (name, versions) in versions.into_iter().filter(|(_, versions)| versions.len() > 1) {
		let versions: Vec<&str> = versions.into_iter().collect();
		found.push(format!("{name} occurs in versions {}: two versions are two sets of types", versions.join(", ")));
	}
}
