//! A TCP proxy between clients and a node's WebSocket port that cuts, stalls, delays and repeats at random, by a seed.
//!
//! It forwards whole WebSocket frames, so that a repeated frame is a repeated message and not a broken stream. It knows
//! nothing of the messages: it works in front of a real node as well.

use crate::random::Random;
use std::{
	io::{Error, ErrorKind, Result},
	net::SocketAddr,
	sync::{
		atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
		Arc, Mutex,
	},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{
		tcp::{OwnedReadHalf, OwnedWriteHalf},
		TcpListener, TcpStream,
	},
	sync::Notify,
	task::JoinHandle,
	time::sleep,
};

/// Largest frame that is forwarded.
const MAX_FRAME: u64 = 64 * 1024 * 1024;
/// First byte of a text frame that is a whole message.
const TEXT: u8 = 0x81;
/// Largest HTTP request or answer that opens a WebSocket.
const MAX_HANDSHAKE: usize = 64 * 1024;
/// Time after which a stalled connection is cut after all. Longer than any client waits.
const STALL: Duration = Duration::from_secs(300);

/// How often a frame is treated badly, in cases of 10,000.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
	/// The connection is cut before, within or after the frame.
	pub cut: u64,
	/// The connection stays open, and nothing passes any more in either direction.
	pub stall: u64,
	/// The frame is delayed.
	pub delay: u64,
	/// The frame is sent twice.
	pub repeat: u64,
	/// Longest delay.
	pub longest_delay: Duration,
}

/// Numbers of faults so far.
#[derive(Debug, Default)]
pub struct Counts {
	/// Accepted connections.
	pub connections: AtomicUsize,
	/// Connections that were cut.
	pub cuts: AtomicUsize,
	/// Connections that stalled.
	pub stalls: AtomicUsize,
	/// Frames that were delayed.
	pub delays: AtomicUsize,
	/// Frames that were sent twice.
	pub repeats: AtomicUsize,
}

/// A running proxy. Dropping it cuts all connections.
pub struct Proxy {
	address: SocketAddr,
	shared: Arc<Shared>,
	task: JoinHandle<()>,
}

/// Replaces a frame from the node, given its payload.
pub type Tamper = Box<dyn Fn(&mut Random, &[u8]) -> Option<Vec<u8>> + Send + Sync>;

struct Shared {
	node: Mutex<SocketAddr>,
	faults: Faults,
	tamper: Option<Tamper>,
	counts: Counts,
	/// Cuts all connections.
	cut: Notify,
	/// Stalls all connections.
	stalled: AtomicBool,
	refuses: AtomicBool,
}

impl Proxy {
	/// Starts a proxy in front of a node.
	pub async fn start(node: SocketAddr, faults: Faults, seed: u64) -> Self {
		Self::start_with(node, faults, seed, None).await
	}

	/// Starts a proxy that also replaces frames from the node.
	pub async fn start_with(node: SocketAddr, faults: Faults, seed: u64, tamper: Option<Tamper>) -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let shared = Arc::new(Shared {
			node: Mutex::new(node),
			faults,
			tamper,
			counts: Counts::default(),
			cut: Notify::new(),
			stalled: AtomicBool::new(false),
			refuses: AtomicBool::new(false),
		});
		let task = tokio::spawn(accept(listener, shared.clone(), Random::new(seed)));
		Self { address, shared, task }
	}

	/// Returns the URL for clients.
	pub fn url(&self) -> String {
		format!("ws://{}", self.address)
	}

	/// Returns the numbers of faults so far.
	pub fn counts(&self) -> &Counts {
		&self.shared.counts
	}

	/// Leads later connections to another node.
	pub fn lead_to(&self, node: SocketAddr) {
		*self.shared.node.lock().unwrap() = node;
	}

	/// Cuts all connections.
	pub fn cut(&self) {
		self.shared.cut.notify_waiters();
	}

	/// Stalls all connections, or lets the later ones pass again.
	pub fn stall(&self, stalled: bool) {
		self.shared.stalled.store(stalled, Relaxed);
	}

	/// Refuses new connections, or accepts them again.
	pub fn refuse(&self, refuses: bool) {
		self.shared.refuses.store(refuses, Relaxed);
	}
}

