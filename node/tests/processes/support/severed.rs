//! Drops what nodes on this machine send each other over some ports, until it is dropped. Needs root and nftables.

use std::{path::Path, process::Command};

/// Ports over which nothing arrives.
pub struct Severed {
	table: String,
}

impl Severed {
	/// Severs TCP ports: both what is sent to them, and what is sent from them. Fails with what is missing.
	pub fn ports(ports: &[u16]) -> Self {
		forget_ended();
		let severed = Self { table: format!("top_{}", std::process::id()) };
		let (table, ports) = (&severed.table, ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", "));
		let drop = |side: &str| format!("add rule inet {table} severed iif lo tcp {side} {{ {ports} }} drop");
		let rules = [
			format!("add table inet {table}"),
			format!("add chain inet {table} severed {{ type filter hook input priority 0; }}"),
			drop("dport"),
			drop("sport"),
		];
		let output = Command::new("nft").arg(rules.join("; ")).output();
		let output = output.expect("this test needs `nft`: install nftables");
		let error = String::from_utf8_lossy(&output.stderr);
		assert!(output.status.success(), "this test drops packets, and needs root: run it with sudo ({error})");
		severed
	}
}

/// Removes what a test left that was killed.
fn forget_ended() {
	let Ok(listed) = Command::new("nft").args(["list", "tables", "inet"]).output() else { return };
	for name in String::from_utf8_lossy(&listed.stdout).split_whitespace().filter(|word| word.starts_with("top_")) {
		if !Path::new("/proc").join(&name["top_".len()..]).exists() {
			Command::new("nft").args(["delete", "table", "inet", name]).output().ok();
		}
	}
}

impl Drop for Severed {
	fn drop(&mut self) {
		Command::new("nft").args(["delete", "table", "inet", &self.table]).output().ok();
	}
}
