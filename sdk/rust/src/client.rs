//! The connection to a node.

use crate::{
	bind,
	expiry::default_expiry,
	lookup,
	patience::Patience,
	reports::{
		AccountReport, ChainedUnit, InfoReport, TableReport, UnitDetails, UnitReport, VerifyReport, WatchOptions,
	},
	CommitteeReport, ConnectOptions, Error, Keypair, Recipient, RpcClient, Submission, UnitBuilder, Verifier, Watch,
};
use codec::Encode;
use jsonrpsee::{core::params::ArrayParams, rpc_params};
use serde::de::DeserializeOwned;
use sp_core::Bytes;
use tp_core::{AccountId, Balance, BlockNumber, Hash};
use tp_lattice::{Domain, Receipt, Unit, UnitHash};
use tp_pbft::Certificate;

/// A connection to a node. Clones share it.
///
/// It is pinged. When it breaks, calls and watches go on over another connection to the same ledger, for as long as
/// [`ConnectOptions`] say: reading twice does no harm, and a unit applies at most once however often it is submitted.
/// An error of a call that submits has the signed units: **send those again** ([`Error::units`]), and sign no other unit
/// for the same payment.
#[derive(Clone, Debug)]
pub struct Client {
	rpc: RpcClient,
	domain: Domain,
	max_validity: BlockNumber,
}

impl Client {
	/// Connects to a node's RPC port: `ws://host:9944`.
	///
	/// # Errors
	/// If the node does not respond, or its ledger does not accept units.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		Self::connect_with(url, ConnectOptions::default()).await
	}

	/// Acts as [`Self::connect`], with other options.
	///
	/// # Errors
	/// As [`Self::connect`], or if the node is of another ledger than the expected one.
	pub async fn connect_with(url: &str, options: ConnectOptions) -> Result<Self, Error> {
		Self::over(RpcClient::connect_with(url, options).await?).await
	}

	/// Uses an open connection.
	///
	/// # Errors
	/// If the node's ledger does not accept units, or signs for another domain than the expected one.
	pub async fn over(rpc: RpcClient) -> Result<Self, Error> {
		let mut client = Self { rpc, domain: Domain::default(), max_validity: 0 };
		let info = client.info().await?;
		(client.domain, client.max_validity) = (info.domain(), info.max_validity);
		match client.rpc.options().domain {
			Some(Domain(expected)) if expected != info.domain => {
				Err(Error::OtherLedger { expected, found: Some(info.domain) })
			},
			_ => Ok(client),
		}
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
		lookup::account(&self.rpc, account).await
	}

	/// Starts the next unit of an account, after the units that are ready in the node's pool. It expires after seven
	/// eighths of the longest time that the ledger allows, unless [`UnitBuilder::valid_until`] sets another limit.
	///
	/// # Errors
	/// If the account does not exist; see [`Self::info`].
	pub async fn next_unit(&self, account: &AccountId) -> Result<UnitBuilder, Error> {
		let (report, expiry) = futures::try_join!(self.account(account), default_expiry(&self.rpc, self.max_validity))?;
		let report = report.ok_or_else(|| Error::NoAccount(account.clone()))?;
		Ok(UnitBuilder::new().at(report.next.height, report.next.head).valid_until(expiry))
	}

	/// Submits a payment. Returns once the node has accepted the unit; the next payment can follow then.
	///
	/// Make the payments of one account one after another: two concurrent ones would have the same height, and the node
	/// would refuse one. To send many at once, see [`UnitBuilder::after`].
	///
	/// If an error has units ([`Error::units`]), the payment was signed and may apply: send that unit again by
	/// [`Self::send`]. Calling `pay` again is **another payment**.
	///
	/// # Errors
	/// If the unit is refused; see [`Self::info`].
	pub async fn pay(&self, from: &Keypair, to: &impl Recipient, amount: Balance) -> Result<Submission, Error> {
		let unit = self.next_unit(&from.account()).await?.transfer(to, amount).sign(from, &self.domain)?;
		self.send(unit).await
	}

	/// Submits a unit. Returns once the node has accepted it. A unit that was submitted before is watched from its
	/// present status on.
	///
	/// # Errors
	/// If the unit is refused; see [`Self::info`]. The error has the unit.
	pub async fn send(&self, unit: Unit) -> Result<Submission, Error> {
		Submission::start(self.rpc.clone(), unit).await
	}

	/// Watches a unit by its hash, such as after a restart of the program. Waits until the node knows the unit.
	///
	/// # Errors
	/// If the node does not know the unit in time; see [`Self::send`].
	pub async fn resume(&self, hash: UnitHash) -> Result<Submission, Error> {
		let mut patience = Patience::new(self.rpc.options().reconnect_for);
		loop {
			match lookup::unit(&self.rpc, hash).await? {
				Some((_, unit)) => return self.send(unit).await,
				None if patience.wait().await => {},
				None => return Err(Error::Unknown { object: format!("unit {hash:?}") }),
			}
		}
	}

	/// Submits units, at most 1,000 per call, and returns the status of each.
	///
	/// # Errors
	/// See [`Self::info`]; the error has the units. A refused unit is not an error here: its report has the reason.
	pub async fn submit(&self, units: &[Unit]) -> Result<Vec<UnitReport>, Error> {
		let method = "lattice_submit";
		let encoded: Vec<_> = units.iter().map(|unit| Bytes(unit.encode())).collect();
		let reports = self.call::<Vec<UnitReport>>(method, rpc_params![encoded]).await;
		let bound = reports.and_then(|reports| bind::reports(method, units, &reports).map(|()| reports));
		bound.map_err(|error| error.with_units(units.iter().cloned()))
	}

	/// Submits units, at most 1,000 per call, and returns a stream of their reports, with receipts.
	///
	/// # Errors
	/// See [`Self::info`]; the error has the units. A refused unit is not an error here: its report has the reason.
	pub async fn submit_and_watch(&self, units: &[Unit]) -> Result<Watch, Error> {
		self.submit_and_watch_with(units, WatchOptions::default()).await
	}

	/// Acts as [`Self::submit_and_watch`], with receipts or without.
	///
	/// # Errors
	/// See [`Self::submit_and_watch`].
	pub async fn submit_and_watch_with(&self, units: &[Unit], options: WatchOptions) -> Result<Watch, Error> {
		Watch::start(self.rpc.clone(), units, options).await
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
		lookup::chain(&self.rpc, account, before, limit).await
	}

	/// Returns a unit with its status, or `None` if the node does not know it.
	///
	/// # Errors
	/// See [`Self::info`].
	pub async fn unit(&self, hash: UnitHash) -> Result<Option<UnitDetails>, Error> {
		Ok(lookup::unit(&self.rpc, hash).await?.map(|(details, _)| details))
	}

	/// Returns the receipt of a final unit.
	///
	/// # Errors
	/// If the unit is not final; see [`Self::info`].
	pub async fn prove(&self, hash: UnitHash) -> Result<Receipt, Error> {
		lookup::receipt(&self.rpc, hash).await
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

	/// Follows the ledger from the newest committee of a verifier to that of a receipt. The node only finds the headers,
	/// the verifier checks them: see [`RpcClient::follow`].
	///
	/// # Errors
	/// See [`RpcClient::follow`].
	pub async fn follow(&self, verifier: &mut Verifier, receipt: &Receipt) -> Result<(), Error> {
		self.rpc.follow(verifier, receipt.certificate.epoch).await
	}

	async fn call<R: DeserializeOwned>(&self, method: &'static str, params: ArrayParams) -> Result<R, Error> {
		self.rpc.persist(method, params).await
	}
}
