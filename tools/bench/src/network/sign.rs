//! Payments, signed ahead of their time.

use crate::{
	ledgers::SignTransfer,
	network::{
		accounts::{Residents, ZONE},
		plan::Planned,
	},
};
use anyhow::Context;
use codec::{Compact, Decode, Encode};
use sp_crypto_hashing::blake2_256;
use std::time::Duration;
use top_sdk::{Domain, UnitBuilder};
use tp_core::{AccountId, Balance, Hash};
use tp_mailbox::Home;

/// The least amount of a payment: above the existential deposit. No two payments have one amount, by which they are found in the
/// messages of other shards.
const AMOUNT: Balance = 200_000;
/// `mailbox.transfer`: the indices of pallet and call.
const REMOTE_TRANSFER: [u8; 2] = [9, 1];

/// How a payment is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
	/// As a unit.
	Unit,
	/// As an extrinsic.
	Extrinsic,
}

/// How payments to other shards are sent.
#[derive(Clone)]
pub enum RemoteBy {
	/// As units.
	Unit,
	/// As extrinsics, by a function for each shard. The second half of each shard's accounts sends them: the nonces of units and
	/// extrinsics of one account follow each other.
	Extrinsic(Vec<SignTransfer>),
}

impl RemoteBy {
	/// Returns its name in reports.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Unit => "unit",
			Self::Extrinsic(_) => "extrinsic",
		}
	}
}

/// A signed payment.
#[derive(Clone, Debug)]
pub struct Payment {
	/// What was planned.
	pub planned: Planned,
	/// The sender, by its place among the accounts of its shard.
	pub sender: usize,
	/// The receiver, by its place among the accounts of its shard.
	pub receiver: usize,
	/// The amount, which no other payment has.
	pub amount: Balance,
	/// How it is sent.
	pub by: By,
	/// The hash of the unit, or of the extrinsic without its length.
	pub hash: Hash,
	/// The bytes that are sent.
	pub bytes: Vec<u8>,
}

/// Returns the encoded call that pays an account of another shard.
pub fn remote_call(to: &AccountId, amount: Balance) -> Vec<u8> {
	(REMOTE_TRANSFER, Home::Zone(ZONE), to, Compact(amount)).encode()
}

/// Accounts that take turns.
#[derive(Clone, Copy, Debug)]
struct Turn {
	first: usize,
	count: usize,
	next: usize,
}

impl Turn {
	fn new(first: usize, end: usize) -> Self {
		Self { first, count: end - first, next: 0 }
	}

	fn take(&mut self) -> usize {
		let place = self.first + self.next;
		self.next = (self.next + 1) % self.count;
		place
	}
}

/// The turns of a shard.
#[derive(Debug)]
struct Turns {
	units: Turn,
	extrinsics: Turn,
	receivers: Turn,
}

/// Signs the payments of all accounts. Their chains go on from one load to the next.
pub struct Signer {
	shards: Vec<Residents>,
	domains: Vec<Domain>,
	remote: RemoteBy,
	turns: Vec<Turns>,
	signed: u64,
}

impl Signer {
	/// Begins with accounts of shards, four at least in each, and the domains of these.
	///
	/// # Errors
	/// If a shard has too few accounts.
	pub fn new(shards: Vec<Residents>, domains: Vec<Domain>, remote: RemoteBy) -> anyhow::Result<Self> {
		let turns = |residents: &Residents| {
			let count = residents.accounts.len();
			anyhow::ensure!(count >= 4, "{} has only {count} accounts: four are needed", residents.chain);
			let units = if matches!(remote, RemoteBy::Unit) { count } else { count / 2 };
			let (units, extrinsics) = (Turn::new(0, units), Turn::new(count / 2, count));
			// No account pays itself: senders begin elsewhere.
			Ok(Turns { units, extrinsics, receivers: Turn { next: count / 4, ..Turn::new(0, count) } })
		};
		let turns = shards.iter().map(turns).collect::<anyhow::Result<_>>()?;
		Ok(Self { shards, domains, remote, turns, signed: 0 })
	}

	/// Returns the accounts.
	pub fn shards(&self) -> &[Residents] {
		&self.shards
	}

	/// Signs a plan.
	///
	/// # Errors
	/// If the plan names a shard without accounts, or a unit cannot be built.
	pub fn sign(&mut self, plan: &[Planned]) -> anyhow::Result<Vec<Payment>> {
		plan.iter().map(|planned| self.payment(*planned)).collect()
	}

