//! A registry of nodes, their power and their votes, that a test fills.

use codec::{Decode, Encode};
use sp_runtime::Perbill;
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};
use tp_core::Balance;
use tp_pbft::{Epoch, NodeAddresses, PbftId};
use tp_sortition::{Role, Roles};
use tp_stake::{ComputingPower, NodeKeys, Nodes, Power, Reputation, Voters};

/// The assets of a node, unless a test sets others.
pub const ASSETS: Balance = 1_000_000_000;

/// The record of a node.
#[derive(Clone, Debug)]
pub struct Registered {
	/// Its keys.
	pub keys: NodeKeys,
	/// The first epoch in which they are valid.
	pub keys_from: Epoch,
	/// The roles that it offers.
	pub roles: Roles,
	/// Its assets.
	pub assets: Balance,
	/// Its reputation.
	pub reputation: Reputation,
	/// Its power, in every role.
	pub power: Power,
	/// The part of its rewards that it gives to its voters.
	pub dividend: Perbill,
	/// Whether it is leaving.
	pub leaves: bool,
	/// Whether it must lose its seats at once.
	pub removed: bool,
	/// Whether its reputation fell too low.
	pub absent: bool,
	/// The epochs in which it was noted to have a seat.
	pub seats: BTreeSet<Epoch>,
	/// The addresses that it published.
	pub addresses: Option<NodeAddresses>,
}

impl Registered {
	/// Returns a node that offers all roles and has the maximum of reputation and power. Its keys are valid at once.
	pub fn new(keys: NodeKeys) -> Self {
		Self {
			keys,
			keys_from: 0,
			roles: Roles::of(&Role::ALL),
			assets: ASSETS,
			reputation: Reputation::MAX,
			power: Power::MAX,
			dividend: Perbill::zero(),
			leaves: false,
			removed: false,
			absent: false,
			seats: BTreeSet::new(),
			addresses: None,
		}
	}

	/// Records what the registry says of a node that others cut off for some epochs: its reputation fell too low.
	pub fn cut_off(&mut self) {
		self.reputation = Reputation::MIN;
		self.absent = true;
	}

	/// Returns its assets if it can stand in a role. The double does not divide them over its roles, and has no past.
	fn weighs(&self, role: Role) -> Balance {
		if self.roles.contains(role) && !self.leaves {
			self.assets
		} else {
			0
		}
	}

	fn may_stand(&self, role: Role, epoch: Epoch) -> bool {
		self.roles.contains(role)
			&& self.keys_from <= epoch
			&& !self.leaves
			&& !self.removed
			&& !self.absent
			&& self.reputation >= Reputation::MIN_TO_STAND
	}
}

/// An account id in SCALE encoding: statics cannot be generic.
type Id = Vec<u8>;

thread_local! {
	static NODES: RefCell<BTreeMap<Id, Registered>> = const { RefCell::new(BTreeMap::new()) };
	/// The weights of votes, by holder and node.
	static VOTES: RefCell<BTreeMap<(Id, Id), Balance>> = const { RefCell::new(BTreeMap::new()) };
}

fn decode<AccountId: Decode>(mut id: &[u8]) -> AccountId {
	AccountId::decode(&mut id).expect("all accounts of a test have one type")
}

/// The nodes that a test registered, and the votes for them.
pub struct Registry;

impl Registry {
	/// Registers a node, or replaces its record.
	pub fn register(account: &impl Encode, node: Registered) {
		NODES.with_borrow_mut(|nodes| nodes.insert(account.encode(), node));
	}

	/// Removes a node.
	pub fn remove(account: &impl Encode) {
		NODES.with_borrow_mut(|nodes| nodes.remove(&account.encode()));
	}

	/// Returns the record of a node.
	pub fn get(account: &impl Encode) -> Option<Registered> {
		NODES.with_borrow(|nodes| nodes.get(&account.encode()).cloned())
	}

	/// Changes the record of a node, if it is registered.
	pub fn change(account: &impl Encode, write: impl FnOnce(&mut Registered)) {
		NODES.with_borrow_mut(|nodes| nodes.get_mut(&account.encode()).map(write));
	}

	/// Sets the weight of a holder's votes for a node.
	pub fn set_votes(holder: &impl Encode, node: &impl Encode, weight: Balance) {
		let key = (holder.encode(), node.encode());
		VOTES.with_borrow_mut(|votes| match weight {
			0 => votes.remove(&key),
			_ => votes.insert(key, weight),
		});
	}

