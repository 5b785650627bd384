//! Treatment of tickets by a pool and a block.

use super::*;
use frame_support::{
	dispatch::{GetDispatchInfo, Pays},
	pallet_prelude::{InvalidTransaction, TransactionValidityError, ValidTransaction},
};

fn call(ticket: Ticket) -> RuntimeCall {
	Call::submit_ticket { ticket }.into()
}

fn validate(ticket: Ticket) -> Result<ValidTransaction, TransactionValidityError> {
	pallet_testkit::validate::<Test>(call(ticket))
}

fn on_main(test: impl FnOnce(&mut Network)) {
	on_network(&[(ChainTag::Main, 4), (shard(0, 0), 2)], 4, 8, test);
}

#[test]
fn a_pool_accepts_one_ticket_of_each_node_and_role_until_tickets_close() {
	on_main(|network| {
		let first = validate(ticket(5, Role::Router)).unwrap();
		assert!(first.propagate);
		assert_eq!(first.longevity, 64);
		// The proof contains randomness. Another proof of the same number is the same ticket.
		assert_ne!(ticket(5, Role::Router).vrf.proof, ticket(5, Role::Router).vrf.proof);
		assert_eq!(validate(ticket(5, Role::Router)).unwrap().provides, first.provides);
		assert_ne!(validate(ticket(5, Role::Validator)).unwrap().provides, first.provides);
		let another = validate(ticket(6, Role::Router)).unwrap();
		assert_ne!(another.provides, first.provides);

		assert_ok!(submit(ticket(5, Role::Router)));
		assert_eq!(validate(ticket(5, Role::Router)), Err(InvalidTransaction::Stale.into()));
		network.end_epoch();
		assert_ne!(validate(ticket(6, Role::Router)).unwrap().provides, another.provides);
		LastHeight::set(Some(2 * EPOCH_LENGTH));
		assert_eq!(validate(ticket(6, Role::Router)), Err(InvalidTransaction::Stale.into()));
		LastHeight::set(None);
	});
}

#[test]
fn a_pool_refuses_the_tickets_that_the_call_refuses() {
	on_main(|network| {
		network.end_epoch();
		let randomness = ManualClock::randomness();
		let of_epoch = |epoch| ticket_by(5, 5, epoch, Role::Router, &randomness);
		let cases = [
			(of_epoch(0), InvalidTransaction::Stale),
			(of_epoch(2), InvalidTransaction::Future),
			(ticket(0, Role::Router), InvalidTransaction::Stale),
			(ticket(5, Role::Edge), InvalidTransaction::BadProof),
			(ticket(9, Role::Router), InvalidTransaction::BadProof),
			(ticket_by(6, 5, 1, Role::Router, &randomness), InvalidTransaction::BadProof),
		];
		for (ticket, error) in cases {
			assert_eq!(validate(ticket), Err(error.into()));
		}
		assert_ok!(validate(of_epoch(1)));
	});
}

#[test]
fn a_ticket_is_applied_without_a_fee() {
	on_main(|_| {
		let call = call(ticket(5, Role::Router));
		assert_eq!(call.get_dispatch_info().pays_fee, Pays::No);
		assert_eq!(pallet_testkit::apply::<Test>(call), Ok(Ok(())));
		assert_eq!(listed(Role::Router), [5]);
	});
}
