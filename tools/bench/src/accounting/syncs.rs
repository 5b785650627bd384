//! Syncs of files: the kernel's tracing counts the system calls of some processes.
//!
//! A sync is what a disk is slow at, and `/proc` does not count it. Each system call has its own tracing instance, so that its events are counted without reading them: a ring buffer counts also what it has overwritten. The kernel
//! adds threads that start later.

use anyhow::Context;
use nix::unistd::Pid;
use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
};

/// Where the tracing file system is mounted.
const TRACING: &str = "/sys/kernel/tracing";
/// The counted system calls.
const CALLS: [&str; 5] = ["fsync", "fdatasync", "msync", "sync_file_range", "syncfs"];
/// Buffer of each processor in KiB. Events are counted and not read, so it may overflow.
const BUFFER_KB: &str = "16";

/// A running count. Dropping it removes the tracing instances.
#[derive(Debug)]
pub struct SyncCount {
	instances: Vec<(&'static str, PathBuf)>,
}

impl SyncCount {
	/// Begins to count the syncs of processes.
	///
	/// # Errors
	/// If the kernel's tracing is not mounted, or not allowed. The error says what to do.
	pub fn begin(processes: &[Pid]) -> anyhow::Result<Self> {
		Self::begin_at(Path::new(TRACING), processes)
	}

	fn begin_at(tracing: &Path, processes: &[Pid]) -> anyhow::Result<Self> {
		let instances = tracing.join("instances");
		if !instances.is_dir() {
			anyhow::bail!(
				"the syncs of files are not counted: as root, run `mount -t tracefs nodev {}`",
				tracing.display()
			);
		}
		let mut threads = String::new();
		for process in processes {
			let folder = format!("/proc/{process}/task");
			for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {folder}"))? {
				threads.push_str(&entry?.file_name().to_string_lossy());
				threads.push(' ');
			}
		}
		// Filled from the begin, so that dropping it after an error removes what was created.
		let mut count = Self { instances: Vec::new() };
		for call in CALLS {
			let folder = instances.join(format!("top-bench-{}-{call}", std::process::id()));
			fs::create_dir(&folder)
				.with_context(|| format!("the syncs of files are not counted: cannot create {}", folder.display()))?;
			count.instances.push((call, folder.clone()));
			let event = format!("events/syscalls/sys_enter_{call}/enable");
			for (file, text) in [
				("buffer_size_kb", BUFFER_KB),
				("options/event-fork", "1"),
				("set_event_pid", threads.as_str()),
				(event.as_str(), "1"),
			] {
				fs::write(folder.join(file), text)
					.with_context(|| format!("the syncs of files are not counted: cannot write {file} for {call}"))?;
			}
		}
		Ok(count)
	}

	/// Returns the number of calls until now by their names. Calls that did not occur are left out.
	///
	/// # Errors
	/// If the count cannot be read.
	pub fn counts(&self) -> anyhow::Result<BTreeMap<String, u64>> {
		let mut counts = BTreeMap::new();
		for (call, folder) in &self.instances {
			let mut sum = 0;
			for entry in fs::read_dir(folder.join("per_cpu"))? {
				let stats = fs::read_to_string(entry?.path().join("stats"))?;
				sum += events(&stats).with_context(|| format!("the count of {call} cannot be read"))?;
			}
			if sum > 0 {
				counts.insert((*call).to_owned(), sum);
			}
		}
		Ok(counts)
	}
}

impl Drop for SyncCount {
	fn drop(&mut self) {
		for (_, folder) in &self.instances {
			if let Err(error) = fs::remove_dir(folder) {
				eprintln!("Cannot remove the tracing instance {}: {error}", folder.display());
			}
		}
	}
}

/// Sums the events of a processor's buffer: those in it, the overwritten, the dropped and the read ones.
fn events(stats: &str) -> Option<u64> {
	let field = |name: &str| {
		stats.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse::<u64>().ok())
	};
	Some(
		field("entries")?
			+ field("overrun")?
			+ field("dropped events").unwrap_or(0)
			+ field("read events").unwrap_or(0),
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn overwritten_events_count() {
		let stats = "entries: 3\noverrun: 40\ncommit overrun: 0\nbytes: 96\ndropped events: 1\nread events: 2\n";
		assert_eq!(events(stats), Some(46));
		assert_eq!(events("bytes: 96"), None);
	}

	#[test]
	fn without_tracing_the_error_says_what_to_do() {
		let error = SyncCount::begin_at(Path::new("/no/tracing"), &[]).unwrap_err().to_string();
		assert!(error.contains("mount -t tracefs"), "{error}");
	}

	/// Counts only where tracing is mounted and allowed, as in the bench. Elsewhere it prints why it did not (`--nocapture`).
	#[test]
	fn syncs_of_this_process_are_counted_where_the_kernel_allows_it() {
		let count = match SyncCount::begin(&[Pid::this()]) {
			Ok(count) => count,
			Err(error) => {
				eprintln!("skipped: {error:#}");
				return;
			},
		};
		let file = tempfile::tempfile().unwrap();
		for _ in 0..3 {
			file.sync_all().unwrap();
		}
		let counts = count.counts().unwrap();
		assert!(counts.get("fsync").is_some_and(|syncs| *syncs >= 3), "{counts:?}");
	}
}
