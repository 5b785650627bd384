//! Sending one signed call, from signature to the block that made it final.

use super::{find_call, ChainParams, Inclusion, RpcClient, Signer, TransferBuilder};
use anyhow::Context;
use sp_core::crypto::Ss58Codec;
use std::time::{Duration, Instant};
use top_main_runtime::RuntimeCall;

/// How long a call may take until it is final. A network that cannot decide for so long has lost its quorum.
const FINAL_TIMEOUT: Duration = Duration::from_secs(60);

/// A call that was carried out.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
	/// Where it is final.
	pub inclusion: Inclusion,
	/// From its submission until it was final.
	pub latency: Duration,
}

/// Signs a call with the sender's next nonce, hands it in, and waits until it is final and was carried out.
///
/// # Errors
/// If it is refused, is not final in time, or fails in its block; says why.
pub async fn send(client: &RpcClient, sender: &impl Signer, call: RuntimeCall) -> anyhow::Result<Sent> {
	let params = ChainParams::fetch(client).await?;
	let head = client.finalized_head().await?;
	let height = client.header(head).await?.number;
	let account = sender.account();
	let nonce = client.next_nonce(&account).await?;
	let extrinsic = TransferBuilder::mortal(params, height, head).sign(sender, nonce, call);
	let submitted = Instant::now();
	let watch = client.submit_and_watch(&extrinsic).await?;
	let block = tokio::time::timeout(FINAL_TIMEOUT, watch.until_final()).await.with_context(|| {
		format!(
			"the transaction is not final after {} s; it may still become so, ask for the nonce {nonce} of {}",
			FINAL_TIMEOUT.as_secs(),
			account.to_ss58check()
		)
	})??;
	let latency = submitted.elapsed();
	Ok(Sent { inclusion: find_call(client, block, &extrinsic).await?, latency })
}
