//! The rules of a node for units, as a model: heights, parents, repeats, conflicts, expiry, balances.

use super::chain::Chain;
use std::collections::{BTreeMap, HashMap};
use top_sdk::{
	reports::{BlockReport, UnitReport, UnitStatus},
	AccountId, Balance, Domain, Operation, Unit, UnitHash,
};
use tp_lattice::{Reason, TableId, MAX_VALIDITY};

/// An account.
#[derive(Clone, Debug, Default)]
pub struct Holder {
	pub height: u32,
	pub head: UnitHash,
	pub free: Balance,
}

/// The ledger, its pool and its index.
#[derive(Debug)]
pub struct Ledger {
	pub chain: Chain,
	pub domain: Domain,
	pub accounts: BTreeMap<AccountId, Holder>,
	pub pool: BTreeMap<(AccountId, u32), Unit>,
	/// Units that applied, with their blocks, and the amount of their payment.
	pub applied: HashMap<UnitHash, (u32, Unit)>,
	/// How often each amount was paid. Payments of the tests differ by their amounts.
	pub paid: BTreeMap<Balance, u32>,
	ended: HashMap<UnitHash, Reason>,
	/// Blocks that the index is behind.
	pub index_lag: u32,
	/// Whether there is no index, as on a validator.
	pub without_index: bool,
	/// First and last table of its accounts; `None` once they have moved to another shard.
	pub tables: Option<(u8, u8)>,
	/// Units that applied since they were taken from here.
	pub news: Vec<(u32, Unit)>,
}

impl Ledger {
	pub fn new(domain: Domain, chain: Chain) -> Self {
		Self {
			chain,
			domain,
			accounts: BTreeMap::new(),
			pool: BTreeMap::new(),
			applied: HashMap::new(),
			paid: BTreeMap::new(),
			ended: HashMap::new(),
			index_lag: 0,
			without_index: false,
			tables: Some((0, 255)),
			news: Vec::new(),
		}
	}

	/// Returns whether an account lives in the tables of the ledger.
	pub fn is_own(&self, account: &AccountId) -> bool {
		self.tables.is_some_and(|(first, last)| (first..=last).contains(&TableId::of(account).0))
	}

	/// Returns an account after the units of the pool, and their number.
	pub fn next(&self, account: &AccountId) -> (Holder, u32) {
		let mut next = self.accounts.get(account).cloned().unwrap_or_default();
		let mut pending = 0;
		while let Some(unit) = self.pool.get(&(account.clone(), next.height)) {
			if unit.body.parent != next.head || next.free < amount(unit) {
				break;
			}
			next = Holder { height: next.height + 1, head: unit.hash(), free: next.free - amount(unit) };
			pending += 1;
		}
		(next, pending)
	}

	/// Returns an applied unit, if the index has it.
	pub fn indexed(&self, hash: &UnitHash) -> Option<&(u32, Unit)> {
		let is_indexed = |(number, _): &&(u32, Unit)| number + self.index_lag <= self.chain.newest();
		self.applied.get(hash).filter(is_indexed).filter(|_| !self.without_index)
	}

	/// Returns the status of a unit that is in the pool or has ended.
	pub fn status(&self, hash: &UnitHash) -> Option<UnitReport> {
		if let Some((number, _)) = self.applied.get(hash) {
			let block = BlockReport { number: *number, hash: self.chain.headers[*number as usize].hash() };
			return Some(UnitReport { block: Some(block), ..UnitReport::new(*hash, UnitStatus::Final) });
		}
		if let Some(reason) = self.ended.get(hash) {
			return Some(invalid(*hash, *reason));
		}
		let unit = self.pool.values().find(|unit| unit.hash() == *hash)?;
		let status = match unit.body.height < self.next(&unit.body.account).0.height {
			true => UnitStatus::Ready,
			false => UnitStatus::Future,
		};
		Some(UnitReport::new(*hash, status))
	}

	/// Takes a unit into the pool, or says why not.
	pub fn submit(&mut self, unit: Unit) -> UnitReport {
		let (hash, body) = (unit.hash(), &unit.body);
		let number = self.chain.newest() + 1;
		if !unit.is_signed(&self.domain) {
			return invalid(hash, Reason::Signature);
		}
		let place = (body.account.clone(), body.height);
		if self.pool.get(&place).is_some_and(|waiting| waiting.hash() == hash) || self.indexed(&hash).is_some() {
			return self.status(&hash).expect("it is in the pool or applied");
		}
		if body.valid_until != 0 && body.valid_until < number {
			return invalid(hash, Reason::Expired);
		}
		if body.valid_until > number + MAX_VALIDITY {
			return invalid(hash, Reason::TooLong);
		}
		if !self.is_own(&body.account) {
			return invalid(hash, Reason::Elsewhere);
		}
		let Some(holder) = self.accounts.get(&body.account) else { return invalid(hash, Reason::NoAccount) };
		if body.height < holder.height {
			return invalid(hash, Reason::Height);
		}
		if self.pool.contains_key(&place) {
			return UnitReport::new(hash, UnitStatus::Dropped);
		}
		let (next, _) = self.next(&body.account);
		if body.height == next.height && body.parent != next.head {
			return invalid(hash, Reason::Parent);
		}
		if body.height == next.height && amount(&unit) > next.free {
			return invalid(hash, Reason::Balance);
		}
		self.pool.insert(place, unit);
		self.status(&hash).expect("it is in the pool")
	}

	/// Makes a block of the first unit that is ready. Returns whether there was one.
	pub fn make_block(&mut self) -> bool {
		let number = self.chain.newest() + 1;
		let expired = |unit: &Unit| unit.body.valid_until != 0 && unit.body.valid_until < number;
		let ended: Vec<_> =
			self.pool.iter().filter(|(_, unit)| expired(unit)).map(|(place, _)| place.clone()).collect();
		for place in ended {
			let unit = self.pool.remove(&place).expect("it was there");
			self.ended.insert(unit.hash(), Reason::Expired);
		}
		if self.tables.is_none() {
			let moved = std::mem::take(&mut self.pool).into_values();
			self.ended.extend(moved.map(|unit| (unit.hash(), Reason::Elsewhere)));
		}
		let is_ready = |unit: &Unit| {
			let holder = &self.accounts[&unit.body.account];
			(holder.height, holder.head) == (unit.body.height, unit.body.parent) && holder.free >= amount(unit)
		};
		let Some((place, unit)) = self.pool.iter().find(|(_, unit)| is_ready(unit)) else {
			self.chain.append(None);
			return false;
		};
		let (place, unit) = (place.clone(), unit.clone());
		self.pool.remove(&place);
		let holder = self.accounts.get_mut(&unit.body.account).expect("it is ready");
		*holder = Holder { height: holder.height + 1, head: unit.hash(), free: holder.free - amount(&unit) };
		*self.paid.entry(amount(&unit)).or_default() += 1;
		let number = self.chain.append(Some(&unit));
		self.news.push((number, unit.clone()));
		assert!(self.applied.insert(unit.hash(), (number, unit)).is_none(), "a unit applied twice");
		true
	}
}

/// Returns the amount of a unit's payment.
pub fn amount(unit: &Unit) -> Balance {
	match &unit.body.operations[0] {
		Operation::Transfer { amount, .. } => *amount,
		_ => 0,
	}
}

fn invalid(hash: UnitHash, reason: Reason) -> UnitReport {
	UnitReport { reason: Some(reason.into()), ..UnitReport::new(hash, UnitStatus::Invalid) }
}
