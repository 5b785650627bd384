//! The ledgers that the mock's ledger follows, and their committees.

use crate::Neighbour;
use frame_support::parameter_types;
use pallet_testkit::{genesis_hash_of, member};
use tp_core::ChainTag;
use tp_pbft::{Epoch, Member};
use tp_stake::DrawnCommittees;

pub const ZONE: ChainTag = ChainTag::Zone(0);
pub const SHARD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };

/// Returns the number of the first key of a ledger's committee in an epoch.
pub fn first_key(chain: ChainTag, epoch: Epoch) -> u16 {
	let ledger = match chain {
		ChainTag::Main => 0,
		ChainTag::Zone(_) => 1,
		ChainTag::Shard { .. } => 2,
	};
	ledger * 64 + u16::try_from(epoch % 16).expect("it is below 16") * 4
}

/// Returns the committee of a ledger in an epoch. Three of its four members are a quorum.
pub fn members(chain: ChainTag, epoch: Epoch) -> Vec<Member> {
	let first = first_key(chain, epoch);
	(first..first + 4).map(member).collect()
}

parameter_types! {
	/// The epochs that have begun, if the ledger draws the committees of others.
	pub static Begun: Option<Epoch> = None;
}

/// The committees of [`members`], of all epochs that have begun.
pub struct DrawnHere;
impl DrawnCommittees for DrawnHere {
	fn in_force(chain: ChainTag, epoch: Epoch) -> Option<Vec<Member>> {
		Begun::get().filter(|begun| epoch <= *begun).map(|_| members(chain, epoch))
	}
}

/// Returns a ledger from its genesis on.
pub fn neighbour(chain: ChainTag) -> Neighbour {
	let tables = matches!(chain, ChainTag::Shard { .. }).then_some((0, 127));
	let (genesis, members) = (genesis_hash_of(chain), members(chain, 0));
	Neighbour { chain, tables, genesis, epoch: 0, first: 1, members, elects_itself: false }
}
