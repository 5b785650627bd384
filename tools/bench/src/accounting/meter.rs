//! What the nodes and the load generator use between two moments.

use crate::accounting::{
	proc::{disk_bytes, loopback_bytes, memory, threads, DiskBytes, Memory, Thread},
	syncs::SyncCount,
	GroupTimes, Metrics,
};
use anyhow::Context;
use nix::unistd::Pid;
use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};
use top_local_network::{cpu_time, Node};

/// Bytes between nodes, with a label `direction`.
const NETWORK_BYTES: &str = "substrate_sub_libp2p_network_bytes_total";

/// One process at one moment.
struct Reading {
	cpu: Duration,
	threads: BTreeMap<i32, Thread>,
	disk: Option<DiskBytes>,
}

impl Reading {
	fn take(pid: Pid) -> anyhow::Result<Self> {
		Ok(Self { cpu: cpu_time(pid)?, threads: threads(pid)?, disk: disk_bytes(pid).ok() })
	}

	fn times_until(&self, end: &Self) -> GroupTimes {
		GroupTimes::between(&self.threads, &end.threads, end.cpu.saturating_sub(self.cpu))
	}
}

/// A running measurement.
pub struct Meter {
	began: Instant,
	nodes: Vec<(Pid, Reading, Metrics)>,
	generator: Reading,
	loopback: Option<u64>,
	syncs: anyhow::Result<SyncCount>,
}

/// What one node used.
#[derive(Clone, Debug, Default)]
pub struct NodeUse {
	/// Its memory at the end.
	pub memory: Memory,
	/// Its metrics at the begin.
	pub before: Metrics,
	/// Its metrics at the end.
	pub after: Metrics,
}

impl NodeUse {
	/// Returns by how much a counter has grown, summed over its labels. `None` if the node does not have it at the end. It
	/// appears with its first value, so it was 0 before.
	pub fn grown(&self, name: &str) -> Option<f64> {
		Some(self.after.sum(name)? - self.before.sum(name).unwrap_or(0.0))
	}

	/// As [`Self::grown`], of the values with a label.
	pub fn grown_labelled(&self, name: &str, label: &str, value: &str) -> Option<f64> {
		Some(self.after.labelled(name, label, value)? - self.before.labelled(name, label, value).unwrap_or(0.0))
	}
}

/// What was used between two moments.
#[derive(Clone, Debug, Default)]
pub struct Metered {
	/// The time in between.
	pub time: Duration,
	/// Processor time of all nodes.
	pub nodes_cpu: GroupTimes,
	/// Processor time of the load generator, which is this process.
	pub generator_cpu: GroupTimes,
	/// Each node.
	pub nodes: Vec<NodeUse>,
	/// Bytes that all nodes wrote to disk.
	pub disk_written: Option<u64>,
	/// Bytes that all nodes read from disk.
	pub disk_read: Option<u64>,
	/// Bytes that all nodes sent to other nodes.
	pub network_sent: Option<f64>,
	/// Bytes over the loopback interface: between nodes, and between the generator and nodes.
	pub loopback: Option<u64>,
	/// Syncs of files of all nodes, by system call.
	pub syncs: Option<BTreeMap<String, u64>>,
	/// What could not be measured, and why.
	pub gaps: Vec<String>,
}

impl Metered {
	/// Returns the growth of a counter of all nodes together. `None` if no node has it.
	pub fn grown(&self, name: &str) -> Option<f64> {
		self.sum_of(|node| node.grown(name))
	}

	/// As [`Self::grown`], of the values with a label.
	pub fn grown_labelled(&self, name: &str, label: &str, value: &str) -> Option<f64> {
		self.sum_of(|node| node.grown_labelled(name, label, value))
	}

	/// Returns the growth of a counter of all nodes together by a label.
	pub fn grown_by_label(&self, name: &str, label: &str) -> BTreeMap<String, f64> {
		let mut grown = BTreeMap::new();
		for (key, _) in self.nodes.iter().flat_map(|node| node.after.by_label(name, label)) {
			let sum = self.grown_labelled(name, label, &key).unwrap_or(0.0);
			grown.insert(key, sum);
		}
		grown
	}

