//! What Prometheus sees.

use prometheus_endpoint::{
	register, Counter, CounterVec, Gauge, Histogram, HistogramOpts, Opts, PrometheusError, Registry, U64,
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
}

/// The engine's metrics; without a registry they go nowhere.
pub struct Metrics(Option<Registered>);

impl Metrics {
	/// Registers them.
	pub fn new(registry: Option<&Registry>) -> Self {
		Self(registry.and_then(|registry| {
			Registered::new(registry)
				.inspect_err(|error| log::warn!(target: crate::LOG_TARGET, "No PBFT metrics: {error}"))
				.ok()
		}))
	}

	/// A view began.
	pub fn view_started(&self, status: &Status) {
		let Some(metrics) = &self.0 else { return };
		metrics.height.set(status.height.into());
		metrics.view.set(status.view.into());
		if status.view > 0 {
			metrics.view_changes.inc();
		}
	}

	/// A block is final, so long after we first had its proposal.
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

	/// A contradiction was found.
	pub fn evidence(&self) {
		if let Some(metrics) = &self.0 {
			metrics.evidence.inc();
		}
	}

	/// The vote log was synced.
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
			view: register(Gauge::new("top_pbft_view", "Present view at that height")?, registry)?,
			view_changes: register(
				Counter::new("top_pbft_view_changes_total", "Views begun beyond the first")?,
				registry,
			)?,
			votes_missed: register(
				CounterVec::new(
					Opts::new("top_pbft_votes_missed_total", "Certificates without this member's vote"),
					&["member"],
				)?,
				registry,
			)?,
			time_to_commit: register(
				seconds("top_pbft_time_to_commit_seconds", "From a proposal to its certificate")?,
				registry,
			)?,
			evidence: register(Counter::new("top_pbft_evidence_total", "Contradictions found")?, registry)?,
			log_sync: register(seconds("top_pbft_log_sync_seconds", "Writing and syncing a vote")?, registry)?,
		})
	}
}
