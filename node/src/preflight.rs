//! Checks before a node opens its database: ports and keys. If a port is in use, the SDK would take a random port, or
//! log an error and run without the service. A validator without keys would log nothing.

use anyhow::{bail, Context};
use sc_network::{
	config::SyncMode,
	multiaddr::{Multiaddr, Protocol},
};
use sc_service::{
	config::{KeystoreConfig, RpcEndpoint},
	Configuration,
};
use std::{
	io::ErrorKind,
	net::{IpAddr, SocketAddr, TcpListener},
	path::Path,
};
use tp_pbft::{PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// Checks that all ports of the configuration are free, and binds the RPC server to its configured ports.
///
/// # Errors
/// If a port is in use, or not allowed.
pub fn ports(config: &mut Configuration) -> anyhow::Result<()> {
	for endpoint in config.rpc.addr.iter_mut().flatten() {
		// The SDK would fall back to a random port that no client knows.
		endpoint.retry_random_port = false;
		rpc_endpoint(endpoint)?;
	}
	for address in &config.network.listen_addresses {
		if let Some(address) = tcp_address(address) {
			ensure_free(address, "p2p", "--port or --listen-addr")?;
		}
	}
	if let Some(prometheus) = &config.prometheus_config {
		ensure_free(prometheus.port, "Prometheus", "--prometheus-port or --no-prometheus")?;
	}
	Ok(())
}

/// Checks that the sync mode verifies every certificate.
///
/// # Errors
/// If it does not.
pub fn sync_mode(config: &Configuration) -> anyhow::Result<()> {
	match config.network.sync_mode {
		SyncMode::Full => Ok(()),
		_ => bail!("this chain supports only --sync full, which verifies the certificate of every block"),
	}
}

fn rpc_endpoint(endpoint: &RpcEndpoint) -> anyhow::Result<()> {
	ensure_free(endpoint.listen_addr, "RPC", "--rpc-port")
}

/// Checks that a port is free by listening for a moment. Leaves other errors, such as no IPv6 on this host, to the
/// service that listens there.
fn ensure_free(address: SocketAddr, service: &str, flags: &str) -> anyhow::Result<()> {
	match TcpListener::bind(address) {
		Err(error) if error.kind() == ErrorKind::AddrInUse => {
			bail!("the {service} port {} is in use at {}; choose another by {flags}", address.port(), address.ip())
		},
		Err(error) if error.kind() == ErrorKind::PermissionDenied => {
			bail!("not allowed to listen at the {service} port {}; choose another by {flags}", address.port())
		},
		Ok(_) | Err(_) => Ok(()),
	}
}

/// Returns the listen address of a multiaddress, if it is TCP over an IP address.
fn tcp_address(address: &Multiaddr) -> Option<SocketAddr> {
	let mut ip = None;
	for part in address.iter() {
		match part {
			Protocol::Ip4(address) => ip = Some(IpAddr::V4(address)),
			Protocol::Ip6(address) => ip = Some(IpAddr::V6(address)),
			Protocol::Tcp(port) => return ip.map(|ip| SocketAddr::new(ip, port)),
			_ => {},
		}
	}
	None
}

/// Checks that a validator has both keys in its keystore. Keys outside the committee are no error: the next committee
/// may have them.
///
/// # Errors
/// If a key is missing.
pub fn validator_keys(config: &Configuration) -> anyhow::Result<()> {
	if !config.role.is_authority() || config.dev_key_seed.is_some() {
		return Ok(());
	}
	let KeystoreConfig::Path { path, .. } = &config.keystore else { return Ok(()) };
	for (key_type, scheme) in [(PBFT_KEY_TYPE, "ed25519"), (VRF_KEY_TYPE, "sr25519")] {
		let name = std::str::from_utf8(&key_type.0).context("key types are ASCII; qed")?;
		if !has_key(path, key_type.0)? {
			bail!(
				"a validator needs a key of type {name:?} in its keystore {}, and there is none; insert one by `{} key \
				 insert --base-path {} --chain <chain> --key-type {name} --scheme {scheme} --suri <secret>`, or run \
				 without --validator",
				path.display(),
				env!("CARGO_PKG_NAME"),
				config.base_path.path().display(),
			);
		}
	}
	Ok(())
}

/// Whether the keystore has a key of a type. A file's name is the type and the public key in hexadecimal.
fn has_key(keystore: &Path, key_type: [u8; 4]) -> anyhow::Result<bool> {
	let prefix = hex::encode(key_type);
	let entries = match std::fs::read_dir(keystore) {
		Ok(entries) => entries,
		Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
		Err(error) => return Err(error).with_context(|| format!("cannot read the keystore {}", keystore.display())),
	};
	for entry in entries {
		let entry = entry.with_context(|| format!("cannot read the keystore {}", keystore.display()))?;
		if entry.file_name().to_string_lossy().starts_with(&prefix) {
			return Ok(true);
		}
	}
	Ok(false)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_taken_port_is_named_with_the_flag_that_changes_it() {
		let taken = TcpListener::bind("127.0.0.1:0").unwrap();
		let error = ensure_free(taken.local_addr().unwrap(), "RPC", "--rpc-port").unwrap_err().to_string();
		assert!(error.contains(&taken.local_addr().unwrap().port().to_string()), "{error}");
		assert!(error.contains("--rpc-port"), "{error}");
	}

	#[test]
	fn a_released_port_is_free() {
		let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
		ensure_free(address, "RPC", "--rpc-port").unwrap();
	}

	#[test]
	fn tcp_addresses_are_found_in_multiaddresses() {
		let parse = |text: &str| tcp_address(&text.parse().unwrap());
		assert_eq!(parse("/ip4/127.0.0.1/tcp/30333/ws"), Some("127.0.0.1:30333".parse().unwrap()));
		assert_eq!(parse("/ip6/::1/tcp/1"), Some("[::1]:1".parse().unwrap()));
		assert_eq!(parse("/ip4/127.0.0.1/udp/30333/webrtc-direct"), None);
	}

	#[test]
	fn keys_are_found_by_their_type() {
		let keystore = tempfile::tempdir().unwrap();
		assert!(!has_key(&keystore.path().join("missing"), PBFT_KEY_TYPE.0).unwrap());
		assert!(!has_key(keystore.path(), PBFT_KEY_TYPE.0).unwrap());
		std::fs::write(keystore.path().join(format!("{}00", hex::encode("pbft"))), "\"//Alice\"").unwrap();
		assert!(has_key(keystore.path(), PBFT_KEY_TYPE.0).unwrap());
		assert!(!has_key(keystore.path(), VRF_KEY_TYPE.0).unwrap());
	}
}