	/// Returns the addresses of the node with a vote key.
	pub(crate) fn addresses_by_key(key: &PbftId) -> Option<NodeAddresses> {
		NODES.with_borrow(|nodes| nodes.values().find(|known| known.keys.pbft == *key)?.addresses.clone())
	}

	fn read<R>(account: &impl Encode, read: impl FnOnce(&Registered) -> R) -> Option<R> {
		NODES.with_borrow(|nodes| nodes.get(&account.encode()).map(read))
	}
}

impl<AccountId: Encode + Decode> Nodes<AccountId> for Registry {
	fn keys_at(node: &AccountId, epoch: Epoch) -> Option<NodeKeys> {
		Self::read(node, |known| (known.keys_from <= epoch).then(|| known.keys.clone())).flatten()
	}
	fn may_stand(node: &AccountId, role: Role, epoch: Epoch) -> bool {
		Self::read(node, |known| known.may_stand(role, epoch)).unwrap_or_default()
	}
	fn weighs(node: &AccountId, role: Role, _: Epoch) -> Balance {
		Self::read(node, |known| known.weighs(role)).unwrap_or_default()
	}
	fn field(role: Role, _: Epoch) -> Balance {
		NODES.with_borrow(|nodes| nodes.values().map(|known| known.weighs(role)).sum())
	}
	fn reputation(node: &AccountId) -> Reputation {
		Self::read(node, |known| known.reputation).unwrap_or(Reputation::MIN)
	}
	fn is_leaving(node: &AccountId, _: Epoch) -> bool {
		Self::read(node, |known| known.leaves).unwrap_or(true)
	}
	fn is_removed(node: &AccountId, _: Epoch) -> bool {
		Self::read(node, |known| known.removed).unwrap_or(true)
	}
	fn is_absent(node: &AccountId, _: Epoch) -> bool {
		Self::read(node, |known| known.absent).unwrap_or_default()
	}
	fn owner(key: &PbftId) -> Option<AccountId> {
		NODES.with_borrow(|nodes| nodes.iter().find(|(_, known)| known.keys.pbft == *key).map(|(id, _)| decode(id)))
	}
	fn addresses(node: &AccountId) -> Option<NodeAddresses> {
		Self::read(node, |known| known.addresses.clone()).flatten()
	}
	fn standing(role: Role, epoch: Epoch, limit: u32) -> Vec<AccountId> {
		NODES.with_borrow(|nodes| {
			let standing = nodes.iter().filter(|(_, known)| known.may_stand(role, epoch));
			standing.take(limit as usize).map(|(id, _)| decode(id)).collect()
		})
	}
	fn note_seat(node: &AccountId, epoch: Epoch) {
		Self::change(node, |known| {
			known.seats.insert(epoch);
		});
	}
}

impl<AccountId: Encode> ComputingPower<AccountId> for Registry {
	fn power(node: &AccountId, _: Role, _: Epoch) -> Power {
		Self::read(node, |known| known.power).unwrap_or(Power::MIN)
	}
}

impl<AccountId: Encode + Decode> Voters<AccountId> for Registry {
	fn weight_of(node: &AccountId) -> Balance {
		let id = node.encode();
		VOTES.with_borrow(|votes| votes.iter().filter(|((_, of), _)| *of == id).map(|(_, weight)| weight).sum())
	}
	fn dividend(node: &AccountId, _: Epoch) -> Perbill {
		Self::read(node, |known| known.dividend).unwrap_or_default()
	}
	fn voted(limit: u32) -> Vec<(AccountId, Balance)> {
		let nodes: BTreeSet<Id> = VOTES.with_borrow(|votes| votes.keys().map(|(_, node)| node.clone()).collect());
		let with_weight = |id: Id| {
			let node = decode(&id);
			let weight = Self::weight_of(&node);
			(node, weight)
		};
		nodes.into_iter().take(limit as usize).map(with_weight).collect()
	}
	fn weight_by(holder: &AccountId, node: &AccountId) -> Balance {
		let key = (holder.encode(), node.encode());
		VOTES.with_borrow(|votes| votes.get(&key).copied().unwrap_or_default())
	}
}

pub(crate) fn reset() {
	NODES.with_borrow_mut(BTreeMap::clear);
	VOTES.with_borrow_mut(BTreeMap::clear);
}
