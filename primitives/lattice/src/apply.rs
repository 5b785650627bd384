//! The semantics of a batch of units, as one pure function over accounts.
//!
//! ```text
//! batch ─ lanes ─▶ debit (any number of lanes at a time, from the accounts as they were) ─▶ Debits
//!                                                                                            │
//! accounts ◀───────────────────────── settle (senders, credits, dust; tables) ◀──────────────┘
//! ```
//!
//! A unit is validated against the state before the batch, and the earlier units of its own account. Credits of the batch
//! can be spent from the next block on. So the order of accounts does not matter, and lanes can be debited in parallel:
//! [`apply_units`] debits them one after another, and nodes may do it in parallel with the same result.
//!
//! An account that a unit leaves with less than the existential deposit ends with the batch, as it would at once under
//! `pallet-balances`. The rest of its balance is dust, and its later units are refused. If the batch also credits it, the
//! credit creates it again.
//!
//! A payment to another shard of the zone is debited here, and credited there. [`Outcome::remote`] has it for the caller, which sends
//! a message. See [`Room`](crate::Room).

use crate::{
	table::unit_leaf,
	unit::{Operation, Unit, UnitHash},
	Account, AccountStore, Batch, Claims, Context, Credit, Mark, Outcome, Reason, RemotePayment, TableBlock, TableId,
	Usage,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use tp_core::{merkle, AccountId, Balance, BlockNumber, Nonce};

/// The most blocks ahead that a unit may set as its end; 0 sets none.
pub const MAX_VALIDITY: BlockNumber = 2_400;

/// A batch split into the chains of its accounts.
#[derive(Clone, Copy, Debug)]
pub struct Lanes<'a> {
	batch: &'a [Unit],
	/// The first unit of these lanes in the batch, and the end.
	from: usize,
	to: usize,
}

impl<'a> Lanes<'a> {
	/// Returns all lanes of a batch.
	pub fn of(batch: &'a Batch) -> Self {
		Self { batch: batch.units(), from: 0, to: batch.units().len() }
	}

	/// Splits the lanes into at most `parts` parts of similar size. No part splits an account's chain.
	pub fn split(&self, parts: usize) -> Vec<Self> {
		let Self { batch, mut from, to: end } = *self;
		let size = (end - from).div_ceil(parts.max(1)).max(1);
		let mut found = Vec::new();
		while from < end {
			let mut to = (from + size).min(end);
			while to < end && batch[to].body.account == batch[to - 1].body.account {
				to += 1;
			}
			found.push(Self { batch, from, to });
			from = to;
		}
		found
	}
}

/// The effects of lanes on their own accounts, and the credits that they owe to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Debits {
	/// The senders after their units, or the nonces with which they ended, in the order of the batch.
	senders: Vec<(AccountId, Result<Account, Nonce>)>,
	credits: Vec<Credit>,
	/// The hash and the mark of every unit, in the order of the batch.
	units: Vec<(TableId, UnitHash, Mark)>,
	dust: Balance,
	free: Usage,
	remote: Vec<RemotePayment>,
	first: u32,
}

/// Applies a batch. `is_valid` tells whether the signature of the unit at an index of the batch is right.
pub fn apply_units(
	batch: &Batch,
	is_valid: &dyn Fn(u32, &Unit) -> bool,
	store: &mut dyn AccountStore,
	context: &Context,
) -> Outcome {
	let debits = debit(Lanes::of(batch), is_valid, &|id| store.account(id), context);
	settle([debits], store, context)
}

/// Applies a batch, given the hash of each unit and whether its signature is right.
#[cfg(feature = "std")]
pub(crate) fn apply_hashed(
	batch: &Batch,
	hashes: &[UnitHash],
	verdicts: &[bool],
	store: &mut dyn AccountStore,
	context: &Context,
) -> Outcome {
	let judge = |index: u32, _: &Unit| {
		let index = index as usize;
		(hashes[index], verdicts[index])
	};
	let debits = debit_judged(Lanes::of(batch), &judge, &|id| store.account(id), context);
	settle([debits], store, context)
}

/// Validates lanes against the accounts before the batch, and debits the senders.
pub fn debit(
	lanes: Lanes,
	is_valid: &dyn Fn(u32, &Unit) -> bool,
	account: &dyn Fn(&AccountId) -> Option<Account>,
	context: &Context,
) -> Debits {
	debit_judged(lanes, &|index, unit| (unit.hash(), is_valid(index, unit)), account, context)
}

