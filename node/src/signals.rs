//! The signals that ask a command to end.

use anyhow::Context;
use std::future::Future;
use tokio::signal::unix::{signal, SignalKind};

/// A future that completes upon SIGINT (Ctrl-C), SIGTERM, or the loss of the terminal. From now on they do not end the process.
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
