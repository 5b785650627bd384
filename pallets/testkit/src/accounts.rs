//! Account ids.

use codec::{Decode, Encode};
use sp_runtime::traits::TrailingZeroInput;

/// Returns the account with a number, of any account id type: the hash of the number, cut to the type's length.
pub fn account<AccountId: Decode>(number: u16) -> AccountId {
	let hash = ("account", number).using_encoded(sp_io::hashing::blake2_256);
	AccountId::decode(&mut TrailingZeroInput::new(&hash)).expect("every input decodes to an account id")
}
