//! One node of a network on this machine: its files, its process, its RPC.

use super::{process, NodePorts, DEV_NAMES, POLL_INTERVAL};
use crate::{
	client::{RpcClient, RpcError},
	run::STOPPING,
};
use anyhow::{anyhow, bail, Context};
use nix::{
	sys::signal::{kill, Signal},
	unistd::Pid,
};
use sc_keystore::LocalKeystore;
use sc_network::config::{NodeKeyConfig, Secret};
use sp_keystore::Keystore;
use std::{
	fs::{self, File, OpenOptions},
	os::unix::process::{CommandExt, ExitStatusExt},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::{Duration, Instant},
};
use top_runtime_common::development::{node_keys, node_path};
use tp_pbft::{PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// How many lines of the log are shown of a node that ended.
const SHOWN_LOG_LINES: usize = 5;
/// In a log, a process that starts.
const STARTING: &str = "Chain specification:";
/// What the targets of our own log lines begin with.
const OUR_TARGETS: [&str; 6] = ["tc_", "top_", "pbft", "lattice", "duties", "runtime::"];

/// What a node is in its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
	/// Has the development keys of this name (one of [`DEV_NAMES`]), and votes when a committee names them.
	Validator(&'static str),
	/// Has the n-th node's keys of the preset `rotation` in its keystore, counted from 1, and votes when it is drawn.
	Node(u16),
	/// Follows and serves clients.
	Full,
}

impl Seat {
	/// The seat with the n-th development keys.
	pub fn validator(index: usize) -> Option<Self> {
		DEV_NAMES.get(index).copied().map(Self::Validator)
	}

	/// The word for it in tables.
	pub fn role(&self) -> &'static str {
		match self {
			Self::Validator(_) => "validator",
			Self::Node(_) => "node",
			Self::Full => "full",
		}
	}
}

/// A node: stopped, running, or paused. Killed when dropped.
#[derive(Debug)]
pub struct Node {
	name: String,
	seat: Seat,
	ports: NodePorts,
	folder: PathBuf,
	binary: PathBuf,
	spec: PathBuf,
	peer_id: String,
	bootnodes: Vec<String>,
	extra_args: Vec<String>,
	process: Option<Child>,
	ended: Option<ExitStatus>,
}

impl Node {
	/// Makes the folder and the network key, unless they are there.
	pub(super) fn prepare(
		base_path: &Path,
		name: String,
		seat: Seat,
		ports: NodePorts,
		binary: &Path,
		(spec, chain_id): (&Path, &str),
		extra_args: Vec<String>,
	) -> anyhow::Result<Self> {
		let folder = base_path.join(&name);
		fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
		let key = folder.join("node-key");
		let pair = NodeKeyConfig::Ed25519(Secret::File(key.clone()))
			.into_keypair()
			.with_context(|| format!("cannot read or make the network key {}", key.display()))?;
		if let Seat::Node(number) = seat {
			insert_keys(&folder.join("chains").join(chain_id).join("keystore"), number)?;
		}
		Ok(Self {
			name,
			seat,
			ports,
			folder,
			binary: binary.to_owned(),
			spec: spec.to_owned(),
			peer_id: pair.public().to_peer_id().to_string(),
			bootnodes: Vec::new(),
			extra_args,
			process: None,
			ended: None,
		})
	}

	pub(super) fn set_bootnodes(&mut self, bootnodes: Vec<String>) {
		self.bootnodes = bootnodes;
	}

	/// Replaces the arguments it gets at its next start, besides those that follow from its place in the network.
	pub fn set_extra_args(&mut self, extra_args: Vec<String>) {
		self.extra_args = extra_args;
	}

	/// Its name.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// Its role.
	pub fn seat(&self) -> Seat {
		self.seat
	}

	/// Its ports.
	pub fn ports(&self) -> NodePorts {
		self.ports
	}

	/// Its base path.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// The file with all that it printed.
	pub fn log_file(&self) -> PathBuf {
		self.folder.join("node.log")
	}

