//! Signals that ask a command to stop.

use anyhow::Context;
use std::future::Future;
use tokio::signal::unix::{signal, SignalKind};

/// Returns a future that completes upon SIGINT (Ctrl-C), SIGTERM, or the loss of the terminal. After the call, these
/// signals do not end the process.
///
/// # Errors
/// If the process cannot listen to signals.
pub fn stop_signals() -> anyhow::Result<impl Future<Output = ()>> {
	let listen = |kind| signal(kind).context("cannot listen to signals");
	let mut interrupt = listen(SignalKind::interrupt())?;
	let mut terminate = listen(SignalKind::terminate())?;
	let mut hang_up = listen(SignalKind::hangup())?;
	Ok(async move {
		tokio::select! {
			_ = interrupt.recv() => {},
			_ = terminate.recv() => {},
			_ = hang_up.recv() => {},
		}
	})
}
