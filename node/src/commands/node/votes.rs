//! `top-node node vote`, `unvote` and `claim`: calls of holders.

use crate::{
	commands::{
		account::parse_account,
		amount::{format_amount, parse_amount},
		balance::spendable,
		node::info::{node_info, NO_NODES},
		signer::Signer,
	},
	transaction::{events_of, send, Sent},
};
use anyhow::{bail, Context};
use codec::{Decode, MaxEncodedLen};
use frame_support::{storage::StoragePrefixedMap, Blake2_128Concat, StorageHasher};
use pallet_comprehensive_stake::{Call, Event, LeavingVotes, VoteId, Votes, Weights, MAX_DAYS, MIN_DAYS};
use pallet_rewards::MAX_CLAIM_NODES;
use sp_core::crypto::Ss58Codec;
use top_main_runtime::{Runtime, RuntimeCall, RuntimeEvent};
use top_sdk::RpcClient;
use tp_core::{AccountId, Balance};

/// Arguments of `vote`.
#[derive(Debug, clap::Args)]
pub struct VoteCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub signer: Signer,
	/// Address, public key, or development key of the node's controller.
	#[arg(long, value_name = "ACCOUNT")]
	pub node: String,
	/// Amount of TOP to lock, with up to 6 decimals.
	#[arg(long, value_name = "TOP", allow_hyphen_values = true)]
	pub amount: String,
	/// Days of the lock. A longer lock gives the vote more weight, up to twice its amount.
	#[arg(
		long,
		value_name = "DAYS",
		default_value_t = MIN_DAYS,
		value_parser = clap::value_parser!(u32).range(i64::from(MIN_DAYS)..=i64::from(MAX_DAYS))
	)]
	pub days: u32,
	/// JSON-RPC endpoint of any node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

/// Arguments of `unvote`.
#[derive(Debug, clap::Args)]
pub struct UnvoteCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub signer: Signer,
	/// The vote's number, as `node vote` printed it.
	#[arg(long, value_name = "NUMBER")]
	pub vote: VoteId,
	/// JSON-RPC endpoint of any node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

/// Arguments of `claim`.
#[derive(Debug, clap::Args)]
pub struct ClaimCommand {
	#[allow(missing_docs)]
	#[command(flatten)]
	pub signer: Signer,
	/// Controllers of the nodes whose voters' rewards to claim, separated by commas. Default: all nodes with votes of
	/// this holder.
	#[arg(long, value_name = "ACCOUNT", value_delimiter = ',')]
	pub nodes: Vec<String>,
	/// JSON-RPC endpoint of any node.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,
}

impl VoteCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let amount = parse_amount(&self.amount)?;
		let holder = self.signer.keypair()?;
		let node = parse_account(&self.node)?;
		let client = RpcClient::connect(&self.url).await?;
		let address = node.to_ss58check();
		let Some(info) = node_info(&client, &node).await? else {
			bail!("{address} controls no node on this chain");
		};
		if info.leaving.is_some() {
			bail!("the node of {address} is leaving: it takes no votes");
		}
		let spendable = spendable(&client.account(&holder.account()).await?);
		if amount > spendable {
			bail!(
				"{} can lock {}, which is less than {}",
				holder.account().to_ss58check(),
				format_amount(spendable),
				format_amount(amount)
			);
		}
		let call = Call::vote { node, amount, days: self.days };
		let Sent { inclusion, .. } = send(&client, &holder, RuntimeCall::ComprehensiveStake(call)).await?;
		let number = events_of(&client, &inclusion).await?.into_iter().find_map(|event| match event {
			RuntimeEvent::ComprehensiveStake(Event::Voted { vote, .. }) => Some(vote),
			_ => None,
		});
		let number = number.context("the block does not show the number of the vote")?;
		println!(
			"Vote {number}: {} for the node of {address}, locked for {} days, in block {}",
			format_amount(amount),
			self.days,
			inclusion.height
		);
		Ok(())
	}
}

