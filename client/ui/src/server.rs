//! Connections: their number, their time, and the size of what they send are bounded.

use crate::site::Site;
use hyper::{body::Incoming, server::conn::http1, service::service_fn, Request};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
	net::{TcpListener, TcpStream},
	task::JoinSet,
	time::{sleep, timeout},
};

/// Bounds of connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
	/// Connections at a time. Further ones wait in the system's queue.
	pub connections: usize,
	/// Time for the head of a request, and until the next one.
	pub head: Duration,
	/// Time after which a connection takes no further request.
	pub life: Duration,
	/// Time for the last answer after that.
	pub last_answer: Duration,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			// A browser opens six.
			connections: 96,
			head: Duration::from_secs(10),
			// The page is 150 kB: enough for a slow phone.
			life: Duration::from_secs(60),
			last_answer: Duration::from_secs(30),
		}
	}
}

/// Bytes of a request's head. Browsers send the cookies of all programs on a host: ports do not keep them apart.
const MAX_HEAD_BYTES: usize = 32 * 1024;
/// Pause after the system refuses a connection, most often because the process has too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Serves a site to all that connect. It ends when it is dropped, with all connections.
///
/// The listener is one of [`crate::listen`]'s.
pub async fn serve(listener: std::net::TcpListener, site: Arc<Site>) {
	match TcpListener::from_std(listener) {
		Ok(listener) => serve_within(Limits::default(), listener, site).await,
		Err(error) => log::error!("The explorer is not served: {error}"),
	}
}

pub(crate) async fn serve_within(limits: Limits, listener: TcpListener, site: Arc<Site>) {
	let mut connections = JoinSet::new();
	loop {
		tokio::select! {
			accepted = listener.accept(), if connections.len() < limits.connections => match accepted {
				Ok((stream, _)) => {
					connections.spawn(connection(limits, stream, site.clone()));
				},
				Err(error) => {
					log::debug!("A connection was not accepted: {error}");
					sleep(ACCEPT_PAUSE).await;
				},
			},
			Some(ended) = connections.join_next() => {
				if let Err(error) = ended {
					log::error!("A connection to the explorer failed: {error}");
				}
			},
		}
	}
}

async fn connection(limits: Limits, stream: TcpStream, site: Arc<Site>) {
	let service = service_fn(move |request: Request<Incoming>| {
		let response = site.answer(&request);
		async move { Ok::<_, Infallible>(response) }
	});
	let connection = http1::Builder::new()
		.timer(TokioTimer::new())
		.header_read_timeout(limits.head)
		.max_buf_size(MAX_HEAD_BYTES)
		.serve_connection(TokioIo::new(stream), service);
	tokio::pin!(connection);
	let ended = tokio::select! {
		ended = connection.as_mut() => ended,
		() = sleep(limits.life) => {
			connection.as_mut().graceful_shutdown();
			// Without an end the client reads too slowly, and dropping the connection closes it.
			timeout(limits.last_answer, connection).await.unwrap_or(Ok(()))
		},
	};
	if let Err(error) = ended {
		log::debug!("A connection ended: {error}");
	}
}
