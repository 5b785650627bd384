//! The trace of a run: a hash, and lines of text on request.

use crate::keys::mix_word;

/// The events of a run.
pub struct Trace {
	hash: u64,
	/// The lines so far; `None` if they are not kept.
	lines: Option<Vec<String>>,
}

impl Trace {
	/// Returns an empty trace, with or without lines.
	pub fn new(with_lines: bool) -> Self {
		Self { hash: 0, lines: with_lines.then(Vec::new) }
	}

	/// Records an event: its numbers enter the hash; the line is made only if lines are kept.
	pub fn note(&mut self, numbers: [u64; 4], line: impl FnOnce() -> String) {
		for number in numbers {
			self.hash = mix_word(self.hash, number);
		}
		if let Some(lines) = &mut self.lines {
			lines.push(line());
		}
	}

	/// Returns the hash of all events.
	pub fn hash(&self) -> u64 {
		self.hash
	}

	/// Returns the lines.
	pub fn lines(&self) -> &[String] {
		self.lines.as_deref().unwrap_or_default()
	}
}
