//! Tells the members the time of this node, and reports a clock that is off.

use super::{
	clocks::{text, Comparison},
	state::Engine,
};
use crate::{log_targets::LOG_TARGET, network::Wire};
use codec::Encode;
use sc_network::PeerId;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Returns what this node's clock shows, in milliseconds since 1970.
fn clock_ms() -> u64 {
	let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

impl Engine {
	/// Tells a peer the time.
	pub(super) fn tell_time(&mut self, peer: &PeerId) {
		self.notifications.send_sync_notification(peer, Wire::Clock { ms: clock_ms() }.encode());
	}

	/// Notes a peer's time, if it is a member.
	pub(super) fn on_clock(&mut self, peer: &PeerId, ms: u64) {
		let (own, now) = (clock_ms(), Instant::now());
		let Some(current) = &self.current else { return };
		let committee = &current.context.committee;
		let members: Vec<_> =
			self.peers.members_of(peer, committee).filter_map(|member| committee.member(member)).collect();
		for member in members {
			self.clocks.note(member.key.clone(), ms, own, now);
		}
	}

	/// Tells all peers the time, and compares with what they told.
	pub(super) fn compare_clocks(&mut self) {
		let peers: Vec<_> = self.peers.all().copied().collect();
		peers.iter().for_each(|peer| self.tell_time(peer));
		let now = Instant::now();
		let Some(current) = &self.current else { return self.clocks.postpone(now) };
		let Some(found) = self.clocks.compare(&current.context.committee, current.own, now) else { return };
		self.metrics.clock_offset(found.own_ms);
		let Comparison { own_ms, members_ms, off, report } = &found;
		if !report {
			return;
		}
		let seconds = own_ms.saturating_abs() as f64 / 1_000.0;
		if found.is_own_off() {
			log::warn!(
				target: LOG_TARGET,
				"The clock of this node is {seconds:.1} s {} the clocks of the other members (median). They differ from it \
				 by: {}. Set it by a time server",
				if *own_ms > 0 { "ahead of" } else { "behind" },
				text(members_ms),
			);
		} else {
			log::info!(target: LOG_TARGET, "Clocks of other members are off, towards the median: {}", text(off));
		}
	}
}
