//! The connection under a client: it is pinged, and opened again after it broke.

use crate::Error;
use jsonrpsee::{
	core::client::{ClientT, Error as TransportError},
	rpc_params,
	types::error::METHOD_NOT_FOUND_CODE,
	ws_client::{PingConfig, WsClient, WsClientBuilder},
};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use tc_lattice_rpc_types::MAX_UNITS_PER_CALL;
use tokio::{sync::Mutex, time::timeout};
use tp_core::Hash;
use tp_lattice::Domain;

/// Maximum number of concurrent calls on one connection. A load test watches some thousand transactions.
const MAX_CONCURRENT_REQUESTS: usize = 16 * 1024;
/// Maximum number of unread notifications of one subscription: each unit of a call changes a few times.
const MAX_NOTIFICATIONS: usize = 8 * MAX_UNITS_PER_CALL as usize;
/// Maximum size of a message: a full block of 5 MB in hexadecimal, and its events.
const MAX_MESSAGE_BYTES: u32 = 64 * 1024 * 1024;
/// Pings within the time of silence that ends a connection: one lost ping must not end it.
const PINGS_PER_SILENCE: u32 = 3;

/// How a client connects, and what it does when a connection breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
	/// How long opening a connection may take.
	pub connection_timeout: Duration,
	/// How long one call may take. A node that catches up after a pause responds late.
	pub request_timeout: Duration,
	/// A connection on which nothing arrives for this long, although it is pinged, is broken. It is noticed within twice
	/// this time.
	pub silence: Duration,
	/// How long a call or a watch of [`crate::Client`] keeps connecting again after its connection broke, and how long
	/// it asks again for a unit on which the node gives no verdict. Zero: it fails at once.
	pub reconnect_for: Duration,
	/// Genesis of the expected ledger. Without it, the first connection decides, and later ones must lead to the same
	/// ledger.
	pub genesis: Option<Hash>,
	/// Domain of unit signatures of the expected ledger. Without it, the node decides: a node can then have units signed
	/// for any ledger.
	pub domain: Option<Domain>,
}

impl Default for ConnectOptions {
	fn default() -> Self {
		Self {
			connection_timeout: Duration::from_secs(5),
			request_timeout: Duration::from_secs(30),
			silence: Duration::from_secs(15),
			reconnect_for: Duration::from_secs(60),
			genesis: None,
			domain: None,
		}
	}
}

impl ConnectOptions {
	/// Returns options with which a call fails as soon as its connection breaks.
	pub fn without_reconnecting() -> Self {
		Self { reconnect_for: Duration::ZERO, ..Self::default() }
	}
}

/// A connection that is replaced when it broke.
#[derive(Debug)]
pub(crate) struct Link {
	/// Addresses of nodes of one ledger, at least one.
	urls: Vec<String>,
	options: ConnectOptions,
	open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
	client: Arc<WsClient>,
	/// Index of the address in use.
	at: usize,
	/// Genesis that each connection must lead to; `None` if the server does not tell it.
	genesis: Option<Hash>,
	/// Beginning and reason of the last failed attempt to open another connection.
	failure: Option<(Instant, String)>,
}

impl Link {
	/// Opens the first connection. Of several addresses the next one is tried when one fails.
	pub async fn connect(urls: Vec<String>, options: ConnectOptions) -> Result<Self, Error> {
		let (at, client, genesis) = dial_any(&urls, 0, options.genesis, &options).await?;
		let open = Open { client: Arc::new(client), at, genesis, failure: None };
		Ok(Self { urls, options, open: Mutex::new(open) })
	}

	/// Returns the address in use.
	pub async fn url(&self) -> String {
		self.urls[self.open.lock().await.at].clone()
	}

	/// Returns the genesis of the ledger, if the server tells it.
	pub async fn genesis(&self) -> Option<Hash> {
		self.open.lock().await.genesis
	}

	/// Returns the options.
	pub fn options(&self) -> &ConnectOptions {
		&self.options
	}

	/// Returns the open connection. If it broke, tries each address once to open another one to the same ledger.
	pub async fn client(&self) -> Result<Arc<WsClient>, Error> {
		let asked = Instant::now();
		let mut open = self.open.lock().await;
		if !open.client.is_connected() {
			// All calls that waited for one attempt share its failure: otherwise each would wait for those before it.
			if let Some((_, reason)) = open.failure.as_ref().filter(|(began, _)| *began >= asked) {
				let source = TransportError::Custom(reason.clone());
				return Err(Error::Connect { url: self.urls[open.at].clone(), source });
			}
			let began = Instant::now();
			let dialled = dial_any(&self.urls, open.at, open.genesis, &self.options).await;
			if let Err(Error::Connect { source, .. }) = &dialled {
				open.failure = Some((began, source.to_string()));
			}
			let (at, client, _) = dialled?;
			(open.at, open.client) = (at, Arc::new(client));
		}
		Ok(open.client.clone())
	}
}

fn check(expected: Option<Hash>, found: Option<Hash>) -> Result<(), Error> {
	match expected {
		Some(expected) if found != Some(expected) => Err(Error::OtherLedger { expected, found }),
		_ => Ok(()),
	}
}

/// Tries each address once, beginning with the address in use, until one leads to the expected ledger. Returns its index too.
async fn dial_any(
	urls: &[String],
	first: usize,
	expected: Option<Hash>,
	options: &ConnectOptions,
) -> Result<(usize, WsClient, Option<Hash>), Error> {
	let mut failure = None;
	for at in (0..urls.len()).map(|step| (first + step) % urls.len()) {
		let dialled = dial(&urls[at], options).await;
		match dialled.and_then(|(client, genesis)| check(expected, genesis).map(|()| (at, client, genesis))) {
			Ok(open) => return Ok(open),
			Err(error) => failure = Some(error),
		}
	}
	Err(failure.unwrap_or(Error::NoAddress))
}

/// Opens a connection, and asks for the genesis of the ledger behind it.
async fn dial(url: &str, options: &ConnectOptions) -> Result<(WsClient, Option<Hash>), Error> {
	let failed = |source| Error::Connect { url: url.into(), source };
	let pings = PingConfig::new().ping_interval(options.silence / PINGS_PER_SILENCE).inactive_limit(options.silence);
	let client = WsClientBuilder::default()
		.request_timeout(options.request_timeout)
		.connection_timeout(options.connection_timeout)
		.max_concurrent_requests(MAX_CONCURRENT_REQUESTS)
		.max_buffer_capacity_per_subscription(MAX_NOTIFICATIONS)
		.max_response_size(MAX_MESSAGE_BYTES)
		.max_request_size(MAX_MESSAGE_BYTES)
		.enable_ws_ping(pings)
		.build(url);
	// The builder's own limit does not cover the handshake of the WebSocket.
	let client = timeout(options.connection_timeout, client).await;
	let client = client.map_err(|_| failed(TransportError::RequestTimeout))?.map_err(failed)?;
	let genesis = client.request::<Option<Hash>, _>("chain_getBlockHash", rpc_params![0]);
	match timeout(options.connection_timeout, genesis).await {
		Ok(Ok(genesis)) => Ok((client, genesis)),
		Ok(Err(TransportError::Call(error))) if error.code() == METHOD_NOT_FOUND_CODE => Ok((client, None)),
		Ok(Err(error)) => Err(failed(error)),
		Err(_) => Err(failed(TransportError::RequestTimeout)),
	}
}
