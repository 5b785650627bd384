//! The accounts that the pool reads, so that a caller can read them before it takes the pool's lock.
//!
//! A unit is validated on its own account, and on the destinations of its payments: those below the existential deposit apply
//! only to accounts that exist, and new accounts cost state. The accounts of lanes are in the pool.
//!
//! Fragile: a read that is missing here finds no account. `find_place` and [`tp_lattice::Chain::append`] are all that
//! read. The pool's tests fail at each read that was not announced.

use super::{
	block::{has_same_rules, ImportedBlock},
	validate::check_quota,
	Pool,
};
use crate::{keyed_map::KeyedMap, lane::Lane, lanes::Slot, unit::payments};
use tp_core::AccountId;
use tp_lattice::{Account, Context, Mark, Unit, Usage};

impl Pool {
	/// Passes the accounts that the admission and the insertion of units read to `read`, as the pool is now. Future units
	/// that become ready with a unit count as well. An account can be passed several times.
	pub fn reads<'a>(&self, units: impl IntoIterator<Item = &'a Unit>, mut read: impl FnMut(&AccountId)) {
		let context = &self.context.context;
		for unit in units {
			let body = &unit.body;
			destinations(unit, context).for_each(&mut read);
			let Some(slot) = self.lanes.find(&body.account) else {
				read(&body.account);
				continue;
			};
			let future = &self.lanes[slot].future;
			let following = (body.height.saturating_add(1)..).map_while(|height| future.get(&height));
			for waiting in following {
				destinations(&waiting.unit.unit, context).for_each(&mut read);
			}
		}
	}

	/// Passes the accounts that [`Self::on_block`] reads for a block to `read`, as the pool is now. An account can be passed
	/// several times.
	pub fn reads_of_block(&self, block: &ImportedBlock, mut read: impl FnMut(&AccountId)) {
		let context = &block.context.context;
		for (slot, included) in self.lanes_to_validate(block) {
			let Lane { ready, future, .. } = &self.lanes[slot];
			// The block's own units leave, and are not validated.
			let ready = ready.iter().skip(included).map(|ready| &ready.unit.unit);
			for unit in ready.chain(future.values().map(|waiting| &waiting.unit.unit)) {
				destinations(unit, context).for_each(&mut read);
			}
		}
	}

	/// Returns the lanes that `on_block` validates again, with the number of their first ready units that the block
	/// includes. `on_block` decides so after it has released the units of the block.
	fn lanes_to_validate(&self, block: &ImportedBlock) -> Vec<(Slot, usize)> {
		if !has_same_rules(&self.context, &block.context) {
			return self.lanes.slots().map(|slot| (slot, 0)).collect();
		}
		let mut touched = KeyedMap::<Slot, Touched>::default();
		for included in &block.units {
			let Some((slot, height)) = self.by_hash.get(&included.hash) else { continue };
			let (lane, touched) = (&self.lanes[*slot], touched.entry(*slot).or_default());
			let place = height.checked_sub(lane.base.nonce).map(|place| place as usize);
			let is_next =
				place == Some(touched.included) && place < Some(lane.ready.len()) && included.mark == Mark::APPLIED;
			touched.included += usize::from(is_next);
			touched.is_unexpected |= !is_next;
		}
		for (id, account) in &block.accounts {
			if let Some(slot) = self.lanes.find(id) {
				touched.entry(slot).or_default().account = Some(account.as_ref());
			}
			if account.as_ref().is_none_or(|account| account.data.free < block.context.context.existential_deposit) {
				for ((_, slot), _) in self.below_deposit.range((id.clone(), 0)..=(id.clone(), Slot::MAX)) {
					touched.entry(*slot).or_default().is_unexpected = true;
				}
			}
		}
		let needed =
			touched.into_iter().filter(|(slot, touched)| self.is_to_validate(&self.lanes[*slot], touched, block));
		needed.map(|(slot, touched)| (slot, touched.included)).collect()
	}

	fn is_to_validate(&self, lane: &Lane, touched: &Touched, block: &ImportedBlock) -> bool {
		if lane.units() == touched.included {
			return false;
		}
		// Without the account nothing of the lane applies, and nothing is validated.
		let Some(account) = touched.account.unwrap_or(Some(&lane.base)) else { return false };
		if touched.is_unexpected || !lane.is_expected(account, touched.included) {
			return true;
		}
		let included = lane
			.ready
			.iter()
			.take(touched.included)
			.fold(Usage::default(), |sum, ready| sum.saturating_add(ready.cost));
		let mut context = block.context.context.clone();
		context.now = self.clock.max(context.now);
		check_quota(account, lane.pending.saturating_sub(included), &context).is_err()
	}
}

/// What a block does to a lane.
#[derive(Default)]
struct Touched<'a> {
	/// The account after the block, if the block changed it; the inner `None` if it is gone.
	account: Option<Option<&'a Account>>,
	/// Number of the first ready units that the block includes.
	included: usize,
	/// Whether the block does something else to its units, or to accounts that they pay.
	is_unexpected: bool,
}

/// Returns the destinations on which a unit depends: those of payments that may be below the existential deposit, and all if
/// new accounts cost state.
fn destinations<'a>(unit: &'a Unit, context: &Context) -> impl Iterator<Item = &'a AccountId> {
	let (deposit, all) = (context.existential_deposit, context.meters_state());
	payments(unit).filter(move |(_, amount)| all || amount.is_none_or(|amount| amount < deposit)).map(|(dest, _)| dest)
}
