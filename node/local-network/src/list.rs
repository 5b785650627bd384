//! The list of a network's ledgers, for other programs.

use crate::{ledger::NodeLedger, node::Node};
use anyhow::Context;
use serde_json::{json, Value};
use std::{fs, path::Path};

/// The file of a network's folder that lists its ledgers.
pub const LIST_FILE: &str = "network.json";

/// Writes the list of all ledgers into the folder of a network.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn write_list(base_path: &Path, nodes: &[Node]) -> anyhow::Result<()> {
	let path = base_path.join(LIST_FILE);
	let list: Vec<Value> = nodes.iter().flat_map(entries).collect();
	let text = serde_json::to_string_pretty(&list).context("a list is plain data; qed")?;
	// Under another name first, so that no reader sees a half.
	let unfinished = path.with_extension("json.new");
	fs::write(&unfinished, text + "\n")
		.and_then(|()| fs::rename(&unfinished, &path))
		.with_context(|| format!("cannot write the list of ledgers {}", path.display()))
}

fn entries(node: &Node) -> Vec<Value> {
	let entry = |ledger: NodeLedger| {
		json!({
			"node": node.name(),
			"ledger": ledger.chain.to_string(),
			"rpc": ledger.rpc_url(),
			"p2p": node.p2p_address_of(&ledger),
			"prometheus": format!("http://127.0.0.1:{}/metrics", ledger.ports.prometheus),
			"pid": node.pid().map(|pid| pid.as_raw()),
		})
	};
	node.ledgers().map(entry).collect()
}
