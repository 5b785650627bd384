//! What a node knows of accounts and units, and what follows for a unit of which it says that it cannot apply.

use crate::{
	bind,
	reports::{AccountReport, ChainedUnit, ReasonCode, UnitDetails, UnitReport, UnitStatus, ERROR_UNKNOWN_UNIT},
	Error, RpcClient,
};
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use tp_core::AccountId;
use tp_lattice::{Receipt, Unit, UnitHash};

/// Returns an account, or `None` if it does not exist.
pub(crate) async fn account(rpc: &RpcClient, account: &AccountId) -> Result<Option<AccountReport>, Error> {
	let report = bind::account(account, rpc.persist("lattice_account", rpc_params![account]).await?)?;
	// The height of an account that does not exist says nothing about its units: its last unit may have ended it.
	Ok(report.filter(|report| report.exists))
}

/// Returns a unit with its status, or `None` if the node does not know it.
pub(crate) async fn unit(rpc: &RpcClient, hash: UnitHash) -> Result<Option<(UnitDetails, Unit)>, Error> {
	bind::details(hash, rpc.persist("lattice_unit", rpc_params![hash]).await?)
}

/// Returns applied units of an account, newest first.
pub(crate) async fn chain(
	rpc: &RpcClient,
	account: &AccountId,
	before: Option<u32>,
	limit: Option<u32>,
) -> Result<Vec<ChainedUnit>, Error> {
	let chain: Vec<ChainedUnit> = rpc.persist("lattice_units", rpc_params![account, before, limit]).await?;
	bind::chain(account, before, &chain)?;
	Ok(chain)
}

/// Requests the receipt of a final unit.
pub(crate) async fn receipt(rpc: &RpcClient, unit: UnitHash) -> Result<Receipt, Error> {
	let method = "lattice_prove";
	match rpc.persist::<Bytes>(method, rpc_params![unit]).await {
		Err(Error::Refused { code: ERROR_UNKNOWN_UNIT, .. }) => Err(Error::NotFinal(unit)),
		receipt => bind::receipt(unit, method, &receipt?),
	}
}

/// The fate of a unit that a node refused.
#[derive(Debug)]
pub(crate) enum Fate {
	/// It applied.
	Applied(UnitReport),
	/// It did not apply. If it can later, the report's reason says when.
	Refused,
	/// The node's other responses do not tell.
	Unclear,
}

/// Returns whether an applied unit that is submitted again can be reported so: its height has passed.
pub(crate) fn is_ambiguous(report: &UnitReport) -> bool {
	let code = report.reason.as_ref().map(|reason| &reason.code);
	match report.status {
		UnitStatus::Usurped => true,
		UnitStatus::Invalid => matches!(
			code,
			None | Some(ReasonCode::Height | ReasonCode::Parent | ReasonCode::Expired | ReasonCode::NoAccount)
		),
		_ => false,
	}
}

/// Returns the fate of a unit whose refusal is ambiguous. A node whose index lags or is missing reports an
/// applied unit like a unit whose height another one took.
pub(crate) async fn fate(rpc: &RpcClient, unit: &Unit, refusal: &UnitReport) -> Result<Fate, Error> {
	let hash = unit.hash();
	if let Some((UnitDetails { report, .. }, _)) = self::unit(rpc, hash).await? {
		return Ok(match report.status {
			UnitStatus::Final => Fate::Applied(report),
			// It waits: the refusal is outdated.
			UnitStatus::Future | UnitStatus::Ready | UnitStatus::InBlock | UnitStatus::Unknown => Fate::Unclear,
			UnitStatus::Dropped | UnitStatus::Invalid | UnitStatus::Usurped => Fate::Refused,
		});
	}
	let height = unit.body.height;
	let Some(account) = self::account(rpc, &unit.body.account).await? else { return Ok(Fate::Unclear) };
	let code = refusal.reason.as_ref().map(|reason| &reason.code);
	match account.height.checked_sub(height) {
		// Its height is free: a refusal because it has passed came from a state that this node does not have yet.
		None | Some(0) if matches!(code, Some(ReasonCode::Parent | ReasonCode::Expired)) => return Ok(Fate::Refused),
		None | Some(0) => return Ok(Fate::Unclear),
		Some(1) if account.head == hash => return Ok(Fate::Applied(UnitReport::new(hash, UnitStatus::Final))),
		Some(1) => return Ok(Fate::Refused),
		Some(_) => {},
	}
	let before = height.checked_add(1);
	let found = chain(rpc, &unit.body.account, before, Some(1)).await?;
	Ok(match found.first().filter(|found| found.height == height) {
		Some(found) if found.hash == hash => {
			Fate::Applied(UnitReport { block: Some(found.block), ..UnitReport::new(hash, UnitStatus::Final) })
		},
		Some(_) => Fate::Refused,
		// An extrinsic took the height, or the index lags.
		None => Fate::Unclear,
	})
}
