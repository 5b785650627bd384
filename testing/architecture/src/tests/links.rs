use super::{Checkout, WORKSPACE};
use crate::{broken_citations, broken_links};
use std::path::Path;

#[test]
fn links_lead_to_files_and_headings() {
	let checkout = Checkout::new(
		"links",
		&[
			(
				"README.md",
				"[a](docs/src/page.md#the-first-part) [b](https://example.com) [c](missing.md) `[d](code.md)`",
			),
			("docs/src/SUMMARY.md", "- [Page](page.md)"),
			("docs/src/page.md", "# The first part\n[up](../../README.md) [here](#second)\n```\n[e](code.md)\n```\n"),
			("docs/src/lost.md", ""),
		],
	);
	assert_eq!(
		broken_links(checkout.path()).unwrap(),
		[
			"README.md: no missing.md",
			"docs/src/page.md: docs/src/page.md has no heading #second",
			"docs/src/lost.md: not in docs/src/SUMMARY.md",
		]
	);
}

#[test]
fn cited_documents_exist() {
	let checkout = Checkout::new(
		"citations",
		&[
			("docs/src/page.md", ""),
			("a/src/lib.rs", "//! See docs/src/page.md and `docs/page.md`.\n//! docs/src/page.md."),
		],
	);
	assert_eq!(broken_citations(checkout.path()).unwrap(), ["a/src/lib.rs:1: no docs/page.md"]);
}

#[test]
fn the_links_of_this_repository_lead_somewhere() {
	assert_eq!(broken_links(Path::new(WORKSPACE)).unwrap(), Vec::<String>::new());
}
