//! Log targets of this crate.

/// The account store in the SDK's backend.
pub(crate) const LOG_TARGET: &str = "account-store";
