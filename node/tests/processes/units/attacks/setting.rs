//! The shard under attack and its accounts.

use std::{ops::Range, time::Duration};
use top_sdk::{Balance, TOP};

/// Validators of the shard.
pub const VALIDATORS: usize = 4;
/// Balances of ordinary accounts, and of poor ones: a few times the minimum balance.
pub const BALANCE: Balance = 1_000 * TOP;
pub const POOR_BALANCE: Balance = TOP;
/// Accounts of the user, of the flood and of the garbage. The poor accounts and those with gaps follow.
pub const USER: u32 = 0;
pub const FLOODER: u32 = 1;
pub const MISFIT: u32 = 2;
/// Accounts that gossip, one for each identity.
pub const GOSSIPS: Range<u32> = 3..20;
/// Maximum latency for the user.
pub const LONGEST_LIMIT: Duration = Duration::from_secs(1);
