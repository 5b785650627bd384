//! What the integration tests of the node share: running the binary, and networks of it.

// Each test binary uses a part of this.
#![allow(dead_code)]

pub mod load;
pub mod running;
pub mod sudo;
pub mod witness;

use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;
use top_node::{
	chain_spec::{ChainSpec, Preset},
	network::{LocalNetwork, NetworkParams, NodePorts, Seat, DEV_NAMES},
};

/// How long a command may take that shall end by itself.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(90);
/// How long a network may take to finalize its first block; the machine may be building something meanwhile.
pub const UP_TIMEOUT: Duration = Duration::from_secs(180);

/// The binary under test.
pub fn binary() -> PathBuf {
	PathBuf::from(env!("CARGO_BIN_EXE_top-node"))
}

/// What a command left behind.
#[derive(Debug)]
pub struct Outcome {
	pub code: Option<i32>,
	pub stdout: String,
	pub stderr: String,
}

impl Outcome {
	/// The line that says why the command failed. Threads that are still ending may log behind it.
	pub fn error_line(&self) -> Option<&str> {
		self.stderr.lines().rev().find(|line| line.starts_with("Error: "))
	}

	/// Checks that the command failed in the way a person can use: one line that names each of `words`, an exit code,
	/// and no trace of a panic.
	#[track_caller]
	pub fn assert_failure(&self, words: &[&str]) {
		assert!(matches!(self.code, Some(code) if code != 0), "it must fail: {self:?}");
		assert!(!self.stderr.contains("panicked") && !self.stdout.contains("panicked"), "it panicked: {self:?}");
		let line = self.error_line().unwrap_or_else(|| panic!("a line must say why: {self:?}"));
		for word in words {
			assert!(line.contains(word), "{word:?} is missing in {line:?}");
		}
	}
}

/// Runs the binary to its end.
#[track_caller]
pub fn top_node<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Outcome {
	run(Command::new(binary()).args(arguments))
}

/// Runs a command to its end. One that does not end by itself is killed, and the test fails.
#[track_caller]
pub fn run(command: &mut Command) -> Outcome {
	let folder = tempfile::tempdir().unwrap();
	let (stdout, stderr) = (folder.path().join("stdout"), folder.path().join("stderr"));
	let mut child = command
		.stdin(Stdio::null())
		.stdout(File::create(&stdout).unwrap())
		.stderr(File::create(&stderr).unwrap())
		.spawn()
		.unwrap();
	let deadline = Instant::now() + COMMAND_TIMEOUT;
	let status = loop {
		match child.try_wait().unwrap() {
			Some(status) => break Some(status),
			None if Instant::now() > deadline => break None,
			None => std::thread::sleep(Duration::from_millis(50)),
		}
	};
	let (stdout, stderr) = (fs::read_to_string(stdout).unwrap(), fs::read_to_string(stderr).unwrap());
	let Some(status) = status else {
		child.kill().unwrap();
		child.wait().unwrap();
		panic!("the command did not end by itself; it wrote:\n{stdout}\n{stderr}");
	};
	Outcome { code: status.code(), stdout, stderr }
}

/// Options of a node that stays off the ports of others.
pub fn free_port_options() -> Vec<String> {
	let ports = NodePorts::free(1).unwrap()[0];
	port_options(ports)
}

/// Options of a node at these ports.
pub fn port_options(ports: NodePorts) -> Vec<String> {
	vec![
		format!("--rpc-port={}", ports.rpc),
		format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", ports.p2p),
		format!("--prometheus-port={}", ports.prometheus),
		"--no-mdns".into(),
		"--no-telemetry".into(),
	]
}

/// A network that was prepared, in a folder of its own. Start it, and drop it, in the thread of the test.
pub struct TestNetwork {
	pub network: LocalNetwork,
	pub folder: TempDir,
}

/// A network of a preset: its validators, and `followers` full nodes.
pub fn network(preset: Preset, followers: u16) -> TestNetwork {
	network_of(preset.chain_spec().unwrap(), preset.validators(), followers)
}

