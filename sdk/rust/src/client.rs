//! The connection to a node.

use crate::{
	receipt,
	reports::{
		AccountReport, ChainedUnit, InfoReport, TableReport, UnitDetails, UnitReport, VerifyReport, WatchOptions,
	},
	CommitteeReport, Error, Keypair, Recipient, RpcClient, Submission, UnitBuilder, Verifier, VerifyError, Watch,
};
use codec::Encode;
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
	/// If the node does not respond, or its ledger does not accept units.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		Self::over(RpcClient::connect(url).await?).await
	}

	/// Uses an open connection.
	///
	/// # Errors
	/// If the node's ledger does not accept units.
	pub async fn over(rpc: RpcClient) -> Result<Self, Error> {
		let mut client = Self { rpc, domain: Domain::default() };
		client.domain = client.info().await?.domain();
		Ok(client)
	}

	/// Returns the connection, for calls that every ledger offers.
	pub fn rpc(&self) -> &RpcClient {
		&self.rpc
	}

	/// Returns the domain that unit signatures of this ledger are bound to.
	pub fn domain(&self) -> &Domain {
		&self.domain
	}

	/// Returns the ledger's parameters for units.
	///
	/// # Errors
	/// If the connection breaks, the node refuses the call, or its response does not decode. This holds for all calls.
	pub async fn info(&self) -> Result<InfoReport, Error> {
		self.call("lattice_info", rpc_params![]).await
	}

	/// Returns an account, or `None` if it does not exist.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn account(&self, account: &AccountId) -> Result<Option<AccountReport>, Error> {
		self.call("lattice_account", rpc_params![account]).await
	}

	/// Starts the next unit of an account, after the units that are ready in the node's pool.
	///
	/// # Errors
	/// If the account does not exist; see [`Self::info`].
	pub async fn next_unit(&self, account: &AccountId) -> Result<UnitBuilder, Error> {
		let report = self.account(account).await?.ok_or_else(|| Error::NoAccount(account.clone()))?;
		Ok(UnitBuilder::new().at(report.next.height, report.next.head))
	}

	/// Submits a payment. Returns once the node has accepted the unit; the next payment can follow then.
	///
	/// Make the payments of one account one after another: two concurrent ones would have the same height, and the node
	/// would refuse one. To send many at once, see [`UnitBuilder::after`].
	///
	/// # Errors
	/// If the unit is refused; see [`Self::info`].
	pub async fn pay(&self, from: &Keypair, to: &impl Recipient, amount: Balance) -> Result<Submission, Error> {
		let unit = self.next_unit(&from.account()).await?.transfer(to, amount).sign(from, &self.domain)?;
		self.send(unit).await
	}

	/// Submits a unit. Returns once the node has accepted it.
	///
	/// # Errors
	/// If the unit is refused; see [`Self::info`].
	pub async fn send(&self, unit: Unit) -> Result<Submission, Error> {
		let watch = self.submit_and_watch(&[unit]).await?;
		Submission::new(self.rpc.clone(), watch).await
	}

	/// Submits units, at most 1,000 per call, and returns the status of each.
	///
	/// # Errors
	/// See [`Self::info`]. A refused unit is not an error here: its report has the reason.
	pub async fn submit(&self, units: &[Unit]) -> Result<Vec<UnitReport>, Error> {
		self.call("lattice_submit", rpc_params![encoded(units)]).await
	}

	/// Submits units, at most 1,000 per call, and returns a stream of their reports, with receipts.
	///
	/// # Errors
	/// See [`Self::info`]. A refused unit is not an error here: its report has the reason.
	pub async fn submit_and_watch(&self, units: &[Unit]) -> Result<Watch, Error> {
		self.submit_and_watch_with(units, WatchOptions::default()).await
	}

	/// Acts as [`Self::submit_and_watch`], with receipts or without.
	///
	/// # Errors
	/// See [`Self::submit_and_watch`].
	pub async fn submit_and_watch_with(&self, units: &[Unit], options: WatchOptions) -> Result<Watch, Error> {
		let method = "lattice_submitAndWatch";
		let params = rpc_params![encoded(units), options];
		let reports = self.rpc.subscribe(method, params, "lattice_unwatch").await?;
		Ok(Watch::new(reports, units.iter().map(Unit::hash)))
	}

	/// Returns the applied units of an account, newest first, below the height `before` if given. At most 100 per call.
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

	/// Returns a unit with its status, or `None` if the node does not know it.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn unit(&self, hash: UnitHash) -> Result<Option<UnitDetails>, Error> {
		self.call("lattice_unit", rpc_params![hash]).await
	}

	/// Returns the receipt of a final unit.
	///
	/// # Errors
	/// If the unit is not final; see [`Self::info`].
	pub async fn prove(&self, hash: UnitHash) -> Result<Receipt, Error> {
		receipt::fetch(&self.rpc, hash).await
	}

	/// Returns the node's verdict on a receipt. A [`Verifier`] checks it without trust in the node.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn verify(&self, receipt: &Receipt) -> Result<VerifyReport, Error> {
		self.call("lattice_verify", rpc_params![Bytes(receipt.encode())]).await
	}

	/// Returns the newest link of a table's chain.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn table(&self, table: u8) -> Result<TableReport, Error> {
		self.call("lattice_table", rpc_params![table]).await
	}

	/// Returns the committee of the child of block `at`, by default of the newest block.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn committee(&self, at: Option<Hash>) -> Result<CommitteeReport, Error> {
		self.rpc.committee_report(at).await
	}

	/// Returns the certificate of a block.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn certificate(&self, block: Hash) -> Result<Certificate, Error> {
		self.rpc.certificate(block).await
	}

	/// Returns a verifier with the current committee, as reported by this node: the result **trusts this node**.
	///
	/// Use it with a node that you operate. Otherwise start from a committee that you know: [`Verifier::from_json`].
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn verifier(&self) -> Result<Verifier, Error> {
		Ok(Verifier::from_report(&self.committee(None).await?)?)
	}

	/// Adds the committee of a receipt's block to a verifier, unless the verifier knows that epoch. A committee that is
	/// added **trusts this node**, which needs the state of the receipt's block.
	///
	/// # Errors
	/// If the committee is of another ledger or contradicts a known one; see [`Self::info`].
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
