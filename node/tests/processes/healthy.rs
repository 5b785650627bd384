//! A healthy network logs nothing at warn or error level: at its start, under load, at its stop, and at its next
//! start.

use crate::support::{block_on, load::Load, network, turn, LogsOnFailure, TestNetwork, UP_TIMEOUT};
use std::time::Duration;
use top_node::{chain_spec::Preset, LOG_TARGETS};

/// Duration of the load in each run.
const LOADED: Duration = Duration::from_secs(20);
/// How long a node may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

#[test]
fn a_healthy_run_has_no_line_at_warn_or_error_level() {
	let _turn = turn::alone();
	let TestNetwork { mut network, folder: _folder } = network(Preset::Local, 1);
	let _logs = LogsOnFailure::of(&network);
	let mut earlier = 0;
	for run in ["first", "second"] {
		network.start().unwrap();
		block_on(async {
			network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
			let mut load = Load::start(&network, 1);
			tokio::time::sleep(LOADED).await;
			load.stop().await;
			let client = network.nodes()[0].rpc().await.unwrap();
			let head = client.finalized_head().await.unwrap();
			let transfers = load.transfers_until(&client, head).await;
			let height = client.header(head).await.unwrap().number;
			println!("{run} run: {height} blocks, {transfers} transfers in all ({})", load.summary());
			assert!(transfers > earlier + 100, "the load was no load");
			earlier = transfers;
		});
		for node in network.nodes_mut() {
			node.stop(STOP_TIMEOUT).unwrap();
		}
		let complaints: Vec<String> = network
			.nodes()
			.iter()
			.flat_map(|node| {
				let lines = node.complaints(LOG_TARGETS).unwrap();
				lines.into_iter().map(|line| format!("{}: {line}", node.name())).collect::<Vec<_>>()
			})
			.collect();
		assert!(complaints.is_empty(), "in the {run} run:\n{}", complaints.join("\n"));
	}
}
