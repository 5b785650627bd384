//! Connects, reads metadata, transfers until final, and gets clear errors.

use anyhow::{ensure, Context};
use std::{
	future::Future,
	str::FromStr,
	time::{Duration, SystemTime, UNIX_EPOCH},
};
use subxt::{
	config::{DefaultExtrinsicParamsBuilder, SubstrateConfig},
	dynamic::{self, At, Value},
	transactions::TransactionInvalid,
	OnlineClient,
};
use subxt_signer::{
	sr25519::{dev, Keypair, PublicKey},
	SecretUri,
};

/// 12.345678 TOP.
const AMOUNT: u128 = 12_345_678;
/// Blocks come within a second; a loaded machine may be slow.
const TIMEOUT: Duration = Duration::from_secs(60);

type Client = OnlineClient<SubstrateConfig>;

async fn connect() -> anyhow::Result<Client> {
	let endpoint =
		std::env::var("TOP_WS").context("TOP_WS is not set: the RPC of a node, such as ws://127.0.0.1:9944")?;
	Ok(Client::from_insecure_url(&endpoint).await?)
}

/// Returns an account that no earlier run used.
fn fresh_account() -> anyhow::Result<Keypair> {
	let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
	Ok(Keypair::from_uri(&SecretUri::from_str(&format!("//client-tests//subxt-{now}"))?)?)
}

fn transfer(to: &PublicKey, amount: u128) -> impl subxt::transactions::Payload {
	dynamic::transaction("Balances", "transfer_keep_alive", (PublicKey(to.0).to_address::<()>(), amount))
}

/// Returns the free balance in the newest finalized block.
async fn free_balance(client: &Client, account: &PublicKey) -> anyhow::Result<u128> {
	let address = dynamic::storage::<([u8; 32],), Value>("System", "Account");
	let block = client.at_current_block().await?;
	let Some(account) = block.storage().try_fetch(address, (account.0,)).await? else { return Ok(0) };
	let account = account.decode()?;
	account.at("data").at("free").and_then(|free| free.as_u128()).context("an account has a free balance")
}

/// Connects, and fails a test that takes longer than [`TIMEOUT`]. Charlie pays.
async fn on_network<F: Future<Output = anyhow::Result<()>>>(
	test: impl FnOnce(Client, Keypair) -> F,
) -> anyhow::Result<()> {
	let work = async { test(connect().await?, dev::charlie()).await };
	tokio::time::timeout(TIMEOUT, work).await.context("timed out after a minute")?
}

#[tokio::test]
#[ignore = "needs a network: scripts/with-network.sh"]
async fn reads_metadata() -> anyhow::Result<()> {
	on_network(|client, _| async move {
		let block = client.at_current_block().await?;
		let metadata = block.metadata();
		for pallet in ["System", "Timestamp", "Balances", "Committee"] {
			ensure!(metadata.pallet_by_name(pallet).is_some(), "the metadata has no pallet {pallet}");
		}
		let apis = metadata.runtime_api_traits().map(|api| api.name().to_string()).collect::<Vec<_>>();
		ensure!(apis.iter().any(|api| api == "PbftApi"), "no PbftApi among {apis:?}");
		let prefix = block.constants().entry(dynamic::constant::<u16>("System", "SS58Prefix"))?;
		ensure!(prefix == 42, "the address prefix is {prefix}");
		Ok(())
	})
	.await
}

#[tokio::test]
#[ignore = "needs a network: scripts/with-network.sh"]
async fn a_transfer_becomes_final_and_costs_nothing() -> anyhow::Result<()> {
	on_network(|client, sender| async move {
		let recipient = fresh_account()?.public_key();
		let before = free_balance(&client, &sender.public_key()).await?;
		ensure!(free_balance(&client, &recipient).await? == 0, "the recipient is not new");

		let call = transfer(&recipient, AMOUNT);
		let progress = client.transactions().await?.sign_and_submit_then_watch_default(&call, &sender).await?;
		let included = progress.wait_for_finalized().await?;
		included.wait_for_success().await?;
		let block = included.at().await?.block_number();

		ensure!(client.at_current_block().await?.block_number() >= block, "the newest block is below the final one");
		ensure!(free_balance(&client, &recipient).await? == AMOUNT, "the recipient did not receive the amount");
		ensure!(
			free_balance(&client, &sender.public_key()).await? == before - AMOUNT,
			"the sender paid more than the amount"
		);
		Ok(())
	})
	.await
}

#[tokio::test]
#[ignore = "needs a network: scripts/with-network.sh"]
async fn a_transfer_is_signed_for_as_long_as_the_guide_says() -> anyhow::Result<()> {
	on_network(|client, sender| async move {
		let recipient = fresh_account()?.public_key();
		// The default of 32 blocks is 16 s here.
		let params = DefaultExtrinsicParamsBuilder::new().mortal(4_096).build();
		let mut transactions = client.transactions().await?;
		let signed = transactions.create_signed(&transfer(&recipient, AMOUNT), &sender, params).await?;
		signed.submit_and_watch().await?.wait_for_finalized_success().await?;
		ensure!(free_balance(&client, &recipient).await? == AMOUNT, "the recipient did not receive the amount");
		Ok(())
	})
	.await
}

#[tokio::test]
#[ignore = "needs a network: scripts/with-network.sh"]
async fn a_refused_tip_is_told_in_words() -> anyhow::Result<()> {
	on_network(|client, sender| async move {
		let params = DefaultExtrinsicParamsBuilder::new().tip(1).build();
		let mut transactions = client.transactions().await?;
		let call = transfer(&fresh_account()?.public_key(), AMOUNT);
		let signed = transactions.create_signed(&call, &sender, params).await?;
		let Err(error) = signed.submit().await else { anyhow::bail!("the tip was accepted") };
		ensure!(error.to_string().contains("transactions are free here"), "submission failed with {error}");
		Ok(())
	})
	.await
}

#[tokio::test]
#[ignore = "needs a network: scripts/with-network.sh"]
async fn an_overdraft_is_reported() -> anyhow::Result<()> {
	on_network(|client, sender| async move {
		let all = free_balance(&client, &sender.public_key()).await?;
		let call = transfer(&fresh_account()?.public_key(), all + 1);
		let progress = client.transactions().await?.sign_and_submit_then_watch_default(&call, &sender).await?;
		let Err(error) = progress.wait_for_finalized_success().await else { anyhow::bail!("the overdraft succeeded") };
		ensure!(error.to_string().contains("Funds are unavailable"), "{error}");
		Ok(())
	})
	.await
}

#[tokio::test]
#[ignore = "needs a network: scripts/with-network.sh"]
async fn a_stale_nonce_is_reported() -> anyhow::Result<()> {
	on_network(|client, sender| async move {
		let recipient = fresh_account()?.public_key();
		let mut transactions = client.transactions().await?;
		let call = transfer(&recipient, AMOUNT);
		// After this transfer, nonce 0 is used.
		transactions.sign_and_submit_then_watch_default(&call, &sender).await?.wait_for_finalized_success().await?;

		let mut transactions = client.transactions().await?;
		let stale = DefaultExtrinsicParamsBuilder::new().nonce(0).build();
		let stale = transactions.create_signed(&call, &sender, stale).await?;
		let validity = stale.validate().await?;
		let expected = subxt::transactions::ValidationResult::Invalid(TransactionInvalid::Stale);
		ensure!(validity == expected, "validation returned {validity:?}");
		let Err(error) = stale.submit().await else { anyhow::bail!("the stale transaction was accepted") };
		ensure!(error.to_string().contains("outdated"), "submission failed with {error}");
		Ok(())
	})
	.await
}
