//! Statistics of runs.

use std::{collections::BTreeMap, fmt};

/// Sums over runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
	/// Number of runs.
	pub runs: u64,
	/// Number of runs by committee size.
	pub sizes: BTreeMap<usize, u64>,
	/// Number of byzantine members by behaviour.
	pub behaviours: BTreeMap<&'static str, u64>,
	/// Decided heights, each counted once for all replicas.
	pub blocks: u64,
	/// Decided heights whose certificate is of a view above 0.
	pub late_blocks: u64,
	/// Views above 0 that began at correct replicas.
	pub view_changes: u64,
	/// Crashes of correct replicas.
	pub crashes: u64,
	/// Crashes that tore off the last record.
	pub torn: u64,
	/// Crashes that removed the newest block from the database.
	pub lost_blocks: u64,
	/// Crashes that lost the whole database.
	pub lost_databases: u64,
	/// Crashes that lost the whole vote log.
	pub lost_logs: u64,
	/// Times that a node without its log voted again.
	pub votes_regained: u64,
	/// Second processes that found the first one, and stopped.
	pub newcomers: u64,
	/// Second processes without a link to the first one.
	pub unlinked_newcomers: u64,
	/// First processes that found the second one, to which they had no link, and stopped.
	pub stopped_firsts: u64,
	/// Runs whose network the adversary scheduled.
	pub scheduled: u64,
	/// Answers with another body.
	pub wrong_bodies: u64,
	/// Number of partitions.
	pub partitions: u64,
	/// Links that were broken for good.
	pub broken_links: u64,
	/// Messages that were passed on for members that lacked them.
	pub passed_on: u64,
	/// Messages between replicas that arrived.
	pub delivered: u64,
	/// Messages that were lost.
	pub lost: u64,
	/// Messages that verification refused.
	pub refused: u64,
	/// Messages that were dropped before verification, because they told nothing new.
	pub unused: u64,
	/// Reports of evidence.
	pub evidence: u64,
	/// Members that were accused of hiding a Commit at a height, by what correct replicas kept.
	pub hiders: u64,
	/// Heights at which correct replicas committed different blocks, because too many members were faulty.
	pub forks: u64,
	/// Checks of correct replicas that found neither a valid nor an invalid block.
	pub unknown_verdicts: u64,
	/// Blocks fetched by hash.
	pub fetched: u64,
	/// Virtual milliseconds.
	pub virtual_ms: u64,
	/// The longest virtual time of a run, in milliseconds, from the end of its faults to its end.
	pub slowest_recovery_ms: u64,
}

impl Stats {
	/// Adds the sums of other runs.
	pub fn add(&mut self, other: &Self) {
		self.runs += other.runs;
		other.sizes.iter().for_each(|(size, runs)| *self.sizes.entry(*size).or_default() += runs);
		other.behaviours.iter().for_each(|(name, runs)| *self.behaviours.entry(name).or_default() += runs);
		self.blocks += other.blocks;
		self.late_blocks += other.late_blocks;
		self.view_changes += other.view_changes;
		self.crashes += other.crashes;
		self.torn += other.torn;
		self.lost_blocks += other.lost_blocks;
		self.lost_databases += other.lost_databases;
		self.lost_logs += other.lost_logs;
		self.votes_regained += other.votes_regained;
		self.newcomers += other.newcomers;
		self.unlinked_newcomers += other.unlinked_newcomers;
		self.stopped_firsts += other.stopped_firsts;
		self.scheduled += other.scheduled;
		self.wrong_bodies += other.wrong_bodies;
		self.partitions += other.partitions;
		self.broken_links += other.broken_links;
		self.passed_on += other.passed_on;
		self.delivered += other.delivered;
		self.lost += other.lost;
		self.refused += other.refused;
		self.unused += other.unused;
		self.evidence += other.evidence;
		self.hiders += other.hiders;
		self.forks += other.forks;
		self.unknown_verdicts += other.unknown_verdicts;
		self.fetched += other.fetched;
		self.virtual_ms += other.virtual_ms;
		self.slowest_recovery_ms = self.slowest_recovery_ms.max(other.slowest_recovery_ms);
	}
}

impl fmt::Display for Stats {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		writeln!(formatter, "{:<44}{:>12}", "runs", self.runs)?;
		for (size, runs) in &self.sizes {
			writeln!(formatter, "  committee of {size:<29}{runs:>12}")?;
		}
		writeln!(formatter, "byzantine members")?;
		for (name, members) in &self.behaviours {
			writeln!(formatter, "  {name:<42}{members:>12}")?;
		}
		for (name, number) in [
			("blocks committed", self.blocks),
			("  of them after a view change", self.late_blocks),
			("views above 0", self.view_changes),
			("crashes", self.crashes),
			("  with a torn last record", self.torn),
			("  that lost the newest block", self.lost_blocks),
			("  that lost the database", self.lost_databases),
			("  that lost the vote log", self.lost_logs),
			("votes regained after a lost log", self.votes_regained),
			("second processes that stopped", self.newcomers),
			("second processes without a link to the first", self.unlinked_newcomers),
			("first processes that stopped", self.stopped_firsts),
			("runs scheduled by the adversary", self.scheduled),
			("answers with another body", self.wrong_bodies),
			("partitions", self.partitions),
			("links broken for good", self.broken_links),
			("messages passed on", self.passed_on),
			("messages delivered", self.delivered),
			("messages lost", self.lost),
			("messages refused by verification", self.refused),
			("messages dropped before verification", self.unused),
			("evidence reported", self.evidence),
			("hidden Commits in the records", self.hiders),
			("forks", self.forks),
			("checks without a verdict", self.unknown_verdicts),
			("blocks fetched by hash", self.fetched),
			("virtual hours", self.virtual_ms / 3_600_000),
			("slowest recovery, virtual seconds", self.slowest_recovery_ms / 1_000),
		] {
			writeln!(formatter, "{name:<44}{number:>12}")?;
		}
		Ok(())
	}
}
