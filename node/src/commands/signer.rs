//! The secret of the account that signs a command's transaction. Every user of the machine reads command lines in the
//! process list, and shells keep them, so a secret comes from a file or a prompt. Development keys are known anyway.

use super::account::parse_signer;
use anyhow::{bail, Context};
use std::{
	fmt, fs,
	io::{self, BufRead},
	path::{Path, PathBuf},
};
use top_sdk::Keypair;

/// What `--from` takes to ask for the secret.
const ASK: &str = "-";

/// Where the secret comes from.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub struct Signer {
	/// Account that signs: a development key such as //Alice, or - to be asked for its secret: a phrase or a seed
	/// (sr25519).
	#[arg(long, value_name = "KEY")]
	pub from: Option<String>,
	/// File whose first line is the secret of the account that signs: a phrase or a seed (sr25519).
	#[arg(long, value_name = "FILE")]
	pub from_file: Option<PathBuf>,
}

impl fmt::Debug for Signer {
	/// Leaves the secret out.
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.debug_struct("Signer").field("from_file", &self.from_file).finish_non_exhaustive()
	}
}

impl Signer {
	/// Returns the key. Warns on the standard error output if others can read the secret.
	///
	/// # Errors
	/// If the secret is none, or cannot be read. The error does not repeat it.
	pub fn keypair(&self) -> anyhow::Result<Keypair> {
		match (self.from.as_deref(), &self.from_file) {
			(Some(ASK), _) => {
				let secret = rpassword::prompt_password("Secret of the account that signs: ")
					.context("cannot ask for the secret without a terminal: use --from-file")?;
				parse_signer(secret.trim())
			},
			(Some(secret), _) => {
				if !secret.starts_with("//") {
					eprintln!(
						"Warning: a secret on the command line stays in the shell's history, and all users of this machine \
						 can read it. Use --from-file FILE, or --from - to be asked for it."
					);
				}
				parse_signer(secret)
			},
			(None, Some(file)) => parse_signer(&first_line(file)?),
			(None, None) => bail!("name the account that signs: --from KEY or --from-file FILE"),
		}
	}
}

/// Reads the first line of a file that only its owner should be able to read.
fn first_line(file: &Path) -> anyhow::Result<String> {
	let opened =
		fs::File::open(file).with_context(|| format!("cannot open the file of the secret, {}", file.display()))?;
	if is_open_to_others(&opened) {
		eprintln!("Warning: other users can read {0}. Close it: chmod 600 {0}", file.display());
	}
	let mut line = String::new();
	io::BufReader::new(opened)
		.read_line(&mut line)
		.with_context(|| format!("cannot read the secret in {}", file.display()))?;
	Ok(line.trim().into())
}

#[cfg(unix)]
fn is_open_to_others(file: &fs::File) -> bool {
	use std::os::unix::fs::PermissionsExt;
	file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_file: &fs::File) -> bool {
	false
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring;

	#[test]
	fn a_secret_comes_from_the_first_line_of_a_file() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("secret");
		fs::write(&file, "  //Bob \nanother line\n").unwrap();
		let signer = Signer { from: None, from_file: Some(file) };
		assert_eq!(signer.keypair().unwrap().account(), Sr25519Keyring::Bob.to_account_id());
	}

	#[test]
	fn a_missing_file_is_named() {
		let signer = Signer { from: None, from_file: Some("no-such-file".into()) };
		assert!(signer.keypair().err().unwrap().to_string().contains("no-such-file"));
	}

	#[test]
	fn neither_errors_nor_debug_output_repeat_a_secret() {
		let signer = Signer { from: Some("my secret words".into()), from_file: None };
		assert!(!format!("{:?}", signer.keypair().err().unwrap()).contains("my secret"));
		assert!(!format!("{signer:?}").contains("my secret"));
	}
}
