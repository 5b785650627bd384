//! The pools of an epoch: the shares of nodes in them, and their division when the epoch ends.
//!
//! Only proved service has a share: that of committee members by certificates, and that of voters by the service of the
//! nodes they vote for. The pools of archives and edges are not issued until their service can be proved.
//!
//! **Invariant:** the sum of a division never exceeds the budget, because every division of an amount rounds down.

use crate::{
	types::{part_of, share_of, OpenPeriod, Reported, Shares},
	*,
};
use tp_core::{Balance, ChainTag};
use tp_pbft::Epoch;
use tp_stake::Voters;

/// A member of a reported committee.
pub(crate) struct Served<AccountId> {
	/// The node.
	pub node: AccountId,
	/// Its points.
	pub points: Points,
	/// Its part of the committee's certificates, of [`FULL_SERVICE`](types::FULL_SERVICE).
	pub service: u128,
}

/// Amounts to issue.
pub(crate) struct Division {
	/// For nodes and their voters.
	pub period: EndedPeriod,
	/// For the treasury.
	pub treasury: Balance,
}

impl Reported {
	fn add(&mut self, is_paid: bool) {
		self.all = self.all.saturating_add(1);
		self.paid = self.paid.saturating_add(is_paid.into());
	}

	/// Returns the amount of each committee, and of all that are paid.
	fn divide(self, pool: Balance) -> (Balance, Balance) {
		let each = part_of(pool, 1, self.all.into());
		(each, each.saturating_mul(self.paid.into()))
	}
}

impl<T: Config> Pallet<T> {
	/// Gives the members of a committee their shares of the present period.
	pub(crate) fn add_committee(chain: ChainTag, members: impl Iterator<Item = Served<T::AccountId>> + Clone) {
		let mut open = Open::<T>::get();
		let sum: u128 = members.clone().map(|member| u128::from(member.points)).sum();
		let is_shard = matches!(chain, ChainTag::Shard { .. });
		let committees = if is_shard { &mut open.validators } else { &mut open.routers };
		committees.add(sum > 0);
		for Served { node, points, service } in members.filter(|member| member.points > 0) {
			let share = share_of(points, sum);
			let (validators, routers) = if is_shard { (share, 0) } else { (0, share) };
			let votes = T::Voters::weight_of(&node).saturating_mul(service);
			Self::add_shares(&mut open, &node, Shares { validators, routers, votes });
		}
		Open::<T>::put(open);
	}

	/// Adds shares to those of a node.
	///
	/// Votes count once for a node with several seats, by the best of its services: each role weighs a part of them.
	fn add_shares(open: &mut OpenPeriod, node: &T::AccountId, shares: Shares) {
		let mut earnings = Self::up_to_date(node, open.number);
		if earnings.shares.is_empty() {
			open.nodes = open.nodes.saturating_add(1);
			earnings.period = open.number;
		}
		let own = &mut earnings.shares;
		let more = shares.votes.saturating_sub(own.votes);
		own.validators = own.validators.saturating_add(shares.validators);
		own.routers = own.routers.saturating_add(shares.routers);
		own.votes = own.votes.saturating_add(more);
		open.votes = open.votes.saturating_add(more);
		Unsettled::<T>::insert(node, earnings);
	}

	/// Divides a budget among the pools of a period. Pools without a receiver and the remainders of roundings are left out.
	pub(crate) fn divide(budget: Balance, split: &Split, open: &OpenPeriod, epoch: Epoch) -> Division {
		let Split { validators, routers, voters, governance, archives: _, edges: _ } = *split;
		let pool = |percent| Parameters::pool(budget, percent);
		let (validators, of_validators) = open.validators.divide(pool(validators));
		let (routers, of_routers) = open.routers.divide(pool(routers));
		let voters = if open.votes > 0 { pool(voters) } else { 0 };
		let left = of_validators.saturating_add(of_routers).saturating_add(voters);
		let OpenPeriod { votes, nodes, .. } = *open;
		let period = EndedPeriod { epoch, validators, routers, voters, votes, nodes, left };
		Division { period, treasury: pool(governance) }
	}
}
