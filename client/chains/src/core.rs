//! Which chains start, stop and wait, as a pure state machine.
//!
//! ```text
//!             wanted            started
//!   (none) ───────────▶ Starting ─────▶ Running
//!      ▲                 ▲   │ ended       │ ended
//!      │ stopped         │   ▼             ▼
//!   Stopping ◀────────── │  Waiting ◀──────┘
//!             not wanted └────┘ pause is over
//! ```
//!
//! The node ends when the main chain ends, or on [`Input::Stop`]: first the other chains stop, then the main chain. Each of the
//! two steps has [`STOP_LIMIT`], so that a chain that hangs cannot keep the node.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};
use tp_core::ChainTag;

/// The time since the driver began.
pub type Time = Duration;

/// The pause before a chain that ended is started again. It doubles each time.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: an operator who repairs a fault waits no longer for the chain.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// After this time of running, the next pause is the first one again: the last fault did not prevent its work.
pub const STABLE_AFTER: Duration = Duration::from_secs(60);
/// How long the other chains, and after them the main chain, may take to stop when the node ends. Twice this is less than a
/// local network waits before it kills its nodes.
pub const STOP_LIMIT: Duration = Duration::from_secs(3);

/// What happens.
#[derive(Debug)]
pub enum Input<Reason> {
	/// The node is to run these chains, and the main chain.
	Want(BTreeSet<ChainTag>),
	/// The start of a chain succeeded.
	Started(ChainTag),
	/// A chain did not start, or ended by itself.
	Ended(ChainTag, Reason),
	/// A chain ended after [`Output::Stop`].
	Stopped(ChainTag),
	/// [`Chains::next_tick`] is over.
	Tick,
	/// The node is to end.
	Stop,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Output<Reason> {
	/// Start a chain.
	Start(ChainTag),
	/// Stop a chain, also while it starts. [`Input::Stopped`] follows once.
	Stop(ChainTag),
	/// Report that a chain ended. It is started again after the pause.
	Report {
		/// The chain.
		chain: ChainTag,
		/// Why it ended.
		reason: Reason,
		/// The pause.
		pause: Duration,
	},
	/// End the node: for this reason, or as it was told. Nothing follows.
	EndNode(Option<Reason>),
}

/// What a chain does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
	/// It is being started. If that fails, it waits for `pause`.
	Starting {
		/// The pause.
		pause: Duration,
	},
	/// It runs. If it ends soon, it waits for `pause`.
	Running {
		/// The time of its start.
		since: Time,
		/// The pause.
		pause: Duration,
	},
	/// It waits to be started again.
	Waiting {
		/// The time of its next start.
		until: Time,
		/// The pause after that, if it fails.
		pause: Duration,
	},
	/// It was told to stop.
	Stopping,
}

/// The end of the node.
#[derive(Debug)]
struct End<Reason> {
	reason: Option<Reason>,
	/// Whether the main chain was told to stop.
	is_main_told: bool,
	/// When the present step is over, whether the chains have stopped or not.
	deadline: Time,
	is_over: bool,
}

/// The chains of a node.
#[derive(Debug)]
pub struct Chains<Reason> {
	states: BTreeMap<ChainTag, State>,
	wanted: BTreeSet<ChainTag>,
	end: Option<End<Reason>>,
}

impl<Reason> Default for Chains<Reason> {
	fn default() -> Self {
		Self { states: BTreeMap::new(), wanted: BTreeSet::new(), end: None }
	}
}

impl<Reason> Chains<Reason> {
	/// Takes an input at a time. Times must not decrease.
	pub fn step(&mut self, now: Time, input: Input<Reason>) -> Vec<Output<Reason>> {
		let mut outputs = Vec::new();
		if self.end.as_ref().is_some_and(|end| end.is_over) {
			return outputs;
		}
		match input {
			Input::Want(wanted) => self.want(wanted, &mut outputs),
			Input::Started(chain) => self.started(now, chain),
			Input::Ended(chain, reason) => self.ended(now, chain, reason, &mut outputs),
			Input::Stopped(chain) => self.stopped(chain, &mut outputs),
			Input::Tick => {},
			Input::Stop => self.begin_end(now, None, &mut outputs),
		}
		self.start_waiting(now, &mut outputs);
		self.go_on_ending(now, &mut outputs);
		outputs
	}

	/// Returns the time of the next [`Input::Tick`], if one is needed.
	pub fn next_tick(&self) -> Option<Time> {
		let starts = self.states.values().filter_map(|state| match state {
			State::Waiting { until, .. } => Some(*until),
			_ => None,
		});
		let end = self.end.as_ref().filter(|end| !end.is_over).map(|end| end.deadline);
		starts.chain(end).min()
	}

