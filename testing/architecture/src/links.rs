//! Links of the documents: each relative link leads to a file, and each anchor to a heading of it. Sources cite documents by
//! their path.

use crate::files::{files, plain, shown};
use std::{collections::BTreeSet, fs, io, path::Path};

/// The links of all Markdown files below `root` that lead nowhere, and the pages that the book's table of contents lacks.
pub fn broken_links(root: &Path) -> io::Result<Vec<String>> {
	let mut broken = Vec::new();
	let documents = files(root, &["md"])?;
	let mut contents = BTreeSet::new();
	for document in &documents {
		let text = fs::read_to_string(root.join(document))?;
		for link in links(&text) {
			if link.contains("://") || link.starts_with("mailto:") {
				continue;
			}
			let (path, anchor) = link.split_once('#').unwrap_or((link.as_str(), ""));
			let folder = document.parent().unwrap_or(Path::new(""));
			let target = if path.is_empty() { document.clone() } else { plain(&folder.join(path)) };
			if document.ends_with("SUMMARY.md") {
				contents.insert(target.clone());
			}
			if !root.join(&target).exists() {
				broken.push(format!("{}: no {link}", shown(document)));
			} else if !anchor.is_empty() && target.extension().is_some_and(|extension| extension == "md") {
				let headings = headings(&fs::read_to_string(root.join(&target))?);
				if !headings.contains(anchor) {
					broken.push(format!("{}: {} has no heading #{anchor}", shown(document), shown(&target)));
				}
			}
		}
	}
	for document in &documents {
		let is_page = document.starts_with("docs/src") && !document.ends_with("SUMMARY.md");
		if is_page && !contents.contains(document) {
			broken.push(format!("{}: not in docs/src/SUMMARY.md", shown(document)));
		}
	}
	Ok(broken)
}

/// The documents that comments of Rust and TypeScript sources below `root` cite, and that do not exist.
pub fn broken_citations(root: &Path) -> io::Result<Vec<String>> {
	let mut broken = Vec::new();
	for file in files(root, &["rs", "ts"])? {
		// The tests of this crate have made-up documents.
		if file.starts_with("testing/architecture") {
			continue;
		}
		let text = fs::read_to_string(root.join(&file))?;
		for (line, text) in text.lines().enumerate() {
			for part in text.split(|next: char| !(next.is_ascii_alphanumeric() || "/-_.".contains(next))) {
				let document = part.trim_end_matches('.');
				if document.starts_with("docs/") && document.ends_with(".md") && !root.join(document).is_file() {
					broken.push(format!("{}:{}: no {document}", shown(&file), line + 1));
				}
			}
		}
	}
	Ok(broken)
}

/// Lines outside code blocks, without code spans.
fn prose(text: &str) -> Vec<String> {
	let mut in_code = false;
	let mut lines = Vec::new();
	for line in text.lines() {
		if line.trim_start().starts_with("```") {
			in_code = !in_code;
		} else if !in_code {
			lines.push(line.split('`').step_by(2).collect::<Vec<_>>().join("`"));
		}
	}
	lines
}

/// The targets of `[text](target)`.
fn links(text: &str) -> Vec<String> {
	let mut found = Vec::new();
	for line in prose(text) {
		for part in line.split("](").skip(1) {
			if let Some((target, _)) = part.split_once(')') {
				found.push(target.split_whitespace().next().unwrap_or_default().to_string());
			}
		}
	}
	found
}

/// The anchors of the headings, as GitHub and mdBook make them.
fn headings(text: &str) -> BTreeSet<String> {
	let mut in_code = false;
	let mut found = BTreeSet::new();
	for line in text.lines() {
		if line.starts_with("```") {
			in_code = !in_code;
		}
		if in_code || !line.starts_with('#') {
			continue;
		}
		let title = line.trim_start_matches('#').trim().to_lowercase();
		let kept = title.chars().filter(|next| next.is_alphanumeric() || matches!(next, ' ' | '-' | '_'));
		found.insert(kept.map(|next| if next == ' ' { '-' } else { next }).collect());
	}
	found
}
