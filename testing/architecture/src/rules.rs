//! The rules of who may depend on whom.

use crate::{Graph, Package};
use std::collections::{BTreeMap, BTreeSet};

/// The cores of protocols. They are deterministic, so nothing in them brings time, chance or the outside in.
const CORES: [&str; 2] = ["tc-pbft-core", "tc-routing-core"];

/// What neither a core nor a crate of ours below it may name: executors, clocks, randomness, metrics, files and logs.
/// The SDK's primitives bring some of them along (`sp-runtime` has `sp-trie`, which has Prometheus, which has tokio),
/// out of reach of a crate that does not name them.
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

/// Clocks, registries and keys for the mocks of pallets.
const TESTKIT: &str = "pallet-testkit";

/// The pallets of the SDK that a pallet of ours may depend on. The lattice keeps the balances of `pallet-balances` in its
/// own accounts, and the mailbox stands between it and the accounts of other ledgers: both implement its store.
const PALLETS_OF_PALLETS: [(&str, &str); 2] =
	[("pallet-lattice", "pallet-balances"), ("pallet-mailbox", "pallet-balances")];

/// What services are built on, besides the primitives.
const SERVICES_USE: &str = "top-sdk";

/// Each rule that the workspace breaks, with what to change.
pub fn violations(graph: &Graph) -> Vec<String> {
	let mut found = Vec::new();
	for package in graph.members() {
		if CORES.contains(&package.name.as_str()) {
			core_is_pure(graph, package, &mut found);
		}
		client_reaches_runtimes_through_apis(graph, package, &mut found);
		primitives_know_only_primitives(graph, package, &mut found);
		pallets_reach_each_other_through_traits(graph, package, &mut found);
		the_testkit_is_for_tests(graph, package, &mut found);
		only_the_node_names_runtimes(graph, package, &mut found);
		services_use_the_sdk(graph, package, &mut found);
	}
	one_version_of_each_sdk_crate(graph, &mut found);
	found
}

/// A runtime, or the same runtime built in another way.
fn is_runtime(package: &Package) -> bool {
	let in_folder = |folder: &str| package.folder.starts_with(folder);
	let of_a_template = in_folder("templates/") && package.folder.ends_with("/runtime");
	let of_a_ledger = in_folder("runtime/") && package.folder != "runtime/common";
	of_a_ledger
		|| of_a_template
		|| ["testing/runtime-upgrade", "testing/minting-runtime"].contains(&package.folder.as_str())
}

fn is_pallet(name: &str) -> bool {
	name.starts_with("pallet-")
}

/// Whether it is code of runtimes. RPC crates of pallets are made for client code.
fn is_runtime_code(package: &Package) -> bool {
	let made_for_clients = package.name.ends_with("-rpc") || package.name.ends_with("-rpc-runtime-api");
	is_runtime(package) || package.name == "top-runtime-common" || (is_pallet(&package.name) && !made_for_clients)
}

fn core_is_pure(graph: &Graph, core: &Package, found: &mut Vec<String>) {
	let below = graph.transitive(core);
	for (name, path) in below.iter().filter(|(name, _)| name.starts_with("sc-")) {
		found.push(format!("{} is a pure state machine, but contains {name}: {}", core.name, path.join(" → ")));
	}
	for package in
		graph.members().filter(|package| package.name == core.name || below.contains_key(package.name.as_str()))
	{
		for on in graph.direct(package, false).filter(|on| NOT_IN_CORE.contains(&on.name.as_str())) {
			found.push(format!("{} is a pure state machine, but {} depends on {}", core.name, package.name, on.name));
		}
	}
}

fn client_reaches_runtimes_through_apis(graph: &Graph, client: &Package, found: &mut Vec<String>) {
	if !client.name.starts_with("tc-") {
		return;
	}
	for on in graph.direct(client, false).filter(|on| is_runtime_code(on)) {
		found.push(format!("{}, client code, depends on {}: reach it through a runtime API", client.name, on.name));
	}
	// Ours must not come in through another crate either.
	let ours: BTreeMap<&str, &Package> = graph.members().map(|member| (member.name.as_str(), member)).collect();
	for (name, path) in graph.transitive(client) {
		if path.len() > 2 && ours.get(name).is_some_and(|package| is_runtime_code(package)) {
			found.push(format!("{}, client code, contains {name}: {}", client.name, path.join(" → ")));
		}
	}
}

fn primitives_know_only_primitives(graph: &Graph, primitive: &Package, found: &mut Vec<String>) {
	if !primitive.name.starts_with("tp-") {
		return;
	}
	for on in graph.direct(primitive, true) {
		if is_runtime_code(on) || on.name.starts_with("tc-") || on.name.starts_with("sc-") {
			found.push(format!("{}, shared by runtimes and clients, depends on {}", primitive.name, on.name));
		}
	}
}

fn pallets_reach_each_other_through_traits(graph: &Graph, pallet: &Package, found: &mut Vec<String>) {
	if !is_pallet(&pallet.name) || pallet.name == TESTKIT {
		return;
	}
	for on in graph.direct(pallet, false) {
		let is_allowed = PALLETS_OF_PALLETS.contains(&(pallet.name.as_str(), on.name.as_str()));
		let is_client = on.name.starts_with("tc-") || on.name.starts_with("sc-");
		// Other crates' rule names the testkit.
		if (is_pallet(&on.name) && !is_allowed && on.name != TESTKIT) || is_client {
			found.push(format!("{} depends on {}: let its Config name a trait instead", pallet.name, on.name));
		}
	}
}

fn the_testkit_is_for_tests(graph: &Graph, package: &Package, found: &mut Vec<String>) {
	if graph.direct(package, false).any(|on| on.name == TESTKIT) {
		found.push(format!("{} depends on {TESTKIT}, which is for tests: make it a dev-dependency", package.name));
	}
	if package.name == TESTKIT {
		for on in graph.direct(package, false).filter(|on| on.member && is_runtime_code(on)) {
			found.push(format!("{TESTKIT} depends on {}, so the mock of that pallet cannot use it", on.name));
		}
	}
}

fn only_the_node_names_runtimes(graph: &Graph, package: &Package, found: &mut Vec<String>) {
	let is_template = package.folder.starts_with("templates/");
	if package.name == "top-node" || is_runtime(package) {
		return;
	}
	for on in graph.direct(package, true).filter(|on| is_runtime(on)) {
		// The node of a template runs the runtime of that template.
		if !(is_template && on.folder.starts_with("templates/")) {
			found.push(format!("{} names the runtime {}, which only top-node may", package.name, on.name));
		}
	}
}

fn services_use_the_sdk(graph: &Graph, package: &Package, found: &mut Vec<String>) {
	if !package.folder.starts_with("services/") {
		return;
	}
	for on in graph.direct(package, false) {
		let is_service = on.folder.starts_with("services/");
		let is_ours = !on.folder.is_empty() && !is_service && on.name != SERVICES_USE && !on.name.starts_with("tp-");
		if is_ours || on.name.starts_with("sc-") || is_pallet(&on.name) {
			found.push(format!(
				"{}, a service, depends on {}: use {SERVICES_USE} and tp-* alone",
				package.name, on.name
			));
		}
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
