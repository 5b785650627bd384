//! One node of a network on this machine: its files, its process, its RPC.

use crate::{
	kind::NodeKind,
	ledger::NodeLedger,
	logs::complaints_in,
	network_key,
	ports::NodePorts,
	process::{cpu_time, peak_memory},
	runtime_cache::RuntimeCache,
};
use anyhow::{anyhow, bail, Context};
use nix::{
	sys::signal::{kill, Signal},
	unistd::Pid,
};
use sc_keystore::LocalKeystore;
use sp_core::{ed25519, sr25519, Pair};
use sp_keystore::Keystore;
use std::{
	fs::{self, File, OpenOptions},
	net::{Ipv4Addr, TcpStream},
	os::unix::process::{CommandExt, ExitStatusExt},
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	time::{Duration, Instant},
};
use top_sdk::{Error, RpcClient};
use tp_pbft::{PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// Interval of queries to a node, or to its process, while something is awaited.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// Number of log lines that are shown of a node that ended.
const SHOWN_LOG_LINES: usize = 5;

/// What a node consists of.
pub(crate) struct NodeParams<'a> {
	pub name: String,
	pub kind: NodeKind,
	/// The first ledger.
	pub first: NodeLedger,
	/// The zone and the shards beside it.
	pub shards: Vec<NodeLedger>,
	pub folder: PathBuf,
	pub binary: PathBuf,
	/// Path of the raw chain specification.
	pub spec: PathBuf,
	pub chain_id: &'a str,
	/// Returns the secret URI of the keys of the n-th registered node.
	pub node_secret: Option<fn(u16) -> String>,
	pub extra_args: Vec<String>,
}

/// A node: stopped, running, or paused. Dropping it kills its process.
#[derive(Debug)]
pub struct Node {
	name: String,
	kind: NodeKind,
	first: NodeLedger,
	shards: Vec<NodeLedger>,
	folder: PathBuf,
	binary: PathBuf,
	spec: PathBuf,
	runtime_cache: RuntimeCache,
	peer_id: String,
	bootnodes: Vec<String>,
	extra_args: Vec<String>,
	environment: Vec<(String, String)>,
	process: Option<Child>,
	ended: Option<ExitStatus>,
}

impl Node {
	/// Creates the folder and the keys, unless they exist.
	pub(crate) fn prepare(params: NodeParams) -> anyhow::Result<Self> {
		let NodeParams { name, kind, first, shards, folder, binary, spec, chain_id, node_secret, extra_args } = params;
		fs::create_dir_all(&folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
		let peer_id = network_key::provide(&folder.join("node-key"))?;
		if let NodeKind::Registered(number) = kind {
			let secret = node_secret.with_context(|| format!("the chain {chain_id:?} has no registered nodes"))?;
			insert_keys(&folder.join("chains").join(chain_id).join("keystore"), &secret(number))?;
		}
		Ok(Self {
			runtime_cache: RuntimeCache::of_node(&folder, chain_id),
			name,
			kind,
			first,
			shards,
			folder,
			binary,
			spec,
			peer_id,
			bootnodes: Vec::new(),
			extra_args,
			environment: Vec::new(),
			process: None,
			ended: None,
		})
	}

	/// Replaces the nodes that its next start dials first.
	pub fn set_bootnodes(&mut self, bootnodes: Vec<String>) {
		self.bootnodes = bootnodes;
	}

	pub(crate) fn runtime_cache(&self) -> &RuntimeCache {
		&self.runtime_cache
	}

	/// Adds an argument.
	pub fn add_extra_arg(&mut self, argument: String) {
		self.extra_args.push(argument);
	}

	/// Replaces the extra arguments of its next start.
	pub fn set_extra_args(&mut self, extra_args: Vec<String>) {
		self.extra_args = extra_args;
	}

	/// Replaces the environment variables that its next start adds to those of this process.
	pub fn set_environment(&mut self, environment: Vec<(String, String)>) {
		self.environment = environment;
	}

	/// Returns its name.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// Returns its kind.
	pub fn kind(&self) -> NodeKind {
		self.kind
	}

	/// Returns its ports: those of its first ledger.
	pub fn ports(&self) -> NodePorts {
		self.first.ports
	}

	/// Returns its ledgers: the first, then the shards.
	pub fn ledgers(&self) -> impl Iterator<Item = NodeLedger> + '_ {
		[self.first].into_iter().chain(self.shards.iter().copied())
	}

	/// Returns its base path.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// Returns the path of the file with all its output.
	pub fn log_file(&self) -> PathBuf {
		self.folder.join("node.log")
	}

	/// Returns the URL of the JSON-RPC endpoint of its first ledger.
	pub fn rpc_url(&self) -> String {
		self.first.rpc_url()
	}

