//! The bounds that this repository keeps.

use super::{Checkout, WORKSPACE};
use crate::{
	broken_citations, mocks, repeats, runtimes, rust_files, tests_that_never_run, typescript_files, FileGraph, Place,
};
use std::path::Path;

/// Places that repeat each other. Some likeness is cheaper than the abstraction that would remove it.
const MAX_REPEATS: usize = 20;
/// Authors of pallets and chains copy mocks and runtimes, so both stay short.
const MAX_MOCK_LINES: usize = 80;
const MAX_RUNTIME_LINES: usize = 250;

#[test]
fn no_files_import_each_other_in_a_circle() {
	let mut graph = FileGraph::default();
	rust_files(Path::new(WORKSPACE), &mut graph).unwrap();
	typescript_files(Path::new(WORKSPACE), &mut graph).unwrap();
	assert!(graph.edges.len() > 200, "it finds the files");
	let circles: Vec<String> = graph.circles().iter().map(ToString::to_string).collect();
	assert!(circles.is_empty(), "\n{}", circles.join("\n"));
}

#[test]
fn few_places_repeat_each_other_and_no_mocks_or_runtimes() {
	let found = repeats(Path::new(WORKSPACE)).unwrap();
	let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
	let is_mock = |place: &Place| place.file.split('/').any(|part| part == "mock.rs" || part == "mock");
	let is_runtime = |place: &Place| {
		let in_template = place.file.starts_with("templates/") && place.file.contains("/runtime/");
		place.file.starts_with("runtime/") || in_template
	};
	for repeat in &found {
		let both = |is: &dyn Fn(&Place) -> bool| is(&repeat.first) && is(&repeat.second);
		assert!(!both(&is_mock), "mocks repeat each other: {repeat}");
		assert!(!both(&is_runtime), "runtimes repeat each other: {repeat}");
	}
	assert!(found.len() <= MAX_REPEATS, "{} places repeat each other:\n{}", found.len(), shown.join("\n"));
}

#[test]
fn mocks_and_runtimes_are_short() {
	for (lengths, most) in [
		(mocks(Path::new(WORKSPACE)).unwrap(), MAX_MOCK_LINES),
		(runtimes(Path::new(WORKSPACE)).unwrap(), MAX_RUNTIME_LINES),
	] {
		assert!(!lengths.is_empty());
		let long: Vec<_> = lengths.into_iter().filter(|(_, lines)| *lines > most).collect();
		assert!(long.is_empty(), "longer than {most} lines: {long:?}");
	}
}

#[test]
fn comments_cite_documents_that_exist() {
	assert_eq!(broken_citations(Path::new(WORKSPACE)).unwrap(), Vec::<String>::new());
}

#[test]
fn no_test_stands_in_a_target_without_tests() {
	assert_eq!(tests_that_never_run(Path::new(WORKSPACE)).unwrap(), Vec::<String>::new());
}

#[test]
fn a_test_in_a_target_without_tests_is_found() {
	let checkout = Checkout::new(
		"untested",
		&[
			("a/Cargo.toml", "[package]\n\n[lib]\ntest = false\n"),
			("a/src/inner/mod.rs", "#[cfg(test)]\nmod tests;\n"),
			("b/Cargo.toml", "[[bin]]\nname = \"b\"\npath = \"src/main.rs\"\ntest = false\n"),
			("b/src/main.rs", "#[test]\nfn it_runs() {}\n"),
			("b/src/lib.rs", "#[cfg(test)]\nmod tests;\n"),
			("c/Cargo.toml", "[package]\n\n[[test]]\nname = \"slow\"\npath = \"tests/slow.rs\"\ntest = false\n"),
			("c/tests/slow.rs", "#[test]\nfn it_runs_by_name() {}\n"),
		],
	);
	assert_eq!(tests_that_never_run(checkout.path()).unwrap(), ["a/src/inner/mod.rs", "b/src/main.rs"]);
}
