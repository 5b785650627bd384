//! Members that know one contact, and discover no other nodes, connect by the addresses that they publish on the chain. The
//! next member is connected before its epoch begins.

use super::ledger::Ledger;
use crate::support::{assert_no_panic, binary, block_on, print_complaints, turn, LogsOnFailure, UP_TIMEOUT};
use std::{
	collections::BTreeSet,
	path::Path,
	time::{Duration, Instant},
};
use top_local_network::{Chain, LocalNetwork, NetworkParams, Node, NodeKind, NodePorts};
use top_node::chain_spec::{network_chain, Preset};
use top_runtime_common::development::node_keys;
use tp_pbft::{Contacts, PbftId};

/// Registered nodes that run. The first four are the first committee, and the fifth is the only candidate.
const NODES: u16 = 5;
const MEMBERS: u16 = 4;
/// The node that all others know.
const CONTACT: usize = 0;
/// How long the members may take to publish, over the links that they have to the contact, and to connect.
const CONNECTED: Duration = Duration::from_secs(60);
/// How long it may take until the fifth node is drawn: more than an epoch.
const DRAWN: Duration = Duration::from_secs(120);

fn keys(numbers: impl IntoIterator<Item = u16>) -> BTreeSet<PbftId> {
	numbers.into_iter().map(|number| node_keys(number).pbft).collect()
}

async fn contacts(ledger: &Ledger) -> Contacts {
	ledger.0.runtime_call("ContactsApi_contacts", (), None).await.unwrap()
}

/// Returns to how many peers the engine of a node has links.
async fn links(node: &Node) -> u64 {
	// A node that does not serve yet has none.
	let Ok(client) = node.rpc().await else { return 0 };
	let status: serde_json::Value = client.request("pbft_status", jsonrpsee::rpc_params![]).await.unwrap();
	status["peers"].as_u64().expect("the status counts peers")
}

/// Returns the chain of the preset `rotation` as one in production: its nodes discover no loopback addresses.
fn chain() -> Chain {
	let Chain { id, raw_spec, node_secret } = network_chain(Preset::Rotation.raw_spec().unwrap());
	let raw_spec = move || {
		let mut spec: serde_json::Value = serde_json::from_str(&raw_spec()?)?;
		spec["chainType"] = "Live".into();
		Ok(spec.to_string())
	};
	Chain { id, raw_spec: Box::new(raw_spec), node_secret }
}

fn network(folder: &Path) -> LocalNetwork {
	let mut network = LocalNetwork::prepare(NetworkParams {
		base_path: folder.to_owned(),
		chain: chain(),
		nodes: (1..=NODES).map(|number| (format!("node-{number}"), NodeKind::Registered(number))).collect(),
		shards: 0,
		ports: NodePorts::free(NODES).unwrap(),
		binary: binary(),
		// They publish and dial loopback addresses nevertheless.
		extra_args: vec!["--allow-private-ip".into()],
	})
	.unwrap();
	let contact = network.nodes()[CONTACT].p2p_address();
	for (index, node) in network.nodes_mut().iter_mut().enumerate() {
		node.set_bootnodes(if index == CONTACT { Vec::new() } else { vec![contact.clone()] });
	}
	network
}

#[test]
fn members_with_one_contact_connect_by_the_chain_and_the_next_one_before_its_epoch() {
	let _turn = turn::beside_another();
	let folder = tempfile::tempdir().unwrap();
	let mut network = network(folder.path());
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		let started = Instant::now();
		network.nodes_mut()[CONTACT].wait_for_height(1, UP_TIMEOUT).await.unwrap();
		let ledger = Ledger::at(&network.nodes()[CONTACT].rpc_url()).await;
		let nodes = network.nodes();
		let members = &nodes[..usize::from(MEMBERS)];

		// Over the contact alone the members make the blocks that publish their addresses.
		ledger
			.until("the addresses of all members", CONNECTED, async || {
				let before = links(&members[1]).await;
				let published = contacts(&ledger).await.published;
				assert!(
					!published.is_empty() || before <= 1,
					"it finds {before} peers without an address on the chain"
				);
				published.into_iter().map(|(key, _)| key).collect::<BTreeSet<_>>() == keys(1..=MEMBERS)
			})
			.await;
		let published = started.elapsed();
		ledger
			.until("the links of all members", CONNECTED, async || {
				for member in members {
					if links(member).await < u64::from(MEMBERS) - 1 {
						return false;
					}
				}
				true
			})
			.await;
		println!("published after {published:.1?}, all members are connected after {:.1?}", started.elapsed());

		// The fifth node is drawn, and let in at once.
		let newcomer = &nodes[usize::from(MEMBERS)];
		let mut epoch = 0;
		ledger
			.until("the draw of the fifth node", DRAWN, async || {
				let before = links(newcomer).await;
				epoch = ledger.epoch().await;
				let is_drawn = contacts(&ledger).await.next.contains(&node_keys(NODES).pbft);
				assert!(is_drawn || before == 0, "it has {before} links and is not drawn");
				is_drawn
			})
			.await;
		let drawn = Instant::now();
		ledger
			.until("the links of the fifth node", CONNECTED, async || links(newcomer).await == u64::from(MEMBERS))
			.await;
		assert_eq!(ledger.epoch().await, epoch, "it is connected before its epoch");
		println!("the fifth node is drawn in epoch {epoch}, and connected {:.1?} later", drawn.elapsed());
		print_complaints(&network);
		assert_no_panic(&network);
	});
}
