//! Payments to other ledgers, as the pallets of a ledger ask for them.

use crate::{
	lane::Home,
	outbox::{SendError, Sent},
};
use sp_runtime::DispatchError;
use tp_core::{AccountId, Balance};

/// Sends values to accounts of other ledgers.
pub trait RemoteTransfers {
	/// Tells whether an account lives in another ledger of the network. All others of these functions refuse or presume that.
	fn is_remote(home: Home, account: &AccountId) -> bool;

	/// Debits an account, and sends the value. Nothing has changed if it fails.
	///
	/// An account that would keep less than the existential deposit ends.
	fn transfer(from: &AccountId, home: Home, to: &AccountId, value: Balance) -> Result<Sent, DispatchError>;

	/// Sends a value that the caller has debited and that still counts as issued, to an account that is remote. The caller undoes
	/// the debit if it fails.
	fn send_debited(from: &AccountId, home: Home, to: &AccountId, value: Balance) -> Result<Sent, SendError>;
}
