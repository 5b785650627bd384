//! The table of figures that a test prints.

use std::{fmt::Display, time::Duration};

/// Figures by their names.
pub struct Figures {
	title: &'static str,
	lines: Vec<(String, String)>,
}

impl Figures {
	/// Returns an empty table.
	pub fn of(title: &'static str) -> Self {
		Self { title, lines: Vec::new() }
	}

	/// Adds a figure.
	pub fn add(&mut self, what: impl Into<String>, figure: impl Display) {
		self.lines.push((what.into(), figure.to_string()));
	}

	/// Prints all figures.
	pub fn print(&self) {
		let width = self.lines.iter().map(|(what, _)| what.chars().count()).max().unwrap_or_default();
		println!("==== {}", self.title);
		for (what, figure) in &self.lines {
			println!("  {what:<width$}  {figure}");
		}
	}
}

/// Formats a duration.
pub fn seconds(duration: Duration) -> String {
	format!("{:.2} s", duration.as_secs_f64())
}

/// Formats a rate per second.
pub fn rate(count: usize, time: Duration) -> String {
	format!("{:.0}/s", count as f64 / time.as_secs_f64())
}

/// Returns the median of a sample; zero of an empty one.
pub fn median(sample: &[Duration]) -> Duration {
	let mut sorted = sample.to_vec();
	sorted.sort_unstable();
	sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
