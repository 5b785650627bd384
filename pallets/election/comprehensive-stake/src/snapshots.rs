//! Assets by role over time: what a node weighs in a draw.
//!
//! Votes and deposits change at any time, and the randomness of an epoch is public during it. So a draw counts the minimum
//! of a node's assets in the epoch before the last and at the close of its tickets. What changes later counts from the next
//! draw on: no owner of nodes chooses it by the seed of the deal. Only slashes count at once. The values of past epochs are kept beside
//! the present one, and change with it: no block iterates over all nodes.

use crate::*;
use frame_support::traits::Get;
use sp_runtime::traits::Zero;
use tp_core::Balance;
use tp_pbft::Epoch;
use tp_sortition::{role_assets, Role};
use tp_stake::EpochClock;

impl<T: Config> Pallet<T> {
	/// Returns the assets of a node's record by role: none if it leaves, or if its deposit is too small for its roles.
	fn role_assets_of(node: &Node, pool: &Pool) -> RoleAssets {
		let least = CurrentParameters::<T>::get().least_deposits;
		let of_all = least.of_all(node.roles);
		if node.leaving.is_some() || node.deposit < of_all {
			return RoleAssets::default();
		}
		let assets = Self::assets_of(node, pool);
		let part = |role| if node.roles.contains(role) { role_assets(assets, least.of(role), of_all) } else { 0 };
		RoleAssets(Role::ALL.map(part))
	}

	/// Updates what a node weighs. Called after every change of its deposit, roles, votes or leaving.
	///
	/// **Fragile:** a change of the least deposits updates a node when it changes next.
	pub(crate) fn weigh_anew(controller: &T::AccountId) {
		// The genesis has no epoch before it, so its assets stand from the first epoch on.
		let closed = Epoch::from(T::Clock::last_height().is_some());
		let from = Self::present_epoch().map_or(0, |epoch| epoch.saturating_add(1).saturating_add(closed));
		Self::weigh_from(controller, from);
	}

	/// Lowers what a node weighs in all draws to its present assets, after a slash.
	pub(crate) fn lower_weight(controller: &T::AccountId) {
		let Some(node) = Nodes::<T>::get(controller) else { return };
		let assets = Self::role_assets_of(&node, &Self::pool(controller));
		Weighed::<T>::mutate_extant(controller, |timeline| timeline.lower(assets));
	}

	/// Returns the epoch of the draw whose tickets are closed and whose seats are not all decided.
	pub(crate) fn draw_in_progress() -> Option<Epoch> {
		let epoch = Self::present_epoch()?;
		if T::Clock::last_height().is_some() {
			return Some(epoch);
		}
		T::IsDealing::get().then(|| epoch.saturating_sub(1))
	}

	/// Keeps the standing of a node before its first change while a draw is in progress.
	pub(crate) fn keep_standing(controller: &T::AccountId, node: &Node) {
		let Some(draw) = Self::draw_in_progress() else { return };
		if StandingAtClose::<T>::get(controller).is_none_or(|kept| kept.draw < draw) {
			let kept = StandingOf { draw, leaves: node.leaving.is_some(), roles: node.roles };
			StandingAtClose::<T>::insert(controller, kept);
		}
	}

	/// Returns the standing of a node in the draw of an epoch: that at the close of its tickets, or the present one before.
	pub(crate) fn standing_in(controller: &T::AccountId, node: &Node, draw: Epoch) -> StandingOf {
		let present = StandingOf { draw, leaves: node.leaving.is_some(), roles: node.roles };
		StandingAtClose::<T>::get(controller).filter(|kept| kept.draw == draw).unwrap_or(present)
	}

	/// Updates what a node weighs from the beginning of an epoch on.
	pub(crate) fn weigh_from(controller: &T::AccountId, from: Epoch) {
		let node = Nodes::<T>::get(controller);
		let assets = node.as_ref().map(|node| Self::role_assets_of(node, &Self::pool(controller))).unwrap_or_default();
		let mut timeline = Weighed::<T>::get(controller);
		let before = timeline.now();
		if before != assets {
			timeline.set(from, assets);
			Fields::<T>::mutate(|fields| {
				let others = fields.now().zip(before, Balance::saturating_sub);
				fields.set(from, others.zip(assets, Balance::saturating_add));
			});
			Weighed::<T>::insert(controller, timeline);
		}
		if node.is_none() {
			Weighed::<T>::remove(controller);
		}
	}

	/// Returns the present epoch, or `None` in the genesis.
	pub(crate) fn present_epoch() -> Option<Epoch> {
		(!frame_system::Pallet::<T>::block_number().is_zero()).then(T::Clock::epoch)
	}

	/// Returns the assets with which a node weighs in the draw of a role that is made in `epoch`.
	pub(crate) fn weight_in_draw(controller: &T::AccountId, role: Role, epoch: Epoch) -> Balance {
		let timeline = Weighed::<T>::get(controller);
		timeline.before(epoch).of(role).min(timeline.at_close(epoch).of(role))
	}
}
