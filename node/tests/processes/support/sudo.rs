//! Calls of the holder of the sudo key: Alice, in the presets.

use frame_support::weights::Weight;
use sp_keyring::Sr25519Keyring;
use std::time::Duration;
use top_main_runtime::RuntimeCall;
use top_node::transaction::{find_call, ChainParams, Inclusion, TransferBuilder};
use top_sdk::RpcClient;

/// How long a call may take until it is final.
const FINAL_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends a call as root by Alice; returns its final place. Fails if the sudo call fails.
pub async fn sudo(client: &RpcClient, call: RuntimeCall) -> Inclusion {
	let alice = Sr25519Keyring::Alice;
	let params = ChainParams::fetch(client).await.unwrap();
	let nonce = client.next_nonce(&alice.to_account_id()).await.unwrap();
	// Its weight is not limited by the block: setting code takes all of one.
	let call = RuntimeCall::Sudo(pallet_sudo::Call::sudo_unchecked_weight {
		call: Box::new(call),
		weight: Weight::from_parts(1_000_000, 0),
	});
	let extrinsic = TransferBuilder::immortal(params).sign(&alice.pair().into(), nonce, call);
	let watch = client.submit_and_watch(&extrinsic).await.unwrap();
	let block = tokio::time::timeout(FINAL_TIMEOUT, watch.finalized()).await.expect("sudo becomes final").unwrap();
	find_call(client, block, &extrinsic).await.unwrap()
}
