//! Splits Rust and TypeScript into tokens, without comments. It knows as much of both languages as the checks need: what is
//! a name, what is a text, and where comments end.

/// The language of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
	/// Rust.
	Rust,
	/// TypeScript.
	TypeScript,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// A name or a keyword.
	Word,
	/// A lifetime, without its quote.
	Lifetime,
	/// A number.
	Number,
	/// A text or a character, without its quotes.
	Text,
	/// `::`, or one character of punctuation.
	Mark,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
	/// What it is.
	pub kind: Kind,
	/// How it is written.
	pub text: String,
	/// The line on which it begins, from 1.
	pub line: usize,
}

impl Token {
	/// Whether it is this punctuation.
	pub fn is_mark(&self, mark: &str) -> bool {
		self.kind == Kind::Mark && self.text == mark
	}

	/// Whether it is this word.
	pub fn is_word(&self, word: &str) -> bool {
		self.kind == Kind::Word && self.text == word
	}
}

/// The tokens of a source.
pub fn tokens(source: &str, language: Language) -> Vec<Token> {
	Lexer { source: source.chars().collect(), at: 0, line: 1, language, tokens: Vec::new() }.run()
}

struct Lexer {
	source: Vec<char>,
	at: usize,
	line: usize,
	language: Language,
	tokens: Vec<Token>,
}

impl Lexer {
	fn run(mut self) -> Vec<Token> {
		while let Some(next) = self.peek(0) {
			match next {
				'/' if self.peek(1) == Some('/') => self.skip_line(),
				'/' if self.peek(1) == Some('*') => self.skip_block(),
				'"' => self.text('"'),
				'\'' if self.language == Language::Rust => self.quote(),
				'\'' | '`' if self.language == Language::TypeScript => self.text(next),
				'r' | 'b' | 'c' if self.raw_text() => {},
				_ if next.is_alphabetic() || next == '_' => self.word(),
				_ if next.is_ascii_digit() => self.number(),
				_ if next.is_whitespace() => self.skip(),
				':' if self.peek(1) == Some(':') => {
					self.push(Kind::Mark, "::".into(), self.line);
					self.at += 2;
				},
				_ => {
					self.push(Kind::Mark, next.into(), self.line);
					self.at += 1;
				},
			}
		}
		self.tokens
	}

	fn peek(&self, ahead: usize) -> Option<char> {
		self.source.get(self.at + ahead).copied()
	}

	fn push(&mut self, kind: Kind, text: String, line: usize) {
		self.tokens.push(Token { kind, text, line });
	}

	/// Goes on by one character, and counts lines.
	fn skip(&mut self) {
		if self.peek(0) == Some('\n') {
			self.line += 1;
		}
		self.at += 1;
	}

	fn skip_line(&mut self) {
		while self.peek(0).is_some_and(|next| next != '\n') {
			self.at += 1;
		}
	}

	/// Rust's block comments nest.
	fn skip_block(&mut self) {
		let mut depth = 0;
		while let Some(next) = self.peek(0) {
			if next == '/' && self.peek(1) == Some('*') && (depth == 0 || self.language == Language::Rust) {
				depth += 1;
				self.at += 2;
			} else if next == '*' && self.peek(1) == Some('/') {
				depth -= 1;
				self.at += 2;
				if depth == 0 {
					return;
				}
			} else {
				self.skip();
			}
		}
	}

	/// A text in quotes, with escapes.
	fn text(&mut self, quote: char) {
		let line = self.line;
		let mut text = String::new();
		self.at += 1;
		while let Some(next) = self.peek(0) {
			if next == quote {
				self.at += 1;
				break;
			}
			if next == '\\' {
				text.push(next);
				self.skip();
			}
			text.extend(self.peek(0));
			self.skip();
		}
		self.push(Kind::Text, text, line);
	}

	/// `'a'` or `'a`.
	fn quote(&mut self) {
		let is_lifetime =
			self.peek(1).is_some_and(|next| next.is_alphabetic() || next == '_') && self.peek(2) != Some('\'');
		if !is_lifetime {
			return self.text('\'');
		}
		self.at += 1;
		self.word();
		if let Some(last) = self.tokens.last_mut() {
			last.kind = Kind::Lifetime;
		}
	}

	/// `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `b'…'`, `c"…"` and `r#word`. `false` if it is something else.
	fn raw_text(&mut self) -> bool {
		if self.language != Language::Rust {
			return false;
		}
		let mut ahead = 0;
		let mut raw = false;
		while let Some(next @ ('r' | 'b' | 'c')) = self.peek(ahead) {
			raw |= next == 'r';
			ahead += 1;
		}
		if ahead > 2 {
			return false;
		}
		let hashes = (0..).take_while(|more| self.peek(ahead + more) == Some('#')).count();
		match self.peek(ahead + hashes) {
			Some('"') if raw => {},
			Some(quote @ ('"' | '\'')) if hashes == 0 => {
				self.at += ahead;
				self.text(quote);
				return true;
			},
			Some(_) if raw && ahead == 1 && hashes == 1 => {
				self.at += 2;
				self.word();
				return true;
			},
			_ => return false,
		}
		let line = self.line;
		self.at += ahead + hashes + 1;
		let mut text = String::new();
		while let Some(next) = self.peek(0) {
			if next == '"' && (1..=hashes).all(|more| self.peek(more) == Some('#')) {
				self.at += 1 + hashes;
				break;
			}
			text.push(next);
			self.skip();
		}
		self.push(Kind::Text, text, line);
		true
	}

	fn word(&mut self) {
		let from = self.at;
		while self.peek(0).is_some_and(|next| next.is_alphanumeric() || next == '_') {
			self.at += 1;
		}
		let text = self.source[from..self.at].iter().collect();
		self.push(Kind::Word, text, self.line);
	}

	fn number(&mut self) {
		let from = self.at;
		while self.peek(0).is_some_and(|next| {
			let is_fraction = next == '.' && self.peek(1).is_some_and(|digit| digit.is_ascii_digit());
			next.is_alphanumeric() || next == '_' || is_fraction
		}) {
			self.at += 1;
		}
		let text = self.source[from..self.at].iter().collect();
		self.push(Kind::Number, text, self.line);
	}
}