	/// Returns the address at which other nodes reach it.
	pub fn p2p_address(&self) -> String {
		self.p2p_address_of(&self.first)
	}

	pub(crate) fn p2p_address_of(&self, ledger: &NodeLedger) -> String {
		format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", ledger.ports.p2p, self.peer_id)
	}

	/// Returns the arguments of its process.
	fn arguments(&self) -> Vec<String> {
		let mut arguments: Vec<String> = vec![
			format!("--base-path={}", self.folder.display()),
			format!("--chain={}", self.spec.display()),
			format!("--name={}", self.name),
			format!("--node-key-file={}", self.folder.join("node-key").display()),
			format!("--rpc-port={}", self.first.ports.rpc),
			format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", self.first.ports.p2p),
			format!("--prometheus-port={}", self.first.ports.prometheus),
			"--no-mdns".into(),
			// Log lines name their level.
			"--detailed-log-output".into(),
			"--no-telemetry".into(),
			format!("--parent-process={}", std::process::id()),
		];
		if !self.shards.is_empty() {
			arguments.push(format!("--shards={}", self.shards.len() - 1));
		}
		match self.kind {
			NodeKind::Validator(key) => arguments.push(format!("--{key}")),
			NodeKind::Registered(_) => arguments.push("--validator".into()),
			NodeKind::Full => {},
		}
		if !self.bootnodes.is_empty() {
			arguments.push("--bootnodes".into());
			arguments.extend(self.bootnodes.iter().cloned());
		}
		arguments.extend(default_rpc_methods(&self.extra_args));
		arguments.extend(default_unit_index(&self.extra_args));
		arguments.extend(self.extra_args.iter().cloned());
		arguments
	}

	/// Starts the process; returns before it serves RPC.
	///
	/// The calling thread must live as long as the node: the kernel kills the node when that thread ends. Use the main
	/// thread of a process or the thread of a test, not a worker of a pool.
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
			.envs(self.environment.iter().map(|(name, value)| (name, value)))
			.stdin(Stdio::null())
			.stdout(log.try_clone().context("cannot share the log file")?)
			.stderr(log)
			// Ctrl-C in a terminal goes to its whole foreground group; this process stops the nodes in order instead.
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
			// Waiting fails only for a process that was waited for before.
			Err(_) => {
				self.process = None;
				false
			},
		}
	}

	/// Whether it was started and not stopped through this handle since.
	pub(crate) fn was_started(&self) -> bool {
		self.process.is_some() || self.ended.is_some()
	}

	/// Checks that the process has not ended by itself.
	///
	/// # Errors
	/// If it has; the error says how, with the end of the log.
	pub fn ensure_running(&mut self) -> anyhow::Result<()> {
		if self.is_running() || !self.was_started() {
			return Ok(());
		}
		let how = self.ended.map_or("unexpectedly".to_owned(), describe);
		bail!("the node {} ended {how}; its log {} ends with: {}", self.name, self.log_file().display(), self.log_end())
	}

	/// Acknowledges the end of the process: [`Self::ensure_running`] does not report it again.
	pub fn forget(&mut self) {
		self.ended = None;
	}

	/// Returns the id of the process, if it runs.
	pub fn pid(&self) -> Option<Pid> {
		self.process.as_ref().and_then(|process| i32::try_from(process.id()).ok()).map(Pid::from_raw)
	}

	/// Kills the process (SIGKILL); returns when it has ended.
	///
	/// # Errors
	/// If the process cannot be killed.
	pub fn kill(&mut self) -> anyhow::Result<()> {
		if let Some(mut process) = self.process.take() {
			process.kill().with_context(|| format!("cannot kill {}", self.name))?;
			process.wait().with_context(|| format!("cannot wait for {}", self.name))?;
		}
		self.ended = None;
		Ok(())
	}

	/// Pauses the process (SIGSTOP) until [`Self::resume`].
	///
	/// # Errors
	/// If it does not run.
	pub fn pause(&self) -> anyhow::Result<()> {
		self.signal(Signal::SIGSTOP)
	}

	/// Resumes the process (SIGCONT).
	///
	/// # Errors
	/// If it does not run.
	pub fn resume(&self) -> anyhow::Result<()> {
		self.signal(Signal::SIGCONT)
	}

	/// Asks the process to end (SIGTERM), paused or not; does not wait. Does nothing if it does not run.
	///
	/// # Errors
	/// If the signal cannot be sent.
	pub fn terminate(&mut self) -> anyhow::Result<()> {
		if self.is_running() {
			self.signal(Signal::SIGTERM)?;
			self.signal(Signal::SIGCONT)?;
		}
		Ok(())
	}

	/// Stops the process in order, and waits for its end.
	///
	/// # Errors
	/// If it still runs after `timeout`, or ends with an error.
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

	/// Whether the RPC ports of all its ledgers accept connections.
	pub(crate) fn serves_rpc(&self) -> bool {
		self.ledgers().all(|ledger| TcpStream::connect((Ipv4Addr::LOCALHOST, ledger.ports.rpc)).is_ok())
	}

	/// Connects to its RPC.
	///
	/// # Errors
	/// If it does not serve RPC.
	pub async fn rpc(&self) -> Result<RpcClient, Error> {
		self.first.rpc().await
	}

	/// Waits until it has finalized block `height`, from before it serves RPC.
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

	/// Returns the processor time of its threads since its start, in user and in system mode.
	///
	/// # Errors
	/// If it does not run.
	pub fn cpu_time(&self) -> anyhow::Result<Duration> {
		cpu_time(self.running_pid()?)
	}

	/// Returns its peak memory since its start, in bytes.
	///
	/// # Errors
	/// If it does not run.
	pub fn peak_memory(&self) -> anyhow::Result<u64> {
		peak_memory(self.running_pid()?)
	}

	fn running_pid(&self) -> anyhow::Result<Pid> {
		self.pid().with_context(|| format!("{} does not run", self.name))
	}

	/// Returns the lines of its log at warn or error level: see [`complaints_in`].
	///
	/// # Errors
	/// If the log cannot be read.
	pub fn complaints(&self, own_targets: &[&str]) -> anyhow::Result<Vec<String>> {
		let path = self.log_file();
		let log = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
		Ok(complaints_in(&log, own_targets))
	}

	fn log_end(&self) -> String {
		let log = fs::read_to_string(self.log_file()).unwrap_or_default();
		let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
		// The error line of the node says enough, if it wrote one.
		match lines.iter().rev().find(|line| line.starts_with("Error: ")) {
			Some(error) => (*error).to_owned(),
			None => lines[lines.len().saturating_sub(SHOWN_LOG_LINES)..].join(" | "),
		}
	}

	/// Empties the log, to read only later lines. The process keeps appending to it.
	///
	/// # Errors
	/// If the file cannot be written.
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

