//! Processor time by role: main chain, zone, shards. All chains of a node share its threads, so the kernel cannot tell them apart.
//!
//! Threads that serve one role alone count for it: verifiers, readers and the indexer of units for shards, proofs of power for the
//! main chain. The time of all other threads is divided in proportion to the time for which the tasks of each chain were polled, by the
//! node's own clock. That is an estimate: on a machine without a free processor a poll lasts longer than it computes.

use crate::{
	accounting::{GroupTimes, Metrics},
	percentiles::{ratio, rounded},
};
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};
use top_local_network::Node;
use tp_core::ChainTag;

/// The time for which each task was polled, with labels `task_name` and others.
const POLLED: &str = "substrate_tasks_polling_duration_sum";
/// Bytes between nodes, with a label `direction`.
const NETWORK_BYTES: &str = "substrate_sub_libp2p_network_bytes_total";
/// Tasks that route, in whichever chain they run.
const ROUTING_TASKS: [&str; 2] = ["router", "routed-ledger"];
/// Groups of threads that serve shards alone.
const OF_SHARDS: [&str; 3] = ["verifiers", "readers", "indexer"];
/// The group of threads that serves the main chain alone.
const OF_MAIN: &str = "power proofs";

/// A value of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Roles {
	/// The main chain.
	pub main: f64,
	/// The zone, with what routers do.
	pub zone: f64,
	/// All shards together.
	pub shard: f64,
}

impl Roles {
	fn sum(&self) -> f64 {
		self.main + self.zone + self.shard
	}

	fn map(self, map: impl Fn(f64) -> f64) -> Self {
		Self { main: map(self.main), zone: map(self.zone), shard: map(self.shard) }
	}
}

/// What all ledgers of all nodes have counted since their start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
	polled: Roles,
	sent: f64,
}

impl Counted {
	/// Reads the metrics of all ledgers.
	///
	/// # Errors
	/// If a node does not answer.
	pub async fn read(nodes: &[Node]) -> anyhow::Result<Self> {
		let mut counted = Self::default();
		for ledger in nodes.iter().flat_map(Node::ledgers) {
			counted.add(ledger.chain, &Metrics::at(ledger.ports.prometheus).await?);
		}
		Ok(counted)
	}

	fn add(&mut self, chain: ChainTag, metrics: &Metrics) {
		for (task, seconds) in metrics.by_label(POLLED, "task_name") {
			let role = match chain {
				_ if ROUTING_TASKS.contains(&task.as_str()) => &mut self.polled.zone,
				ChainTag::Main => &mut self.polled.main,
				ChainTag::Zone(_) => &mut self.polled.zone,
				ChainTag::Shard { .. } => &mut self.polled.shard,
			};
			*role += seconds;
		}
		self.sent += metrics.labelled(NETWORK_BYTES, "direction", "out").unwrap_or_default();
	}

	/// Returns the bytes that all nodes have sent to others since `before`.
	pub fn sent_since(&self, before: &Self) -> f64 {
		(self.sent - before.sent).max(0.0)
	}

	/// Divides processor time since `before` among roles, in microseconds a transfer.
	pub fn divide(&self, before: &Self, cpu: &GroupTimes, transfers: f64) -> Roles {
		let since = |now: f64, before: f64| (now - before).max(0.0);
		let polled = Roles {
			main: since(self.polled.main, before.polled.main),
			zone: since(self.polled.zone, before.polled.zone),
			shard: since(self.polled.shard, before.polled.shard),
		};
		let roles = divided(polled, &cpu.groups, cpu.whole);
		roles.map(|seconds| rounded(ratio(seconds * 1_000_000.0, transfers)))
	}
}

/// Returns the seconds of each role. Their sum is the whole.
fn divided(polled: Roles, groups: &BTreeMap<String, Duration>, whole: Duration) -> Roles {
	let of = |name: &str| groups.get(name).copied().unwrap_or_default();
	let shards: Duration = OF_SHARDS.iter().map(|name| of(name)).sum();
	let main = of(OF_MAIN);
	let rest = whole.saturating_sub(shards + main).as_secs_f64();
	let mut roles = polled.map(|seconds| rest * ratio(seconds, polled.sum()));
	roles.shard += shards.as_secs_f64();
	roles.main += main.as_secs_f64();
	roles
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tasks_count_for_their_chains_and_routers_for_the_zone() {
		let text = "substrate_tasks_polling_duration_sum{task_name=\"router\",kind=\"async\"} 2\n\
			substrate_tasks_polling_duration_sum{task_name=\"pbft-engine\",kind=\"blocking\"} 3\n\
			substrate_sub_libp2p_network_bytes_total{direction=\"out\"} 70\n\
			substrate_sub_libp2p_network_bytes_total{direction=\"in\"} 9\n";
		let mut counted = Counted::default();
		counted.add(ChainTag::Main, &Metrics::of_text(text));
		counted.add(ChainTag::Zone(0), &Metrics::of_text(text));
		counted.add(ChainTag::Shard { zone: 0, incarnation: 1 }, &Metrics::of_text(text));
		assert_eq!(counted.polled, Roles { main: 3.0, zone: 9.0, shard: 3.0 });
		assert_eq!(counted.sent_since(&Counted::default()), 210.0);
	}

	#[test]
	fn the_roles_add_up_to_the_whole() {
		let seconds = Duration::from_secs;
		let groups: BTreeMap<String, Duration> = [("verifiers", 4), ("power proofs", 1), ("runtime", 10)]
			.into_iter()
			.map(|(name, time)| (name.to_owned(), seconds(time)))
			.collect();
		let polled = Roles { main: 1.0, zone: 1.0, shard: 2.0 };
		let roles = divided(polled, &groups, seconds(25));
		assert_eq!(roles, Roles { main: 6.0, zone: 5.0, shard: 14.0 });
		let counted = Counted { polled, sent: 0.0 };
		let cpu = GroupTimes { groups, whole: seconds(25) };
		assert_eq!(counted.divide(&Counted::default(), &cpu, 1_000_000.0).sum(), 25.0);
	}
}