	/// Its JSON-RPC endpoint.
	pub fn rpc_url(&self) -> String {
		format!("ws://127.0.0.1:{}", self.ports.rpc)
	}

	/// Where other nodes reach it.
	pub fn p2p_address(&self) -> String {
		format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", self.ports.p2p, self.peer_id)
	}

	/// The arguments of its process.
	fn arguments(&self) -> Vec<String> {
		let mut arguments: Vec<String> = vec![
			format!("--base-path={}", self.folder.display()),
			format!("--chain={}", self.spec.display()),
			format!("--name={}", self.name),
			format!("--node-key-file={}", self.folder.join("node-key").display()),
			format!("--rpc-port={}", self.ports.rpc),
			"--rpc-cors=all".into(),
			"--rpc-methods=unsafe".into(),
			format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", self.ports.p2p),
			format!("--prometheus-port={}", self.ports.prometheus),
			"--no-mdns".into(),
			// Lines name their level.
			"--detailed-log-output".into(),
			"--no-telemetry".into(),
			format!("--parent-process={}", std::process::id()),
		];
		match self.seat {
			Seat::Validator(key) => arguments.push(format!("--{key}")),
			Seat::Node(_) => arguments.push("--validator".into()),
			Seat::Full => {},
		}
		if !self.bootnodes.is_empty() {
			arguments.push("--bootnodes".into());
			arguments.extend(self.bootnodes.iter().cloned());
		}
		arguments.extend(self.extra_args.iter().cloned());
		arguments
	}

	/// Starts the process; returns before it answers.
	///
	/// Call it from a thread that lives as long as the node shall: the kernel kills the node when that thread ends
	/// (the main thread of a process, the thread of a test, not a worker of a pool).
	///
	/// # Errors
	/// If it runs already, or cannot be started.
	pub fn start(&mut self) -> anyhow::Result<()> {
		if self.is_running() {
			bail!("{} runs already", self.name);
		}
		let log_file = self.log_file();
		let log = OpenOptions::new()
			.create(true)
			.append(true)
			.open(&log_file)
			.with_context(|| format!("cannot write the log {}", log_file.display()))?;
		let process = Command::new(&self.binary)
			.args(self.arguments())
			.stdin(Stdio::null())
			.stdout(log.try_clone().context("cannot share the log file")?)
			.stderr(log)
			// Ctrl-C in a terminal goes to its whole foreground group; the nodes are stopped in order instead.
			.process_group(0)
			.spawn()
			.with_context(|| format!("cannot start {} for the node {}", self.binary.display(), self.name))?;
		self.process = Some(process);
		self.ended = None;
		Ok(())
	}

	/// Whether the process exists, paused or not.
	pub fn is_running(&mut self) -> bool {
		let Some(process) = &mut self.process else { return false };
		match process.try_wait() {
			Ok(None) => true,
			Ok(Some(status)) => {
				self.ended = Some(status);
				self.process = None;
				false
			},
			// Only a process that was waited for already cannot be waited for.
			Err(_) => {
				self.process = None;
				false
			},
		}
	}

	/// Whether it was started and not stopped through this handle since.
	pub(super) fn was_started(&self) -> bool {
		self.process.is_some() || self.ended.is_some()
	}

	/// # Errors
	/// If the process was started and ended by itself; says how, with the end of its log.
	pub fn ensure_running(&mut self) -> anyhow::Result<()> {
		if self.is_running() || !self.was_started() {
			return Ok(());
		}
		let how = self.ended.map_or("unexpectedly".to_owned(), describe);
		bail!("the node {} ended {how}; its log {} ends with: {}", self.name, self.log_file().display(), self.log_end())
	}

	/// Takes the end of the process as known.
	pub fn forget(&mut self) {
		self.ended = None;
	}

	/// The id of the process, if it runs.
	pub fn pid(&self) -> Option<Pid> {
		self.process.as_ref().and_then(|process| i32::try_from(process.id()).ok()).map(Pid::from_raw)
	}

