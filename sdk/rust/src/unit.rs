//! Units, from what they do to their signature. No network is needed.

use crate::{Keypair, Recipient, UnitError};
use sp_core::H256;
use sp_runtime::{BoundedVec, MultiSignature};
use tp_core::{AccountId, Balance, BlockNumber, ChainTag, Nonce};
use tp_lattice::{Domain, Operation, Unit, UnitBody, UnitHash};

/// Puts a unit together: up to 16 operations, done whole or not at all.
///
/// ```
/// use top_sdk::{Domain, Keypair, UnitBuilder, UnitHash, TOP};
///
/// let (alice, bob) = (Keypair::from_uri("//Alice")?, Keypair::from_uri("//Bob")?);
/// // On a machine without a network, these come from elsewhere; `Client` knows them.
/// let (domain, height, head) = (Domain::default(), 7, UnitHash::repeat_byte(1));
/// let unit = UnitBuilder::new()
///     .transfer(&bob, 5 * TOP)
///     .transfer_keep_alive(&bob, TOP)
///     .valid_until(10_000)
///     .at(height, head)
///     .sign(&alice, &domain)?;
/// assert!(unit.is_signed(&domain));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct UnitBuilder {
	operations: Vec<Operation>,
	valid_until: BlockNumber,
	place: Option<(Nonce, UnitHash)>,
}

impl UnitBuilder {
	/// A unit that does nothing yet.
	pub fn new() -> Self {
		Self::default()
	}

	/// Pays somebody. The sender may be left with less than an account needs to live: it dies then.
	pub fn transfer(self, to: &impl Recipient, amount: Balance) -> Self {
		self.operation(Operation::Transfer { dest: to.recipient(), amount })
	}

	/// Pays somebody, if the sender lives on.
	pub fn transfer_keep_alive(self, to: &impl Recipient, amount: Balance) -> Self {
		self.operation(Operation::TransferKeepAlive { dest: to.recipient(), amount })
	}

	/// Pays somebody all that can be spent.
	pub fn transfer_all(self, to: &impl Recipient) -> Self {
		self.operation(Operation::TransferAll { dest: to.recipient() })
	}

	/// Sends a message to another ledger.
	///
	/// # Errors
	/// If the payload is too long.
	pub fn remote(self, chain: ChainTag, payload: Vec<u8>) -> Result<Self, UnitError> {
		let payload = bounded(payload)?;
		Ok(self.operation(Operation::Remote { chain, payload }))
	}

	/// Does what the runtime of a service chain decodes.
	///
	/// # Errors
	/// If the call is too long.
	pub fn service(self, call: Vec<u8>) -> Result<Self, UnitError> {
		let call = bounded(call)?;
		Ok(self.operation(Operation::Service(call)))
	}

	/// Does one thing more, after the others.
	pub fn operation(mut self, operation: Operation) -> Self {
		self.operations.push(operation);
		self
	}

	/// Sets the last block that may include it. Without it, any may, until another unit takes its height.
	pub fn valid_until(mut self, number: BlockNumber) -> Self {
		self.valid_until = number;
		self
	}

	/// Sets its place in the account's chain: the account's next height, and its head.
	pub fn at(mut self, height: Nonce, parent: UnitHash) -> Self {
		self.place = Some((height, parent));
		self
	}

	/// Sets its place after another unit of the account: several can be signed ahead.
	pub fn after(self, unit: &Unit) -> Self {
		self.at(unit.body.height.wrapping_add(1), unit.hash())
	}

	/// Makes the unit of an account, to be signed elsewhere.
	///
	/// # Errors
	/// If it has no operations, too many, or no place.
	pub fn build(self, account: AccountId) -> Result<UnsignedUnit, UnitError> {
		let Self { operations, valid_until, place } = self;
		let count = operations.len();
		if count == 0 {
			return Err(UnitError::Empty);
		}
		let operations = operations.try_into().map_err(|_| UnitError::TooManyOperations(count))?;
		let (height, parent) = place.ok_or(UnitError::NoPlace)?;
		Ok(UnsignedUnit { body: UnitBody { account, height, parent, valid_until, operations } })
	}

	/// Makes and signs the unit of a key's account.
	///
	/// # Errors
	/// As [`Self::build`].
	pub fn sign(self, by: &Keypair, domain: &Domain) -> Result<Unit, UnitError> {
		self.build(by.account())?.sign(by, domain)
	}
}

fn bounded<S>(bytes: Vec<u8>) -> Result<BoundedVec<u8, S>, UnitError>
where
	S: sp_core::Get<u32>,
{
	let count = bytes.len();
	bytes.try_into().map_err(|_| UnitError::TooManyBytes(count))
}

/// A unit that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsignedUnit {
	body: UnitBody,
}

impl UnsignedUnit {
	/// What is signed of.
	pub fn body(&self) -> &UnitBody {
		&self.body
	}

	/// Its hash, which no signature changes.
	pub fn hash(&self) -> UnitHash {
		self.body.hash()
	}

	/// What is to be signed. A wallet's `signRaw` with `type: "bytes"` may put it between `<Bytes>` and `</Bytes>`.
	pub fn payload(&self, domain: &Domain) -> H256 {
		H256(self.body.signing_payload(domain))
	}

	/// Signs it.
	///
	/// # Errors
	/// If the key is another account's.
	pub fn sign(self, by: &Keypair, domain: &Domain) -> Result<Unit, UnitError> {
		let found = by.account();
		if found != self.body.account {
			return Err(UnitError::OtherAccount { expected: self.body.account, found });
		}
		let signature = by.sign(self.payload(domain).as_bytes());
		Ok(Unit { body: self.body, signature })
	}

	/// Attaches a signature that was made elsewhere, over the payload, or over `<Bytes>`, the payload and `</Bytes>`.
	///
	/// # Errors
	/// If it is not the account's for this unit and domain.
	pub fn with_signature(self, signature: MultiSignature, domain: &Domain) -> Result<Unit, UnitError> {
		let unit = Unit { body: self.body, signature };
		match unit.is_signed(domain) {
			true => Ok(unit),
			false => Err(UnitError::Signature),
		}
	}
}
