//! Formats a failure as one line, from the attempt down to the first cause.

/// Returns the error and its causes, joined by colons. Omits a cause that the text before it quotes, and replaces line
/// breaks by spaces. Many errors of the SDK print their source themselves, some in several lines.
pub fn one_line(error: &anyhow::Error) -> String {
	let mut line = String::new();
	for cause in error.chain() {
		let text = cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
		if text.is_empty() || line.contains(&text) {
			continue;
		}
		if !line.is_empty() {
			line.push_str(": ");
		}
		line.push_str(&text);
	}
	line
}

#[cfg(test)]
mod tests {
	use super::one_line;
	use anyhow::{anyhow, Context};

	#[test]
	fn causes_follow_each_other_on_one_line() {
		let error = Err::<(), _>(anyhow!("disk\n  full")).context("cannot write the spec").unwrap_err();
		assert_eq!(one_line(&error), "cannot write the spec: disk full");
	}

	#[test]
	fn a_quoted_cause_is_not_repeated() {
		let error = Err::<(), _>(anyhow!("refused")).context("connect: refused").unwrap_err();
		assert_eq!(one_line(&error), "connect: refused");
	}
}