	/// Returns what a chain does.
	pub fn state(&self, chain: ChainTag) -> Option<State> {
		self.states.get(&chain).copied()
	}

	fn want(&mut self, mut wanted: BTreeSet<ChainTag>, outputs: &mut Vec<Output<Reason>>) {
		if self.end.is_some() {
			return;
		}
		wanted.insert(ChainTag::Main);
		let unwanted: Vec<ChainTag> = self.states.keys().copied().filter(|chain| !wanted.contains(chain)).collect();
		for chain in unwanted {
			self.stop(chain, outputs);
		}
		for chain in &wanted {
			if !self.states.contains_key(chain) {
				self.states.insert(*chain, State::Starting { pause: FIRST_PAUSE });
				outputs.push(Output::Start(*chain));
			}
		}
		self.wanted = wanted;
	}

	/// Stops a chain in any state.
	fn stop(&mut self, chain: ChainTag, outputs: &mut Vec<Output<Reason>>) {
		match self.states.get(&chain) {
			Some(State::Starting { .. } | State::Running { .. }) => {
				self.states.insert(chain, State::Stopping);
				outputs.push(Output::Stop(chain));
			},
			Some(State::Waiting { .. }) => {
				self.states.remove(&chain);
			},
			Some(State::Stopping) | None => {},
		}
	}

	fn started(&mut self, now: Time, chain: ChainTag) {
		// A chain that was told to stop meanwhile stops after its start.
		if let Some(State::Starting { pause }) = self.state(chain) {
			self.states.insert(chain, State::Running { since: now, pause });
		}
	}

	fn ended(&mut self, now: Time, chain: ChainTag, reason: Reason, outputs: &mut Vec<Output<Reason>>) {
		let pause = match self.state(chain) {
			Some(State::Starting { pause }) => pause,
			Some(State::Running { since, pause }) => {
				if now.saturating_sub(since) < STABLE_AFTER {
					pause
				} else {
					FIRST_PAUSE
				}
			},
			// It ended before it learned that it is to stop.
			Some(State::Stopping) => return self.stopped(chain, outputs),
			Some(State::Waiting { .. }) | None => return,
		};
		if chain == ChainTag::Main {
			self.states.remove(&chain);
			return self.begin_end(now, Some(reason), outputs);
		}
		let next = pause.saturating_mul(2).min(LONGEST_PAUSE);
		self.states.insert(chain, State::Waiting { until: now.saturating_add(pause), pause: next });
		outputs.push(Output::Report { chain, reason, pause });
	}

	fn stopped(&mut self, chain: ChainTag, outputs: &mut Vec<Output<Reason>>) {
		if self.state(chain) != Some(State::Stopping) {
			return;
		}
		self.states.remove(&chain);
		if self.wanted.contains(&chain) {
			// It was wanted again meanwhile.
			self.states.insert(chain, State::Starting { pause: FIRST_PAUSE });
			outputs.push(Output::Start(chain));
		}
	}

	fn start_waiting(&mut self, now: Time, outputs: &mut Vec<Output<Reason>>) {
		for (chain, state) in &mut self.states {
			match *state {
				State::Waiting { until, pause } if until <= now => {
					*state = State::Starting { pause };
					outputs.push(Output::Start(*chain));
				},
				_ => {},
			}
		}
	}

	fn begin_end(&mut self, now: Time, reason: Option<Reason>, outputs: &mut Vec<Output<Reason>>) {
		if self.end.is_some() {
			return;
		}
		self.wanted.clear();
		let others: Vec<ChainTag> = self.states.keys().copied().filter(|chain| *chain != ChainTag::Main).collect();
		for chain in others {
			self.stop(chain, outputs);
		}
		let deadline = now.saturating_add(STOP_LIMIT);
		self.end = Some(End { reason, is_main_told: false, deadline, is_over: false });
	}

	fn go_on_ending(&mut self, now: Time, outputs: &mut Vec<Output<Reason>>) {
		let Some(mut end) = self.end.take() else { return };
		let has_main = self.states.contains_key(&ChainTag::Main);
		let others = self.states.len() - usize::from(has_main);
		if !end.is_main_told && (others == 0 || end.deadline <= now) {
			end.is_main_told = true;
			end.deadline = now.saturating_add(STOP_LIMIT);
			self.stop(ChainTag::Main, outputs);
		}
		if end.is_main_told && (!has_main || end.deadline <= now) {
			end.is_over = true;
			outputs.push(Output::EndNode(end.reason.take()));
		}
		self.end = Some(end);
	}
}
