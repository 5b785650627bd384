//! A node binary whose benches are run.

use crate::compare::figures::{Figures, Lane};
use anyhow::{bail, Context};
use nix::{
	sys::signal::{kill, Signal},
	unistd::Pid,
};
use serde_json::Value;
use std::{
	fs,
	future::Future,
	os::unix::fs::PermissionsExt,
	path::{Path, PathBuf},
	pin::Pin,
	process::{Output, Stdio},
	time::Duration,
};
use tokio::process::Command;

/// How long a bench may take to stop its network after a signal, before it is killed. Its nodes end with it.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// Number of error lines that are shown of a failed run.
const SHOWN_LINES: usize = 3;

/// A node binary.
#[derive(Debug)]
pub struct Binary {
	path: PathBuf,
	version: String,
}

impl Binary {
	/// Checks that a binary exists and runs.
	///
	/// # Errors
	/// If it does not.
	pub async fn find(path: &Path) -> anyhow::Result<Self> {
		let shown = path.display();
		let path = path.canonicalize().with_context(|| format!("there is no binary {shown}"))?;
		let metadata = fs::metadata(&path).with_context(|| format!("there is no binary {shown}"))?;
		if !metadata.is_file() || metadata.permissions().mode() & 0o111 == 0 {
			bail!("{shown} is not an executable file");
		}
		let output = Command::new(&path).arg("--version").stdin(Stdio::null()).kill_on_drop(true).output().await;
		let output = output.with_context(|| format!("cannot run {shown}"))?;
		if !output.status.success() {
			bail!("{shown} --version fails: {}", describe(&output));
		}
		let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
		Ok(Self { path, version })
	}

	/// Returns its path.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// Returns the line that it prints for `--version`.
	pub fn version(&self) -> &str {
		&self.version
	}

	/// Runs the bench of a lane to its end; returns its figures. When `stop` completes, asks the bench to stop, and
	/// waits for it.
	///
	/// # Errors
	/// If the bench fails, prints no report, or `stop` completes.
	pub async fn bench(
		&self,
		lane: Lane,
		flags: &[String],
		stop: Pin<&mut impl Future<Output = ()>>,
	) -> anyhow::Result<Figures> {
		let mut command = Command::new(&self.path);
		command.args(["bench", lane.subcommand(), "--json"]).args(flags);
		let output = run(command, stop).await.with_context(|| format!("cannot run {}", self.path.display()))?;
		let shown = || format!("{} bench {} {}", self.path.display(), lane.subcommand(), flags.join(" "));
		if !output.status.success() {
			bail!("{} fails: {}", shown().trim_end(), describe(&output));
		}
		Figures::read(&String::from_utf8_lossy(&output.stdout)).with_context(shown)
	}
}

/// Why a bench gave no report.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
	/// A signal stopped it.
	#[error("stopped on a signal")]
	Stopped,
	/// It failed, with the end of its errors.
	#[error("{0}")]
	Failed(String),
	/// It printed something else.
	#[error("the bench printed no JSON object: {0}")]
	NoJson(#[from] serde_json::Error),
	/// It did not start, or could not be stopped.
	#[error("{0:#}")]
	Run(anyhow::Error),
}

impl BenchError {
	/// Whether a signal stopped the bench.
	pub fn is_stopped(&self) -> bool {
		matches!(self, Self::Stopped)
	}
}

/// Runs a bench to its end; returns the JSON that it prints. When `stop` completes, asks the bench to stop, and waits for
/// it.
///
/// # Errors
/// If the bench fails, prints no report, or `stop` completes.
pub async fn json_of(command: Command, stop: Pin<&mut impl Future<Output = ()>>) -> Result<Value, BenchError> {
	let output = run(command, stop).await?;
	if !output.status.success() {
		return Err(BenchError::Failed(describe(&output)));
	}
	Ok(serde_json::from_slice(&output.stdout)?)
}

