//! Ties a node to the process that started it, so that a network leaves no process behind even when its parent is
//! killed without warning.

use anyhow::{bail, Context};
use nix::{
	sys::{prctl::set_pdeathsig, signal::Signal},
	unistd::{getppid, Pid},
};

/// Asks the kernel to kill this process when its parent ends, and checks that the parent has not ended before.
///
/// SIGKILL and not SIGTERM: it also ends a node that SIGSTOP has stopped, and a node must survive it at any moment
/// anyway.
///
/// # Errors
/// If `parent` is not the parent of this process (any more).
pub fn end_with_parent(parent: i32) -> anyhow::Result<()> {
	set_pdeathsig(Signal::SIGKILL).context("cannot ask for a signal upon the end of the parent process")?;
	if getppid() != Pid::from_raw(parent) {
		bail!("the process {parent} that started this node has ended");
	}
	Ok(())
}