/// Does what [`debit`] does. `judge` returns the hash of a unit, and whether its signature is right.
fn debit_judged(
	lanes: Lanes,
	judge: &dyn Fn(u32, &Unit) -> (UnitHash, bool),
	account: &dyn Fn(&AccountId) -> Option<Account>,
	context: &Context,
) -> Debits {
	let Lanes { batch, from, to } = lanes;
	let mut at = from as u32;
	let mut debits = Debits { first: at, ..Debits::default() };
	let mut claims = Claims::default();
	if context.room.is_some() {
		batch[..from].iter().flat_map(|unit| context.messages_of(unit)).for_each(|table| claims.add(table));
	}
	for lane in batch[from..to].chunk_by(|one, next| one.body.account == next.body.account) {
		let Some(id) = lane.first().map(|unit| &unit.body.account) else { continue };
		let mut chain = Chain { claims, ..Chain::new(id, account(id)) };
		let mut applied = false;
		for unit in lane {
			let (hash, is_valid) = judge(at, unit);
			let mark = match chain.append(unit, &hash, is_valid, account, context) {
				Ok(Appended { credits, remote, free, .. }) => {
					applied = true;
					debits.credits.extend(credits);
					debits.remote.extend(remote.into_iter().map(|(_, payment)| payment));
					debits.free = debits.free.saturating_add(free);
					Mark::APPLIED
				},
				Err(reason) => Mark(Some(reason)),
			};
			debits.units.push((chain.table, hash, mark));
			at += 1;
		}
		if let Some(died) = chain.died {
			debits.dust = debits.dust.saturating_add(died.data.free);
			debits.senders.push((id.clone(), died.without_dust()));
		} else if applied {
			debits.senders.extend(chain.account.map(|account| (id.clone(), Ok(account))));
		}
		claims = chain.claims;
	}
	debits
}

/// The chain of an account while units are appended to it: in a batch, or ahead of one in a pool.
#[derive(Clone, Debug)]
pub struct Chain<'a> {
	id: &'a AccountId,
	table: TableId,
	/// `None` if it does not exist, or has ended.
	account: Option<Account>,
	/// The account that a unit ended: the rest of its balance is dust.
	died: Option<Account>,
	/// The room for messages that units before the next one have claimed: in a batch, those of all accounts.
	claims: Claims,
}

/// The effects of a unit that was appended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
	/// Its payments to accounts of this ledger, in the order of its operations.
	pub credits: Vec<Credit>,
	/// Its payments to other shards, in the same order, with the tables of their destinations.
	pub remote: Vec<(TableId, RemotePayment)>,
	/// Its cost, with the accounts that it creates and the messages that it sends.
	pub cost: Usage,
	/// The part of its cost that no stake covers: the free use of a block has a cap.
	pub free: Usage,
}

impl<'a> Chain<'a> {
	/// Returns the chain of an account as it is, or as it would be after other units.
	pub fn new(id: &'a AccountId, account: Option<Account>) -> Self {
		Self { id, table: TableId::of(id), account, died: None, claims: Claims::default() }
	}

	/// The account after the units; `None` if it does not exist, or has died of one of them.
	pub fn into_account(self) -> Option<Account> {
		self.account
	}

	/// Applies all operations of a unit, or none.
	///
	/// The checks have a fixed order, since the first that fails is the unit's mark, on which all replicas must agree.
	///
	/// # Errors
	/// The mark that the unit would have in a block.
	pub fn append(
		&mut self,
		unit: &Unit,
		hash: &UnitHash,
		is_valid: bool,
		others: &dyn Fn(&AccountId) -> Option<Account>,
		context: &Context,
	) -> Result<Appended, Reason> {
		let result = self.append_whole(Judged { unit, hash, is_valid }, others, context);
		if context.room.is_some() {
			// A unit claims the same room whether or not it applies. If it does, the tables are known already.
			match &result {
				Ok(appended) => appended.remote.iter().for_each(|(table, _)| self.claims.add(*table)),
				Err(_) => context.messages_of(unit).for_each(|table| self.claims.add(table)),
			}
		}
		result
	}