impl Drop for Proxy {
	fn drop(&mut self) {
		self.task.abort();
		self.cut();
	}
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut random: Random) {
	loop {
		let Ok((client, _)) = listener.accept().await else { continue };
		if shared.refuses.load(Relaxed) {
			continue;
		}
		shared.counts.connections.fetch_add(1, Relaxed);
		let (shared, seeds) = (shared.clone(), [random.number(), random.number()]);
		tokio::spawn(async move {
			let node = *shared.node.lock().unwrap();
			let Ok(node) = TcpStream::connect(node).await else { return };
			let (from_client, to_client) = client.into_split();
			let (from_node, to_node) = node.into_split();
			let (untouched, is_caught) = (None, AtomicBool::new(false));
			// Dropping both halves of both streams closes the connection on both sides.
			tokio::select! {
				_ = pump(from_client, to_node, &shared, Random::new(seeds[0]), &untouched, &is_caught) => {},
				_ = pump(from_node, to_client, &shared, Random::new(seeds[1]), &shared.tamper, &is_caught) => {},
				() = shared.cut.notified() => { shared.counts.cuts.fetch_add(1, Relaxed); },
			}
		});
	}
}

/// Forwards one direction of a connection.
async fn pump(
	mut from: OwnedReadHalf,
	mut to: OwnedWriteHalf,
	shared: &Shared,
	mut random: Random,
	tamper: &Option<Tamper>,
	is_caught: &AtomicBool,
) -> Result<()> {
	let handshake = read_handshake(&mut from).await?;
	hold(shared, is_caught).await;
	to.write_all(&handshake).await?;
	loop {
		let mut frame = read_frame(&mut from).await?;
		hold(shared, is_caught).await;
		if let Some(other) = tamper.as_ref().and_then(|tamper| tamper(&mut random, payload(&frame)?)) {
			frame = other;
		}
		let Faults { cut, stall, delay, repeat, longest_delay } = shared.faults;
		if random.chance(delay) {
			shared.counts.delays.fetch_add(1, Relaxed);
			let longest = u64::try_from(longest_delay.as_micros()).unwrap();
			sleep(Duration::from_micros(random.below(longest))).await;
		}
		if random.chance(cut) {
			shared.counts.cuts.fetch_add(1, Relaxed);
			let passed = random.below(3) * frame.len() as u64 / 2;
			to.write_all(&frame[..usize::try_from(passed).unwrap()]).await?;
			to.flush().await?;
			return Ok(());
		}
		if random.chance(stall) {
			shared.counts.stalls.fetch_add(1, Relaxed);
			is_caught.store(true, Relaxed);
			hold(shared, is_caught).await;
		}
		to.write_all(&frame).await?;
		if random.chance(repeat) {
			shared.counts.repeats.fetch_add(1, Relaxed);
			to.write_all(&frame).await?;
		}
	}
}

/// Waits if the connection is stalled. A connection that was caught once stays stalled, in both directions.
async fn hold(shared: &Shared, is_caught: &AtomicBool) {
	if shared.stalled.load(Relaxed) {
		is_caught.store(true, Relaxed);
	}
	if is_caught.load(Relaxed) {
		sleep(STALL).await;
	}
}

/// Returns the payload of a text frame that is not masked.
fn payload(frame: &[u8]) -> Option<&[u8]> {
	let start = match frame[1] {
		0..=125 => 2,
		126 => 4,
		127 => 10,
		_ => return None,
	};
	(frame[0] == TEXT).then_some(&frame[start..])
}

/// Returns an unmasked text frame.
pub fn text_frame(payload: &[u8]) -> Vec<u8> {
	let length = payload.len() as u64;
	[&[TEXT, 127][..], &length.to_be_bytes()[..], payload].concat()
}

async fn read_handshake(from: &mut OwnedReadHalf) -> Result<Vec<u8>> {
	let mut read = Vec::new();
	// Byte by byte: what follows the handshake is a frame.
	while !read.ends_with(b"\r\n\r\n") {
		read.push(from.read_u8().await?);
		if read.len() > MAX_HANDSHAKE {
			return Err(ErrorKind::InvalidData.into());
		}
	}
	Ok(read)
}

/// Reads a frame of RFC 6455 with its header.
async fn read_frame(from: &mut OwnedReadHalf) -> Result<Vec<u8>> {
	let mut frame = vec![0; 2];
	from.read_exact(&mut frame).await?;
	let (masked, short) = (frame[1] & 0x80 != 0, frame[1] & 0x7f);
	let extended = match short {
		126 => 2,
		127 => 8,
		_ => 0,
	};
	let rest = extended + if masked { 4 } else { 0 };
	let start = frame.len();
	frame.resize(start + rest, 0);
	from.read_exact(&mut frame[start..]).await?;
	let length = match extended {
		0 => u64::from(short),
		_ => frame[2..2 + extended].iter().fold(0, |length, byte| length << 8 | u64::from(*byte)),
	};
	if length > MAX_FRAME {
		return Err(Error::new(ErrorKind::InvalidData, format!("a frame of {length} bytes")));
	}
	let start = frame.len();
	frame.resize(start + usize::try_from(length).unwrap(), 0);
	from.read_exact(&mut frame[start..]).await?;
	Ok(frame)
}
