//! The runtimes of any node binary, by its commands: so this program measures a node that it was not built with.
//!
//! ```text
//! NODE export-chain-spec --chain shard-local          the preset
//! NODE export-chain-spec --chain FILE --raw           the state of a changed preset
//! ```

use crate::{
	ledgers::{Ledger, Ledgers, SignTransfer},
	network::remote_call,
};
use anyhow::{bail, ensure, Context};
use codec::{Compact, Encode};
use serde_json::{json, Value};
use sp_crypto_hashing::blake2_256;
use sp_version::RuntimeVersion;
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Stdio},
	sync::Arc,
};
use top_local_network::Chain;
use top_sdk::Keypair;
use tp_core::{AccountId, Hash, Nonce};

/// Version of the transactions that [`transfer`] writes.
const TRANSACTION_VERSION: u32 = 1;
/// `balances.transfer_keep_alive`: the indices of pallet and call, which are the same on all ledgers.
const TRANSFER_KEEP_ALIVE: [u8; 2] = [2, 3];
/// A signed transaction of version 4.
const SIGNED: u8 = 0x84;
/// An address that is an account.
const BY_ACCOUNT: u8 = 0;
/// Longer payloads are signed by their hash.
const MAX_SIGNED_BYTES: usize = 256;
/// The places of a genesis in a plain specification, by the version of the SDK.
const PATCHES: [&str; 2] = ["/genesis/runtimeGenesis/patch", "/genesis/runtimeGenesis/config"];

/// A node binary as the source of chains.
#[derive(Clone, Debug)]
pub struct NodeBinary {
	path: PathBuf,
}

impl NodeBinary {
	/// Takes a binary.
	///
	/// # Errors
	/// If there is none.
	pub fn new(path: &Path) -> anyhow::Result<Self> {
		let path = path.canonicalize().with_context(|| format!("there is no binary {}", path.display()))?;
		Ok(Self { path })
	}

	/// Returns the specification of a ledger's preset.
	fn preset(&self, ledger: Ledger) -> anyhow::Result<Value> {
		let text = self.run(&["export-chain-spec", "--chain", chain(ledger)])?;
		serde_json::from_str(&text).context("the node exports no JSON")
	}

	fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
		let shown = || format!("{} {}", self.path.display(), arguments.join(" "));
		let output = Command::new(&self.path).args(arguments).stdin(Stdio::null()).output().with_context(shown)?;
		if !output.status.success() {
			bail!("{} fails: {}", shown(), String::from_utf8_lossy(&output.stderr).trim());
		}
		String::from_utf8(output.stdout).with_context(shown)
	}
}

fn chain(ledger: Ledger) -> &'static str {
	match ledger {
		Ledger::Main => "local",
		Ledger::Shard => "shard-local",
	}
}

/// Finds the genesis in a plain specification.
fn patch(spec: &mut Value) -> anyhow::Result<&mut Value> {
	let place = PATCHES.into_iter().find(|place| spec.pointer(place).is_some());
	let place = place.context("the node exports a chain spec without a genesis that can be changed")?;
	spec.pointer_mut(place).context("the place was found before; qed")
}

/// Applies a patch to JSON: objects are merged, other values replaced.
fn merge(target: &mut Value, changes: Value) {
	match (target, changes) {
		(Value::Object(target), Value::Object(changes)) => {
			for (name, change) in changes {
				merge(target.entry(name).or_insert(Value::Null), change);
			}
		},
		(target, changes) => *target = changes,
	}
}

impl Ledgers for NodeBinary {
	fn binary(&self) -> anyhow::Result<PathBuf> {
		Ok(self.path.clone())
	}

	fn genesis(&self, ledger: Ledger) -> anyhow::Result<Value> {
		Ok(patch(&mut self.preset(ledger)?)?.clone())
	}