	fn append_whole(
		&mut self,
		Judged { unit, hash, is_valid }: Judged,
		others: &dyn Fn(&AccountId) -> Option<Account>,
		context: &Context,
	) -> Result<Appended, Reason> {
		let body = &unit.body;
		if body.operations.is_empty() {
			return Err(Reason::Empty);
		}
		if !context.tables.contains(&self.table.0) {
			return Err(Reason::Elsewhere);
		}
		let before = self.account.as_ref().ok_or(Reason::NoAccount)?;
		if body.height != before.nonce {
			return Err(Reason::Height);
		}
		if body.parent != before.data.unit_head || body.parent.is_zero() {
			return Err(Reason::Parent);
		}
		check_validity(body.valid_until, context.number)?;
		if !is_valid {
			return Err(Reason::Signature);
		}
		let mut after = before.clone();
		let (shares, balance) = (context.shares_of(before), before.balance());
		let charge = |after: &mut Account, cost| match &shares {
			Some(rules) => context.charge_by(rules, balance, &mut after.data.quota, cost),
			None => Ok(Usage::default()),
		};
		let mut cost = context.cost(unit);
		let mut free = charge(&mut after, cost)?;
		after.nonce = after.nonce.wrapping_add(1);
		after.data.unit_head = *hash;

		let mut credits: Vec<Credit> = Vec::with_capacity(body.operations.len());
		let mut remote: Vec<(TableId, RemotePayment)> = Vec::new();
		let mut created = 0;
		for (index, operation) in (0u32..).zip(&body.operations) {
			let has_paid = !credits.is_empty() || !remote.is_empty();
			if has_paid && after.is_dust(context.existential_deposit) {
				return Err(Reason::NoAccount);
			}
			let Payment { dest, amount, keep_alive } = payment(operation, &after, context)?;
			check_debit(&after, amount, keep_alive, context)?;
			if let Some(table) = context.elsewhere(dest) {
				self.check_message(table, amount, &remote, context)?;
				after.set_free(after.data.free.saturating_sub(amount), context.existential_deposit);
				remote.push((table, RemotePayment { from: self.id.clone(), dest: dest.clone(), amount }));
				continue;
			}
			let is_new = check_credit(dest, amount, others, context)?;
			if amount == 0 || dest == self.id {
				continue;
			}
			created += u64::from(is_new && credits.iter().all(|credit| credit.dest != *dest));
			after.set_free(after.data.free.saturating_sub(amount), context.existential_deposit);
			credits.push(Credit { dest: dest.clone(), unit: *hash, operation: index, amount });
		}
		if created > 0 {
			let accounts = context.cost_of_accounts(created);
			// The unit may have ended the account. It is charged by what it had before.
			free = free.saturating_add(charge(&mut after, accounts)?);
			cost = cost.saturating_add(accounts);
		}
		if !remote.is_empty() {
			let messages = context.cost_of_messages(remote.len() as u64);
			free = free.saturating_add(charge(&mut after, messages)?);
			cost = cost.saturating_add(messages);
		}
		let has_paid = !credits.is_empty() || !remote.is_empty();
		if has_paid && after.is_dust(context.existential_deposit) {
			self.account = None;
			self.died = Some(after);
		} else {
			self.account = Some(after);
		}
		Ok(Appended { credits, remote, cost, free })
	}

	/// Checks that a payment to another shard can leave, after the messages of earlier units and of this one.
	///
	/// Whether the destination can take it is not known here: what cannot be credited returns. So any amount can be sent but 0, and
	/// each of these operations sends a message.
	fn check_message(
		&self,
		table: TableId,
		amount: Balance,
		before: &[(TableId, RemotePayment)],
		context: &Context,
	) -> Result<(), Reason> {
		let room = context.room.as_ref().ok_or(Reason::DestinationElsewhere)?;
		if amount == 0 {
			return Err(Reason::BelowMinimum);
		}
		room.check_after(table, &self.claims, before.iter().map(|(table, _)| *table))
	}
}

/// A unit with its hash, and whether its signature is right.
struct Judged<'a> {
	unit: &'a Unit,
	hash: &'a UnitHash,
	is_valid: bool,
}

struct Payment<'a> {
	dest: &'a AccountId,
	amount: Balance,
	keep_alive: bool,
}

fn payment<'a>(operation: &'a Operation, sender: &Account, context: &Context) -> Result<Payment<'a>, Reason> {
	match operation {
		Operation::Transfer { dest, amount } => Ok(Payment { dest, amount: *amount, keep_alive: false }),
		Operation::TransferKeepAlive { dest, amount } => Ok(Payment { dest, amount: *amount, keep_alive: true }),
		Operation::TransferAll { dest } => {
			let amount = sender.spendable(context.existential_deposit, false);
			Ok(Payment { dest, amount, keep_alive: false })
		},
		Operation::Remote { .. } | Operation::Service(_) => Err(Reason::Unsupported),
	}
}

fn check_validity(valid_until: BlockNumber, number: BlockNumber) -> Result<(), Reason> {
	match valid_until {
		0 => Ok(()),
		end if end < number => Err(Reason::Expired),
		end if end - number > MAX_VALIDITY => Err(Reason::TooLong),
		_ => Ok(()),
	}
}

/// Checks that the sender can pay, by the rules of `pallet-balances`.
fn check_debit(sender: &Account, amount: Balance, keep_alive: bool, context: &Context) -> Result<(), Reason> {
	if amount == 0 {
		return Ok(());
	}
	let data = &sender.data;
	let left = data.free.checked_sub(amount).ok_or(Reason::Balance)?;
	if amount > sender.spendable(context.existential_deposit, false) {
		return Err(if sender.can_lose_provider() { Reason::Frozen } else { Reason::WouldDie });
	}
	if left < context.existential_deposit && (keep_alive || !sender.can_lose_provider()) {
		return Err(Reason::WouldDie);
	}
	if left.saturating_add(data.reserved) < data.frozen {
		return Err(Reason::Frozen);
	}
	Ok(())
}

