//! The engine's Prometheus metrics.

use crate::{log_targets::LOG_TARGET, network::fetch::BodySource};
use prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, Histogram, HistogramOpts, Opts, PrometheusError, Registry, F64, U64,
};
use std::time::Duration;
use tc_pbft_core::Status;
use tp_pbft::{Certificate, Committee, MemberIndex};

/// Upper bounds of the time histograms, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

struct Registered {
	height: Gauge<U64>,
	view: Gauge<U64>,
	view_changes: Counter<U64>,
	votes_missed: CounterVec<U64>,
	time_to_commit: Histogram,
	evidence: Counter<U64>,
	log_sync: Histogram,
	clock_offset: Gauge<F64>,
	bodies: CounterVec<U64>,
}

/// The engine's metrics. Without a registry nothing is counted.
pub struct Metrics(Option<Registered>);

impl Metrics {
	/// Registers the metrics.
	pub fn new(registry: Option<&Registry>) -> Self {
		Self(registry.and_then(|registry| {
			Registered::new(registry)
				.inspect_err(|error| log::warn!(target: LOG_TARGET, "The PBFT metrics are not registered: {error}"))
				.ok()
		}))
	}

	/// Counts a view that began.
	pub fn view_started(&self, status: &Status) {
		let Some(metrics) = &self.0 else { return };
		metrics.height.set(status.height.into());
		metrics.view.set(status.view.into());
		if status.view > 0 {
			metrics.view_changes.inc();
		}
	}

	/// Counts a final block. `since_proposal` is the time since this node first had its proposal.
	pub fn committed(&self, certificate: &Certificate, committee: &Committee, since_proposal: Option<Duration>) {
		let Some(metrics) = &self.0 else { return };
		if let Some(time) = since_proposal {
			metrics.time_to_commit.observe(time.as_secs_f64());
		}
		let members = MemberIndex::try_from(committee.size()).unwrap_or(MemberIndex::MAX);
		for member in (0..members).filter(|member| !certificate.signers.contains(*member)) {
			metrics.votes_missed.with_label_values(&[&member.to_string()]).inc();
		}
	}

	/// Sets the offset of this node's clock.
	pub fn clock_offset(&self, ms: i64) {
		if let Some(metrics) = &self.0 {
			metrics.clock_offset.set(ms as f64);
		}
	}

	/// Counts evidence of two conflicting messages.
	pub fn evidence(&self) {
		if let Some(metrics) = &self.0 {
			metrics.evidence.inc();
		}
	}

	/// Counts a body of a proposal.
	pub fn body(&self, source: BodySource) {
		if let Some(metrics) = &self.0 {
			let source = match source {
				BodySource::Proposal => "proposal",
				BodySource::Sketch => "sketch",
				BodySource::SketchAndParts => "sketch_and_parts",
				BodySource::Peer => "peer",
			};
			metrics.bodies.with_label_values(&[source]).inc();
		}
	}

	/// Counts a sync of the vote log.
	pub fn log_synced(&self, time: Duration) {
		if let Some(metrics) = &self.0 {
			metrics.log_sync.observe(time.as_secs_f64());
		}
	}
}

impl Registered {
	fn new(registry: &Registry) -> Result<Self, PrometheusError> {
		let seconds =
			|name: &str, help: &str| Histogram::with_opts(HistogramOpts::new(name, help).buckets(BUCKETS.to_vec()));
		Ok(Self {
			height: register(Gauge::new("top_pbft_height", "Height that is being decided")?, registry)?,
			view: register(Gauge::new("top_pbft_view", "Current view at that height")?, registry)?,
			view_changes: register(Counter::new("top_pbft_view_changes_total", "Views above 0 that began")?, registry)?,
			votes_missed: register(
				CounterVec::new(
					Opts::new("top_pbft_votes_missed_total", "Certificates without the vote of this member"),
					&["member"],
				)?,
				registry,
			)?,
			time_to_commit: register(
				seconds(
					"top_pbft_time_to_commit_seconds",
					"Time from the first sight of a proposal to its certificate",
				)?,
				registry,
			)?,
			evidence: register(
				Counter::new("top_pbft_evidence_total", "Evidence of conflicting messages of one member")?,
				registry,
			)?,
			log_sync: register(
				seconds("top_pbft_log_sync_seconds", "Time to write and sync the records of a step")?,
				registry,
			)?,
			bodies: register(
				CounterVec::new(
					Opts::new("top_pbft_bodies_total", "Bodies of proposals, by where they came from"),
					&["source"],
				)?,
				registry,
			)?,
			clock_offset: register(
				Gauge::new(
					"top_clock_offset_ms",
					"This node's clock minus the median of the members' clocks, in milliseconds",
				)?,
				registry,
			)?,
		})
	}
}