	fn chain(&self, ledger: Ledger, id: &str, changes: Value) -> anyhow::Result<Chain> {
		let mut spec = self.preset(ledger)?;
		merge(patch(&mut spec)?, changes);
		spec["id"] = json!(id);
		let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
		let file = folder.path().join("spec.json");
		fs::write(&file, spec.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
		let path = file.to_str().context("a temporary folder has a printable path; qed")?;
		let raw = self.run(&["export-chain-spec", "--raw", "--chain", path])?;
		Ok(Chain { id: id.to_owned(), raw_spec: Box::new(move || Ok(raw)), node_secret: None })
	}

	fn transfers(&self, genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<SignTransfer> {
		let covered = covered(genesis, version)?;
		Ok(Arc::new(move |from: &Keypair, nonce, to: &AccountId, amount| {
			let call = (TRANSFER_KEEP_ALIVE, BY_ACCOUNT, to, Compact(amount)).encode();
			signed(&covered, from, nonce, &call)
		}))
	}

	fn remote_transfers(&self, genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<SignTransfer> {
		let covered = covered(genesis, version)?;
		Ok(Arc::new(move |from: &Keypair, nonce, to: &AccountId, amount| {
			signed(&covered, from, nonce, &remote_call(to, amount))
		}))
	}

	fn transfers_among(&self, _: &[u8]) -> anyhow::Result<u64> {
		bail!("only a node knows the events of its runtimes: use `top-node bench chain`")
	}
}

/// Returns what a signature covers of a chain: the versions, the genesis, and the genesis as the begin of its life.
fn covered(genesis: Hash, version: &RuntimeVersion) -> anyhow::Result<Vec<u8>> {
	ensure!(
		version.transaction_version == TRANSACTION_VERSION,
		"the chain has transactions of version {}, this program knows {TRANSACTION_VERSION}: use `top-node bench`",
		version.transaction_version
	);
	Ok((version.spec_version, version.transaction_version, genesis, genesis).encode())
}

/// Returns a signed call that does not expire.
fn signed(covered: &[u8], from: &Keypair, nonce: Nonce, call: &[u8]) -> Vec<u8> {
	// An immortal era, the nonce, no tip, no hash of metadata.
	let extensions = (0_u8, Compact(nonce), Compact(0_u128), 0_u8).encode();
	// The hash of metadata is none as well.
	let payload = [call, &extensions, covered, &[0]].concat();
	let signature = match payload.len() > MAX_SIGNED_BYTES {
		true => from.sign(&blake2_256(&payload)),
		false => from.sign(&payload),
	};
	let signed = (SIGNED, BY_ACCOUNT, from.account(), signature).encode();
	[&signed, &extensions, call].concat().encode()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{compare::script, genesis::sender};

	const SPEC: &str =
		r#"{"id":"a","genesis":{"runtimeGenesis":{"code":"0x00","patch":{"balances":{"balances":[]}}}}}"#;

	fn node(body: &str) -> (tempfile::TempDir, NodeBinary) {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("node");
		script::write(&path, "node 1", body);
		let binary = NodeBinary::new(&path).unwrap();
		(folder, binary)
	}

	#[test]
	fn a_changed_preset_becomes_a_raw_chain_by_the_nodes_commands() {
		// With `--raw`, the node prints the file that it was given.
		let (_folder, node) = node(&format!("[ \"$2\" = --raw ] && exec cat \"$4\"; echo '{SPEC}'"));
		assert_eq!(node.genesis(Ledger::Shard).unwrap(), json!({ "balances": { "balances": [] } }));
		let chain = node.chain(Ledger::Shard, "bench", json!({ "balances": { "balances": [1] }, "new": 2 })).unwrap();
		let raw: Value = serde_json::from_str(&(chain.raw_spec)().unwrap()).unwrap();
		assert_eq!((chain.id.as_str(), &raw["id"]), ("bench", &json!("bench")));
		let patch = &raw["genesis"]["runtimeGenesis"]["patch"];
		assert_eq!(patch, &json!({ "balances": { "balances": [1] }, "new": 2 }));
	}

	#[test]
	fn a_failure_of_the_node_is_explained() {
		let (_folder, node) = node("echo 'no such chain' >&2; exit 1");
		let error = node.genesis(Ledger::Main).unwrap_err().to_string();
		assert!(error.contains("--chain local") && error.contains("no such chain"), "{error}");
	}

	#[test]
	fn a_transfer_has_its_parts_at_their_places() {
		let (from, to) = (sender(0), sender(1).account());
		let call = (TRANSFER_KEEP_ALIVE, BY_ACCOUNT, &to, Compact(1_000_u128)).encode();
		let bytes = super::signed(&[7; 72], &from, 3, &call);
		// Two bytes of length, then the type, the address, the signature with its kind.
		assert_eq!((bytes[2], bytes[3]), (SIGNED, BY_ACCOUNT));
		let id: [u8; 32] = from.account().into();
		assert_eq!(bytes[4..36], id);
		assert_eq!(bytes[36], 1, "sr25519");
		let extensions = &bytes[36 + 65..];
		assert_eq!(extensions[..4], [0, 12, 0, 0], "era, nonce, tip, metadata");
		assert_eq!(extensions[4..7], [2, 3, 0]);
		assert_eq!(extensions[39..], [0xa1, 0x0f], "1,000 as a compact number");
	}
}