/// Checks that a destination in this ledger can be paid, and tells whether the payment creates it. Only the state before the
/// batch counts. So two units of a batch that create one account both pay for its state, and no unit depends on another
/// account's.
fn check_credit(
	dest: &AccountId,
	amount: Balance,
	others: &dyn Fn(&AccountId) -> Option<Account>,
	context: &Context,
) -> Result<bool, Reason> {
	if amount == 0 {
		return Ok(false);
	}
	if amount >= context.existential_deposit {
		// Without a meter the answer has no effect, and a read has a price.
		return Ok(context.meters_state() && others(dest).is_none());
	}
	let has = others(dest).map_or(0, |account| account.data.free);
	match has.saturating_add(amount) < context.existential_deposit {
		true => Err(Reason::BelowMinimum),
		false => Ok(false),
	}
}

/// Writes the debits and credits of all parts of a batch, which must come in order, and returns the outcome.
pub fn settle(parts: impl IntoIterator<Item = Debits>, store: &mut dyn AccountStore, context: &Context) -> Outcome {
	let mut outcome = Outcome::default();
	let mut tables: BTreeMap<TableId, Table> = BTreeMap::new();
	let mut credits = Vec::new();
	for part in parts {
		let Debits { senders, credits: owed, units, dust, free, remote, first } = part;
		debug_assert_eq!(first, outcome.units, "parts are in order and complete");
		for (id, account) in senders {
			write(store, &id, account, context);
		}
		for (table, hash, mark) in units {
			outcome.refused.extend(mark.0.map(|reason| (outcome.units, reason)));
			outcome.units += 1;
			tables.entry(table).or_default().units.push(unit_leaf(&hash, mark));
		}
		outcome.dust = outcome.dust.saturating_add(dust);
		outcome.free = outcome.free.saturating_add(free);
		outcome.remote.extend(remote);
		credits.extend(owed.into_iter().map(|credit| (TableId::of(&credit.dest), credit)));
	}

	// Sorted by table, destination, unit and operation, so that the order of the payers does not matter.
	credits.sort_unstable();
	for paid in credits.chunk_by(|(_, one), (_, next)| one.dest == next.dest) {
		let Some((table, first)) = paid.first() else { continue };
		let mut account = store.account(&first.dest).unwrap_or_else(|| begin(store, &first.dest, context));
		context.touch(&mut account);
		account.data.begin_by_unit(&context.life(&first.dest, account.nonce), &first.unit, first.operation);
		for (_, credit) in paid {
			account.receive(credit.amount, &credit.unit, credit.operation, context.existential_deposit);
		}
		let leaves = paid.iter().map(|(_, credit)| credit.encode());
		tables.entry(*table).or_default().credits.extend(leaves);
		let after = if account.is_dust(context.existential_deposit) {
			// It ended in this batch, and its credits do not cover the existential deposit.
			outcome.dust = outcome.dust.saturating_add(account.data.free);
			account.without_dust()
		} else {
			Ok(account)
		};
		write(store, &first.dest, after, context);
	}
	outcome.tables = tables.into_iter().map(|(table, content)| content.block(table)).collect();
	outcome
}

/// Writes an account, or removes it and leaves its tombstone, given the nonce with which it ended.
fn write(store: &mut dyn AccountStore, id: &AccountId, after: Result<Account, Nonce>, context: &Context) {
	match after {
		Ok(account) => store.set_account(id, Some(account)),
		Err(nonce) => {
			store.set_account(id, None);
			if let Some(tombstone) = context.tombstone(nonce) {
				store.set_tombstone(id, Some(tombstone));
			}
		},
	}
}

/// Returns an account that begins now, and removes its tombstone.
fn begin(store: &mut dyn AccountStore, id: &AccountId, context: &Context) -> Account {
	let tombstone = context.lives.and_then(|_| store.tombstone(id));
	if tombstone.is_some() {
		store.set_tombstone(id, None);
	}
	context.new_account(tombstone)
}

/// The effects of a batch in one table.
#[derive(Default)]
struct Table {
	units: Vec<[u8; 33]>,
	credits: Vec<Vec<u8>>,
}

impl Table {
	fn block(self, table: TableId) -> TableBlock {
		TableBlock {
			table,
			units: self.units.len() as u32,
			units_root: merkle::root(&self.units),
			credits: self.credits.len() as u32,
			credits_root: merkle::root(&self.credits),
		}
	}
}