	/// kill -9, without any chance to clean up; returns when the process is gone.
	pub fn kill(&mut self) -> anyhow::Result<()> {
		if let Some(mut process) = self.process.take() {
			process.kill().with_context(|| format!("cannot kill {}", self.name))?;
			process.wait().with_context(|| format!("cannot wait for {}", self.name))?;
		}
		self.ended = None;
		Ok(())
	}

	/// Stops it without its noticing (SIGSTOP), until [`Self::resume`].
	pub fn pause(&self) -> anyhow::Result<()> {
		self.signal(Signal::SIGSTOP)
	}

	/// Lets it go on (SIGCONT).
	pub fn resume(&self) -> anyhow::Result<()> {
		self.signal(Signal::SIGCONT)
	}

	/// Asks it to end (SIGTERM), paused or not; does not wait. Nothing happens to one that does not run.
	pub fn terminate(&mut self) -> anyhow::Result<()> {
		if self.is_running() {
			self.signal(Signal::SIGTERM)?;
			self.signal(Signal::SIGCONT)?;
		}
		Ok(())
	}

	/// Ends it in order and waits for that.
	///
	/// # Errors
	/// If it is not gone after `timeout`, or ends with an error.
	pub fn stop(&mut self, timeout: Duration) -> anyhow::Result<()> {
		self.terminate()?;
		let deadline = Instant::now() + timeout;
		while self.is_running() {
			if Instant::now() > deadline {
				bail!("{} does not stop", self.name);
			}
			std::thread::sleep(POLL_INTERVAL);
		}
		match self.ended.take() {
			Some(status) if !status.success() => bail!("{} ended {}", self.name, describe(status)),
			_ => Ok(()),
		}
	}

	fn signal(&self, signal: Signal) -> anyhow::Result<()> {
		kill(self.running_pid()?, signal).with_context(|| format!("cannot send {signal} to {}", self.name))
	}

	/// Connects to its RPC.
	pub async fn rpc(&self) -> Result<RpcClient, RpcError> {
		RpcClient::connect(&self.rpc_url()).await
	}

	/// Waits until it has finalized block `height`, whether it answers already or not.
	///
	/// # Errors
	/// If it ends meanwhile, or the time is over.
	pub async fn wait_for_height(&mut self, height: u32, timeout: Duration) -> anyhow::Result<()> {
		let deadline = Instant::now() + timeout;
		let mut client = None;
		loop {
			self.ensure_running()?;
			if client.is_none() {
				client = self.rpc().await.ok();
			}
			if let Some(connected) = &client {
				match connected.finalized_height().await {
					Ok(finalized) if finalized >= height => return Ok(()),
					Ok(_) => {},
					Err(_) => client = None,
				}
			}
			if Instant::now() > deadline {
				bail!("{} has not finalized block {height} within {timeout:?}", self.name);
			}
			tokio::time::sleep(POLL_INTERVAL).await;
		}
	}

	/// Processor time that its threads have used since it was started, in user and in system mode.
	pub fn cpu_time(&self) -> anyhow::Result<Duration> {
		process::cpu_time(self.running_pid()?)
	}

	/// The most memory that it ever had in use since it was started, in bytes.
	pub fn peak_memory(&self) -> anyhow::Result<u64> {
		process::peak_memory(self.running_pid()?)
	}

	fn running_pid(&self) -> anyhow::Result<Pid> {
		self.pid().with_context(|| format!("{} does not run", self.name))
	}

	/// The lines of its log at warn or error level.
	pub fn complaints(&self) -> anyhow::Result<Vec<String>> {
		let path = self.log_file();
		let log = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
		Ok(complaints_in(&log))
	}

	fn log_end(&self) -> String {
		let log = fs::read_to_string(self.log_file()).unwrap_or_default();
		let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
		// The node's own last word says it all, if it had one.
		match lines.iter().rev().find(|line| line.starts_with("Error: ")) {
			Some(error) => (*error).to_owned(),
			None => lines[lines.len().saturating_sub(SHOWN_LOG_LINES)..].join(" | "),
		}
	}

