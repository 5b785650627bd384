//! Counters of nodes, by Prometheus.

use anyhow::{bail, Context};
use std::{net::Ipv4Addr, time::Duration};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};
use top_local_network::Node;

/// How long a node may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The metrics of a node at one moment, in Prometheus' text format.
#[derive(Clone, Debug, Default)]
pub struct Metrics(String);

impl Metrics {
	/// Takes metrics in Prometheus' text format.
	#[cfg(test)]
	pub fn of_text(text: &str) -> Self {
		Self(text.to_owned())
	}

	/// Fetches the metrics of a node.
	///
	/// # Errors
	/// If it does not answer.
	pub async fn of(node: &Node) -> anyhow::Result<Self> {
		let metrics = Self::at(node.ports().prometheus).await;
		metrics.with_context(|| format!("cannot read the metrics of {}", node.name()))
	}

	/// Fetches the metrics that a node serves at a port of this machine.
	///
	/// # Errors
	/// If it does not answer.
	pub async fn at(port: u16) -> anyhow::Result<Self> {
		let asked = tokio::time::timeout(TIMEOUT, fetch(port)).await;
		asked.context("the node does not answer in time").and_then(|text| text).map(Self)
	}

	/// Whether the node has a metric, also if that has no value yet.
	pub fn describes(&self, name: &str) -> bool {
		let is_help = |line: &str| line.strip_prefix("# HELP ")?.strip_prefix(name).map(|rest| rest.starts_with(' '));
		self.0.lines().any(|line| is_help(line) == Some(true)) || self.values(name).next().is_some()
	}

	/// Returns the sum of a metric's values with any labels. `None` if the node does not have it.
	pub fn sum(&self, name: &str) -> Option<f64> {
		self.sum_where(name, |_| true)
	}

	/// As [`Self::sum`], of the values with a label.
	pub fn labelled(&self, name: &str, label: &str, value: &str) -> Option<f64> {
		let wanted = format!("{label}=\"{value}\"");
		self.sum_where(name, |labels| labels.split(',').any(|found| found == wanted))
	}

	/// Returns the values of a metric by a label, with other labels summed up.
	pub fn by_label(&self, name: &str, label: &str) -> Vec<(String, f64)> {
		let mut found = Vec::<(String, f64)>::new();
		for (labels, value) in self.values(name) {
			let of_label =
				|part: &str| part.strip_prefix(label)?.strip_prefix("=\"")?.strip_suffix('"').map(str::to_owned);
			let Some(key) = labels.split(',').find_map(of_label) else { continue };
			match found.iter_mut().find(|(other, _)| *other == key) {
				Some((_, sum)) => *sum += value,
				None => found.push((key, value)),
			}
		}
		found
	}

	fn sum_where(&self, name: &str, is_wanted: impl Fn(&str) -> bool) -> Option<f64> {
		let mut values = self.values(name).filter(|(labels, _)| is_wanted(labels)).map(|(_, value)| value);
		let first = values.next()?;
		Some(first + values.sum::<f64>())
	}

	/// Returns the labels and the value of each line of a metric.
	fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
		self.0.lines().filter_map(move |line| {
			let rest = line.strip_prefix(name)?;
			let (labels, value) = match rest.strip_prefix('{') {
				Some(labelled) => labelled.rsplit_once('}')?,
				None => ("", rest.strip_prefix(' ')?),
			};
			// A timestamp may follow.
			Some((labels, value.split_whitespace().next()?.parse().ok()?))
		})
	}
}

/// Returns all metrics of the node at a port, over HTTP 1.0: its answer ends with the connection.
async fn fetch(port: u16) -> anyhow::Result<String> {
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
stage_total{chain="a,b}",stage="verify"} 1.5
stage_total{chain="a,b}",stage="apply"} 2e-1 1700000000000
stage_total{chain="c",stage="verify"} 1
stage_total_created{stage="verify"} 9
views_total 7
views_total_more 8
"#;

	#[test]
	fn values_are_found_by_name_and_label() {
		let metrics = Metrics(TEXT.into());
		assert_eq!(metrics.labelled("stage_total", "stage", "verify"), Some(2.5));
		assert_eq!(metrics.labelled("stage_total", "stage", "build"), None);
		assert_eq!((metrics.sum("stage_total"), metrics.sum("views_total")), (Some(2.7), Some(7.0)));
		assert_eq!(metrics.sum("views"), None);
		assert_eq!(metrics.by_label("stage_total", "stage"), [("verify".to_owned(), 2.5), ("apply".to_owned(), 0.2)]);
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
			assert_eq!(fetch(port).await.is_ok_and(|text| text == TEXT), is_taken);
			server.await.unwrap();
		}
	}
}
