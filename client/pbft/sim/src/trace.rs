//! What happened, as a hash, and in words if somebody asks.

use crate::keys::mix_word;

/// The course of a run.
pub struct Trace {
	hash: u64,
	/// Lines so far; `None` if nobody asks.
	lines: Option<Vec<String>>,
}

impl Trace {
	/// An empty trace, with words or without.
	pub fn new(words: bool) -> Self {
		Self { hash: 0, lines: words.then(Vec::new) }
	}

	/// Notes something: numbers into the hash, and words that are made only if they are kept.
	pub fn note(&mut self, numbers: [u64; 4], words: impl FnOnce() -> String) {
		for number in numbers {
			self.hash = mix_word(self.hash, number);
		}
		if let Some(lines) = &mut self.lines {
			lines.push(words());
		}
	}

	/// The hash of all that was noted.
	pub fn hash(&self) -> u64 {
		self.hash
	}

	/// The lines.
	pub fn lines(&self) -> &[String] {
		self.lines.as_deref().unwrap_or_default()
	}
}
