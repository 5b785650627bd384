//! The versions of the rules, which are those of the host function that applies units.

use crate::{Quota, QuotaRules, Usage};
use tp_quota::DAY_MS;

/// A version of the rules. Blocks of the past apply by the version under which they were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RulesVersion {
	/// All accounts have the free share.
	V1,
	/// Accounts without a balance have none. All lives of an account begin with the nonce 0.
	V2,
	/// Accounts begin with nonces that they have not used.
	V3,
	/// New accounts begin with the whole lent share used, free use fades with the balance held, and state is metered.
	V4,
	/// Units pay accounts of other shards of the zone.
	#[default]
	V5,
}

/// Charges a cost by the rules before version 4, if the share allows it. Use is one amount then, [`Quota::free`], and what is
/// lent makes shares larger. Returns the part of the cost that no stake covers.
pub(crate) fn charge_before_4(quota: &mut Quota, now: u64, cost: Usage, rules: &QuotaRules) -> Option<Usage> {
	let used = used_before_4(quota, now).saturating_add(cost);
	if !used.fits(&rules.share(quota.locked)) {
		return None;
	}
	quota.free = used;
	quota.charged_at = quota.charged_at.max(now);
	Some(used.saturating_sub(rules.stake_share(quota.locked)).min(cost))
}

/// Returns what counts as used at a time by the rules before version 4.
fn used_before_4(quota: &Quota, now: u64) -> Usage {
	let left = u128::from(DAY_MS.saturating_sub(now.saturating_sub(quota.charged_at)));
	// At most the amount itself.
	quota.free.map(|used| (u128::from(used) * left).div_ceil(u128::from(DAY_MS)) as u64)
}
