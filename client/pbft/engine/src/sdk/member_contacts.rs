//! What others know of the members of a ledger.

use tp_pbft::Contacts;

/// A source of contacts beside the ledger itself. The main chain has those of members of all ledgers.
pub trait MemberContacts: Send + Sync {
	/// Adds to the contacts that the ledger has. Reads a state.
	fn add(&self, contacts: Contacts) -> Contacts;
}
