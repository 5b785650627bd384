//! Reports of statuses.

use super::knowledge::{Ignorance, Knowledge};
use tc_lattice::{DropReason, Status, SubmitError};
use tc_lattice_rpc_types::{BlockReport, ReasonCode, ReasonReport, UnitReport, UnitStatus};
use tp_lattice::UnitHash;

/// Returns the report of a status, without a receipt.
pub(super) fn unit_report(hash: UnitHash, status: &Status) -> UnitReport {
	let mut report = UnitReport::new(hash, UnitStatus::Final);
	match *status {
		Status::Future => report.status = UnitStatus::Future,
		Status::Ready => report.status = UnitStatus::Ready,
		Status::Final { number, hash, .. } => report.block = Some(BlockReport { number, hash }),
		Status::Dropped(reason) => {
			report.status = UnitStatus::Dropped;
			report.reason = Some(drop_report(reason));
		},
		Status::Invalid(reason, retry_at) => {
			report.status = UnitStatus::Invalid;
			report.reason = Some(ReasonReport { retry_at, ..reason.into() });
		},
		Status::Usurped => report.status = UnitStatus::Usurped,
	}
	report
}

/// Returns the report of what is known of a unit.
pub(super) fn report(hash: UnitHash, knowledge: &Knowledge) -> UnitReport {
	match knowledge {
		Knowledge::Known(status) => unit_report(hash, status),
		Knowledge::Unknown(why @ (Ignorance::NotIndexed | Ignorance::NoIndex)) => {
			unknown(hash, ReasonCode::NotIndexed, why)
		},
		Knowledge::Unknown(why @ (Ignorance::Busy | Ignorance::Nowhere)) => unknown(hash, ReasonCode::Overloaded, why),
	}
}

/// Returns the report of a unit that the node did not verify, and of which the pool knows nothing. It is not dropped:
/// other nodes may have it.
pub(super) fn not_verified(hash: UnitHash, error: &SubmitError) -> UnitReport {
	unknown(hash, ReasonCode::Overloaded, error)
}

fn unknown(hash: UnitHash, code: ReasonCode, why: &impl ToString) -> UnitReport {
	let reason = ReasonReport { code, message: why.to_string(), retry_at: None };
	UnitReport { reason: Some(reason), ..UnitReport::new(hash, UnitStatus::Unknown) }
}

fn drop_report(reason: DropReason) -> ReasonReport {
	let code = match reason {
		DropReason::TooLarge => ReasonCode::TooLarge,
		DropReason::Conflict => ReasonCode::Conflict,
		DropReason::GapTooFar => ReasonCode::GapTooFar,
		DropReason::AccountFull => ReasonCode::AccountFull,
		DropReason::PoolFull => ReasonCode::PoolFull,
		DropReason::Replaced => ReasonCode::Replaced,
		DropReason::TimedOut => ReasonCode::TimedOut,
		DropReason::Overloaded => ReasonCode::Overloaded,
		DropReason::DuplicateHeight => ReasonCode::DuplicateHeight,
		DropReason::ExtrinsicWaits => ReasonCode::ExtrinsicWaits,
	};
	ReasonReport { code, message: reason.to_string(), retry_at: None }
}
