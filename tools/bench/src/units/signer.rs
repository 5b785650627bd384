//! Units, signed in advance: while a load runs, the generator only copies bytes.

use crate::units::{
	accounts::{genesis_head, in_parallel, Accounts},
	args::UnitShape,
	receivers::Choice,
};
use codec::Encode;
use top_sdk::{Domain, Keypair, Operation, Unit, UnitBuilder, UnitHash};
use tp_core::Balance;

/// What wallets put around the bytes that they sign.
const WRAPPING: (&[u8], &[u8]) = (b"<Bytes>", b"</Bytes>");

/// A signed unit.
#[derive(Clone, Debug)]
pub struct SignedUnit {
	/// Its hash.
	pub hash: UnitHash,
	/// Its encoding, in hex without prefix.
	pub hex: String,
}

/// The end of an account's chain.
#[derive(Clone, Copy, Debug)]
struct Place {
	account: usize,
	height: u32,
	head: UnitHash,
}

/// The accounts of one connection, which take turns.
#[derive(Debug)]
struct Turn {
	places: Vec<Place>,
	next: usize,
}

/// Signs the units of all connections. Each connection has its own accounts, so that the units of an account arrive in
/// their order. The chains go on from one load to the next.
pub struct Signer<'a> {
	accounts: &'a Accounts,
	domain: Domain,
	shape: UnitShape,
	choice: Choice,
	turns: Vec<Turn>,
}

impl<'a> Signer<'a> {
	/// Begins with the chains of the genesis, of the first `sending` accounts.
	///
	/// # Errors
	/// If there are no accounts.
	pub fn new(
		accounts: &'a Accounts,
		domain: Domain,
		shape: UnitShape,
		sending: usize,
		connections: usize,
	) -> anyhow::Result<Self> {
		let sending = sending.min(accounts.len());
		let connections = connections.min(sending).max(1);
		let place = |account| Place { account, height: 0, head: genesis_head(&accounts.ids[account]) };
		let turn = |first| Turn { places: (first..sending).step_by(connections).map(place).collect(), next: 0 };
		let choice = Choice::new(shape.receivers, accounts.len())?;
		Ok(Self { accounts, domain, shape, choice, turns: (0..connections).map(turn).collect() })
	}

	/// Returns the number of connections.
	pub fn connections(&self) -> usize {
		self.turns.len()
	}

	/// Returns the number of accounts that send.
	pub fn sending(&self) -> usize {
		self.turns.iter().map(|turn| turn.places.len()).sum()
	}

	/// Signs a number of units of each connection, on all processors.
	///
	/// # Errors
	/// If a unit cannot be built.
	pub fn sign(&mut self, counts: &[usize]) -> anyhow::Result<Vec<Vec<SignedUnit>>> {
		let Self { accounts, domain, shape, choice, turns } = self;
		let signing = Signing { accounts, domain, shape, choice };
		in_parallel(turns.iter_mut().zip(counts).collect(), |(turn, count)| {
			(0..*count).map(|_| signing.next(turn)).collect()
		})
	}

	/// Returns how many of `units` each connection sends: the same, or one more.
	pub fn shares(&self, units: usize) -> Vec<usize> {
		let count = self.connections();
		(0..count).map(|connection| units / count + usize::from(connection < units % count)).collect()
	}
}

/// What the threads that sign share.
struct Signing<'a> {
	accounts: &'a Accounts,
	domain: &'a Domain,
	shape: &'a UnitShape,
	choice: &'a Choice,
}

