//! Texts of `/proc`.

use anyhow::Context;
use nix::unistd::Pid;
use std::{collections::BTreeMap, fs, io, time::Duration};
use top_local_network::ticks_per_second;

/// The processor time of a thread since its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
	/// Its name: 15 bytes at most.
	pub name: String,
	/// Its processor time.
	pub time: Duration,
}

/// Bytes that a process caused to be read from disk and written to it since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskBytes {
	/// Read.
	pub read: u64,
	/// Written, or to be written by the page cache.
	pub written: u64,
}

/// Resident memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
	/// All resident pages.
	pub resident: u64,
	/// Pages that no file backs: the heap and the stacks.
	pub anonymous: u64,
}

/// Returns the threads of a process by their ids. A thread that ends meanwhile is left out.
///
/// # Errors
/// If there is no such process.
pub fn threads(pid: Pid) -> anyhow::Result<BTreeMap<i32, Thread>> {
	let folder = format!("/proc/{pid}/task");
	let tick = Duration::from_secs(1) / ticks_per_second()?;
	let mut threads = BTreeMap::new();
	for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {folder}"))? {
		let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
		match thread(&folder, id, tick) {
			Ok(Some(thread)) => drop(threads.insert(id, thread)),
			Ok(None) => anyhow::bail!("{folder}/{id}/stat has no processor times"),
			// It has ended since the folder was read.
			Err(_) => {},
		}
	}
	Ok(threads)
}

/// Reads one thread. The scheduler's time is in nanoseconds; kernels without it count ticks.
fn thread(folder: &str, id: i32, tick: Duration) -> io::Result<Option<Thread>> {
	let stat = fs::read_to_string(format!("{folder}/{id}/stat"))?;
	let schedule = fs::read_to_string(format!("{folder}/{id}/schedstat")).unwrap_or_default();
	let Some((name, ticks)) = name_and_ticks(&stat) else { return Ok(None) };
	let time = scheduled(&schedule).unwrap_or_else(|| tick * u32::try_from(ticks).unwrap_or(u32::MAX));
	Ok(Some(Thread { name, time }))
}

/// Returns the processor time of the calling thread.
///
/// # Errors
/// If the kernel's scheduler does not count it.
pub fn thread_time() -> anyhow::Result<Duration> {
	parsed("/proc/thread-self/schedstat", "processor time", scheduled)
}

/// Reads the name and the sum of utime and stime of `/proc/<pid>/task/<tid>/stat`: fields 2, 14 and 15, counted from 1.
/// The name, in parentheses, may contain spaces and parentheses.
fn name_and_ticks(stat: &str) -> Option<(String, u64)> {
	let (before, after) = stat.rsplit_once(')')?;
	let (_, name) = before.split_once('(')?;
	let mut fields = after.split_whitespace().skip(11);
	let user: u64 = fields.next()?.parse().ok()?;
	let system: u64 = fields.next()?.parse().ok()?;
	Some((name.to_owned(), user.checked_add(system)?))
}

/// Reads the first number of `schedstat`: nanoseconds on a processor. 0 where the kernel does not count them.
fn scheduled(text: &str) -> Option<Duration> {
	let nanos = text.split_whitespace().next()?.parse().ok().filter(|nanos| *nanos > 0)?;
	Some(Duration::from_nanos(nanos))
}

/// Returns the bytes that a process moved to and from disk.
///
/// # Errors
/// If there is no such process, or the kernel does not tell.
pub fn disk_bytes(pid: Pid) -> anyhow::Result<DiskBytes> {
	parsed(&format!("/proc/{pid}/io"), "read_bytes and write_bytes", parse_disk)
}

/// Reads and parses a file.
fn parsed<R>(path: &str, fields: &str, parse: fn(&str) -> Option<R>) -> anyhow::Result<R> {
	let text = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
	parse(&text).with_context(|| format!("{path} has no {fields}"))
}

fn parse_disk(text: &str) -> Option<DiskBytes> {
	let field = |name: &str| {
		text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse::<u64>().ok())
	};
	let cancelled = field("cancelled_write_bytes").unwrap_or(0);
	Some(DiskBytes { read: field("read_bytes")?, written: field("write_bytes")?.saturating_sub(cancelled) })
}

/// Returns the memory of a process.
///
/// # Errors
/// If there is no such process, or the kernel does not tell.
pub fn memory(pid: Pid) -> anyhow::Result<Memory> {
	parsed(&format!("/proc/{pid}/status"), "VmRSS and RssAnon", parse_memory)
}

fn parse_memory(text: &str) -> Option<Memory> {
	let field = |name: &str| {
		let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
		line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
	};
	Some(Memory { resident: field("VmRSS")?, anonymous: field("RssAnon")? })
}

/// Returns the bytes that the loopback interface of this network namespace has carried.
///
/// # Errors
/// If the kernel does not tell.
pub fn loopback_bytes() -> anyhow::Result<u64> {
	parsed("/proc/net/dev", "interface lo", parse_loopback)
}

/// Reads the received bytes of `lo`, which were sent over it.
fn parse_loopback(text: &str) -> Option<u64> {
	let line = text.lines().find_map(|line| line.trim_start().strip_prefix("lo:"))?;
	line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_thread_is_found_behind_any_name() {
		let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 170 30 0 0 20 0 1 0 100 0 0";
		assert_eq!(name_and_ticks(stat), Some(("a (b) c".into(), 200)));
		assert_eq!(name_and_ticks("42 (x) S 1"), None);
		assert_eq!(scheduled("3001383 17 1\n"), Some(Duration::from_nanos(3_001_383)));
		assert_eq!((scheduled("0 0 0"), scheduled("")), (None, None));
	}

	#[test]
	fn bytes_and_memory_are_read_by_their_names() {
		let io = "rchar: 9\nwchar: 12\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 1024\n";
		assert_eq!(parse_disk(io), Some(DiskBytes { read: 4096, written: 7168 }));
		assert_eq!(parse_disk("rchar: 9\n"), None);
		let status = "Name:\ttop-node\nVmRSS:\t   20 kB\nRssAnon:\t   12 kB\n";
		assert_eq!(parse_memory(status), Some(Memory { resident: 20 * 1024, anonymous: 12 * 1024 }));
		assert_eq!(parse_memory("VmRSS:\t20 MB\nRssAnon:\t1 kB"), None);
		let net = "Inter-|   Receive\n face |bytes\n    lo: 6123   10 0 0 0 0 0 0 6123 10\n  eth0: 5 1 0\n";
		assert_eq!(parse_loopback(net), Some(6123));
	}

	#[test]
	fn this_process_has_threads_bytes_and_memory() {
		let (tell, told) = std::sync::mpsc::channel::<()>();
		let (started, has_started) = std::sync::mpsc::channel();
		let run = move || {
			// A thread sets its name itself, before this.
			started.send(()).unwrap();
			told.recv().is_ok()
		};
		let worker = std::thread::Builder::new().name("counted-thread".into()).spawn(run).unwrap();
		has_started.recv().unwrap();
		let threads = threads(Pid::this()).unwrap();
		assert!(threads.values().any(|thread| thread.name == "counted-thread"), "{threads:?}");
		drop(tell);
		assert!(!worker.join().unwrap());
		assert!(disk_bytes(Pid::this()).is_ok() && loopback_bytes().is_ok());
		let memory = memory(Pid::this()).unwrap();
		assert!(memory.anonymous > 0 && memory.resident >= memory.anonymous, "{memory:?}");
	}
}
