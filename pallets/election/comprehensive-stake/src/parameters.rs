//! Parameters set by the admin: minimum amounts and delays.

use crate::{Config, CurrentParameters, Error, LongerEvidence, Pallet, ParametersBefore};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::traits::Get;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use tp_core::{Balance, TOP};
use tp_pbft::Epoch;
use tp_sortition::{Role, Roles};
use tp_stake::{step_base, BoundedParameters, Bounds, EpochClock, OutOfBounds};

/// The shortest lock of a vote, in days.
pub const MIN_DAYS: u32 = 30;
/// The longest lock of a vote, in days. A vote reaches its maximum weight with a shorter lock.
pub const MAX_DAYS: u32 = 600;
/// The milliseconds of a day.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// The longest delay in epochs: a year of 6-hour epochs. It prevents that a mistake locks tokens for ever.
pub const MAX_DELAY_EPOCHS: Epoch = 365 * 4;
/// The longest delay in milliseconds.
pub const MAX_DELAY_MS: u64 = 365 * DAY_MS;

/// What the council may set a minimum deposit to, by the network's deposit of the role: a tenth to ten times.
const fn deposit_bounds(network: Balance) -> Bounds {
	Bounds::by_quarters(network / 10, network * 10)
}
/// What the council may set the minimum vote to.
const VOTE_BOUNDS: Bounds = Bounds::by_quarters(TOP / 10, 1_000 * TOP);
/// What the council may set the delay of a leaving node to: a day to a month.
const LEAVE_BOUNDS: Bounds = Bounds::by_quarters(DAY_MS as u128, 30 * DAY_MS as u128);
/// What the council may set the time for evidence to: a day to three days of 6-hour epochs. Evidence needs a day to arrive,
/// and the committees against which it is checked are kept for three.
const EVIDENCE_BOUNDS: Bounds = Bounds::by_quarters(4, MOST_EVIDENCE_EPOCHS as u128);
/// What the council may set the delay of slashes to: a day to a month of 6-hour epochs.
const SLASH_BOUNDS: Bounds = Bounds::by_quarters(4, 120);
/// The number of epochs for which the committees of a network are kept: the default of `pallet-shard-assignment`.
const MOST_EVIDENCE_EPOCHS: Epoch = 12;

/// Minimum deposits by role.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub struct LeastDeposits {
	/// For an edge.
	pub edge: Balance,
	/// For a router.
	pub router: Balance,
	/// For a validator.
	pub validator: Balance,
	/// For an archive.
	pub archive: Balance,
}

impl LeastDeposits {
	/// Returns the minimum deposit of a role.
	pub const fn of(&self, role: Role) -> Balance {
		match role {
			Role::Edge => self.edge,
			Role::Router => self.router,
			Role::Validator => self.validator,
			Role::Archive => self.archive,
		}
	}

	/// Returns the minimum deposit of several roles: the sum of them. No token of a deposit backs two roles.
	pub fn of_all(&self, roles: Roles) -> Balance {
		roles.iter().fold(0, |sum, role| sum.saturating_add(self.of(role)))
	}
}

/// Parameters of nodes, votes and slashes.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
	/// Minimum deposits by role.
	pub least_deposits: LeastDeposits,
	/// The minimum amount of a vote. It is the price of a vote's record in the state.
	pub least_vote: Balance,
	/// The time for which a deposit stays locked after its node has left, in milliseconds.
	pub leave_delay_ms: u64,
	/// The number of epochs after its last seat in which a node can be punished.
	pub evidence_epochs: Epoch,
	/// The delay of a slash in epochs, besides the one in which it was recorded.
	pub slash_delay_epochs: Epoch,
}

impl Parameters {
	/// The parameters of the network: 72 hours, and 12 epochs of 6 hours.
	pub const NETWORK: Self = Self {
		least_deposits: LeastDeposits {
			edge: 200_000 * TOP,
			router: 1_000_000 * TOP,
			validator: 500_000 * TOP,
			archive: 1_000_000 * TOP,
		},
		least_vote: TOP,
		leave_delay_ms: 3 * DAY_MS,
		evidence_epochs: 12,
		slash_delay_epochs: 12,
	};
}