impl UnvoteCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let holder = self.signer.keypair()?;
		let client = RpcClient::connect(&self.url).await?;
		let account = holder.account();
		let mut numbers: Vec<VoteId> = keys_under(&client, Votes::<Runtime>::final_prefix(), &account).await?;
		numbers.extend(keys_under::<VoteId>(&client, LeavingVotes::<Runtime>::final_prefix(), &account).await?);
		if !numbers.contains(&self.vote) {
			let numbers: Vec<String> = numbers.iter().map(VoteId::to_string).collect();
			let has = if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") };
			bail!("{} has no vote {}: it has {has}", holder.account().to_ss58check(), self.vote);
		}
		let call = Call::withdraw_vote { vote: self.vote };
		let Sent { inclusion, .. } = send(&client, &holder, RuntimeCall::ComprehensiveStake(call)).await?;
		// A vote for a node that had a seat leaves it first, and is withdrawn when it cannot be punished any more.
		let left = events_of(&client, &inclusion).await?.into_iter().find_map(|event| match event {
			RuntimeEvent::ComprehensiveStake(Event::VoteWithdrawn { amount, .. }) => Some((amount, None)),
			RuntimeEvent::ComprehensiveStake(Event::VoteLeaving { amount, after_epoch, .. }) => {
				Some((amount, Some(after_epoch)))
			},
			_ => None,
		});
		let (amount, after) = left.context("the block does not show the amount of the vote")?;
		let (vote, amount, height) = (self.vote, format_amount(amount), inclusion.height);
		match after {
			None => println!("Vote {vote} is withdrawn: {amount}, in block {height}"),
			Some(epoch) => println!(
				"Vote {vote} has left its node: {amount}, in block {height}. Run this command again after epoch {epoch} to \
				withdraw it"
			),
		}
		Ok(())
	}
}

impl ClaimCommand {
	pub(super) async fn run(&self) -> anyhow::Result<()> {
		let claimant = self.signer.keypair()?;
		let named = self.nodes.iter().map(|node| parse_account(node)).collect::<anyhow::Result<Vec<_>>>()?;
		let client = RpcClient::connect(&self.url).await?;
		let account = claimant.account();
		let owed: Balance = client.runtime_call("StakeApi_claimable", &account, None).await.context(NO_NODES)?;
		if owed == 0 {
			bail!(
				"{} has nothing to claim: the rewards of an epoch are there from the first block of the next on",
				account.to_ss58check()
			);
		}
		let nodes = match named.is_empty() {
			true => keys_under(&client, Weights::<Runtime>::final_prefix(), &account).await?,
			false => named,
		};
		if nodes.len() > MAX_CLAIM_NODES as usize {
			bail!("{} nodes are more than the {MAX_CLAIM_NODES} of a claim: name some by --nodes", nodes.len());
		}
		let call = pallet_rewards::Call::claim { nodes };
		let Sent { inclusion, .. } = send(&client, &claimant, RuntimeCall::Rewards(call)).await?;
		let amount = events_of(&client, &inclusion).await?.into_iter().find_map(|event| match event {
			RuntimeEvent::Rewards(pallet_rewards::Event::Claimed { amount, .. }) => Some(amount),
			_ => None,
		});
		let amount = amount.context("the block does not show the claimed amount")?;
		println!("{} has claimed {}, in block {}", account.to_ss58check(), format_amount(amount), inclusion.height);
		Ok(())
	}
}

/// Returns the second keys of a holder's entries in a double map of the stake. With any concatenating hasher, the
/// second key is the end of the storage key.
async fn keys_under<K: Decode + MaxEncodedLen>(
	client: &RpcClient,
	map: [u8; 32],
	holder: &AccountId,
) -> anyhow::Result<Vec<K>> {
	let prefix = [&map[..], &Blake2_128Concat::hash(holder.as_ref())].concat();
	let head = client.finalized_head().await?;
	let keys = client.keys(&prefix, head).await?;
	let decode = |key: &[u8]| K::decode(&mut &key[key.len().saturating_sub(K::max_encoded_len())..]);
	keys.iter().map(|key| decode(&key.0).context("the chain stores votes in another format than this binary")).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_of_a_holder_are_found_where_the_pallet_stores_them() {
		let [holder, node] = [1, 2].map(|byte| AccountId::new([byte; 32]));
		let prefix = |map: [u8; 32]| [&map[..], &Blake2_128Concat::hash(holder.as_ref())].concat();
		let vote = Votes::<Runtime>::hashed_key_for(&holder, 7);
		assert!(vote.starts_with(&prefix(Votes::<Runtime>::final_prefix())));
		assert!(vote.ends_with(&7_u64.to_le_bytes()));
		let weight = Weights::<Runtime>::hashed_key_for(&holder, &node);
		assert!(weight.starts_with(&prefix(Weights::<Runtime>::final_prefix())));
		assert!(weight.ends_with(node.as_ref()));
	}
}
