//! The account as the ledger stores it, and the store of accounts.

use crate::{Quota, UnitHash};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use tp_core::{AccountId, Balance, BlockNumber, ChainTag, Nonce};

/// The prefix of the hashed data from which the heads of new chains come.
const BEGIN_PREFIX: [u8; 10] = *b"TOP-HEAD-2";
/// The same on ledgers on which all lives of an account begin with the nonce 0.
const BEGIN_PREFIX_WITHOUT_LIVES: [u8; 10] = *b"TOP-HEAD-1";
/// The bit by which `pallet-balances` marks accounts of its present logic.
const NEW_LOGIC: u128 = 1 << 127;

/// `System::Account` of a runtime with the lattice: laid out as `frame_system::AccountInfo` around [`AccountData`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Account {
	/// Height of the account's next unit, and nonce of its next extrinsic: one sequence for both.
	pub nonce: Nonce,
	/// References that need the account to exist.
	pub consumers: u32,
	/// References that keep the account in the state. A balance of the existential deposit or more is one.
	pub providers: u32,
	/// References that keep the account in the state without a deposit. All its sponsors together are one.
	pub sufficients: u32,
	/// Its balances, its place in the lattice and its quota.
	pub data: AccountData,
}

/// Balances as `pallet-balances` lays them out, followed by the account's place in the lattice.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AccountData {
	/// The balance that can be spent, apart from what is frozen.
	pub free: Balance,
	/// The balance that is held.
	pub reserved: Balance,
	/// The part of the total that must stay.
	pub frozen: Balance,
	/// Flags of `pallet-balances`.
	pub flags: u128,
	/// Hash of the account's newest unit. Before the first unit it is the head that the account's first balance or sponsor
	/// set. It is zero if the account has had neither, and then the account can have no unit.
	pub unit_head: UnitHash,
	/// Credits received by units.
	pub received: u32,
	/// Rolling hash of these credits.
	pub received_hash: H256,
	/// Its use, and the balance locked for it.
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

/// A life of an account that begins. Its first head binds all of it.
///
/// An account can end and be created again. Then it begins with a nonce that it has not used ([`tp_core::lives`]) and with
/// another head, since no unit applies twice. So what it signed before it ended cannot be replayed.
#[derive(Clone, Copy, Debug)]
pub struct Life<'a> {
	/// The account.
	pub id: &'a AccountId,
	/// The nonce with which it begins.
	pub nonce: Nonce,
	/// The ledger, with its incarnation. `None` on ledgers on which all lives begin with the nonce 0.
	pub chain: Option<ChainTag>,
}

impl Life<'_> {
	fn head(&self, cause: impl Encode) -> UnitHash {
		let Self { id, nonce, chain } = self;
		H256(match chain {
			Some(chain) => (BEGIN_PREFIX, chain, id, nonce, cause).using_encoded(blake2_256),
			None => (BEGIN_PREFIX_WITHOUT_LIVES, id, cause).using_encoded(blake2_256),
		})
	}
}

impl AccountData {
	/// Begins the account's chain, if it has none, because a unit paid it.
	pub fn begin_by_unit(&mut self, life: &Life, by: &UnitHash, operation: u32) {
		if self.unit_head.is_zero() {
			self.unit_head = life.head((by, operation));
		}
	}

	/// Begins the account's chain, if it has none, because an extrinsic paid it or sponsors it.
	///
	/// The cause is the block and the extrinsic alone. That is safe because all units of a block are one extrinsic: an
	/// account cannot be created, sign, end and be created again within one extrinsic.
	pub fn begin_by_extrinsic(&mut self, life: &Life, number: BlockNumber, extrinsic: u32) {
		if self.unit_head.is_zero() {
			self.unit_head = life.head((number, extrinsic));
		}
	}
}

impl Account {
	/// Tells whether its balance covers the existential deposit. Otherwise only sponsors keep the account in the state.
	pub fn has_deposit(&self) -> bool {
		self.providers > 0
	}

	/// Returns the balance by which free use fades: all that it has, spendable or not.
	pub fn balance(&self) -> Balance {
		self.data.free.saturating_add(self.data.reserved)
	}

	/// Tells whether the balance may fall below the existential deposit: another provider remains, or nothing refers to the
	/// account.
	pub fn can_lose_provider(&self) -> bool {
		self.providers > 1 || self.consumers == 0
	}

	/// Returns the part of the free balance that can be spent. `keep_alive` leaves the existential deposit.
	pub fn spendable(&self, existential_deposit: Balance, keep_alive: bool) -> Balance {
		let AccountData { free, reserved, frozen, .. } = self.data;
		let mut untouchable = frozen.saturating_sub(reserved);
		if keep_alive || (free > 0 && !self.can_lose_provider()) {
			untouchable = untouchable.max(existential_deposit);
		}
		free.saturating_sub(untouchable)
	}

	/// Sets the free balance, and counts it as a provider while it covers the existential deposit.
	pub fn set_free(&mut self, free: Balance, existential_deposit: Balance) {
		match (self.data.free >= existential_deposit, free >= existential_deposit) {
			(false, true) => self.providers = self.providers.saturating_add(1),
			(true, false) => self.providers = self.providers.saturating_sub(1),
			_ => {},
		}
		self.data.free = free;
	}

	/// Tells whether the balance is dust: below the existential deposit, with nothing held or frozen.
	pub fn is_dust(&self, existential_deposit: Balance) -> bool {
		let AccountData { free, reserved, frozen, .. } = self.data;
		free < existential_deposit && reserved == 0 && frozen == 0
	}

	/// Returns the account without its dust.
	///
	/// # Errors
	/// The nonce with which it ends, if nothing else keeps it in the state.
	pub fn without_dust(mut self) -> Result<Self, Nonce> {
		self.data.free = 0;
		match self.providers > 0 || self.sufficients > 0 {
			true => Ok(self),
			false => Err(self.nonce),
		}
	}

	/// Records a credit.
	pub fn receive(&mut self, amount: Balance, by: &UnitHash, operation: u32, existential_deposit: Balance) {
		// The total issuance fits into a balance, so this does not saturate.
		self.set_free(self.data.free.saturating_add(amount), existential_deposit);
		self.data.received = self.data.received.wrapping_add(1);
		self.data.received_hash = H256((self.data.received_hash, by, operation, amount).using_encoded(blake2_256));
	}
}

/// A store of accounts: a state, or part of one.
pub trait AccountStore {
	/// Returns an account, or `None` if it does not exist.
	fn account(&self, id: &AccountId) -> Option<Account>;
	/// Sets an account, or removes it.
	fn set_account(&mut self, id: &AccountId, account: Option<Account>);
	/// Returns the tombstone of an account that ended. See [`tp_core::lives`].
	fn tombstone(&self, id: &AccountId) -> Option<Nonce>;
	/// Sets the tombstone of an account, or removes it.
	fn set_tombstone(&mut self, id: &AccountId, nonce: Option<Nonce>);
}
