//! Assets by role, and their values over the last epochs.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use tp_core::Balance;
use tp_pbft::Epoch;
use tp_sortition::Role;

/// The number of values of a [`Timeline`]: two for the draw in progress, and two for the next draw.
const KEPT: u32 = 4;

/// Assets that weigh in the draws of each role. Their sum is at most the assets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RoleAssets(pub(crate) [Balance; Role::ALL.len()]);

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
	pub(crate) fn zip(self, other: Self, of: impl Fn(Balance, Balance) -> Balance) -> Self {
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
				// Never needed while epochs follow each other.
				if self.0.is_full() {
					self.0.remove(0);
				}
				self.0.try_push((from, assets)).expect("room was made; qed");
			},
		}
	}
}
