//! The report of an account.

use tc_lattice::AccountView;
use tc_lattice_rpc_types::{AccountReport, NextReport, QuotaReport};
use tp_core::AccountId;
use tp_lattice::Context;

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
		quota: context.shares_of(&now).map(|rules| QuotaReport {
			used: now.data.quota.used_at(view.now).into(),
			share: rules.share(now.data.quota.locked).into(),
			locked: now.data.quota.locked,
		}),
		next: NextReport {
			height: next_height,
			head: next.data.unit_head,
			spendable: next.spendable(deposit, false),
			pending: u32::try_from(view.pending).unwrap_or(u32::MAX),
		},
	}
}
