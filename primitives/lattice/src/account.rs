//! The account as the ledger stores it, and where it is stored.

use crate::{Quota, UnitHash};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use tp_core::{AccountId, Balance, BlockNumber, Nonce};

/// What the heads of new chains are hashed from begins with this.
const BEGIN_PREFIX: [u8; 10] = *b"TOP-HEAD-1";
/// The bit by which `pallet-balances` knows accounts of its present logic.
const NEW_LOGIC: u128 = 1 << 127;

/// `System::Account` of a runtime with the lattice: laid out as `frame_system::AccountInfo` around [`AccountData`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Account {
	/// Height of the account's next unit, and nonce of its next extrinsic: one sequence for both.
	pub nonce: Nonce,
	/// Who depends on the account's being there.
	pub consumers: u32,
	/// Who keeps it there; its balance is one, if it is large enough.
	pub providers: u32,
	/// Who keeps it there for its own sake. All its sponsors together are one.
	pub sufficients: u32,
	/// The rest.
	pub data: AccountData,
}

/// Balances as `pallet-balances` lays them out, followed by the account's place in the lattice.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AccountData {
	/// What can be spent, but for what is frozen.
	pub free: Balance,
	/// What is held.
	pub reserved: Balance,
	/// Of the total, what must stay.
	pub frozen: Balance,
	/// Flags of `pallet-balances`.
	pub flags: u128,
	/// Hash of the account's newest unit; before the first, what the account's first balance or sponsor left there; zeros
	/// if it has had neither, when it can have no unit.
	pub unit_head: UnitHash,
	/// Credits received by units.
	pub received: u32,
	/// Rolling hash of them.
	pub received_hash: H256,
	/// What it has used.
	pub quota: Quota,
}

impl Default for AccountData {
	fn default() -> Self {
		Self {
			free: 0,
			reserved: 0,
			frozen: 0,
			flags: NEW_LOGIC,
			unit_head: H256::zero(),
			received: 0,
			received_hash: H256::zero(),
			quota: Quota::default(),
		}
	}
}

impl AccountData {
	/// Begins the account's chain, if it has none, because a unit paid it.
	///
	/// An account can die and come back, with the height 0 again. Its head is another then, since no unit is ever applied
	/// twice: what it signed in an earlier life cannot be replayed.
	pub fn begin_by_unit(&mut self, id: &AccountId, by: &UnitHash, operation: u32) {
		if self.unit_head.is_zero() {
			self.unit_head = H256((BEGIN_PREFIX, id, by, operation).using_encoded(blake2_256));
		}
	}

	/// Begins the account's chain, if it has none, because an extrinsic of a block paid it or sponsors it. A block's units
	/// are one extrinsic, so that no two lives of an account between which it could sign begin in one extrinsic.
	pub fn begin_by_extrinsic(&mut self, id: &AccountId, number: BlockNumber, extrinsic: u32) {
		if self.unit_head.is_zero() {
			self.unit_head = H256((BEGIN_PREFIX, id, number, extrinsic).using_encoded(blake2_256));
		}
	}
}

impl Account {
	/// Whether it has a balance that is enough to live. One that has not is there because of its sponsors.
	pub fn has_deposit(&self) -> bool {
		self.providers > 0
	}

	/// Whether losing its balance would not take from others what they depend on.
	pub fn can_lose_provider(&self) -> bool {
		self.providers > 1 || self.consumers == 0
	}

	/// Of the free balance, what can be spent. With `keep_alive`, enough to live is left.
	pub fn spendable(&self, existential_deposit: Balance, keep_alive: bool) -> Balance {
		let AccountData { free, reserved, frozen, .. } = self.data;
		let mut untouchable = frozen.saturating_sub(reserved);
		if keep_alive || (free > 0 && !self.can_lose_provider()) {
			untouchable = untouchable.max(existential_deposit);
		}
		free.saturating_sub(untouchable)
	}

	/// Sets the free balance. One that is enough to live keeps the account there, as any other provider does.
	pub fn set_free(&mut self, free: Balance, existential_deposit: Balance) {
		match (self.data.free >= existential_deposit, free >= existential_deposit) {
			(false, true) => self.providers = self.providers.saturating_add(1),
			(true, false) => self.providers = self.providers.saturating_sub(1),
			_ => {},
		}
		self.data.free = free;
	}

	/// Whether nothing holds what is left of a free balance that is too small to live: it is dust then.
	pub fn is_dust(&self, existential_deposit: Balance) -> bool {
		let AccountData { free, reserved, frozen, .. } = self.data;
		free < existential_deposit && reserved == 0 && frozen == 0
	}

	/// The account without its dust; `None` if nothing else keeps it there.
	pub fn without_dust(mut self) -> Option<Self> {
		self.data.free = 0;
		(self.providers > 0 || self.sufficients > 0).then_some(self)
	}

	/// Records a credit.
	pub fn receive(&mut self, amount: Balance, by: &UnitHash, operation: u32, existential_deposit: Balance) {
		// All balances together fit, so this does.
		self.set_free(self.data.free.saturating_add(amount), existential_deposit);
		self.data.received = self.data.received.wrapping_add(1);
		self.data.received_hash = H256((self.data.received_hash, by, operation, amount).using_encoded(blake2_256));
	}
}

/// Where accounts are: a state, or part of one.
pub trait AccountStore {
	/// An account; `None` if it does not exist.
	fn account(&self, id: &AccountId) -> Option<Account>;
	/// Changes an account, or removes it.
	fn set_account(&mut self, id: &AccountId, account: Option<Account>);
}

#[cfg(feature = "std")]
impl AccountStore for std::collections::BTreeMap<AccountId, Account> {
	fn account(&self, id: &AccountId) -> Option<Account> {
		self.get(id).cloned()
	}

	fn set_account(&mut self, id: &AccountId, account: Option<Account>) {
		match account {
			Some(account) => self.insert(id.clone(), account),
			None => self.remove(id),
		};
	}
}