	fn payment(&mut self, planned: Planned) -> anyhow::Result<Payment> {
		let (from, to) = (usize::from(planned.from), usize::from(planned.to));
		let unknown = "the plan names a shard without accounts";
		let by = match &self.remote {
			RemoteBy::Extrinsic(_) if from != to => By::Extrinsic,
			_ => By::Unit,
		};
		let turns = self.turns.get_mut(from).context(unknown)?;
		let sender = match by {
			By::Unit => turns.units.take(),
			By::Extrinsic => turns.extrinsics.take(),
		};
		let receivers = &mut self.turns.get_mut(to).context(unknown)?.receivers;
		let mut receiver = receivers.take();
		if (from, sender) == (to, receiver) {
			receiver = receivers.take();
		}
		let dest = self.shards[to].accounts[receiver].id.clone();
		let amount = AMOUNT + Balance::from(self.signed);
		self.signed += 1;
		let account = &mut self.shards[from].accounts[sender];
		let (hash, bytes) = match (by, &self.remote) {
			(By::Extrinsic, RemoteBy::Extrinsic(sign)) => {
				let bytes = sign.get(from).context(unknown)?(&account.key, account.nonce, &dest, amount);
				let opaque = Vec::<u8>::decode(&mut &bytes[..]).context("an extrinsic has a length; qed")?;
				(blake2_256(&opaque).into(), bytes)
			},
			_ => {
				let builder = UnitBuilder::new().transfer(&dest, amount).at(account.nonce, account.head);
				let unit = builder.sign(&account.key, self.domains.get(from).context(unknown)?)?;
				account.head = unit.hash();
				(unit.hash(), unit.encode())
			},
		};
		account.nonce += 1;
		Ok(Payment { planned, sender, receiver, amount, by, hash, bytes })
	}
}

/// Returns when the last payment is planned.
pub fn length(payments: &[Payment]) -> Duration {
	payments.iter().map(|payment| payment.planned.at).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::network::{accounts::residents, plan::plan};
	use codec::DecodeAll;
	use std::{
		collections::{BTreeSet, HashMap},
		sync::Arc,
	};
	use top_sdk::{Keypair, Unit};
	use tp_core::Nonce;

	fn signer(is_by_unit: bool) -> Signer {
		let sign: SignTransfer = Arc::new(|_: &Keypair, nonce: Nonce, to: &AccountId, amount: Balance| {
			(nonce, remote_call(to, amount)).encode().encode()
		});
		let remote = if is_by_unit { RemoteBy::Unit } else { RemoteBy::Extrinsic(vec![sign; 2]) };
		Signer::new(residents(2, 6).unwrap(), vec![Domain::default(); 2], remote).unwrap()
	}

	#[test]
	fn chains_go_on_and_lanes_have_accounts_of_their_own() {
		for is_by_unit in [false, true] {
			let mut signer = signer(is_by_unit);
			let mut payments = signer.sign(&plan(2, 50, 20, Duration::from_millis(1))).unwrap();
			payments.extend(signer.sign(&plan(2, 100, 5, Duration::from_millis(1))).unwrap());
			assert_eq!(payments.len(), 50);
			let amounts: BTreeSet<Balance> = payments.iter().map(|payment| payment.amount).collect();
			assert_eq!(amounts.len(), payments.len(), "each payment has an amount of its own");
			let mut next = HashMap::new();
			for payment in &payments {
				let Planned { from, to, .. } = payment.planned;
				assert_ne!((from, payment.sender), (to, payment.receiver), "no account pays itself");
				let nonce = next.entry((from, payment.sender)).or_insert(0_u32);
				match payment.by {
					By::Unit => {
						let unit = Unit::decode_all(&mut &payment.bytes[..]).unwrap();
						assert_eq!((unit.body.height, unit.hash()), (*nonce, payment.hash));
						assert!(unit.is_signed(&Domain::default()));
						assert!(is_by_unit || from == to && payment.sender < 3);
					},
					By::Extrinsic => {
						assert!(!is_by_unit && from != to && payment.sender >= 3);
						let opaque = Vec::<u8>::decode_all(&mut &payment.bytes[..]).unwrap();
						assert_eq!(opaque[..4], nonce.encode());
					},
				}
				*nonce += 1;
			}
		}
	}
}
