//! Prints what the tests of this crate check, of any checkout: `top-architecture circles|repeats|sizes|links [FOLDER]`.

use std::{env, io, path::Path, process::ExitCode};
use top_architecture::{
	broken_citations, broken_links, mocks, repeats, runtimes, rust_files, typescript_files, FileGraph,
};

fn main() -> ExitCode {
	let arguments: Vec<String> = env::args().skip(1).collect();
	let folder = arguments.get(1).map_or(".", String::as_str);
	let lines = match arguments.first().map(String::as_str) {
		Some("circles") => circles(Path::new(folder)),
		Some("repeats") => repeats(Path::new(folder)).map(|found| report(&found, "places repeat each other")),
		Some("sizes") => sizes(Path::new(folder)),
		Some("links") => links(Path::new(folder)),
		_ => {
			eprintln!("usage: top-architecture circles|repeats|sizes|links [FOLDER]");
			return ExitCode::FAILURE;
		},
	};
	match lines {
		Ok(lines) => {
			lines.iter().for_each(|line| println!("{line}"));
			ExitCode::SUCCESS
		},
		Err(error) => {
			eprintln!("cannot read the sources in {folder}: {error}");
			ExitCode::FAILURE
		},
	}
}

fn report<T: ToString>(found: &[T], what: &str) -> Vec<String> {
	found.iter().map(T::to_string).chain([format!("{} {what}", found.len())]).collect()
}

fn links(root: &Path) -> io::Result<Vec<String>> {
	let found: Vec<String> = broken_links(root)?.into_iter().chain(broken_citations(root)?).collect();
	Ok(report(&found, "broken links"))
}

fn circles(root: &Path) -> io::Result<Vec<String>> {
	let mut graph = FileGraph::default();
	rust_files(root, &mut graph)?;
	typescript_files(root, &mut graph)?;
	Ok(report(&graph.circles(), "circles of files"))
}

fn sizes(root: &Path) -> io::Result<Vec<String>> {
	let lines = |(place, lines): (String, usize)| format!("{lines:6} {place}");
	let mocks = mocks(root)?.into_iter().map(lines);
	let runtimes = runtimes(root)?.into_iter().map(lines);
	Ok(["lines of mocks:".to_string()]
		.into_iter()
		.chain(mocks)
		.chain(["lines of runtimes:".into()])
		.chain(runtimes)
		.collect())
}
