//! The words of each refusal: what is wrong, until when, and what helps.
//!
//! Clients show them after the SDK's own words. They have no parentheses, which `@polkadot/api` drops.

use sc_transaction_pool_api::error::Error as PoolError;
use sp_runtime::transaction_validity::{InvalidTransaction, UnknownTransaction};
use std::time::Duration;
use tp_core::{refusal, ChainTag, TableId, TableRange};

/// What is known of a refused transaction beside the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
	/// The time after which it will be accepted.
	AcceptedIn(Duration),
	/// The table of its sender, which lives in another shard.
	SenderIn(TableId),
	/// The shard in which its sender lives, with its tables.
	SenderAt(ChainTag, TableRange),
}

/// Returns the words of a refusal, or `None` where the SDK's suffice.
pub(super) fn words(error: &PoolError, detail: Option<Detail>) -> Option<String> {
	let words = match error {
		PoolError::InvalidTransaction(invalid) => of_invalid(*invalid),
		PoolError::UnknownTransaction(UnknownTransaction::CannotLookup) => Some(
			"the wallet signed the hash of the metadata, which this runtime does not have, or the address has no known form: \
			 sign without that hash",
		),
		PoolError::UnknownTransaction(UnknownTransaction::NoUnsignedValidator) => Some("it needs a signature: sign it"),
		PoolError::TemporarilyBanned => Some("it was refused a short time ago: send it later, or sign a new one"),
		PoolError::AlreadyImported(_) => Some("it waits in the pool already: nothing is to do"),
		_ => None,
	}?;
	Some(match detail {
		Some(Detail::AcceptedIn(wait)) => format!("{words}: accepted in {}", duration(wait)),
		Some(Detail::SenderIn(TableId(table))) => format!("{words}: its table is {table:02x}"),
		Some(Detail::SenderAt(shard, TableRange { first, last })) => format!(
			"the account lives in {shard}, whose tables are {:02x} to {:02x}: send it to an endpoint of that shard",
			first.0, last.0
		),
		None => words.into(),
	})
}

fn of_invalid(invalid: InvalidTransaction) -> Option<&'static str> {
	Some(match invalid {
		InvalidTransaction::Custom(code) => return refusal::words(code),
		InvalidTransaction::Call => "no sender may make this call here, or the ledger does not have it: use its metadata",
		InvalidTransaction::Payment => {
			"nothing costs fees here, but the account does not exist: pay it the existential deposit, or sponsor it"
		},
		InvalidTransaction::Future => "its nonce is above the next one: send the transactions before it first",
		InvalidTransaction::Stale => {
			"its nonce is used, by this transaction in a block or by another one: look for it before you pay again"
		},
		InvalidTransaction::BadProof => {
			"it was signed by another key, for another ledger or runtime version, or for an era that has ended: sign it again"
		},
		InvalidTransaction::AncientBirthBlock => {
			"its era has ended: sign it again, for more blocks if signing takes long"
		},
		InvalidTransaction::ExhaustsResources => "no block has room for it: make it smaller, or send it later",
		InvalidTransaction::BadMandatory | InvalidTransaction::MandatoryValidation => {
			"only the author of a block makes this call"
		},
		InvalidTransaction::UnknownOrigin => "no signature and no call authorizes it: sign it",
		InvalidTransaction::BadSigner | InvalidTransaction::IndeterminateImplicit => return None,
	})
}

/// Returns a duration in its two largest units, rounded up to a second.
fn duration(wait: Duration) -> String {
	let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
	match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
		(0, 0, seconds) => format!("{seconds} s"),
		(0, minutes, seconds) => format!("{minutes} min {seconds} s"),
		(hours, minutes, _) => format!("{hours} h {minutes} min"),
	}
}
