//! `top-node local-network` as a process.

use super::{binary, wait_until, UP_TIMEOUT};
use nix::unistd::Pid;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
};
use top_local_network::NodePorts;

/// A running `top-node local-network`.
pub struct Running {
	/// Its process.
	pub process: Child,
	output: PathBuf,
	first_port: u16,
}

impl Running {
	/// Starts a network below a folder, with further arguments.
	pub fn start(folder: &Path, nodes: u16, arguments: &[&str]) -> Self {
		let first = free_run(nodes * 3);
		let output = folder.join("output");
		let file = File::create(&output).unwrap();
		let process = Command::new(binary())
			.arg("local-network")
			.arg(format!("--nodes={nodes}"))
			.arg(format!("--base-path={}", folder.join("net").display()))
			.arg(format!("--rpc-port-base={}", first))
			.arg(format!("--p2p-port-base={}", first + nodes))
			.arg(format!("--prometheus-port-base={}", first + 2 * nodes))
			.args(arguments)
			.stdin(Stdio::null())
			.stdout(file.try_clone().unwrap())
			.stderr(file)
			.spawn()
			.unwrap();
		Self { process, output, first_port: first }
	}

	/// Returns its output.
	pub fn output(&self) -> String {
		fs::read_to_string(&self.output).unwrap()
	}

	/// Waits until all nodes have finalized a block.
	pub fn wait_until_up(&mut self) {
		wait_until("the network's table", UP_TIMEOUT, || {
			let ended = self.process.try_wait().unwrap();
			assert!(ended.is_none(), "the network ended: {}", self.output());
			self.output().contains("Polkadot.js Apps")
		});
	}

	/// Returns the RPC URL of the n-th node, from 0.
	pub fn rpc_url(&self, node: u16) -> String {
		format!("ws://127.0.0.1:{}", self.first_port + node)
	}

	/// Returns the id of its process.
	pub fn pid(&self) -> Pid {
		Pid::from_raw(i32::try_from(self.process.id()).unwrap())
	}
}

/// Returns the first of `count` consecutive free ports.
fn free_run(count: u16) -> u16 {
	for _ in 0..100 {
		let ports = NodePorts::free(count.div_ceil(3)).unwrap();
		let (first, last) = (ports[0].rpc, ports[ports.len() - 1].prometheus);
		if usize::from(last.saturating_sub(first)) + 1 == ports.len() * 3 {
			return first;
		}
	}
	panic!("no {count} free ports in a row");
}

impl Drop for Running {
	fn drop(&mut self) {
		if self.process.try_wait().unwrap().is_none() {
			self.process.kill().unwrap();
			self.process.wait().unwrap();
		}
	}
}
