//! Shell scripts that stand for node binaries in tests.

use std::{
	io::Write,
	path::Path,
	process::{Command, Stdio},
};

/// Writes an executable shell script: `body`, behind an answer of `version` to `--version`.
///
/// Another process writes it. Linux refuses to run a file that any process holds open for writing ("text file busy"),
/// and a process that another thread of these tests starts at that moment inherits the open file.
pub fn write(path: &Path, version: &str, body: &str) {
	let mut writer = Command::new("sh")
		.args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
		.arg(path)
		.stdin(Stdio::piped())
		.spawn()
		.unwrap();
	let text = format!("#!/bin/sh\n[ \"$1\" = --version ] && echo {version} && exit\n{body}\n");
	writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
	assert!(writer.wait().unwrap().success());
}