/// Runs a command to its end, or until `stop` completes.
async fn run(mut command: Command, stop: Pin<&mut impl Future<Output = ()>>) -> Result<Output, BenchError> {
	let child = command
		.stdin(Stdio::null())
		.stdout(Stdio::piped())
		.stderr(Stdio::piped())
		// Ctrl-C in a terminal goes to its whole foreground group; this process stops the bench in order instead.
		.process_group(0)
		.kill_on_drop(true)
		.spawn()
		.map_err(|error| BenchError::Run(error.into()))?;
	let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
	let pid = pid.context("a new process has an id; qed").map_err(BenchError::Run)?;
	let output = child.wait_with_output();
	tokio::pin!(output);
	tokio::select! {
		output = &mut output => return output.map_err(|error| BenchError::Run(error.into())),
		() = stop => {},
	}
	kill(pid, Signal::SIGTERM).context("cannot stop the bench").map_err(BenchError::Run)?;
	// Dropping the future kills the process if it does not end in time.
	if tokio::time::timeout(STOP_TIMEOUT, output).await.is_err() {
		eprintln!("The bench did not stop in time and was killed");
	}
	Err(BenchError::Stopped)
}

/// Describes a failed run: how it ended, and the last lines of its errors.
fn describe(output: &Output) -> String {
	let errors = String::from_utf8_lossy(&output.stderr);
	let lines: Vec<&str> = errors.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
	let end = match lines.iter().rev().find(|line| line.to_lowercase().starts_with("error: ")) {
		Some(error) => (*error).to_owned(),
		None => lines[lines.len().saturating_sub(SHOWN_LINES)..].join(" | "),
	};
	format!("{}; {}", output.status, if end.is_empty() { "it printed no error" } else { &end })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::compare::script;
	use std::{future::pending, pin::pin, time::Instant};
	use tempfile::TempDir;

	/// A shell script as a binary.
	fn script(text: &str) -> (TempDir, PathBuf) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("node");
		script::write(&path, "node 1", text);
		(folder, path)
	}

	const REPORT: &str = r#"{"cpu_us_per_transfer": 5, "transfers_per_second": 6, "latency_ms": {"p50": 7},
		"loaded_latency_ms": {"p50": 8}}"#;

	#[tokio::test]
	async fn a_bench_is_run_with_its_flags_and_read() {
		let (_folder, path) = script(&format!("[ \"$*\" = 'bench units --json --units 5' ] && echo '{REPORT}'"));
		let binary = Binary::find(&path).await.unwrap();
		assert_eq!(binary.version(), "node 1");
		let flags = ["--units".to_owned(), "5".to_owned()];
		let figures = binary.bench(Lane::Units, &flags, pin!(pending())).await.unwrap();
		assert_eq!(figures, Figures::read(REPORT).unwrap());
	}

	#[tokio::test]
	async fn a_missing_binary_and_a_failed_run_are_explained() {
		let error = Binary::find(Path::new("/no/such/node")).await.unwrap_err();
		assert!(format!("{error:#}").contains("no binary /no/such/node"), "{error:#}");
		let error = Binary::find(Path::new("/tmp")).await.unwrap_err();
		assert!(format!("{error:#}").contains("not an executable file"), "{error:#}");
		let (_folder, path) = script("echo 'Error: the port is in use' >&2; echo more >&2; exit 3");
		let binary = Binary::find(&path).await.unwrap();
		let error = format!("{:#}", binary.bench(Lane::Chain, &[], pin!(pending())).await.unwrap_err());
		assert!(error.contains("bench chain fails") && error.contains("the port is in use"), "{error}");
	}

	#[tokio::test]
	async fn a_signal_stops_the_bench() {
		let (folder, path) = script("trap 'exit 1' TERM; touch \"$0.started\"; while :; do sleep 0.01; done");
		let binary = Binary::find(&path).await.unwrap();
		let started = folder.path().join("node.started");
		let stop = async {
			while !started.exists() {
				tokio::time::sleep(Duration::from_millis(10)).await;
			}
		};
		let since = Instant::now();
		let error = binary.bench(Lane::Chain, &[], pin!(stop)).await.unwrap_err();
		assert!(format!("{error:#}").contains("stopped on a signal"), "{error:#}");
		assert!(since.elapsed() < STOP_TIMEOUT);
	}
}