	fn sum_of(&self, of: impl Fn(&NodeUse) -> Option<f64>) -> Option<f64> {
		self.nodes.iter().filter_map(of).reduce(|sum, next| sum + next)
	}
}

impl Meter {
	/// Begins to measure.
	///
	/// # Errors
	/// If a node does not run or does not answer.
	pub async fn begin(nodes: &[Node]) -> anyhow::Result<Self> {
		let mut pids = Vec::new();
		let mut metrics = Vec::new();
		for node in nodes {
			pids.push(node.pid().with_context(|| format!("{} does not run", node.name()))?);
			metrics.push(Metrics::of(node).await?);
		}
		let syncs = SyncCount::begin(&pids);
		let loopback = loopback_bytes().ok();
		// The times come last: what the preparations cost is not of the measurement.
		let mut readings = Vec::new();
		for (pid, metrics) in pids.into_iter().zip(metrics) {
			readings.push((pid, Reading::take(pid)?, metrics));
		}
		Ok(Self { began: Instant::now(), nodes: readings, generator: Reading::take(Pid::this())?, loopback, syncs })
	}

	/// Returns what was used until now.
	///
	/// # Errors
	/// If a node does not run or does not answer.
	pub async fn read(&self, nodes: &[Node]) -> anyhow::Result<Metered> {
		let Self { began, nodes: before, generator, loopback, syncs } = self;
		let mut metered = Metered { time: began.elapsed(), ..Metered::default() };
		let mut disk = Some(DiskBytes::default());
		let generator_now = Reading::take(Pid::this())?;
		metered.generator_cpu = generator.times_until(&generator_now);
		for (pid, reading, _) in before {
			let now = Reading::take(*pid)?;
			metered.nodes_cpu += reading.times_until(&now);
			disk = disk.zip(reading.disk.zip(now.disk)).map(|(sum, (before, after))| DiskBytes {
				read: sum.read + after.read.saturating_sub(before.read),
				written: sum.written + after.written.saturating_sub(before.written),
			});
		}
		metered.loopback = loopback.zip(loopback_bytes().ok()).map(|(before, after)| after.saturating_sub(before));
		match syncs.as_ref().map(SyncCount::counts) {
			Ok(Ok(counts)) => metered.syncs = Some(counts),
			Ok(Err(error)) => metered.gaps.push(format!("{error:#}")),
			Err(error) => metered.gaps.push(format!("{error:#}")),
		}
		for (node, (pid, _, before)) in nodes.iter().zip(before) {
			let after = Metrics::of(node).await?;
			metered.nodes.push(NodeUse { memory: memory(*pid)?, before: before.clone(), after });
		}
		metered.disk_written = disk.map(|disk| disk.written);
		metered.disk_read = disk.map(|disk| disk.read);
		metered.network_sent = metered.grown_labelled(NETWORK_BYTES, "direction", "out");
		for (is_missing, what) in [
			(disk.is_none(), "the kernel does not count bytes to disk for this user"),
			(metered.loopback.is_none(), "the kernel does not count bytes of the loopback interface"),
			(metered.network_sent.is_none(), "the nodes have no metric substrate_sub_libp2p_network_bytes_total"),
		] {
			if is_missing {
				metered.gaps.push(what.to_owned());
			}
		}
		Ok(metered)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn counters_grow_from_nothing_and_add_up_over_nodes() {
		let node = |before: &str, after: &str| NodeUse {
			before: Metrics::of_text(before),
			after: Metrics::of_text(after),
			..NodeUse::default()
		};
		let drops = "drops_total{reason=\"full\"} 4\ndrops_total{reason=\"gap\"} 1\nviews_total 9\n";
		let metered = Metered {
			nodes: vec![node("", drops), node("drops_total{reason=\"full\"} 1\nviews_total 2\n", drops)],
			..Metered::default()
		};
		assert_eq!(metered.grown("views_total"), Some(16.0));
		assert_eq!(metered.grown("missing_total"), None);
		let reasons = metered.grown_by_label("drops_total", "reason");
		assert_eq!(reasons, BTreeMap::from([("full".to_owned(), 7.0), ("gap".to_owned(), 2.0)]));
	}
}
