//! `top-node bench units` on a small network: it measures both lanes, and its report is complete.

use crate::support::{self, turn};
use serde_json::Value;

#[test]
fn a_small_bench_reports_both_lanes() {
	let _turn = turn::alone();
	let outcome = support::top_node([
		"bench",
		"units",
		"--json",
		"--accounts=200",
		"--units=400",
		"--ops-per-unit=2",
		"--senders=8",
		"--samples=3",
		"--baseline-transfers=200",
		"--open-seconds=2",
		"--load-percents=50,80",
	]);
	assert_eq!(outcome.code, Some(0), "{outcome:?}");
	let report: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"));
	let baseline = &report["baseline"];
	for (lane, store, units, operations) in [(&report, "memory", 400, 2), (baseline, "trie", 200, 1)] {
		assert_eq!(lane["units_final"], units, "{lane}");
		assert_eq!(lane["ops_per_unit"], operations);
		assert_eq!((&lane["accounts"], &lane["validators"], &lane["store"]), (&200.into(), &1.into(), &store.into()));
		for path in [
			"/transfers_per_second",
			"/cpu_us_per_transfer",
			"/latency_ms/p50",
			"/latency_ms/p99",
			"/loaded_latency_ms/p50",
			"/loaded_latency_ms/p99",
			"/block_units/mean",
			"/block_units/max",
			"/memory_mb/together",
			"/memory_mb/largest",
			"/stages_us/root",
			"/stages_us/commit",
			"/memory_mb/steady",
			"/cpu/validators_us/whole",
			"/cpu/validators_us/groups/runtime",
			"/cpu/generator_us/groups/runtime",
			"/counters/loopback_bytes_per_unit",
			"/counters/vote_log_syncs",
		] {
			let value = lane.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path}: {lane}"));
			assert!(value > 0.0, "{path}: {lane}");
		}
		// The whole generator is counted in ticks of 10 ms, and signs for less.
		for path in [
			"/block_interval_ms/p50",
			"/cpu/generator_us/whole",
			"/generator_cpu_s",
			"/stages_us/network",
			"/stages_us/rest",
		] {
			assert!(lane.pointer(path).is_some_and(Value::is_f64), "{path}: {lane}");
		}
	}
	// Stages of the unit lane only.
	for stage in ["receive", "verify", "execute"] {
		assert!(report["stages_us"][stage].as_f64().unwrap() > 0.0, "{stage}: {report}");
		assert_eq!(baseline["stages_us"][stage], 0.0, "{stage}: {baseline}");
	}
	for (load, percent) in [(0, 50), (1, 80)] {
		let load = &report["open_loop"][load];
		assert_eq!((&load["percent"], &load["unfinished"]), (&percent.into(), &0.into()), "{load}");
		assert!(load["latency_ms"]["p99"].as_f64().unwrap() >= load["latency_ms"]["p50"].as_f64().unwrap(), "{load}");
		assert!(load["latency_ms"]["p50"].as_f64().unwrap() > 0.0, "{load}");
	}
	assert!(report["loaded_latency_all_ms"]["p99"].as_f64().unwrap() > 0.0, "{report}");
	let counters = &report["counters"];
	for known in ["cut_blocks", "dropped_units", "view_changes"] {
		assert!(!counters[known].is_null(), "{known}: {counters}");
	}
	assert_eq!(report["conditions"]["quotas"], "preset");
	assert!(report["ratio_per_cpu_second"].as_f64().unwrap() > 0.0, "{report}");
}