impl Default for Parameters {
	fn default() -> Self {
		Self::NETWORK
	}
}

impl BoundedParameters for Parameters {
	fn bounded(&self) -> impl AsRef<[(u128, Bounds)]> {
		let Self { least_deposits, least_vote, leave_delay_ms, evidence_epochs, slash_delay_epochs } = *self;
		let LeastDeposits { edge, router, validator, archive } = least_deposits;
		let network = Self::NETWORK.least_deposits;
		[
			(edge, deposit_bounds(network.edge)),
			(router, deposit_bounds(network.router)),
			(validator, deposit_bounds(network.validator)),
			(archive, deposit_bounds(network.archive)),
			(least_vote, VOTE_BOUNDS),
			(leave_delay_ms.into(), LEAVE_BOUNDS),
			(evidence_epochs.into(), EVIDENCE_BOUNDS),
			(slash_delay_epochs.into(), SLASH_BOUNDS),
		]
	}
}

/// The number of epochs for which evidence counts, as a value to plug into pallets: a parameter that the admin can change.
pub struct EvidenceEpochs<T>(PhantomData<T>);

impl<T: Config> Get<Epoch> for EvidenceEpochs<T> {
	fn get() -> Epoch {
		Pallet::<T>::evidence_epochs()
	}
}

/// The reason why parameters are invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidParameters {
	/// The minimum vote is below the existential deposit.
	LeastVoteTooSmall,
	/// A minimum deposit is below the existential deposit.
	LeastDepositTooSmall,
	/// A delay is longer than a year.
	DelayTooLong,
}

impl<T> From<OutOfBounds> for Error<T> {
	fn from(bound: OutOfBounds) -> Self {
		bound.named(Self::BelowLeast, Self::AboveGreatest, Self::StepTooLarge)
	}
}

impl<T: Config> Pallet<T> {
	/// Sets parameters that were checked. Root sets any; others within the bounds of a council.
	pub(crate) fn put_parameters(parameters: Parameters, is_root: bool) -> Result<(), Error<T>> {
		if is_root {
			ParametersBefore::<T>::kill();
		} else {
			let present = CurrentParameters::<T>::get();
			let base = step_base(ParametersBefore::<T>::get(), T::Clock::epoch(), present);
			parameters.check_step(&base.1)?;
			ParametersBefore::<T>::put(base);
		}
		Self::keep_evidence(parameters.evidence_epochs);
		CurrentParameters::<T>::put(parameters);
		Ok(())
	}

	/// Returns the number of epochs for which evidence counts.
	pub(crate) fn evidence_epochs() -> Epoch {
		let longer = LongerEvidence::<T>::get().filter(|(until, _)| T::Clock::epoch() <= *until);
		CurrentParameters::<T>::get().evidence_epochs.max(longer.map_or(0, |(_, epochs)| epochs))
	}

	/// Keeps the present time for evidence in force before a shorter one is set, as long as it lasts for the present epoch.
	///
	/// Otherwise a shorter time would free at once what can be punished for past epochs. No committee is kept for longer than
	/// the greatest time, so a mistake of a referendum does not last longer.
	fn keep_evidence(next: Epoch) {
		let before = Self::evidence_epochs().min(MOST_EVIDENCE_EPOCHS);
		if next < before {
			LongerEvidence::<T>::put((T::Clock::epoch().saturating_add(before), before));
		}
	}
}

impl Parameters {
	/// Checks them against the existential deposit.
	pub fn check(&self, existential_deposit: Balance) -> Result<(), InvalidParameters> {
		let least = existential_deposit.max(1);
		if self.least_vote < least {
			return Err(InvalidParameters::LeastVoteTooSmall);
		}
		if Role::ALL.into_iter().any(|role| self.least_deposits.of(role) < least) {
			return Err(InvalidParameters::LeastDepositTooSmall);
		}
		if self.leave_delay_ms > MAX_DELAY_MS
			|| self.evidence_epochs > MAX_DELAY_EPOCHS
			|| self.slash_delay_epochs > MAX_DELAY_EPOCHS
		{
			return Err(InvalidParameters::DelayTooLong);
		}
		Ok(())
	}
}
