//! The report of an account.

use tc_lattice::AccountView;
use tc_lattice_rpc_types::{AccountReport, NextReport, QuotaReport};
use tp_core::AccountId;
use tp_lattice::{Account, Context, Used};

/// Returns the report of an account under the rules of the next block.
pub(super) fn account_report(account: AccountId, view: AccountView, context: &Context) -> AccountReport {
	let deposit = context.existential_deposit;
	let (height, next_height, exists) = (view.nonce(), view.next_nonce(), view.account.is_some());
	let now = view.account.unwrap_or_default();
	// An account that dies with its last ready unit begins again.
	let next = view.next.unwrap_or_default();
	AccountReport {
		account,
		exists,
		height,
		head: now.data.unit_head,
		free: now.data.free,
		reserved: now.data.reserved,
		frozen: now.data.frozen,
		spendable: now.spendable(deposit, false),
		received: now.data.received,
		received_hash: now.data.received_hash,
		quota: quota_report(&now, &Context { now: view.now, ..context.clone() }),
		next: NextReport {
			height: next_height,
			head: next.data.unit_head,
			spendable: next.spendable(deposit, false),
			pending: u32::try_from(view.pending).unwrap_or(u32::MAX),
		},
	}
}

/// Returns what an account has used and may use, at what shares are worth now. `None` if the ledger meters nothing.
fn quota_report(account: &Account, context: &Context) -> Option<QuotaReport> {
	let rules = context.shares_of(account)?;
	let locked = account.data.quota.locked;
	let used = context.used(account);
	// An account without a free share has used nothing of one.
	let used = Used { free: used.free.min(rules.free), ..used };
	Some(QuotaReport { used: rules.to_use(used.total()).into(), share: rules.share(locked).into(), locked })
}
