//! What validators wrote, sent and counted while a load ran.

use crate::{
	accounting::Metered,
	percentiles::{ratio, rounded},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Syncs of the vote log.
const LOG_SYNCS: &str = "top_pbft_log_sync_seconds_count";
/// Views above 0 that began.
const VIEW_CHANGES: &str = "top_pbft_view_changes_total";
/// Blocks with fewer units than were ready, by the bound that cut them.
const CUT_BLOCKS: &str = "top_lattice_cut_blocks_total";
/// Units that left the pool without a block, by reason.
const DROPPED: &str = "top_lattice_dropped_units_total";

/// Counters of all validators together. What nodes or kernel do not count is absent, and named in the gaps.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Counters {
	/// Bytes written to disk per unit.
	pub disk_written_bytes_per_unit: Option<f64>,
	/// Bytes read from disk per unit.
	pub disk_read_bytes_per_unit: Option<f64>,
	/// Bytes that nodes sent to nodes per unit.
	pub network_bytes_per_unit: Option<f64>,
	/// Bytes over the loopback interface per unit: also what the generator sends and reads.
	pub loopback_bytes_per_unit: Option<f64>,
	/// Syncs of files, by system call.
	pub syncs: Option<BTreeMap<String, u64>>,
	/// The same per unit, all calls together.
	pub syncs_per_unit: Option<f64>,
	/// Syncs of the vote log.
	pub vote_log_syncs: Option<f64>,
	/// Views above 0 that began.
	pub view_changes: Option<f64>,
	/// Blocks with fewer units than were ready: `time` is the deadline of building.
	pub cut_blocks: Option<BTreeMap<String, f64>>,
	/// Units that pools dropped, by reason.
	pub dropped_units: Option<BTreeMap<String, f64>>,
	/// What could not be counted, and why.
	pub gaps: Vec<String>,
}

impl Counters {
	/// Computes the counters of a load of a number of final units.
	pub fn new(metered: &Metered, units: u64) -> Self {
		let per_unit = |value: f64| rounded_small(ratio(value, units as f64));
		let mut gaps = metered.gaps.clone();
		// A node that counts them shows every label from its start on, with 0.
		let mut labelled = |name: &str, label: &str| {
			let is_known = metered.nodes.iter().any(|node| node.after.describes(name));
			if !is_known {
				gaps.push(format!("the nodes have no metric {name}"));
			}
			is_known.then(|| metered.grown_by_label(name, label))
		};
		let (cut_blocks, dropped_units) = (labelled(CUT_BLOCKS, "bound"), labelled(DROPPED, "reason"));
		let mut counted = |name: &str| {
			let grown = metered.grown(name);
			if grown.is_none() {
				gaps.push(format!("the nodes have no metric {name}"));
			}
			grown
		};
		let (vote_log_syncs, view_changes) = (counted(LOG_SYNCS), counted(VIEW_CHANGES));
		Self {
			disk_written_bytes_per_unit: metered.disk_written.map(|bytes| per_unit(bytes as f64)),
			disk_read_bytes_per_unit: metered.disk_read.map(|bytes| per_unit(bytes as f64)),
			network_bytes_per_unit: metered.network_sent.map(per_unit),
			loopback_bytes_per_unit: metered.loopback.map(|bytes| per_unit(bytes as f64)),
			syncs_per_unit: metered.syncs.as_ref().map(|syncs| per_unit(syncs.values().sum::<u64>() as f64)),
			syncs: metered.syncs.clone(),
			vote_log_syncs,
			view_changes,
			cut_blocks,
			dropped_units,
			gaps,
		}
	}
}

/// Rounds to three digits behind the point below 10: a unit has a part of a sync.
fn rounded_small(value: f64) -> f64 {
	match value < 10.0 {
		true => (value * 1_000.0).round() / 1_000.0,
		false => rounded(value),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::accounting::{Metrics, NodeUse};

	fn metered(after: &str) -> Metered {
		let node = NodeUse { after: Metrics::of_text(after), ..NodeUse::default() };
		Metered {
			nodes: vec![node.clone(), node],
			disk_written: Some(40_000),
			syncs: Some(BTreeMap::from([("fdatasync".to_owned(), 3), ("fsync".to_owned(), 1)])),
			gaps: vec!["no network".into()],
			..Metered::default()
		}
	}

	#[test]
	fn counters_are_per_unit_and_of_all_nodes() {
		let text = "# HELP top_lattice_cut_blocks_total Blocks\ntop_pbft_view_changes_total 2\n\
			top_pbft_log_sync_seconds_count 30\ntop_lattice_dropped_units_total{reason=\"poolFull\"} 5\n";
		let counters = Counters::new(&metered(text), 1_000);
		assert_eq!((counters.disk_written_bytes_per_unit, counters.syncs_per_unit), (Some(40.0), Some(0.004)));
		assert_eq!((counters.view_changes, counters.vote_log_syncs), (Some(4.0), Some(60.0)));
		assert_eq!(counters.dropped_units, Some(BTreeMap::from([("poolFull".to_owned(), 10.0)])));
		assert_eq!(counters.cut_blocks, Some(BTreeMap::new()), "no block was cut");
		assert_eq!((counters.network_bytes_per_unit, counters.gaps), (None, vec!["no network".to_owned()]));
	}

	#[test]
	fn what_a_node_does_not_count_is_a_named_gap() {
		let counters = Counters::new(&metered(""), 1);
		assert_eq!((counters.cut_blocks, counters.view_changes), (None, None));
		for name in [CUT_BLOCKS, DROPPED, LOG_SYNCS, VIEW_CHANGES] {
			assert!(counters.gaps.iter().any(|gap| gap.contains(name)), "{name}: {:?}", counters.gaps);
		}
	}
}
