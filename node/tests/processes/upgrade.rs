//! A forkless upgrade of the runtime, under load: `set_code` with the same tree's runtime of a raised version.

use crate::support::{
	assert_no_panic, block_on, load_and_watch, network, print_complaints, sudo::sudo, turn, LogsOnFailure, TestNetwork,
};
use sp_version::RuntimeVersion;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::{sleep, Instant};
use top_main_runtime::{RuntimeCall, VERSION};
use top_node::chain_spec::Preset;
use top_sdk::RpcClient;
use tp_core::Hash;

/// Duration of the load before the upgrade, and after it.
const LOADED: Duration = Duration::from_secs(8);
/// How long nodes may take to follow.
const FOLLOW_TIMEOUT: Duration = Duration::from_secs(60);
/// Maximum time without a block, although all nodes compile the new runtime at the same time.
const GAP_LIMIT: Duration = Duration::from_secs(30);

#[test]
fn a_runtime_is_upgraded_under_load() {
	let _turn = turn::alone();
	let code = top_main_runtime_upgrade::WASM_BINARY.expect("the runtime of the raised version was built");
	let TestNetwork { mut network, folder: _folder } = network(Preset::Local, 1);
	let _logs = LogsOnFailure::of(&network);
	network.start().unwrap();
	block_on(async {
		let (mut load, witness) = load_and_watch(&mut network, 2).await;
		let client = network.nodes()[0].rpc().await.unwrap();
		sleep(LOADED).await;
		let head = client.finalized_head().await.unwrap();
		let before = load.transfers_until(&client, head).await;
		assert!(before > 0, "no transfers became final before the upgrade");
		assert_eq!(spec_version(&client, Some(head)).await, VERSION.spec_version);

		witness.take_longest_gap();
		let since = Instant::now();
		let upgrade = sudo(&client, RuntimeCall::System(frame_system::Call::set_code { code: code.to_vec() })).await;
		println!("{} bytes of code final in block {} after {:.2?}", code.len(), upgrade.height, since.elapsed());
		let enacted = Instant::now() + FOLLOW_TIMEOUT;
		for node in network.nodes() {
			let client = node.rpc().await.unwrap();
			while spec_version(&client, None).await != VERSION.spec_version + 1 {
				assert!(Instant::now() < enacted, "{} does not follow the upgrade", node.name());
				sleep(Duration::from_millis(100)).await;
			}
		}
		println!("all nodes run the new version {:.2?} after it was submitted", since.elapsed());
		let at_upgrade = load.transfers_until(&client, client.finalized_head().await.unwrap()).await;

		sleep(LOADED).await;
		let head = client.finalized_head().await.unwrap();
		let after = load.transfers_until(&client, head).await;
		load.stop().await;
		let gap = witness.take_longest_gap();
		println!(
			"transfers: {before} before, {} meanwhile, {} signed for the new version afterwards; at most {:.2} s between \
			 two blocks ({})",
			at_upgrade - before,
			after - at_upgrade,
			gap.as_secs_f64(),
			load.summary()
		);
		assert!(load.counts.upgrades.load(Ordering::Relaxed) > 0, "no sender saw the upgrade");
		assert!(after > at_upgrade + 20, "no transfers became final after the upgrade");
		assert!(gap < GAP_LIMIT, "the network stood still for {gap:?}");
		// The old runtime executes the block that sets the code.
		let parent = client.header(upgrade.block).await.unwrap().parent_hash;
		assert_eq!(spec_version(&client, Some(parent)).await, VERSION.spec_version);
		assert_eq!(spec_version(&client, Some(head)).await, VERSION.spec_version + 1);
		witness.verify(&network).await;
		print_complaints(&network);
		assert_no_panic(&network);
	});
}

async fn spec_version(client: &RpcClient, at: Option<Hash>) -> u32 {
	let version: RuntimeVersion = client.request("state_getRuntimeVersion", jsonrpsee::rpc_params![at]).await.unwrap();
	assert_eq!(version.spec_name, VERSION.spec_name);
	version.spec_version
}
