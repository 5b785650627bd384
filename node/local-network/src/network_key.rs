//! The network key of a node: an ed25519 secret in a file, and the peer id that follows from it.
//!
//! Both formats are those of libp2p, which the SDK uses. They are written here so that what starts nodes needs no part of
//! the SDK's client: it takes ten times as long to compile.

use anyhow::{anyhow, Context};
use rand::RngCore;
use sp_core::{ed25519, Pair};
use std::{
	fs::{self, OpenOptions},
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::Path,
};

/// Bytes of a secret, which its file holds as they are.
const SECRET_BYTES: usize = 32;
/// Before an ed25519 key in a peer id: the identity as multihash, 36 bytes; as Protocol Buffers the key's type, 1, and its
/// 32 bytes.
const PEER_ID_PREFIX: [u8; 6] = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];

/// Reads the secret of a file, or creates it; returns the peer id.
///
/// # Errors
/// If the file cannot be read or created, or holds something else.
pub(crate) fn provide(path: &Path) -> anyhow::Result<String> {
	let shown = path.display();
	let secret = match fs::read(path) {
		Ok(secret) => secret,
		Err(error) if error.kind() == io::ErrorKind::NotFound => {
			create(path).with_context(|| format!("cannot create the network key {shown}"))?
		},
		Err(error) => return Err(error).with_context(|| format!("cannot read the network key {shown}")),
	};
	let pair = (secret.len() == SECRET_BYTES)
		.then(|| ed25519::Pair::from_seed_slice(&secret).ok())
		.flatten()
		.ok_or_else(|| anyhow!("{shown} holds no network key of {SECRET_BYTES} bytes"))?;
	Ok(peer_id(&pair.public()))
}

fn create(path: &Path) -> io::Result<Vec<u8>> {
	let mut secret = vec![0; SECRET_BYTES];
	rand::thread_rng().fill_bytes(&mut secret);
	OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(&secret)?;
	Ok(secret)
}

fn peer_id(key: &ed25519::Public) -> String {
	bs58::encode([&PEER_ID_PREFIX[..], &key.0].concat()).into_string()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_peer_id_is_that_of_the_sdk() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("node-key");
		fs::write(&path, [7; SECRET_BYTES]).unwrap();
		// Printed by `top-node key inspect-node-key --bin --file`.
		assert_eq!(provide(&path).unwrap(), "12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7");
	}

	#[test]
	fn a_key_is_created_once_and_for_its_owner_alone() {
		use std::os::unix::fs::PermissionsExt;
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("node-key");
		let created = provide(&path).unwrap();
		assert_eq!(provide(&path).unwrap(), created);
		assert!(created.starts_with("12D3KooW"), "{created}");
		assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
		fs::write(&path, "short").unwrap();
		assert!(provide(&path).is_err());
	}
}
