//! The program prints what the checks find.

use std::process::Command;

fn run(arguments: &[&str]) -> (bool, String) {
	let output = Command::new(env!("CARGO_BIN_EXE_top-architecture")).args(arguments).output().expect("it runs");
	let text = [output.stdout, output.stderr].concat();
	(output.status.success(), String::from_utf8(text).expect("it prints text"))
}

#[test]
fn each_check_prints_a_count() {
	for (check, words) in [("circles", "circles of files"), ("repeats", "places repeat"), ("links", "broken links")] {
		let (succeeded, text) = run(&[check, "../.."]);
		assert!(succeeded && text.contains(words), "{text}");
	}
	let (succeeded, text) = run(&["sizes", "../.."]);
	assert!(succeeded && text.contains("runtime/main"), "{text}");
}

#[test]
fn an_unknown_check_is_refused_with_the_known_ones() {
	let (succeeded, text) = run(&["beauty"]);
	assert!(!succeeded && text.contains("circles|repeats|sizes|links"), "{text}");
}
