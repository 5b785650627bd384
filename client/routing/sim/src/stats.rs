//! Statistics of runs.

use std::{collections::BTreeMap, fmt};

/// Sums over runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
	/// Number of runs.
	pub runs: u64,
	/// Number of runs by their story.
	pub stories: BTreeMap<&'static str, u64>,
	/// Blocks of all ledgers.
	pub blocks: u64,
	/// Zone blocks.
	pub zone_blocks: u64,
	/// Zone blocks that did not find enough votes.
	pub outvoted: u64,
	/// Messages that users and ledgers sent.
	pub sent: u64,
	/// System messages among them.
	pub system: u64,
	/// Messages that were delivered.
	pub delivered: u64,
	/// Messages that bounced.
	pub bounced: u64,
	/// Bounces that arrived.
	pub refunded: u64,
	/// Messages whose source knows that they arrived.
	pub confirmed: u64,
	/// Messages that waited because there was no room for their bounce.
	pub waited: u64,
	/// Requests without the money for them.
	pub refused_requests: u64,
	/// Refused messages, by reason.
	pub refusals: BTreeMap<&'static str, u64>,
	/// Headers that beacons refused.
	pub refused_headers: u64,
	/// Packets and acknowledgements whose proof was refused.
	pub refused_proofs: u64,
	/// Packets and acknowledgements that came too late or too early.
	pub repeated: u64,
	/// Relays that were lost.
	pub lost: u64,
	/// Relays that were held back for long.
	pub withheld: u64,
	/// Relays that arrived more than once.
	pub duplicated: u64,
	/// Forged relays.
	pub forged: u64,
	/// Answers of other zones that were changed on their way.
	pub spoiled_answers: u64,
	/// Answers that routers refused.
	pub bad_answers: u64,
	/// Handovers over epochs.
	pub handovers: u64,
	/// Forks of captured committees that a zone has evidence of.
	pub conflicts: u64,
	/// Invalid blocks that routers found.
	pub invalid_blocks: u64,
	/// Times that a shard made no block because it was far ahead of its sealed head.
	pub slowed: u64,
	/// Ledgers that went on as a new incarnation.
	pub healed: u64,
	/// Shards that were split.
	pub splits: u64,
	/// The largest number of messages that an outbox had in flight.
	pub fullest_outbox: u64,
	/// The largest load of an inbox, in percent.
	pub fullest_inbox: u64,
	/// Messages whose latency was measured by routers.
	pub measured: u64,
	/// The sum of measured latencies, in milliseconds of virtual time, weighted by messages.
	pub latency_ms: u64,
	/// Virtual milliseconds.
	pub virtual_ms: u64,
	/// The longest virtual time from the end of a run's faults to its end, in milliseconds.
	pub slowest_recovery_ms: u64,
}

impl Stats {
	/// Returns all sums with their names.
	fn sums(&mut self) -> [(&'static str, &mut u64); 30] {
		[
			("runs", &mut self.runs),
			("blocks", &mut self.blocks),
			("zone blocks", &mut self.zone_blocks),
			("zone blocks without a quorum", &mut self.outvoted),
			("messages sent", &mut self.sent),
			("  of them by ledgers", &mut self.system),
			("messages delivered", &mut self.delivered),
			("messages bounced", &mut self.bounced),
			("bounces that arrived", &mut self.refunded),
			("messages confirmed", &mut self.confirmed),
			("waits for room for a bounce", &mut self.waited),
			("requests without the money", &mut self.refused_requests),
			("headers refused", &mut self.refused_headers),
			("proofs refused", &mut self.refused_proofs),
			("packets and cursors out of turn", &mut self.repeated),
			("relays lost", &mut self.lost),
			("relays withheld", &mut self.withheld),
			("relays duplicated", &mut self.duplicated),
			("relays forged", &mut self.forged),
			("answers of other zones spoiled", &mut self.spoiled_answers),
			("answers of other zones refused", &mut self.bad_answers),
			("handovers", &mut self.handovers),
			("forks with evidence", &mut self.conflicts),
			("invalid blocks found", &mut self.invalid_blocks),
			("blocks put off to be audited", &mut self.slowed),
			("shards healed", &mut self.healed),
			("shards split", &mut self.splits),
			("messages measured", &mut self.measured),
			("  their virtual milliseconds", &mut self.latency_ms),
			("virtual milliseconds", &mut self.virtual_ms),
		]
	}

	/// Adds the sums of other runs.
	pub fn add(&mut self, other: &Self) {
		let mut other = other.clone();
		for ((_, sum), (_, more)) in self.sums().into_iter().zip(other.sums()) {
			*sum += *more;
		}
		other.stories.iter().for_each(|(name, runs)| *self.stories.entry(name).or_default() += runs);
		other.refusals.iter().for_each(|(name, times)| *self.refusals.entry(name).or_default() += times);
		self.fullest_outbox = self.fullest_outbox.max(other.fullest_outbox);
		self.fullest_inbox = self.fullest_inbox.max(other.fullest_inbox);
		self.slowest_recovery_ms = self.slowest_recovery_ms.max(other.slowest_recovery_ms);
	}
}

impl fmt::Display for Stats {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		for (name, sum) in self.clone().sums() {
			writeln!(formatter, "{name:<44}{sum:>14}")?;
		}
		for (name, runs) in &self.stories {
			writeln!(formatter, "runs: {name:<38}{runs:>14}")?;
		}
		for (name, times) in &self.refusals {
			writeln!(formatter, "refused: {name:<35}{times:>14}")?;
		}
		for (name, most) in [
			("most messages of one ledger in flight", self.fullest_outbox),
			("highest load of an inbox, percent", self.fullest_inbox),
			("slowest recovery, virtual milliseconds", self.slowest_recovery_ms),
		] {
			writeln!(formatter, "{name:<44}{most:>14}")?;
		}
		Ok(())
	}
}
