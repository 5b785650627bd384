//! Building and signing of units, without a network.

use crate::{Keypair, Recipient, UnitError};
use sp_core::H256;
use sp_runtime::{BoundedVec, MultiSignature};
use tp_core::{AccountId, Balance, BlockNumber, ChainTag, Nonce};
use tp_lattice::{Domain, Operation, Unit, UnitBody, UnitHash};

/// Builder of a unit: up to 16 operations that apply atomically.
///
/// ```
/// use top_sdk::{Domain, Keypair, UnitBuilder, UnitHash, TOP};
///
/// let (alice, bob) = (Keypair::from_uri("//Alice")?, Keypair::from_uri("//Bob")?);
/// // `Client` knows these values; an offline machine gets them from another one.
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
	position: Option<(Nonce, UnitHash)>,
}

impl UnitBuilder {
	/// Returns a builder without operations.
	pub fn new() -> Self {
		Self::default()
	}

	/// Adds a transfer. The sender is removed if it keeps less than the existential deposit.
	pub fn transfer(self, to: &impl Recipient, amount: Balance) -> Self {
		self.operation(Operation::Transfer { dest: to.recipient(), amount })
	}

	/// Adds a transfer that fails if the sender would keep less than the existential deposit.
	pub fn transfer_keep_alive(self, to: &impl Recipient, amount: Balance) -> Self {
		self.operation(Operation::TransferKeepAlive { dest: to.recipient(), amount })
	}

	/// Adds a transfer of the whole spendable balance.
	pub fn transfer_all(self, to: &impl Recipient) -> Self {
		self.operation(Operation::TransferAll { dest: to.recipient() })
	}

	/// Adds a message to another ledger.
	///
	/// # Errors
	/// If the payload is too long.
	pub fn remote(self, chain: ChainTag, payload: Vec<u8>) -> Result<Self, UnitError> {
		let payload = bounded(payload)?;
		Ok(self.operation(Operation::Remote { chain, payload }))
	}

	/// Adds a call that the runtime of a service chain decodes.
	///
	/// # Errors
	/// If the call is too long.
	pub fn service(self, call: Vec<u8>) -> Result<Self, UnitError> {
		let call = bounded(call)?;
		Ok(self.operation(Operation::Service(call)))
	}

	/// Adds an operation.
	pub fn operation(mut self, operation: Operation) -> Self {
		self.operations.push(operation);
		self
	}

	/// Sets the last block that may include the unit; 0 sets no limit. A unit of [`crate::Client::next_unit`] has a limit
	/// already. Without one, a unit can apply at any later time.
	pub fn valid_until(mut self, number: BlockNumber) -> Self {
		self.valid_until = number;
		self
	}

	/// Sets the position in the account's chain: the account's next height and its head.
	pub fn at(mut self, height: Nonce, parent: UnitHash) -> Self {
		self.position = Some((height, parent));
		self
	}

	/// Sets the position after another unit of the account, so that several units can be signed in advance. The unit
	/// expires when the other one does, unless another limit is set.
	pub fn after(mut self, unit: &Unit) -> Self {
		if self.valid_until == 0 {
			self.valid_until = unit.body.valid_until;
		}
		self.at(unit.body.height.wrapping_add(1), unit.hash())
	}

	/// Builds the unit of an account without a signature.
	///
	/// # Errors
	/// If the unit has no operations, too many, or no position.
	pub fn build(self, account: AccountId) -> Result<UnsignedUnit, UnitError> {
		let Self { operations, valid_until, position } = self;
		let count = operations.len();
		if count == 0 {
			return Err(UnitError::Empty);
		}
		let operations = operations.try_into().map_err(|_| UnitError::TooManyOperations(count))?;
		let (height, parent) = position.ok_or(UnitError::NoPlace)?;
		Ok(UnsignedUnit { body: UnitBody { account, height, parent, valid_until, operations } })
	}

	/// Builds and signs the unit of a key's account.
	///
	/// # Errors
	/// See [`Self::build`].
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

/// An unsigned unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsignedUnit {
	body: UnitBody,
}

impl UnsignedUnit {
	/// Returns the body.
	pub fn body(&self) -> &UnitBody {
		&self.body
	}

	/// Returns the hash of the unit. The signature does not affect it.
	pub fn hash(&self) -> UnitHash {
		self.body.hash()
	}

	/// Returns the payload to sign. A wallet's `signRaw` with `type: "bytes"` may wrap it in `<Bytes>` and `</Bytes>`.
	pub fn payload(&self, domain: &Domain) -> H256 {
		H256(self.body.signing_payload(domain))
	}

	/// Signs the unit.
	///
	/// # Errors
	/// If the key belongs to another account.
	pub fn sign(self, by: &Keypair, domain: &Domain) -> Result<Unit, UnitError> {
		let found = by.account();
		if found != self.body.account {
			return Err(UnitError::OtherAccount { expected: self.body.account, found });
		}
		let signature = by.sign(self.payload(domain).as_bytes());
		Ok(Unit { body: self.body, signature })
	}

	/// Attaches an external signature over the payload, bare or wrapped in `<Bytes>` and `</Bytes>`.
	///
	/// # Errors
	/// If the signature does not verify for this unit, account and domain.
	pub fn with_signature(self, signature: MultiSignature, domain: &Domain) -> Result<Unit, UnitError> {
		let unit = Unit { body: self.body, signature };
		match unit.is_signed(domain) {
			true => Ok(unit),
			false => Err(UnitError::Signature),
		}
	}
}