/// Writes the keys of a secret URI into a keystore.
fn insert_keys(keystore: &Path, secret: &str) -> anyhow::Result<()> {
	let failed = || format!("cannot write keys to {}", keystore.display());
	let vote = ed25519::Pair::from_string(secret, None).map_err(|error| anyhow!("{error:?}")).with_context(failed)?;
	let vrf = sr25519::Pair::from_string(secret, None).map_err(|error| anyhow!("{error:?}")).with_context(failed)?;
	let (vote, vrf) = (vote.public(), vrf.public());
	let keystore = LocalKeystore::open(keystore, None).with_context(failed)?;
	for (key_type, public) in [(PBFT_KEY_TYPE, &vote.0[..]), (VRF_KEY_TYPE, &vrf.0[..])] {
		keystore
			.insert(key_type, secret, public)
			.map_err(|()| anyhow!("the keystore refuses the key"))
			.with_context(failed)?;
	}
	Ok(())
}

/// Returns the argument for the RPC methods that a node serves, unless the extra arguments name them.
///
/// Any page in a browser on this machine can connect to the port, because browsers do not apply the rules of origin to
/// WebSockets. So unsafe methods, which rotate keys among others, are only for networks that ask for them.
fn default_rpc_methods(extra_args: &[String]) -> Option<String> {
	let is_named = extra_args.iter().any(|argument| argument.starts_with("--rpc-methods"));
	(!is_named).then(|| "--rpc-methods=safe".into())
}

/// Keeps the index of units on each node, validators included, unless the extra arguments say it: clients of a local network
/// ask any of its nodes.
fn default_unit_index(extra_args: &[String]) -> Option<String> {
	let is_named = extra_args.iter().any(|argument| argument.starts_with("--unit-index"));
	(!is_named).then(|| "--unit-index=on".into())
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn unsafe_methods_are_served_only_where_they_are_asked_for() {
		assert_eq!(default_rpc_methods(&["--log=info".into()]).as_deref(), Some("--rpc-methods=safe"));
		for named in [vec!["--rpc-methods=unsafe".into()], vec!["--rpc-methods".into(), "unsafe".into()]] {
			assert_eq!(default_rpc_methods(&named), None);
		}
	}

	#[test]
	fn the_unit_index_is_kept_unless_the_arguments_say_it() {
		assert_eq!(default_unit_index(&["--log=info".into()]).as_deref(), Some("--unit-index=on"));
		for named in [vec!["--unit-index=off".into()], vec!["--unit-index".into(), "off".into()]] {
			assert_eq!(default_unit_index(&named), None);
		}
	}
}
