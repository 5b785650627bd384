//! The ledger of the tests, and what they read of its state.

use crate::{mock::*, *};
use tp_pbft::{Domain, Member, MemberActivity, MemberIndex};

pub type Ledger = pallet_testkit::Ledger<Test>;

/// Runs a test on a ledger whose first committee has the first `size` members, and checks the invariants after it.
pub fn on_ledger(size: usize, test: impl FnOnce(&mut Ledger)) {
	build(genesis_config(members(0..size))).execute_with(|| {
		let mut ledger = Ledger::new();
		test(&mut ledger);
		if ledger.is_open {
			ledger.close();
		}
		Committee::do_try_state().unwrap();
	});
}

/// Ends the first epoch, given the next committee.
pub fn end_epoch_with(ledger: &mut Ledger, members: Vec<Member>) {
	ledger.open();
	frame_support::assert_ok!(Committee::set_next_committee(RuntimeOrigin::root(), members));
	ledger.close();
	ledger.run_to(EPOCH_LENGTH);
}

/// Returns the domain of the ledger's signatures.
pub fn domain() -> Domain {
	Ledger::domain()
}

/// Returns the counters of a member of the present epoch.
pub fn activity(member: MemberIndex) -> MemberActivity {
	CurrentActivity::<Test>::get().unwrap().members[usize::from(member)]
}

/// Returns the counters of a member of the previous epoch.
pub fn past_activity(member: MemberIndex) -> MemberActivity {
	PreviousActivity::<Test>::get().unwrap().members[usize::from(member)]
}

/// Whether an event of this pallet is in the open or newest block.
pub fn has_event(event: Event<Test>) -> bool {
	pallet_testkit::has_event::<Test>(event)
}
