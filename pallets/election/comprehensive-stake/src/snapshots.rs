//! Assets by role over time: what a node weighs in a draw.
//!
//! Votes and deposits change at any time, and the randomness of an epoch is public during it. So a draw counts the minimum
//! of a node's assets in the epoch before the last and at the close of its tickets. What changes later counts from the next
//! draw on: nobody chooses it by the seed of the deal. Only slashes count at once. The values of past epochs are kept beside
//! the present one, and change with it: no block iterates over all nodes.

use crate::*;
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
	traits::{ConstU32, Get},
	BoundedVec,
};
use scale_info::TypeInfo;
use sp_runtime::traits::Zero;
use tp_core::Balance;
use tp_pbft::Epoch;
use tp_sortition::{role_assets, Role};
use tp_stake::EpochClock;

/// The number of values of a [`Timeline`]: those that the draw in progress counts, and those that the next one will.
const KEPT: u32 = 4;

/// Assets that weigh in the draws of each role. Their sum is at most the assets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RoleAssets([Balance; Role::ALL.len()]);

impl RoleAssets {
	/// Returns the assets of a role.
	pub const fn of(&self, role: Role) -> Balance {
		self.0[role as usize]
	}

	/// Returns the sum over all roles.
	pub fn sum(&self) -> Balance {
		self.0.iter().fold(0, |sum, assets| sum.saturating_add(*assets))
	}

	/// Returns the values that a function makes of each pair of values.
	fn zip(self, other: Self, of: impl Fn(Balance, Balance) -> Balance) -> Self {
		let mut result = self;
		result.0.iter_mut().zip(other.0).for_each(|(one, other)| *one = of(*one, other));
		result
	}
}

/// Assets at the beginning of epochs. A value lasts until the next. An epoch begins, for this, when the tickets of the one
/// before close.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Timeline(BoundedVec<(Epoch, RoleAssets), ConstU32<KEPT>>);

impl Timeline {
	/// Returns the present assets.
	pub fn now(&self) -> RoleAssets {
		self.0.last().map(|(_, assets)| *assets).unwrap_or_default()
	}

	/// Returns the assets that stood at the close of tickets two epochs before, for a draw that is made in `epoch`.
	///
	/// In the first two epochs these are the assets of the genesis.
	pub fn before(&self, epoch: Epoch) -> RoleAssets {
		self.at(epoch.saturating_sub(1))
	}

	/// Returns the assets that stood when the tickets of `epoch` closed, or the present ones before that.
	pub fn at_close(&self, epoch: Epoch) -> RoleAssets {
		self.at(epoch.saturating_add(1))
	}

	/// Returns the assets at the beginning of an epoch.
	fn at(&self, begin: Epoch) -> RoleAssets {
		self.0.iter().rev().find(|(from, _)| *from <= begin).map(|(_, assets)| *assets).unwrap_or_default()
	}

	/// Lowers all values to what a slash left.
	pub fn lower(&mut self, assets: RoleAssets) {
		self.0.iter_mut().for_each(|(_, value)| *value = value.zip(assets, Balance::min));
	}

	/// Sets the assets from the beginning of an epoch on, which is a coming one or that of the genesis.
	///
	/// Draws of the last epoch are still made in the first blocks of the present one. So the values that they count stay.
	pub fn set(&mut self, from: Epoch, assets: RoleAssets) {
		match self.0.last_mut() {
			Some((last, value)) if *last == from => *value = assets,
			_ => {
				let oldest = from.saturating_sub(3);
				while self.0.get(1).is_some_and(|(second, _)| *second <= oldest) {
					self.0.remove(0);
				}
				if self.0.try_push((from, assets)).is_err() {
					log::error!(target: LOG_TARGET, "the timeline of a node has no room for epoch {from}");
				}
			},
		}
	}
}

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
