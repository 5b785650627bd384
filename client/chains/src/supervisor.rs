//! Drives the core: starts chains, waits for their ends, and tells the time.

use crate::{
	core::{Chains, Input, Output},
	error::ChainError,
	log_targets::LOG_TARGET,
};
use futures::future::BoxFuture;
use std::{collections::BTreeSet, future::Future, pin::pin, time::Duration};
use tokio::{
	runtime::Handle,
	sync::{mpsc, oneshot, watch},
	task::spawn_blocking,
	time::{sleep_until, Instant},
};
use tp_core::ChainTag;

/// Events of chains that wait for the driver. Each chain has at most two under way, and waits beyond.
const EVENTS: usize = 32;
/// A pause of the driver when nothing has a time.
const IDLE: Duration = Duration::from_secs(3_600);

/// Starts chains.
pub trait Launch: Send + 'static {
	/// Returns the start of a chain. It may block its thread.
	fn start(&mut self, chain: ChainTag) -> BoxFuture<'static, Result<Box<dyn Chain>, ChainError>>;
}

/// A chain that runs.
pub trait Chain: Send {
	/// Returns the reason when the chain ends by itself.
	fn ended(&mut self) -> BoxFuture<'_, ChainError>;

	/// Tells the chain to end, and returns when it has ended.
	fn stop(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// Says which chains the node runs. Every clone says it for the whole node.
#[derive(Clone, Debug)]
pub struct ChainsHandle(watch::Sender<BTreeSet<ChainTag>>);

/// The chains that the handles want.
#[derive(Debug)]
pub struct WantedChains(watch::Receiver<BTreeSet<ChainTag>>);

impl ChainsHandle {
	/// Creates a handle that wants the main chain alone.
	pub fn new() -> (Self, WantedChains) {
		let (sender, receiver) = watch::channel(BTreeSet::from([ChainTag::Main]));
		(Self(sender), WantedChains(receiver))
	}

	/// Replaces the set of chains. The main chain runs in any case.
	pub fn want(&self, chains: BTreeSet<ChainTag>) {
		self.0.send_replace(chains);
	}
}

/// Runs the chains of a node.
pub struct Supervisor<L> {
	launch: L,
	wanted: WantedChains,
}

/// What the task of a chain tells the driver.
enum Event {
	Started(ChainTag),
	Ended(ChainTag, ChainError),
	Stopped(ChainTag),
}

impl From<Event> for Input<ChainError> {
	fn from(event: Event) -> Self {
		match event {
			Event::Started(chain) => Self::Started(chain),
			Event::Ended(chain, reason) => Self::Ended(chain, reason),
			Event::Stopped(chain) => Self::Stopped(chain),
		}
	}
}

impl<L: Launch> Supervisor<L> {
	/// Prepares the chains that the handle wants.
	pub fn new(launch: L, wanted: WantedChains) -> Self {
		Self { launch, wanted }
	}

	/// Runs the chains until `stop` is ready or the main chain ends; stops all then. Chains that do not stop in time are left
	/// to the end of the runtime.
	///
	/// # Errors
	/// The reason why the main chain ended.
	pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), ChainError> {
		let Self { mut launch, wanted: WantedChains(mut wanted) } = self;
		let (events, mut next_event) = mpsc::channel(EVENTS);
		let mut stops = std::collections::BTreeMap::<ChainTag, oneshot::Sender<()>>::new();
		let mut stop = pin!(stop);
		let (mut is_stopping, mut has_handles) = (false, true);
		let begin = Instant::now();
		let mut chains = Chains::default();
		let mut input = Input::Want(wanted.borrow_and_update().clone());
		loop {
			for output in chains.step(begin.elapsed(), input) {
				match output {
					Output::Start(chain) => {
						let (stop, stopped) = oneshot::channel();
						stops.insert(chain, stop);
						tokio::spawn(run_chain(chain, launch.start(chain), stopped, events.clone()));
					},
					// The task of the chain sees the end of the channel.
					Output::Stop(chain) => drop(stops.remove(&chain)),
					Output::Report { chain, reason, pause } => {
						let seconds = pause.as_secs();
						log::error!(target: LOG_TARGET, "The chain {chain} ended and starts again in {seconds} s: {reason}");
					},
					Output::EndNode(reason) => return reason.map_or(Ok(()), Err),
				}
			}
			let tick = begin + chains.next_tick().unwrap_or_else(|| begin.elapsed() + IDLE);
			input = tokio::select! {
				Some(event) = next_event.recv() => event.into(),
				changed = wanted.changed(), if has_handles => {
					has_handles = changed.is_ok();
					Input::Want(wanted.borrow_and_update().clone())
				},
				() = &mut stop, if !is_stopping => {
					is_stopping = true;
					Input::Stop
				},
				() = sleep_until(tick) => Input::Tick,
			};
		}
	}
}

/// Runs one chain from its start to its end.
async fn run_chain(
	chain: ChainTag,
	start: BoxFuture<'static, Result<Box<dyn Chain>, ChainError>>,
	mut stopped: oneshot::Receiver<()>,
	events: mpsc::Sender<Event>,
) {
	// The start compiles a runtime and opens a database: seconds, in which other chains need the threads of the runtime.
	let started = spawn_blocking(move || Handle::current().block_on(start)).await;
	let mut running = match started.unwrap_or(Err(ChainError::Panicked)) {
		Ok(running) => running,
		Err(reason) => return tell(&events, Event::Ended(chain, reason)).await,
	};
	tell(&events, Event::Started(chain)).await;
	let reason = tokio::select! {
		reason = running.ended() => Some(reason),
		_ = &mut stopped => None,
	};
	running.stop().await;
	tell(&events, reason.map_or(Event::Stopped(chain), |reason| Event::Ended(chain, reason))).await;
}

/// Tells the driver an event. A driver that has ended wants none.
async fn tell(events: &mpsc::Sender<Event>, event: Event) {
	if events.send(event).await.is_err() {
		log::debug!(target: LOG_TARGET, "a chain went on after the end of the node");
	}
}
