//! The table that a test prints at its end.

use std::{fmt::Display, time::Duration};

/// Figures, by what they are of.
pub struct Figures {
	title: &'static str,
	lines: Vec<(String, String)>,
}

impl Figures {
	/// None yet.
	pub fn of(title: &'static str) -> Self {
		Self { title, lines: Vec::new() }
	}

	/// Adds one.
	pub fn add(&mut self, what: impl Into<String>, figure: impl Display) {
		self.lines.push((what.into(), figure.to_string()));
	}

	/// Prints them all.
	pub fn print(&self) {
		let width = self.lines.iter().map(|(what, _)| what.chars().count()).max().unwrap_or_default();
		println!("==== {}", self.title);
		for (what, figure) in &self.lines {
			println!("  {what:<width$}  {figure}");
		}
	}
}

/// A duration as it is told.
pub fn seconds(duration: Duration) -> String {
	format!("{:.2} s", duration.as_secs_f64())
}

/// So many a second.
pub fn rate(count: usize, time: Duration) -> String {
	format!("{:.0}/s", count as f64 / time.as_secs_f64())
}

/// The value below which half of a sample is; zero of nothing.
pub fn median(sample: &[Duration]) -> Duration {
	let mut sorted = sample.to_vec();
	sorted.sort_unstable();
	sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
