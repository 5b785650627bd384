//! The connection to a node.

use crate::{
	reports::{
		AccountReport, ChainedUnit, InfoReport, TableReport, UnitDetails, UnitReport, VerifyReport, WatchOptions,
		ERROR_UNKNOWN_UNIT,
	},
	CommitteeReport, Error, Keypair, Recipient, RpcClient, Submission, UnitBuilder, Verifier, VerifyError, Watch,
};
use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{core::params::ArrayParams, rpc_params};
use serde::de::DeserializeOwned;
use sp_core::Bytes;
use tp_core::{AccountId, Balance, Hash};
use tp_lattice::{Domain, Receipt, Unit, UnitHash};
use tp_pbft::Certificate;

/// A connection to a node. Clones share it.
#[derive(Clone, Debug)]
pub struct Client {
	rpc: RpcClient,
	domain: Domain,
}

impl Client {
	/// Connects to a node's RPC port: `ws://host:9944`.
	///
	/// # Errors
	/// If there is no node, or its ledger takes no units.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		Self::over(RpcClient::connect(url).await?).await
	}

	/// Uses a connection that is open.
	///
	/// # Errors
	/// If the node's ledger takes no units.
	pub async fn over(rpc: RpcClient) -> Result<Self, Error> {
		let mut client = Self { rpc, domain: Domain::default() };
		client.domain = client.info().await?.domain();
		Ok(client)
	}

	/// Returns the connection, for calls that every ledger offers.
	pub fn rpc(&self) -> &RpcClient {
		&self.rpc
	}

	/// What signatures are for on this ledger.
	pub fn domain(&self) -> &Domain {
		&self.domain
	}

	/// What units for this ledger are made and judged by.
	///
	/// # Errors
	/// As all calls: if the connection broke, or the node refuses or cannot answer.
	pub async fn info(&self) -> Result<InfoReport, Error> {
		self.call("lattice_info", rpc_params![]).await
	}

	/// An account; `None` if it does not exist.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn account(&self, account: &AccountId) -> Result<Option<AccountReport>, Error> {
		self.call("lattice_account", rpc_params![account]).await
	}

	/// Begins the next unit of an account: it follows those that the node's pool holds ready.
	///
	/// # Errors
	/// If the account does not exist; see [`Self::info`].
	pub async fn next_unit(&self, account: &AccountId) -> Result<UnitBuilder, Error> {
		let report = self.account(account).await?.ok_or_else(|| Error::NoAccount(account.clone()))?;
		Ok(UnitBuilder::new().at(report.next.height, report.next.head))
	}

	/// Pays somebody. When it returns, the node has taken the unit, and the next can be made.
	///
	/// One account's payments are made one after another: two at once would be for the same place in its chain, and
	/// one of them refused. To send many, see [`UnitBuilder::after`].
	///
	/// # Errors
	/// If the unit is refused; see [`Self::info`].
	pub async fn pay(&self, from: &Keypair, to: &impl Recipient, amount: Balance) -> Result<Submission, Error> {
		let unit = self.next_unit(&from.account()).await?.transfer(to, amount).sign(from, &self.domain)?;
		self.send(unit).await
	}

	/// Sends one unit. When it returns, the node has taken it.
	///
	/// # Errors
	/// If the unit is refused; see [`Self::info`].
	pub async fn send(&self, unit: Unit) -> Result<Submission, Error> {
		let watch = self.submit_and_watch(&[unit]).await?;
		Submission::new(self.clone(), watch).await
	}

	/// Sends units, at most 1,000 a call; says of each where it stands.
	///
	/// # Errors
	/// See [`Self::info`]. That a unit is refused is no error here: its report says so.
	pub async fn submit(&self, units: &[Unit]) -> Result<Vec<UnitReport>, Error> {
		self.call("lattice_submit", rpc_params![encoded(units)]).await
	}

	/// Sends units, at most 1,000 a call, and reports what becomes of them, with receipts.
	///
	/// # Errors
	/// See [`Self::info`]. That a unit is refused is no error here: its report says so.
	pub async fn submit_and_watch(&self, units: &[Unit]) -> Result<Watch, Error> {
		self.submit_and_watch_with(units, WatchOptions::default()).await
	}

	/// As [`Self::submit_and_watch`], with receipts or without.
	///
	/// # Errors
	/// See [`Self::submit_and_watch`].
	pub async fn submit_and_watch_with(&self, units: &[Unit], options: WatchOptions) -> Result<Watch, Error> {
		let method = "lattice_submitAndWatch";
		let params = rpc_params![encoded(units), options];
		let reports = self.rpc.subscribe(method, params, "lattice_unwatch").await?;
		Ok(Watch::new(reports, units.iter().map(Unit::hash)))
	}

	/// Units of an account that applied, newest first; those below a height, if one is given. At most 100.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn units(
		&self,
		account: &AccountId,
		before: Option<u32>,
		limit: Option<u32>,
	) -> Result<Vec<ChainedUnit>, Error> {
		self.call("lattice_units", rpc_params![account, before, limit]).await
	}

	/// What is known of a unit; `None` if nothing is.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn unit(&self, hash: UnitHash) -> Result<Option<UnitDetails>, Error> {
		self.call("lattice_unit", rpc_params![hash]).await
	}

	/// The receipt of a final unit.
	///
	/// # Errors
	/// If it is not final; see [`Self::info`].
	pub async fn prove(&self, hash: UnitHash) -> Result<Receipt, Error> {
		let method = "lattice_prove";
		match self.call::<Bytes>(method, rpc_params![hash]).await {
			Err(Error::Refused { code: ERROR_UNKNOWN_UNIT, .. }) => Err(Error::NotFinal(hash)),
			receipt => receipt_of(hash, method, &receipt?),
		}
	}

	/// Whether the node takes a receipt for a proof: its word, where a [`Verifier`] needs nobody's.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn verify(&self, receipt: &Receipt) -> Result<VerifyReport, Error> {
		self.call("lattice_verify", rpc_params![Bytes(receipt.encode())]).await
	}

	/// The newest link of a table's chain.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn table(&self, table: u8) -> Result<TableReport, Error> {
		self.call("lattice_table", rpc_params![table]).await
	}

	/// The committee of the block after `at`, or after the newest.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn committee(&self, at: Option<Hash>) -> Result<CommitteeReport, Error> {
		self.rpc.committee_report(at).await
	}

	/// The certificate of a block.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn certificate(&self, block: Hash) -> Result<Certificate, Error> {
		self.rpc.certificate(block).await
	}

	/// A verifier with the present committee, **trusting this node** with it: right for a node of your own. Else keep
	/// a committee that you know, and make one by [`Verifier::from_json`].
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn verifier(&self) -> Result<Verifier, Error> {
		Ok(Verifier::from_report(&self.committee(None).await?)?)
	}

	/// Has a verifier know the committee of a receipt's block, **trusting this node** with it if it is of another epoch
	/// than those that it knows. The node needs the state of that time for it.
	///
	/// # Errors
	/// If the committee is of another ledger or contradicts what the verifier knows; see [`Self::info`].
	pub async fn add_committee_of(&self, receipt: &Receipt, verifier: &mut Verifier) -> Result<(), Error> {
		if verifier.epochs().any(|epoch| epoch == receipt.certificate.epoch) {
			return Ok(());
		}
		let report = self.committee(Some(receipt.header.parent_hash)).await?;
		if report.epoch != receipt.certificate.epoch {
			let (epoch, number) = (receipt.certificate.epoch, receipt.header.number);
			return Err(VerifyError::UnknownEpoch { epoch, number }.into());
		}
		Ok(verifier.add(&report)?)
	}

	async fn call<R: DeserializeOwned>(&self, method: &'static str, params: ArrayParams) -> Result<R, Error> {
		self.rpc.request(method, params).await
	}
}

fn encoded(units: &[Unit]) -> Vec<Bytes> {
	units.iter().map(|unit| Bytes(unit.encode())).collect()
}

fn decoded<T: Decode>(method: &'static str, bytes: &[u8]) -> Result<T, Error> {
	T::decode_all(&mut &bytes[..]).map_err(|error| Error::Answer { method, reason: error.to_string() })
}

/// A receipt, which must be of the unit that it was asked for: a right one of another unit would verify.
pub(crate) fn receipt_of(unit: UnitHash, method: &'static str, receipt: &[u8]) -> Result<Receipt, Error> {
	let receipt: Receipt = decoded(method, receipt)?;
	match receipt.unit.hash() == unit {
		true => Ok(receipt),
		false => Err(Error::Answer { method, reason: "the receipt is of another unit".into() }),
	}
}
