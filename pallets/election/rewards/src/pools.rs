//! The division of an epoch's budget.
//!
//! **Invariant:** the sum of a division never exceeds the budget, because every division of an amount rounds down.

use crate::{types::part_of, *};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::BoundedVec;
use tp_core::{Balance, ChainTag};
use tp_pbft::{Epoch, MAX_MEMBERS};
use tp_sortition::Role;
use tp_stake::{Nodes, Voters};

/// The members of a committee that have points.
pub(crate) type Report<AccountId> = BoundedVec<(AccountId, Points), frame_support::traits::ConstU32<MAX_MEMBERS>>;

/// Amounts to issue.
pub(crate) struct Division<AccountId> {
	/// For nodes and their voters: one due for each node.
	pub dues: Vec<Due<AccountId>>,
	/// For the treasury.
	pub treasury: Balance,
}

impl<AccountId> Division<AccountId> {
	/// Returns the total amount.
	pub fn sum(&self) -> Balance {
		self.dues.iter().fold(self.treasury, |sum, due| sum.saturating_add(due.work).saturating_add(due.votes))
	}
}

/// Amounts by node: for its work, and for its voters.
struct Shares<AccountId>(BTreeMap<AccountId, (Balance, Balance)>);

impl<AccountId: Ord + Clone> Shares<AccountId> {
	fn add_work(&mut self, node: AccountId, amount: Balance) {
		let (work, _) = self.0.entry(node).or_default();
		*work = work.saturating_add(amount);
	}

	fn add_votes(&mut self, node: AccountId, amount: Balance) {
		let (_, votes) = self.0.entry(node).or_default();
		*votes = votes.saturating_add(amount);
	}

	/// Gives each committee the same amount, which its members share by points. The part of a committee without points
	/// is not issued.
	fn add_committees<'a>(&mut self, pool: Balance, reports: impl Iterator<Item = &'a Report<AccountId>> + Clone)
	where
		AccountId: 'a,
	{
		let part = part_of(pool, 1, reports.clone().count() as u128);
		for report in reports {
			let sum: u128 = report.iter().map(|(_, points)| u128::from(*points)).sum();
			for (node, points) in report {
				self.add_work(node.clone(), part_of(part, (*points).into(), sum));
			}
		}
	}

	/// Gives each node the same amount.
	fn add_equally(&mut self, pool: Balance, nodes: Vec<AccountId>) {
		let part = part_of(pool, 1, nodes.len() as u128);
		for node in nodes {
			self.add_work(node, part);
		}
	}

	/// Gives nodes the pool for their voters, by the weight of votes.
	fn add_voted(&mut self, pool: Balance, voted: Vec<(AccountId, Balance)>) {
		let sum = voted.iter().fold(0, |sum: Balance, (_, weight)| sum.saturating_add(*weight));
		for (node, weight) in voted {
			self.add_votes(node, part_of(pool, weight, sum));
		}
	}

	fn into_dues(self) -> Vec<Due<AccountId>> {
		let dues = self.0.into_iter().map(|(node, (work, votes))| Due { node, work, votes });
		dues.filter(|due| due.work > 0 || due.votes > 0).collect()
	}
}

impl<T: Config> Pallet<T> {
	/// Divides a budget. Pools without a receiver and the remainders of roundings are left out.
	pub(crate) fn divide(
		budget: Balance,
		split: &Split,
		reports: &[(ChainTag, Report<T::AccountId>)],
		epoch: Epoch,
	) -> Division<T::AccountId> {
		if budget == 0 {
			return Division { dues: Vec::new(), treasury: 0 };
		}
		let Split { validators, routers, voters, governance, archives, edges } = *split;
		let of_shards = |is_shard: bool| {
			let wanted = reports.iter().filter(move |(chain, _)| matches!(chain, ChainTag::Shard { .. }) == is_shard);
			wanted.map(|(_, report)| report)
		};
		let standing = |role| T::Nodes::standing(role, epoch, MAX_STANDING);
		let mut shares = Shares(BTreeMap::new());
		shares.add_committees(Parameters::pool(budget, validators), of_shards(true));
		shares.add_committees(Parameters::pool(budget, routers), of_shards(false));
		shares.add_voted(Parameters::pool(budget, voters), T::Voters::voted(MAX_VOTED));
		shares.add_equally(Parameters::pool(budget, archives), standing(Role::Archive));
		shares.add_equally(Parameters::pool(budget, edges), standing(Role::Edge));
		Division { dues: shares.into_dues(), treasury: Parameters::pool(budget, governance) }
	}
}
