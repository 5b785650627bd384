//! The explorer, which a node serves at a port of its own (`--ui-port`).
//!
//! Builds with the feature `ui` contain its files; the others refuse the flag. The page reads from `/config.json` where the
//! RPC of this node is, and by which committee it checks what nodes say.

mod anchor;

use anyhow::{bail, Context};
use sc_service::{config::RpcEndpoint, Configuration, SpawnTaskHandle};
use std::{
	net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
	sync::Arc,
};
use tc_ui::{File, Ledger, ListenError, Rpc, Site};
use tokio::sync::watch;

/// Arguments of a node about the explorer.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplorerArgs {
	/// Serve the explorer at this port, to browsers on this machine.
	#[arg(long, value_name = "PORT")]
	pub ui_port: Option<u16>,

	/// Serve the explorer on all interfaces. Browsers elsewhere must reach the RPC as well: by --rpc-external with
	/// --rpc-cors=all, or at --ui-rpc-url.
	#[arg(long, requires = "ui_port")]
	pub ui_external: bool,

	/// Address at which the explorer finds the RPC, for example wss://node.example.org. Default: the RPC port of this node,
	/// at the host of the page.
	#[arg(long, value_name = "URL", requires = "ui_port", value_parser = web_socket)]
	pub ui_rpc_url: Option<String>,
}

/// The files of the explorer: none in a build without the feature `ui`.
fn files() -> &'static [File] {
	include!(concat!(env!("OUT_DIR"), "/explorer.rs"))
}

/// Whether this binary contains the explorer.
pub fn is_embedded() -> bool {
	!files().is_empty()
}

/// Checks that this binary contains the explorer.
///
/// # Errors
/// If it does not.
pub fn ensure_embedded() -> anyhow::Result<()> {
	if !is_embedded() {
		bail!(
			"this build does not contain the explorer, so it does not take --ui-port; `scripts/build.sh with-explorer` builds \
			 it in, and `scripts/explorer.sh` serves it from a checkout"
		);
	}
	Ok(())
}

/// Listens at a port for the explorer, on the loopback interface or on all.
///
/// # Errors
/// If the port is taken or not allowed.
pub fn listen(port: u16, external: bool) -> anyhow::Result<Vec<TcpListener>> {
	tc_ui::listen(port, external).map_err(|error| match &error {
		ListenError::InUse(_) => anyhow::anyhow!("{error}; choose another by --ui-port"),
		ListenError::Refused(..) => error.into(),
	})
}

/// The explorer of a node that has not started yet.
pub struct Explorer {
	listeners: Vec<TcpListener>,
	ledger: Ledger,
	/// The node's own RPC.
	rpc: SocketAddr,
}

impl ExplorerArgs {
	/// Listens at the explorer's port, if there is one. Browsers wait until the node has started.
	///
	/// # Errors
	/// If this binary does not contain the explorer, its page would not reach the RPC, or the port is taken.
	pub fn listen(&self, config: &Configuration) -> anyhow::Result<Option<Explorer>> {
		let Some(port) = self.ui_port else { return Ok(None) };
		ensure_embedded()?;
		let endpoint = self.endpoint(config.rpc.addr.as_deref().unwrap_or_default())?;
		let rpc = match &self.ui_rpc_url {
			Some(url) => Rpc::Url(url.clone()),
			None => Rpc::Port(endpoint.port()),
		};
		let ledger = Ledger {
			id: view_of(config.chain_spec.id()),
			name: config.chain_spec.name().to_owned(),
			rpc,
			anchor: None,
			anchor_source: "the node that serves this page",
		};
		Ok(Some(Explorer { listeners: listen(port, self.ui_external)?, ledger, rpc: own_address(endpoint) }))
	}

	/// Returns the address of the RPC that browsers use, as the node listens to it.
	fn endpoint(&self, endpoints: &[RpcEndpoint]) -> anyhow::Result<SocketAddr> {
		let found = match self.ui_external && self.ui_rpc_url.is_none() {
			// The SDK answers requests for other hosts than this machine only without rules of origin.
			true => endpoints
				.iter()
				.find(|endpoint| !endpoint.listen_addr.ip().is_loopback() && endpoint.cors.is_none())
				.context(
					"--ui-external serves the explorer to other machines, whose browsers do not reach the RPC of this node; \
					 add --rpc-external and --rpc-cors=all, or name an address that they reach by --ui-rpc-url",
				)?,
			false => endpoints.first().context("the explorer needs the RPC of this node, which has none")?,
		};
		Ok(found.listen_addr)
	}
}

impl Explorer {
	/// Serves the explorer, as tasks of the node. Call it when the RPC is served.
	pub fn start(self, tasks: &SpawnTaskHandle) {
		let Self { listeners, ledger, rpc } = self;
		let (ledgers, receiver) = watch::channel(vec![ledger]);
		let site = Arc::new(Site::new(files(), receiver));
		if let Some(Ok(address)) = listeners.first().map(TcpListener::local_addr) {
			let reach = if address.ip().is_unspecified() { ", at all addresses of this machine" } else { "" };
			log::info!("The explorer is at http://{}{reach}", own_address(address));
		}
		for listener in listeners {
			tasks.spawn("explorer", None, tc_ui::serve(listener, site.clone()));
		}
		tasks.spawn("explorer-anchor", None, anchor::follow(rpc, ledgers));
	}
}

/// Returns the address at which this machine reaches a listener.
fn own_address(listener: SocketAddr) -> SocketAddr {
	let ip = match listener.ip() {
		// An IPv6 listener on all interfaces takes IPv4 as well.
		IpAddr::V4(Ipv4Addr::UNSPECIFIED) | IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
		ip => ip,
	};
	SocketAddr::new(ip, listener.port())
}

/// Returns the name of a chain in the addresses of the page's views.
fn view_of(chain: &str) -> String {
	let plain = |character: char| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' };
	chain.chars().map(plain).collect()
}

/// Takes the address of a WebSocket.
fn web_socket(text: &str) -> Result<String, String> {
	let host = text.strip_prefix("wss://").or_else(|| text.strip_prefix("ws://"));
	match host {
		Some(host) if !host.is_empty() => Ok(text.to_owned()),
		_ => Err("it begins with wss:// or ws://, and a host follows".to_owned()),
	}
}

#[cfg(test)]
mod tests;
