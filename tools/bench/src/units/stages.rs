//! Working times of validators by stage, from their Prometheus metrics.

use anyhow::{bail, Context};
use std::{
	net::Ipv4Addr,
	ops::{Add, Sub},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};
use top_local_network::Node;

/// Seconds of the unit lane by stage.
const LATTICE: &str = "top_lattice_stage_seconds_total";
/// Seconds of work on blocks by stage.
const PBFT: &str = "top_pbft_stage_seconds_total";
/// How long a node may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Seconds by stage, in wall time: on a busy machine they include waits for a processor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageSeconds {
	/// Receiving units: decoding, validating, adding to the pool.
	pub receive: f64,
	/// Verifying their signatures.
	pub verify: f64,
	/// Applying batches.
	pub apply: f64,
	/// Sending units to other nodes.
	pub network: f64,
	/// Building blocks, which applies their batches.
	pub build: f64,
	/// Executing blocks of other nodes, which applies their batches.
	pub execute: f64,
	/// Writing blocks to the database.
	pub import: f64,
}

impl StageSeconds {
	/// Returns the sum of all nodes.
	///
	/// # Errors
	/// If a node does not answer.
	pub async fn of(nodes: &[Node]) -> anyhow::Result<Self> {
		let mut sum = Self::default();
		for node in nodes {
			let asked = tokio::time::timeout(TIMEOUT, metrics(node.ports().prometheus)).await;
			let text = asked.context("the node does not answer in time").and_then(|text| text);
			sum = sum + Self::parse(&text.with_context(|| format!("cannot read the metrics of {}", node.name()))?);
		}
		Ok(sum)
	}

	/// Parses Prometheus' text format. A missing counter is 0: it appears with its first value.
	fn parse(text: &str) -> Self {
		let seconds = |name, stage| value(text, name, stage).unwrap_or_default();
		Self {
			receive: seconds(LATTICE, "receive"),
			verify: seconds(LATTICE, "verify"),
			apply: seconds(LATTICE, "apply"),
			network: seconds(LATTICE, "network"),
			build: seconds(PBFT, "build"),
			execute: seconds(PBFT, "execute"),
			import: seconds(PBFT, "import"),
		}
	}

	fn each(self, other: Self, merge: impl Fn(f64, f64) -> f64) -> Self {
		let Self { receive, verify, apply, network, build, execute, import } = self;
		Self {
			receive: merge(receive, other.receive),
			verify: merge(verify, other.verify),
			apply: merge(apply, other.apply),
			network: merge(network, other.network),
			build: merge(build, other.build),
			execute: merge(execute, other.execute),
			import: merge(import, other.import),
		}
	}
}

impl Add for StageSeconds {
	type Output = Self;

	fn add(self, other: Self) -> Self {
		self.each(other, |one, other| one + other)
	}
}

impl Sub for StageSeconds {
	type Output = Self;

	fn sub(self, other: Self) -> Self {
		self.each(other, |one, other| one - other)
	}
}

/// Returns the value of a metric with a label `stage`, besides any other labels.
fn value(text: &str, name: &str, stage: &str) -> Option<f64> {
	let label = format!("stage=\"{stage}\"");
	text.lines().find_map(|line| {
		let (labels, value) = line.strip_prefix(name)?.strip_prefix('{')?.rsplit_once('}')?;
		let is_of_stage = labels.split(',').any(|found| found == label);
		// A timestamp may follow.
		is_of_stage.then(|| value.split_whitespace().next()?.parse().ok())?
	})
}

/// Returns all metrics of the node at a port, over HTTP 1.0: its answer ends with the connection.
async fn metrics(port: u16) -> anyhow::Result<String> {
	let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
	connection.write_all(b"GET /metrics HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n").await?;
	let mut answer = String::new();
	connection.read_to_string(&mut answer).await?;
	let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
	let status = head.lines().next().unwrap_or_default();
	if status.split_whitespace().nth(1) != Some("200") {
		bail!("the answer is {status:?}");
	}
	Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
	use super::*;
	use tokio::net::TcpListener;

	const TEXT: &str = r#"# HELP top_lattice_stage_seconds_total Time spent
# TYPE top_lattice_stage_seconds_total counter
top_lattice_stage_seconds_total{chain="a,b}",stage="verify"} 1.5
top_lattice_stage_seconds_total{chain="a,b}",stage="apply"} 2e-1 1700000000000
top_pbft_stage_seconds_total{stage="build",chain="x"} 7
top_pbft_stage_seconds_total_created{stage="execute"} 9
other{stage="receive"} 4
"#;

	#[test]
	fn stages_are_found_among_other_metrics() {
		let found = StageSeconds::parse(TEXT);
		assert_eq!(found, StageSeconds { verify: 1.5, apply: 0.2, build: 7.0, ..Default::default() });
		let double = found + found;
		assert_eq!((double.verify, double.build), (3.0, 14.0));
		assert_eq!(double - found, found);
	}

	#[tokio::test]
	async fn metrics_are_read_over_http() {
		for (status, is_taken) in [("200 OK", true), ("404 Not Found", false)] {
			let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
			let port = listener.local_addr().unwrap().port();
			let server = tokio::spawn(async move {
				let (mut connection, _) = listener.accept().await.unwrap();
				let mut asked = Vec::new();
				// Read to its end: closing the connection before would reset it.
				while !asked.ends_with(b"\r\n\r\n") {
					asked.push(connection.read_u8().await.unwrap());
				}
				assert!(asked.starts_with(b"GET /metrics HTTP/1.0\r\n"));
				let answer = format!("HTTP/1.0 {status}\r\ncontent-type: text/plain\r\n\r\n{TEXT}");
				connection.write_all(answer.as_bytes()).await.unwrap();
			});
			assert_eq!(metrics(port).await.is_ok_and(|text| text == TEXT), is_taken);
			server.await.unwrap();
		}
	}
}
