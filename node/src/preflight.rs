//! Checks before a node opens its database: ports and keys. If a port is in use, the SDK would take a random port, or
//! log an error and run without the service. A validator without keys would log nothing.

use anyhow::{bail, Context};
use sc_network::{
	config::SyncMode,
	multiaddr::{Multiaddr, Protocol},
};
use sc_service::{
	config::{KeystoreConfig, RpcEndpoint},
	Configuration, PruningMode,
};
use std::{
	io::ErrorKind,
	net::{IpAddr, SocketAddr, TcpListener},
	path::Path,
};
use tc_chains::isolate;
use tp_pbft::{PBFT_KEY_TYPE, VRF_KEY_TYPE};

/// A service that listens at a port.
#[derive(Clone, Copy, Debug)]
struct Listener {
	address: SocketAddr,
	service: &'static str,
	/// The flags that change the port.
	flags: &'static str,
}

/// Checks that all ports of the configuration are free, and those of further chains, which have these offsets from them. Binds
/// the RPC server to its configured ports.
///
/// # Errors
/// If a port is in use, or not allowed, or two services would have one.
pub fn ports(config: &mut Configuration, offsets: &[u16]) -> anyhow::Result<()> {
	for endpoint in config.rpc.addr.iter_mut().flatten() {
		// The SDK would fall back to a random port that no client knows.
		endpoint.retry_random_port = false;
	}
	let main = listeners(config);
	let mut all = main.clone();
	for offset in offsets {
		for listener in &main {
			let Listener { mut address, service, flags } = *listener;
			let port = isolate::shifted(address.port(), *offset).with_context(|| {
				format!(
					"the {service} port {} leaves no port for the shards; choose another by {flags}",
					address.port()
				)
			})?;
			address.set_port(port);
			all.push(Listener { address, service, flags });
		}
	}
	if !offsets.is_empty() {
		ensure_different(&all)?;
	}
	all.into_iter().try_for_each(ensure_free)
}

fn listeners(config: &Configuration) -> Vec<Listener> {
	let rpc = config.rpc.addr.iter().flatten().map(|endpoint: &RpcEndpoint| Listener {
		address: endpoint.listen_addr,
		service: "RPC",
		flags: "--rpc-port",
	});
	let p2p = config.network.listen_addresses.iter().filter_map(tcp_address).map(|address| Listener {
		address,
		service: "p2p",
		flags: "--port or --listen-addr",
	});
	let prometheus = config.prometheus_config.iter().map(|prometheus| Listener {
		address: prometheus.port,
		service: "Prometheus",
		flags: "--prometheus-port or --no-prometheus",
	});
	rpc.chain(p2p).chain(prometheus).collect()
}

/// Checks that no port is that of two services. A service may listen at one port of several addresses.
fn ensure_different(listeners: &[Listener]) -> anyhow::Result<()> {
	for (index, one) in listeners.iter().enumerate().filter(|(_, listener)| listener.address.port() != 0) {
		let port = one.address.port();
		let other =
			listeners[..index].iter().find(|other| other.address.port() == port && other.service != one.service);
		if let Some(other) = other {
			let (first, second) = (other.service, one.service);
			bail!(
				"the {first} and {second} services of the chains would both have the port {port}; choose another by {}",
				one.flags
			);
		}
	}
	Ok(())
}

/// Checks that the sync mode verifies certificates, and that the node can begin by it.
///
/// # Errors
/// If it does not, or cannot.
pub fn sync_mode(config: &Configuration, shards: u16) -> anyhow::Result<()> {
	let keeps_all_states =
		matches!(config.state_pruning, Some(PruningMode::ArchiveAll | PruningMode::ArchiveCanonical));
	match config.network.sync_mode {
		SyncMode::Full => Ok(()),
		SyncMode::LightState { .. } => {
			bail!("this chain supports --sync full and --sync warp, which verify certificates; another mode does not")
		},
		SyncMode::Warp if keeps_all_states => bail!(
			"--sync warp begins with a late state, and --state-pruning asks for all states: use --sync full, or keep fewer states"
		),
		SyncMode::Warp if shards > 0 => bail!("--sync warp does not bring shards: use --sync full with --shards"),
		SyncMode::Warp => Ok(()),
	}
}

/// Checks that no cache is asked for that would stay cold.
///
/// # Errors
/// If one is.
pub fn trie_cache(config: &Configuration) -> anyhow::Result<()> {
	if config.warm_up_trie_cache.is_some() {
		bail!("this node does not warm up the trie cache: leave out --warm-up-trie-cache");
	}
	Ok(())
}

/// Checks that a port is free by listening for a moment. Leaves other errors, such as no IPv6 on this host, to the
/// service that listens there.
fn ensure_free(listener: Listener) -> anyhow::Result<()> {
	let Listener { address, service, flags } = listener;
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

	fn rpc(address: SocketAddr) -> Listener {
		Listener { address, service: "RPC", flags: "--rpc-port" }
	}

	#[test]
	fn two_services_at_one_port_are_named() {
		let at = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
		let p2p = |port| Listener { address: at(port), service: "p2p", flags: "--port" };
		ensure_different(&[rpc(at(1)), rpc(SocketAddr::from(([0u16; 8], 1))), p2p(2), p2p(0), rpc(at(0))]).unwrap();
		let error = ensure_different(&[rpc(at(1)), p2p(3), rpc(at(3))]).unwrap_err().to_string();
		assert!(error.contains("p2p and RPC") && error.contains("port 3") && error.contains("--rpc-port"), "{error}");
	}

	#[test]
	fn a_taken_port_is_named_with_the_flag_that_changes_it() {
		let taken = TcpListener::bind("127.0.0.1:0").unwrap();
		let error = ensure_free(rpc(taken.local_addr().unwrap())).unwrap_err().to_string();
		assert!(error.contains(&taken.local_addr().unwrap().port().to_string()), "{error}");
		assert!(error.contains("--rpc-port"), "{error}");
	}

	#[test]
	fn a_released_port_is_free() {
		let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
		ensure_free(rpc(address)).unwrap();
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
