//! Sends one signed call: from the signature to the final block.

use crate::transaction::{
	builder::{ChainParams, TransferBuilder},
	inclusion::{find_call, Inclusion},
};
use anyhow::Context;
use codec::Encode;
use sp_core::crypto::Ss58Codec;
use std::time::{Duration, Instant};
use top_sdk::{Keypair, RpcClient};

/// How long a call may take until it is final. A network that takes longer has lost its quorum.
const FINAL_TIMEOUT: Duration = Duration::from_secs(60);

/// A call that succeeded.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
	/// Its final place.
	pub inclusion: Inclusion,
	/// Time from submission until final.
	pub latency: Duration,
}

/// Signs a call with the sender's next nonce, submits it, and waits until it is final.
///
/// # Errors
/// If the call is refused, is not final in time, or fails in its block; the error says why.
pub async fn send(client: &RpcClient, sender: &Keypair, call: impl Encode) -> anyhow::Result<Sent> {
	let params = ChainParams::fetch(client).await?;
	let head = client.finalized_head().await?;
	let newest = client.header(head).await?;
	// The pool learns of a block a moment later: it may not know the newest one as the beginning of an era.
	let (height, start) = match newest.number.checked_sub(1) {
		Some(height) => (height, newest.parent_hash),
		None => (0, head),
	};
	let account = sender.account();
	let nonce = client.next_nonce(&account).await?;
	let extrinsic = TransferBuilder::mortal(params, height, start).sign(sender, nonce, call);
	let submitted = Instant::now();
	let watch = client.submit_and_watch(&extrinsic).await?;
	let block = tokio::time::timeout(FINAL_TIMEOUT, watch.finalized()).await.with_context(|| {
		format!(
			"the transaction is not final after {} s; it may still become final: look for the nonce {nonce} of {}",
			FINAL_TIMEOUT.as_secs(),
			account.to_ss58check()
		)
	})??;
	let latency = submitted.elapsed();
	Ok(Sent { inclusion: find_call(client, block, &extrinsic).await?, latency })
}
