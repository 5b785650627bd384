//! What root sets: least amounts and delays.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use tp_core::{Balance, TOP};
use tp_pbft::Epoch;
use tp_sortition::{Role, Roles};

/// The shortest lock of a vote.
pub const LEAST_DAYS: u32 = 30;
/// The longest. A vote's weight has reached its most before.
pub const MOST_DAYS: u32 = 600;
/// Milliseconds of a day.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// No delay is longer, so that no slip locks tokens away for good: a year of 6-hour epochs.
pub const MAX_DELAY_EPOCHS: Epoch = 365 * 4;
/// The same in milliseconds.
pub const MAX_DELAY_MS: u64 = 365 * DAY_MS;

/// Least deposits by role.
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
	/// Of an edge.
	pub edge: Balance,
	/// Of a router.
	pub router: Balance,
	/// Of a validator.
	pub validator: Balance,
	/// Of an archive.
	pub archive: Balance,
}

impl LeastDeposits {
	/// What a role takes.
	pub const fn of(&self, role: Role) -> Balance {
		match role {
			Role::Edge => self.edge,
			Role::Router => self.router,
			Role::Validator => self.validator,
			Role::Archive => self.archive,
		}
	}

	/// What several roles take: the most that one of them does.
	pub fn of_all(&self, roles: Roles) -> Balance {
		roles.iter().map(|role| self.of(role)).max().unwrap_or_default()
	}
}

/// The parameters.
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
	/// Least deposits by role.
	pub least_deposits: LeastDeposits,
	/// The least vote. It is what a record of a vote costs its holder.
	pub least_vote: Balance,
	/// How long a deposit stays locked after its node has left, in milliseconds.
	pub leave_delay_ms: u64,
	/// How many epochs after its last seat a node can be punished.
	pub evidence_epochs: Epoch,
	/// How many epochs a slash waits, besides the one in which it was recorded.
	pub slash_delay_epochs: Epoch,
}

impl Default for Parameters {
	/// Those of the network: 72 hours, and 12 epochs of 6 hours.
	fn default() -> Self {
		Self {
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
		}
	}
}

/// Why parameters cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidParameters {
	/// The least vote is below what an account must have to exist.
	LeastVoteTooSmall,
	/// A least deposit is below what an account must have to exist.
	LeastDepositTooSmall,
	/// A delay is longer than a year.
	DelayTooLong,
}

impl Parameters {
	/// Checks them, given what an account must have to exist.
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