	/// Empties the log, to look for what comes from now on. The process keeps appending to it.
	pub fn clear_log(&self) -> anyhow::Result<()> {
		File::create(self.log_file()).map(drop).with_context(|| format!("cannot clear the log of {}", self.name))
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		if let Err(error) = self.kill() {
			eprintln!("{error:#}");
		}
	}
}

/// Puts the keys of the n-th node of the preset `rotation` into a keystore.
fn insert_keys(keystore: &Path, number: u16) -> anyhow::Result<()> {
	let failed = || format!("cannot write keys to {}", keystore.display());
	let keys = node_keys(number);
	let secret = format!("//{}", node_path(number));
	let keystore = LocalKeystore::open(keystore, None).with_context(failed)?;
	for (key_type, public) in [(PBFT_KEY_TYPE, keys.pbft.as_ref()), (VRF_KEY_TYPE, keys.vrf.as_ref())] {
		keystore.insert(key_type, &secret, public).map_err(|()| anyhow!("it takes no key")).with_context(failed)?;
	}
	Ok(())
}

fn describe(status: ExitStatus) -> String {
	match (status.code(), status.signal()) {
		(Some(code), _) => format!("with exit code {code}"),
		(None, Some(signal)) => {
			let name = Signal::try_from(signal).map_or_else(|_| signal.to_string(), |signal| signal.to_string());
			format!("by the signal {name}")
		},
		(None, None) => "unexpectedly".into(),
	}
}

/// The lines of a detailed log (date, time, level, thread, target, text) at level warn or error. Of a node that is
/// stopping, only our own: the SDK's tasks end in no order then, and complain of each other.
pub fn complaints_in(log: &str) -> Vec<String> {
	let mut stopping = false;
	let mut complaints = Vec::new();
	for line in log.lines() {
		// The next process appends to the same log.
		stopping = (stopping || line.contains(STOPPING)) && !line.contains(STARTING);
		if is_complaint(line) && (!stopping || is_ours(line)) {
			complaints.push(line.to_owned());
		}
	}
	complaints
}

fn is_complaint(line: &str) -> bool {
	line.split_whitespace().nth(2).is_some_and(|level| matches!(level, "WARN" | "ERROR"))
}

fn is_ours(line: &str) -> bool {
	line.split_whitespace().nth(4).is_some_and(|target| OUR_TARGETS.iter().any(|ours| target.starts_with(ours)))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn complaints_are_told_by_their_level() {
		assert!(is_complaint("2026-01-01 00:00:00.000  WARN main sync: lost"));
		assert!(is_complaint("2026-01-01 00:00:00.000 ERROR main sync: lost"));
		assert!(!is_complaint("2026-01-01 00:00:00.000  INFO main sync: an ERROR of somebody else"));
	}

	#[test]
	fn of_a_stopping_node_only_our_own_complaints_count() {
		let line = |level: &str, text: &str| format!("2026-01-01 00:00:00.000 {level} main {text}\n");
		let (starts, stops) =
			(line("INFO", &format!("sc_cli: {STARTING} 1")), line("INFO", &format!("top_node: {STOPPING}")));
		let (of_sdk, of_ours) = (line("ERROR", "sc_service: lost"), line("ERROR", "pbft: lost"));
		let count =
			|lines: &[&String]| complaints_in(&lines.iter().map(|line| line.as_str()).collect::<String>()).len();
		assert_eq!(count(&[&starts, &of_sdk, &of_ours]), 2);
		assert_eq!(count(&[&starts, &stops, &of_sdk, &of_ours]), 1);
		assert_eq!(count(&[&starts, &stops, &starts, &of_sdk, &of_ours]), 2);
	}

	#[test]
	fn a_development_key_is_a_seat() {
		assert_eq!(Seat::validator(3), Some(Seat::Validator("dave")));
		assert_eq!(Seat::validator(8), None);
	}
}
