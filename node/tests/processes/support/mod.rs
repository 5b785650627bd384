//! Shared code of the integration tests: runs the binary, and networks of it.

pub mod invariants;
pub mod load;
pub mod namespaces;
pub mod running;
pub mod severed;
pub mod sudo;
pub mod turn;
pub mod witness;

use load::Load;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;
use top_local_network::{LocalNetwork, NetworkParams, NodeKind, NodePorts, DEV_NAMES};
use top_node::{
	chain_spec::{network_chain, ChainSpec, Preset},
	LOG_TARGETS,
};
use witness::Witness;

/// How long a command may take that ends by itself.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(90);
/// How long a network may take to finalize its first block; the machine may be building something meanwhile.
pub const UP_TIMEOUT: Duration = Duration::from_secs(180);

/// The binary under test.
pub fn binary() -> PathBuf {
	PathBuf::from(env!("CARGO_BIN_EXE_top-node"))
}

/// The result of a command.
#[derive(Debug)]
pub struct Outcome {
	pub code: Option<i32>,
	pub stdout: String,
	pub stderr: String,
}

impl Outcome {
	/// Returns the line that explains the failure. Threads that are still ending may log behind it.
	pub fn error_line(&self) -> Option<&str> {
		self.stderr.lines().rev().find(|line| line.starts_with("Error: "))
	}

	/// Checks that the command succeeded.
	#[track_caller]
	pub fn assert_success(&self) {
		assert_eq!(self.code, Some(0), "it must succeed: {self:?}");
	}

	/// Checks that the command failed with a helpful message: one line that contains each of `words`, an exit code,
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

/// Runs a command to its end. Kills a command that does not end by itself, and fails.
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

/// Returns options of a node with free ports.
pub fn free_port_options() -> Vec<String> {
	let ports = NodePorts::free(1).unwrap()[0];
	port_options(ports)
}

/// Returns options of a node with these ports.
pub fn port_options(ports: NodePorts) -> Vec<String> {
	vec![
		format!("--rpc-port={}", ports.rpc),
		format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", ports.p2p),
		format!("--prometheus-port={}", ports.prometheus),
		"--no-mdns".into(),
		"--no-telemetry".into(),
	]
}

/// A prepared network, in its own folder. Start it, and drop it, in the thread of the test.
pub struct TestNetwork {
	pub network: LocalNetwork,
	pub folder: TempDir,
}

/// Prepares a network of a preset: its validators, and `followers` full nodes.
pub fn network(preset: Preset, followers: u16) -> TestNetwork {
	network_of(preset.raw_spec().unwrap(), preset.validators(), followers)
}

/// Prepares a network of a chain with the first `validators` development keys.
pub fn network_of(spec: ChainSpec, validators: u16, followers: u16) -> TestNetwork {
	let folder = tempfile::tempdir().unwrap();
	let validating = DEV_NAMES.iter().take(usize::from(validators));
	let validating = validating.map(|name| ((*name).to_owned(), NodeKind::Validator(name)));
	let following = (1..=followers).map(|number| (format!("follower-{number}"), NodeKind::Full));
	let network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.path().to_owned(),
		chain: network_chain(spec),
		nodes: validating.chain(following).collect(),
		shards: 0,
		ports: NodePorts::free(validators + followers).unwrap(),
		binary: binary(),
		extra_args: Vec::new(),
	})
	.unwrap();
	TestNetwork { network, folder }
}

/// Returns the command lines of all processes that name a path, by process id.
pub fn processes_naming(path: &Path) -> Vec<(i32, String)> {
	let path = path.to_string_lossy().into_owned();
	let mut found = Vec::new();
	for entry in fs::read_dir("/proc").unwrap().flatten() {
		let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
		// Processes may end meanwhile.
		let Ok(bytes) = fs::read(entry.path().join("cmdline")) else { continue };
		let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
		if line.contains(&path) {
			found.push((pid, line));
		}
	}
	found
}

/// Returns the folder of a name below another.
pub fn find_folder(below: &Path, name: &str) -> Option<PathBuf> {
	let entries = fs::read_dir(below).ok()?.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
	let folders: Vec<PathBuf> = entries.collect();
	folders
		.iter()
		.find(|path| path.ends_with(name))
		.cloned()
		.or_else(|| folders.iter().find_map(|path| find_folder(path, name)))
}

/// Waits until a condition is true.
#[track_caller]
pub fn wait_until(what: &str, timeout: Duration, mut is_so: impl FnMut() -> bool) {
	let deadline = Instant::now() + timeout;
	while !is_so() {
		assert!(Instant::now() < deadline, "{what}: not within {timeout:?}");
		std::thread::sleep(Duration::from_millis(100));
	}
}

/// Runs a future in the thread of the test: nodes end with the thread that started
/// them.
pub fn block_on<F: std::future::Future>(test: F) -> F::Output {
	tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
}

/// Waits for the first block, then puts a network under load and watches it. `seed` repeats the load.
pub async fn load_and_watch(network: &mut LocalNetwork, seed: u64) -> (Load, Witness) {
	network.wait_for_height(1, UP_TIMEOUT).await.unwrap();
	(Load::start(network, seed), Witness::start(network))
}

/// Formats the minimum, the median and the maximum of durations, in seconds.
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

/// Checks that no node has panicked.
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

/// Prints the number of lines at warn or error level in the nodes' logs, by target and first words.
pub fn print_complaints(network: &LocalNetwork) {
	let mut kinds = std::collections::BTreeMap::<String, u32>::new();
	for node in network.nodes() {
		for line in node.complaints(LOG_TARGETS).unwrap() {
			let words: Vec<&str> = line.split_whitespace().skip(2).take(8).collect();
			*kinds.entry(words.join(" ")).or_default() += 1;
		}
	}
	for (kind, count) in kinds {
		println!("  log, {count} times: {kind} …");
	}
}

/// Prints the ends of all logs if the test fails: the folder is removed then. Keep it until the end of the test.
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