impl Signing<'_> {
	fn next(&self, turn: &mut Turn) -> anyhow::Result<SignedUnit> {
		let index = turn.next;
		turn.next = (index + 1) % turn.places.len();
		let Place { account, height, head } = turn.places[index];
		let mut builder = UnitBuilder::new().at(height, head);
		for paid in self.choice.paid(account, height, self.shape.ops_per_unit.into()) {
			let (dest, amount) = (self.accounts.ids[paid].clone(), Balance::from(self.shape.amount));
			builder = builder.operation(Operation::TransferKeepAlive { dest, amount });
		}
		let key = &self.accounts.keys[account];
		let unit = if self.shape.wrapped {
			sign_wrapped(builder, key, &self.accounts.ids[account], self.domain)?
		} else {
			builder.sign(key, self.domain)?
		};
		let hash = unit.hash();
		turn.places[index] = Place { account, height: height + 1, head: hash };
		Ok(SignedUnit { hash, hex: hex::encode(unit.encode()) })
	}
}

/// Signs a unit as a wallet does that was asked to sign bytes.
fn sign_wrapped(builder: UnitBuilder, key: &Keypair, id: &tp_core::AccountId, domain: &Domain) -> anyhow::Result<Unit> {
	let unsigned = builder.build(id.clone())?;
	let bytes = [WRAPPING.0, unsigned.payload(domain).as_bytes(), WRAPPING.1].concat();
	// Without the check of `with_signature`: it costs more than the signature.
	Ok(Unit { body: unsigned.body().clone(), signature: key.sign(&bytes) })
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::units::args::{Receivers, Scheme};
	use codec::DecodeAll;
	use std::collections::BTreeMap;

	/// Returns a shape of two transfers a unit.
	pub fn shape(scheme: Scheme, wrapped: bool) -> UnitShape {
		UnitShape { ops_per_unit: 2, scheme, wrapped, receivers: Receivers::Uniform, amount: 5 }
	}

	fn decoded(unit: &SignedUnit) -> Unit {
		Unit::decode_all(&mut &hex::decode(&unit.hex).unwrap()[..]).unwrap()
	}

	#[test]
	fn units_continue_their_accounts_chains_from_load_to_load() {
		let domain = Domain(UnitHash::repeat_byte(3));
		for (scheme, wrapped) in [(Scheme::Sr25519, false), (Scheme::Ed25519, false), (Scheme::Sr25519, true)] {
			let accounts = Accounts::derive(scheme, 9).unwrap();
			let mut signer = Signer::new(&accounts, domain, shape(scheme, wrapped), 7, 2).unwrap();
			assert_eq!((signer.connections(), signer.sending()), (2, 7));
			let mut heads: BTreeMap<_, _> = accounts.ids.iter().map(|id| (id.clone(), (0, genesis_head(id)))).collect();
			let mut count = 0;
			for units in [33, 8] {
				let shares = signer.shares(units);
				for unit in signer.sign(&shares).unwrap().iter().flatten() {
					let hash = unit.hash;
					let unit = decoded(unit);
					let place = heads.get_mut(&unit.body.account).unwrap();
					assert_eq!((unit.body.height, unit.body.parent), *place);
					assert_eq!((unit.hash(), unit.body.operations.len()), (hash, 2));
					assert!(unit.is_signed(&domain));
					*place = (place.0 + 1, hash);
					count += 1;
				}
			}
			assert_eq!(count, 41);
			assert!(heads.values().all(|(height, _)| [0, 5, 6, 7].contains(height)), "{heads:?}");
			assert_eq!(heads.values().filter(|(height, _)| *height == 0).count(), 2, "two accounts only receive");
		}
	}

	#[test]
	fn a_wrapped_unit_has_another_signature() {
		let accounts = Accounts::derive(Scheme::Ed25519, 2).unwrap();
		let sign = |wrapped| {
			let shape = shape(Scheme::Ed25519, wrapped);
			let mut signer = Signer::new(&accounts, Domain::default(), shape, 2, 1).unwrap();
			signer.sign(&[1]).unwrap().remove(0).remove(0)
		};
		let (bare, wrapped) = (sign(false), sign(true));
		assert_eq!(bare.hash, wrapped.hash);
		assert_ne!(decoded(&bare).signature, decoded(&wrapped).signature);
	}
}
