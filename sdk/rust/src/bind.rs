//! Checks that the node's response is about what was asked.

use crate::{
	reports::{AccountReport, ChainedUnit, UnitDetails, UnitReport},
	Error,
};
use codec::DecodeAll;
use tp_core::AccountId;
use tp_lattice::{Receipt, Unit, UnitHash};

fn wrong(method: &'static str, reason: impl ToString) -> Error {
	Error::Answer { method, reason: reason.to_string() }
}

fn unit(method: &'static str, hash: UnitHash, bytes: &[u8]) -> Result<Unit, Error> {
	let unit = Unit::decode_all(&mut &bytes[..]).map_err(|error| wrong(method, error))?;
	match unit.hash() == hash {
		true => Ok(unit),
		false => Err(wrong(method, "it names another unit than it contains")),
	}
}

/// Decodes the receipt of a unit. The hash is checked here: a valid receipt of another unit would verify later.
pub(crate) fn receipt(hash: UnitHash, method: &'static str, receipt: &[u8]) -> Result<Receipt, Error> {
	let receipt = Receipt::decode_all(&mut &receipt[..]).map_err(|error| wrong(method, error))?;
	match receipt.unit.hash() == hash {
		true => Ok(receipt),
		false => Err(wrong(method, "the receipt is of another unit")),
	}
}

/// Checks that there is one report for each unit, in order.
pub(crate) fn reports(method: &'static str, units: &[Unit], reports: &[UnitReport]) -> Result<(), Error> {
	match units.iter().map(Unit::hash).eq(reports.iter().map(|report| report.hash)) {
		true => Ok(()),
		false => Err(wrong(method, "the reports are not those of the units")),
	}
}

/// Checks that the report is of the account.
pub(crate) fn account(asked: &AccountId, report: Option<AccountReport>) -> Result<Option<AccountReport>, Error> {
	match report.as_ref().is_none_or(|report| report.account == *asked) {
		true => Ok(report),
		false => Err(wrong("lattice_account", "the report is of another account")),
	}
}

/// Checks that the details are of the unit, and returns them with the unit.
pub(crate) fn details(asked: UnitHash, details: Option<UnitDetails>) -> Result<Option<(UnitDetails, Unit)>, Error> {
	let Some(details) = details else { return Ok(None) };
	let method = "lattice_unit";
	if details.report.hash != asked {
		return Err(wrong(method, "the report is of another unit"));
	}
	let unit = unit(method, asked, &details.unit)?;
	Ok(Some((details, unit)))
}

/// Checks that the units are of the account, newest first, and below a height.
pub(crate) fn chain(asked: &AccountId, before: Option<u32>, chain: &[ChainedUnit]) -> Result<(), Error> {
	let method = "lattice_units";
	let mut before = before;
	for chained in chain {
		let unit = unit(method, chained.hash, &chained.unit)?;
		if unit.body.account != *asked || unit.body.height != chained.height {
			return Err(wrong(method, "a unit is of another account or height"));
		}
		if before.is_some_and(|before| chained.height >= before) {
			return Err(wrong(method, "the units are not in order"));
		}
		before = Some(chained.height);
	}
	Ok(())
}
