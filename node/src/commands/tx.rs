//! `top-node tx transfer`: sends a transfer, waits until it is final, and checks the certificate against the committee that
//! the node reports.

use crate::{
	commands::{
		account::parse_account,
		amount::{format_amount, parse_amount},
		balance::{existential_deposit, spendable},
		destination::{home_elsewhere, NamedHome},
		signer::Signer,
	},
	transaction::{send, verify_final, Sent},
};
use anyhow::{bail, Context};
use serde::Serialize;
use sp_core::crypto::Ss58Codec;
use sp_runtime::MultiAddress;
use top_main_runtime::RuntimeCall;
use top_sdk::RpcClient;
use tp_core::{AccountId, Balance, Hash};

/// Sends transactions.
#[derive(Debug, clap::Subcommand)]
pub enum TxCommand {
	/// Send TOP to an account, wait until the transfer is final, and check the certificate of its block against the
	/// committee that the node reports. Use a node that you trust.
	Transfer(TransferCommand),
}

impl TxCommand {
	/// Runs the command.
	pub fn run(&self) -> anyhow::Result<()> {
		let Self::Transfer(command) = self;
		tokio::runtime::Builder::new_current_thread()
			.enable_all()
			.build()
			.context("cannot start the asynchronous runtime")?
			.block_on(command.run())
	}
}

/// Arguments of a transfer.
#[derive(Debug, clap::Args)]
pub struct TransferCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub signer: Signer,
	/// Address, public key, or development key of the destination.
	#[arg(long, value_name = "ACCOUNT")]
	pub to: String,
	/// Ledger of the destination: `main` for the main chain, or `zone-0` for the shards of zone 0. An account id can have an account in
	/// each. Default: the main chain if the node is one of it, or else the shards of the node's zone.
	#[arg(long, value_name = "LEDGER")]
	pub ledger: Option<NamedHome>,
	/// Amount of TOP, with up to 6 decimals.
	#[arg(long, value_name = "TOP", allow_hyphen_values = true)]
	pub amount: String,
	/// JSON-RPC endpoint of a node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
	/// Print one JSON object.
	#[arg(long)]
	pub json: bool,
}

/// The report of a final transfer.
#[derive(Debug, Serialize)]
struct Receipt {
	block: u32,
	hash: Hash,
	extrinsic_index: u32,
	latency_ms: u64,
	from: String,
	to: String,
	amount: String,
	/// Whether the destination lives in another ledger, which credits it.
	credited_elsewhere: bool,
	/// Where it lives, if in another ledger.
	#[serde(skip)]
	elsewhere: Option<NamedHome>,
	certificate: CertificateReceipt,
}

/// The report of the certificate.
#[derive(Debug, Serialize)]
struct CertificateReceipt {
	verified: bool,
	/// Source of committee and genesis. The check is as trustworthy as that.
	committee_from: &'static str,
	view: u32,
	epoch: u64,
	signers: Vec<u16>,
	quorum: usize,
	members: usize,
}

impl TransferCommand {
	async fn run(&self) -> anyhow::Result<()> {
		let amount = parse_amount(&self.amount)?;
		let sender = self.signer.keypair()?;
		let from = sender.account();
		let to = parse_account(&self.to)?;

		let client = RpcClient::connect(&self.url).await?;
		let home = home_elsewhere(&client, &to, self.ledger).await?;
		ensure_possible(&client, &from, &to, amount, home.is_some()).await?;
		let Sent { inclusion, latency } = match home {
			None => {
				let (dest, value) = (MultiAddress::Id(to.clone()), amount);
				let call = pallet_balances::Call::transfer_keep_alive { dest, value };
				send(&client, &sender, RuntimeCall::Balances(call)).await?
			},
			Some(home) => {
				// The mailbox has the same index in all runtimes.
				let call = pallet_mailbox::Call::transfer { home, to: to.clone(), value: amount };
				send(&client, &sender, top_shard_runtime::RuntimeCall::Mailbox(call)).await?
			},
		};
		let proof = verify_final(&client, inclusion.block).await?;
		let receipt = Receipt {
			block: inclusion.height,
			hash: inclusion.block,
			extrinsic_index: inclusion.index,
			latency_ms: u64::try_from(latency.as_millis()).unwrap_or(u64::MAX),
			from: from.to_ss58check(),
			to: to.to_ss58check(),
			amount: format_amount(amount),
			credited_elsewhere: home.is_some(),
			elsewhere: home.map(NamedHome),
			certificate: CertificateReceipt {
				verified: true,
				committee_from: "node",
				view: proof.view,
				epoch: proof.epoch,
				signers: proof.signers,
				quorum: proof.quorum,
				members: proof.members,
			},
		};
		receipt.print(self.json)
	}
}

impl Receipt {
	fn print(&self, json: bool) -> anyhow::Result<()> {
		if json {
			println!("{}", serde_json::to_string(self).context("a receipt is plain data; qed")?);
			return Ok(());
		}
		let CertificateReceipt { verified: _, committee_from: _, view, epoch, signers, quorum, members } =
			&self.certificate;
		println!("{} from {} to {} is final", self.amount, self.from, self.to);
		if let Some(place) = self.elsewhere {
			println!("destination  in {place}: credited there within its next blocks, or the amount returns");
		}
		println!("block        {} {:?}, transaction {}", self.block, self.hash, self.extrinsic_index);
		println!("latency      {} ms from submission to final", self.latency_ms);
		println!(
			"certificate  {} of {members} members signed in view {view} of epoch {epoch} (a quorum is {quorum}): {signers:?}",
			signers.len()
		);
		println!(
			"trust        the signatures were checked here, by the committee and the genesis that the node reports"
		);
		Ok(())
	}
}

/// Checks the balances before the transfer: the refusal of a node, or a failure in a block, would explain less.
async fn ensure_possible(
	client: &RpcClient,
	from: &AccountId,
	to: &AccountId,
	amount: Balance,
	is_elsewhere: bool,
) -> anyhow::Result<()> {
	let existential = existential_deposit();
	let sender = client.account(from).await.context("cannot read the sender's account")?;
	let spendable = spendable(&sender);
	if sender.free == 0 {
		bail!("the sender {} has no TOP: it does not exist on this chain", from.to_ss58check());
	}
	if amount > spendable {
		bail!(
			"the sender {} can spend {}, which is less than {} (it keeps {} to stay alive)",
			from.to_ss58check(),
			format_amount(spendable),
			format_amount(amount),
			format_amount(existential)
		);
	}
	if !is_elsewhere && amount < existential && client.account(to).await?.providers == 0 {
		bail!(
			"the destination {} does not exist yet, and {} is less than the minimum balance of an account: {}",
			to.to_ss58check(),
			format_amount(amount),
			format_amount(existential)
		);
	}
	Ok(())
}
