//! Processor time and memory of processes, from `/proc`.

use anyhow::Context;
use nix::unistd::{sysconf, Pid, SysconfVar};
use std::{fs, time::Duration};

/// Returns the processor time of a process since its start, in user and in system mode.
///
/// # Errors
/// If there is no such process.
pub fn cpu_time(pid: Pid) -> anyhow::Result<Duration> {
	let path = format!("/proc/{pid}/stat");
	let stat = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
	let ticks = cpu_ticks(&stat).with_context(|| format!("{path} has no processor times"))?;
	Ok(Duration::from_secs(ticks) / ticks_per_second()?)
}

/// Returns the number of clock ticks a second, in which the kernel counts processor time.
///
/// # Errors
/// If the system does not tell.
pub fn ticks_per_second() -> anyhow::Result<u32> {
	sysconf(SysconfVar::CLK_TCK)
		.ok()
		.flatten()
		.and_then(|ticks| u32::try_from(ticks).ok())
		.filter(|ticks| *ticks > 0)
		.context("the system does not say how long a clock tick is")
}

/// Returns the peak resident memory of a process, in bytes.
///
/// # Errors
/// If there is no such process.
pub fn peak_memory(pid: Pid) -> anyhow::Result<u64> {
	let path = format!("/proc/{pid}/status");
	let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
	peak_bytes(&status).with_context(|| format!("{path} has no VmHWM"))
}

/// Sums utime and stime of `/proc/<pid>/stat`: fields 14 and 15, counted from 1. The second field, the program's name
/// in parentheses, may contain spaces and parentheses.
fn cpu_ticks(stat: &str) -> Option<u64> {
	let (_, after_name) = stat.rsplit_once(')')?;
	let mut fields = after_name.split_whitespace().skip(11);
	let user: u64 = fields.next()?.parse().ok()?;
	let system: u64 = fields.next()?.parse().ok()?;
	user.checked_add(system)
}

/// Reads VmHWM of `/proc/<pid>/status`, which is in kilobytes.
fn peak_bytes(status: &str) -> Option<u64> {
	let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
	line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn processor_times_are_found_behind_any_name() {
		let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 170 30 0 0 20 0 1 0 100 0 0";
		assert_eq!(cpu_ticks(stat), Some(200));
		assert_eq!(cpu_ticks("42 (x) S 1"), None);
	}

	#[test]
	fn peak_memory_is_in_bytes() {
		assert_eq!(peak_bytes("Name:\ttop-node\nVmPeak:\t  90 kB\nVmHWM:\t     12 kB\n"), Some(12 * 1024));
		assert_eq!(peak_bytes("VmHWM:\t12 MB"), None);
		assert!(peak_memory(Pid::this()).unwrap() > 1024 * 1024);
	}
}
