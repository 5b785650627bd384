//! A network namespace for each node, so that the link between two of them can be cut.
//!
//! ```text
//! test ── veth ── hub: a bridge ── veth ── node 0, 1, 2 …        10.213.77.254 and 10.213.77.1, .2, .3 …
//! ```
//!
//! The names hold the id of this process. Dropping it removes all of it; the kernel removes what is left with the last process.
//! Needs root and iproute2.

use std::{
	fs,
	io::Write,
	net::{Ipv4Addr, SocketAddrV4},
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	process::Command,
};
use tokio::{
	io::copy_bidirectional,
	net::{TcpListener, TcpStream},
};
use top_local_network::Node;

/// The addresses of the nodes and of the test. They are seen in the hub, and on one interface of this machine.
const SUBNET: [u8; 3] = [10, 213, 77];
/// The last part of the address of the test.
const TEST: u8 = 254;

/// The namespaces of some nodes.
pub struct Namespaces {
	prefix: String,
	count: usize,
}

impl Namespaces {
	/// Creates the namespaces of nodes, and links between all of them. Fails with what is missing.
	pub fn create(count: usize) -> Self {
		let allowed = Command::new("ip").args(["netns", "list"]).output();
		assert!(allowed.is_ok(), "this test needs `ip`: install iproute2");
		let root = Command::new("id").arg("-u").output().unwrap();
		assert!(root.stdout == b"0\n", "this test makes network namespaces, and needs root: run it with sudo");
		let namespaces = Self { prefix: format!("tl{}", std::process::id()), count };
		let hub = namespaces.hub();
		ip(&["netns", "add", &hub]);
		ip(&["-n", &hub, "link", "add", "br0", "type", "bridge"]);
		ip(&["-n", &hub, "link", "set", "br0", "up"]);
		ip(&["link", "add", &namespaces.prefix, "type", "veth", "peer", "name", "test", "netns", &hub]);
		ip(&["-n", &hub, "link", "set", "test", "master", "br0", "up"]);
		ip(&["address", "add", &format!("{}/24", address(TEST)), "dev", &namespaces.prefix]);
		ip(&["link", "set", &namespaces.prefix, "up"]);
		for node in 0..count {
			let (own, port) = (namespaces.of(node), format!("node{node}"));
			ip(&["netns", "add", &own]);
			ip(&["-n", &own, "link", "add", "eth0", "type", "veth", "peer", "name", &port, "netns", &hub]);
			ip(&["-n", &hub, "link", "set", &port, "master", "br0", "up"]);
			ip(&["-n", &own, "address", "add", &format!("{}/24", node_address(node)), "dev", "eth0"]);
			ip(&["-n", &own, "link", "set", "eth0", "up"]);
			ip(&["-n", &own, "link", "set", "lo", "up"]);
		}
		namespaces
	}

	fn hub(&self) -> String {
		format!("{}-hub", self.prefix)
	}

	fn of(&self, node: usize) -> String {
		format!("{}-{node}", self.prefix)
	}

	/// Writes a program into a folder that runs `binary` in the namespace of the node that its arguments name.
	pub fn launcher(&self, folder: &Path, binary: &Path, names: &[&str]) -> PathBuf {
		let path = folder.join("in-namespace");
		let mut script = "#!/bin/sh\nfor argument; do\n\tcase $argument in\n".to_owned();
		for (node, name) in names.iter().enumerate() {
			script += &format!("\t--name={name}) namespace={} ;;\n", self.of(node));
		}
		script += &format!("\tesac\ndone\nexec ip netns exec \"$namespace\" '{}' \"$@\"\n", binary.display());
		let mut file = fs::File::create(&path).unwrap();
		file.write_all(script.as_bytes()).unwrap();
		file.set_permissions(fs::Permissions::from_mode(0o755)).unwrap();
		path
	}

	/// Returns the arguments with which a node of a network listens in its namespace, and finds the others.
	pub fn arguments(&self, nodes: &[Node], node: usize) -> Vec<String> {
		let reachable =
			|other: usize| nodes[other].p2p_address().replacen("127.0.0.1", &node_address(other).to_string(), 1);
		let mut arguments = vec![
			format!("--listen-addr=/ip4/{}/tcp/{}", node_address(node), nodes[node].ports().p2p),
			// Only this machine reaches the namespace.
			"--unsafe-rpc-external".into(),
		];
		let others = (0..nodes.len()).filter(|other| *other != node);
		arguments.extend(others.map(|other| format!("--bootnodes={}", reachable(other))));
		arguments
	}

	/// Lets the RPC of a node answer at the address at which it would without a namespace. Call it before the node starts, in
	/// a runtime; it ends with that.
	pub async fn forward_rpc(&self, nodes: &[Node], node: usize) {
		let port = nodes[node].ports().rpc;
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
		let target = SocketAddrV4::new(node_address(node), port);
		tokio::spawn(async move {
			while let Ok((mut from, _)) = listener.accept().await {
				tokio::spawn(async move {
					// The node may not run, or may end: the client then sees a connection that ends.
					if let Ok(mut to) = TcpStream::connect(target).await {
						copy_bidirectional(&mut from, &mut to).await.ok();
					}
				});
			}
		});
	}

	/// Cuts the link between two nodes in both directions: what they send each other is dropped.
	pub fn cut(&self, one: usize, other: usize) {
		for (from, to) in [(one, other), (other, one)] {
			ip(&["-n", &self.of(from), "route", "add", "blackhole", &format!("{}/32", node_address(to))]);
		}
	}

	/// Whether packets get from one node to another.
	pub fn is_linked(&self, from: usize, to: usize) -> bool {
		let target = node_address(to).to_string();
		let arguments = ["-n", &self.of(from), "route", "get", &target];
		Command::new("ip").args(arguments).output().unwrap().status.success()
	}
}

impl Drop for Namespaces {
	fn drop(&mut self) {
		// All of it, also if some of it is missing because the creation failed.
		Command::new("ip").args(["link", "delete", &self.prefix]).output().ok();
		for name in (0..self.count).map(|node| self.of(node)).chain([self.hub()]) {
			Command::new("ip").args(["netns", "delete", &name]).output().ok();
		}
	}
}

fn address(last: u8) -> Ipv4Addr {
	let [first, second, third] = SUBNET;
	Ipv4Addr::new(first, second, third, last)
}

fn node_address(node: usize) -> Ipv4Addr {
	address(u8::try_from(node + 1).unwrap())
}

#[track_caller]
fn ip(arguments: &[&str]) {
	let output = Command::new("ip").args(arguments).output().unwrap();
	let error = String::from_utf8_lossy(&output.stderr);
	assert!(
		output.status.success(),
		"this test needs network namespaces: `ip {}` failed: {error}",
		arguments.join(" ")
	);
}
