//! What a node's pool, and a block, make of tickets.

use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	dispatch::{DispatchInfo, GetDispatchInfo, Pays},
	pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
};
use sp_runtime::traits::{Applyable, Checkable, IdentityLookup};
use tp_core::{AccountId, ChainTag};
use tp_sortition::{Role, Ticket};
use tp_stake::EpochClock;

/// A transaction with a ticket, after the check of its form, and what it weighs.
fn checked(ticket: Ticket) -> (<Extrinsic as Checkable<IdentityLookup<AccountId>>>::Checked, DispatchInfo) {
	let call = Call::submit_ticket { ticket }.into();
	let transaction = Extrinsic::new_transaction(call, (frame_system::AuthorizeCall::new(),));
	let info = transaction.get_dispatch_info();
	(transaction.check(&IdentityLookup::default()).unwrap(), info)
}

fn validate(ticket: Ticket) -> Result<ValidTransaction, TransactionValidityError> {
	let (transaction, info) = checked(ticket);
	transaction.validate::<Test>(TransactionSource::External, &info, 0)
}

fn on_main(test: impl FnOnce(&mut Network)) {
	on_network(&[(ChainTag::Main, 4), (shard(0, 0), 2)], 4, 8, test);
}

#[test]
fn pool_takes_a_ticket_of_each_node_and_role_until_the_epochs_end() {
	on_main(|network| {
		let first = validate(ticket(5, Role::Router)).unwrap();
		assert!(first.propagate);
		assert_eq!(first.longevity, u64::from(EPOCH_LENGTH) - 1);
		// The proof has randomness in it: another proof of the same number is the same ticket.
		assert_ne!(ticket(5, Role::Router).vrf.proof, ticket(5, Role::Router).vrf.proof);
		assert_eq!(validate(ticket(5, Role::Router)).unwrap().provides, first.provides);
		assert_ne!(validate(ticket(5, Role::Validator)).unwrap().provides, first.provides);
		let another = validate(ticket(6, Role::Router)).unwrap();
		assert_ne!(another.provides, first.provides);

		assert_ok!(submit(ticket(5, Role::Router)));
		assert_eq!(validate(ticket(5, Role::Router)), Err(InvalidTransaction::Stale.into()));
		network.end_epoch();
		assert_ne!(validate(ticket(6, Role::Router)).unwrap().provides, another.provides);
		System::set_block_number(2 * EPOCH_LENGTH);
		assert_eq!(validate(ticket(6, Role::Router)).unwrap().longevity, 1);
	});
}

#[test]
fn pool_refuses_what_the_call_refuses() {
	on_main(|network| {
		network.end_epoch();
		let randomness = Clock::randomness();
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
fn transaction_with_a_ticket_is_applied_and_free() {
	on_main(|_| {
		let (transaction, info) = checked(ticket(5, Role::Router));
		assert_eq!(info.pays_fee, Pays::No);
		assert_ok!(transaction.apply::<Test>(&info, 0).unwrap());
		assert_eq!(Tickets::<Test>::get(Role::Router).len(), 1);
	});
}