/// A network of a chain with the first `validators` development keys.
pub fn network_of(spec: ChainSpec, validators: u16, followers: u16) -> TestNetwork {
	let folder = tempfile::tempdir().unwrap();
	let seats = DEV_NAMES.iter().take(usize::from(validators)).map(|name| ((*name).to_owned(), Seat::Validator(name)));
	let followers_seats = (1..=followers).map(|number| (format!("follower-{number}"), Seat::Full));
	let network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		spec,
		seats: seats.chain(followers_seats).collect(),
		ports: NodePorts::free(validators + followers).unwrap(),
		binary: binary(),
		extra_args: Vec::new(),
	})
	.unwrap();
	TestNetwork { network, folder }
}

/// Command lines of all processes that name a path, by process id.
pub fn processes_naming(path: &Path) -> Vec<(i32, String)> {
	let path = path.to_string_lossy().into_owned();
	let mut found = Vec::new();
	for entry in fs::read_dir("/proc").unwrap().flatten() {
		let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
		// Processes may end while they are looked at.
		let Ok(bytes) = fs::read(entry.path().join("cmdline")) else { continue };
		let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
		if line.contains(&path) {
			found.push((pid, line));
		}
	}
	found
}

/// Waits until something is so.
#[track_caller]
pub fn wait_until(what: &str, timeout: Duration, mut is_so: impl FnMut() -> bool) {
	let deadline = Instant::now() + timeout;
	while !is_so() {
		assert!(Instant::now() < deadline, "{what} did not come about within {timeout:?}");
		std::thread::sleep(Duration::from_millis(100));
	}
}

/// Runs a test that waits for many things at once, in the thread of the test: nodes end with the thread that starts
/// them.
pub fn block_on<F: std::future::Future>(test: F) -> F::Output {
	tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}

/// The shortest, the median and the longest, in seconds, of some durations.
pub fn spread(durations: &[Duration]) -> String {
	let mut sorted = durations.to_vec();
	sorted.sort_unstable();
	match (sorted.first(), sorted.get(sorted.len() / 2), sorted.last()) {
		(Some(least), Some(median), Some(most)) => {
			let [least, median, most] = [least, median, most].map(Duration::as_secs_f64);
			format!("{least:.2} / {median:.2} / {most:.2} s")
		},
		_ => "none".into(),
	}
}

/// Fails if a node has panicked, whatever it did afterwards.
#[track_caller]
pub fn assert_no_panic(network: &LocalNetwork) {
	for node in network.nodes() {
		let log = fs::read_to_string(node.log_file()).unwrap();
		let panic = log.lines().position(|line| line.contains("panicked"));
		if let Some(at) = panic {
			let lines: Vec<&str> = log.lines().skip(at.saturating_sub(5)).take(20).collect();
			panic!("{} panicked:\n{}", node.name(), lines.join("\n"));
		}
	}
}

/// Prints how many lines of the nodes' logs are at warn or error level, by target and first words.
pub fn print_complaints(network: &LocalNetwork) {
	let mut kinds = std::collections::BTreeMap::<String, u32>::new();
	for node in network.nodes() {
		for line in node.complaints().unwrap() {
			let words: Vec<&str> = line.split_whitespace().skip(2).take(8).collect();
			*kinds.entry(words.join(" ")).or_default() += 1;
		}
	}
	for (kind, count) in kinds {
		println!("  log, {count} times: {kind} …");
	}
}

/// Prints the ends of all logs if the test fails, as the folder is gone then. Keep it until the end of the test.
pub struct LogsOnFailure(Vec<PathBuf>);

impl LogsOnFailure {
	pub fn of(network: &LocalNetwork) -> Self {
		Self(network.nodes().iter().map(|node| node.log_file()).collect())
	}
}

impl Drop for LogsOnFailure {
	fn drop(&mut self) {
		if !std::thread::panicking() {
			return;
		}
		for path in &self.0 {
			let log = fs::read_to_string(path).unwrap_or_default();
			let lines: Vec<&str> = log.lines().collect();
			eprintln!("==== {}\n{}", path.display(), lines[lines.len().saturating_sub(60)..].join("\n"));
		}
	}
}
