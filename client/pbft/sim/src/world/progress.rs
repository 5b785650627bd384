//! The check of progress: after the faults, each height is decided within f + 2 timeouts of views.
//!
//! One timeout ends the view that runs, f more may pass under faulty primaries, and within the last one a correct primary
//! decides. Before that the replicas must meet in one view: replicas in lower views climb to the view of the others. So the
//! timeouts of the views between them count too, as long as they are shorter than f + 2 of the longest.

use super::{goal::Progress, World, TICK_MS};
use crate::{
	node::{Node, FETCH_TIMEOUT_MS},
	time::Time,
};
use tc_pbft_core::{view_timeout_ms, MAX_VIEW_TIMEOUT_MS, MEMBERS_ASKED};
use tp_pbft::{Height, View};

/// Messages of a view that may need a relay, one after another.
const RELAYS: Time = 4;
/// Time for what no timeout covers: starts, imports, block sync, the resending of messages.
const MARGIN_MS: Time = 5 * TICK_MS;

impl World {
	/// Called when the faults end.
	pub(super) fn expect_progress(&mut self, goal: Height) {
		// What was sent before arrives late.
		let late = self.scenario.links.latest_arrival_ms();
		let lowest = self.lowest();
		self.progress = Some(Progress { goal, lowest, deadline: self.now + late + self.time_for_a_height(lowest) });
	}

	/// Sets the next deadline if all correct replicas have advanced.
	pub(super) fn note_progress(&mut self) {
		let Some(before) = self.progress.as_ref().map(|progress| progress.lowest) else { return };
		let lowest = self.lowest();
		if lowest == before {
			return;
		}
		let deadline = self.now + self.time_for_a_height(lowest);
		if let Some(progress) = &mut self.progress {
			progress.lowest = lowest;
			progress.deadline = progress.deadline.max(deadline);
		}
	}

	/// Returns the text of a violation.
	pub(super) fn stuck(&self, events: u64) -> String {
		let goal = self.progress.as_ref().map(|progress| progress.goal);
		let stand: Vec<_> =
			self.nodes.iter().map(|node| (node.identity, node.tip(), node.replica.status().view)).collect();
		format!("progress: goal {goal:?} not reached in {events} events, (identity, tip, view) are {stand:?}")
	}

	fn lowest(&self) -> Height {
		self.correct().map(Node::tip).min().unwrap_or_default()
	}

	/// Returns the time in which all correct replicas must commit the height after `lowest`.
	fn time_for_a_height(&self, lowest: Height) -> Time {
		let pace = &self.scenario.pace;
		let at_height = self.correct().filter(|node| node.height == lowest + 1).map(|node| node.replica.status().view);
		let (from, to) = at_height.fold((View::MAX, 0), |(from, to), view| (from.min(view), to.max(view)));
		let faulty = View::try_from((self.scenario.size - 1) / 3).expect("committees are small; qed");
		let views = from.min(to)..=self.first_long_view().max(to) + faulty + 1;
		let timeouts: Time = views.map(|view| view_timeout_ms(pace, view)).sum();
		let longest = (Time::from(faulty) + 2) * MAX_VIEW_TIMEOUT_MS;
		Time::from(pace.idle_interval_ms) + timeouts.min(longest) + MARGIN_MS
	}

	/// Returns the time that relays take in a view: a proposal, two votes and a request for a view take another way. Each
	/// waits until the member with the message is asked, which may be the last one.
	fn relays_ms(&self) -> Time {
		let links = &self.scenario.links;
		if links.broken.is_empty() {
			return 0;
		}
		let turns = (self.scenario.size / MEMBERS_ASKED) as Time + 1;
		RELAYS * (turns * Time::from(self.scenario.pace.base_timeout_ms) + 2 * (links.delay_ms + links.jitter_ms))
	}

	/// Returns the time to fetch a body: as many members as are faulty may not send it, and the link to one may be broken.
	fn bodies_ms(&self) -> Time {
		let links = &self.scenario.links;
		let asked = self.scenario.size as Time + 1;
		Time::from(self.scenario.bodyless) * (asked * FETCH_TIMEOUT_MS + 2 * (links.delay_ms + links.jitter_ms))
	}

	/// Returns the lowest view that is long enough for a build, a check, and five messages, one after another.
	fn first_long_view(&self) -> View {
		let links = &self.scenario.links;
		let needed = 2 * self.scenario.execution_ms
			+ 5 * (links.delay_ms + links.jitter_ms)
			+ self.relays_ms()
			+ self.bodies_ms();
		// No view is longer than the longest.
		let needed = needed.min(MAX_VIEW_TIMEOUT_MS - 1);
		(0..).find(|view| view_timeout_ms(&self.scenario.pace, *view) > needed).unwrap_or_default()
	}
}
