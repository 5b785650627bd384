//! Sponsored accounts, in blocks with units and extrinsics.

use super::*;
use sp_core::Pair;
use sp_keyring::Ed25519Keyring;
use sp_runtime::{transaction_validity::TransactionValidityError, DispatchResult};
use tp_pbft::{Certificate, MessageKind, Slot};

/// An account without a balance.
const NEW: Sr25519Keyring = Sr25519Keyring::One;

fn new() -> AccountId {
	NEW.to_account_id()
}

/// Returns Alice's certificate of a block of the first epoch.
fn certificate(number: BlockNumber, hash: Hash) -> Certificate {
	let slot = Slot { epoch: 0, height: number, view: 0, kind: MessageKind::Commit };
	let chain = <Runtime as pallet_committee::Config>::Chain::get();
	let message = slot.signing_payload(&tp_pbft::Domain { chain, genesis: System::block_hash(0) }, &hash);
	Certificate::from_votes(slot, hash, 1, vec![(0, Ed25519Keyring::Alice.pair().sign(&message).into())])
}

/// Begins a block, with units.
fn begin(number: BlockNumber, parent: Hash, units: Vec<Unit>) {
	Executive::initialize_block(&header(number, parent));
	if number > 1 {
		assert_ok!(Committee::note_parent(RuntimeOrigin::none(), certificate(number - 1, parent)));
	}
	for extrinsic in inherents_at(NOW + u64::from(number) * 1_000, units) {
		assert_ok!(Executive::apply_extrinsic(extrinsic).unwrap());
	}
}

/// Sends an extrinsic with the sender's next nonce.
fn send(by: Sr25519Keyring, call: impl Into<RuntimeCall>) -> Result<DispatchResult, TransactionValidityError> {
	let nonce = System::account_nonce(by.to_account_id());
	Executive::apply_extrinsic(signed(call.into(), by, nonce))
}

fn sponsor(amount: Balance) {
	assert_ok!(send(Sr25519Keyring::Alice, pallet_quota::Call::sponsor { who: new(), amount }).unwrap());
}

fn unsponsor(amount: Balance) {
	assert_ok!(send(Sr25519Keyring::Alice, pallet_quota::Call::unsponsor { who: new(), amount }).unwrap());
}

fn remark() -> RuntimeCall {
	frame_system::Call::remark { remark: vec![1; 10] }.into()
}

fn nothing() -> Vec<Operation> {
	vec![Operation::TransferAll { dest: alice() }]
}

/// Returns the marks of the block's units.
fn marks() -> Vec<Mark> {
	let outcome = pallet_lattice::LastBlock::<Runtime>::get().unwrap().outcome;
	(0..outcome.units).map(|at| outcome.mark(at)).collect()
}

#[test]
fn a_sponsored_account_without_balance_sends_extrinsics_and_units() {
	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		begin(1, System::block_hash(0), vec![]);
		assert_eq!(send(NEW, remark()), Err(InvalidTransaction::Payment.into()));
		sponsor(1_000 * TOP);
		let account = System::account(new());
		assert_eq!((account.providers, account.sufficients, account.data.free), (0, 1, 0));
		assert!(!account.data.unit_head.is_zero(), "its chain has begun");
		let report = Quota::report(&new()).unwrap();
		assert_eq!((report.sponsored, report.locked, report.used), (1_000 * TOP, 1_000 * TOP, Usage::default()));
		assert_eq!(report.share, Quota::current_rules().stake_share(1_000 * TOP), "the stake share alone");
		assert_ok!(send(NEW, remark()).unwrap());
		assert_eq!(System::account_nonce(new()), 2, "it began in block 1");
		let by_extrinsic = Quota::report(&new()).unwrap().used.compute;
		assert!(by_extrinsic > 0);
		let parent = Executive::finalize_block().hash();

		let unit = next_unit(NEW, nothing());
		begin(2, parent, vec![unit.clone()]);
		assert_eq!(marks(), [Mark::APPLIED]);
		let account = System::account(new());
		assert_eq!((account.nonce, account.data.unit_head, account.data.free), (3, unit.hash(), 0));
		assert!(Quota::report(&new()).unwrap().used.compute > by_extrinsic);
		assert_ok!(send(NEW, remark()).unwrap());
		let parent = Executive::finalize_block().hash();

		// Balance comes and goes by either lane, and the account keeps its chain.
		begin(3, parent, vec![unit_of_alice(TOP), next_unit(NEW, nothing())]);
		assert_eq!(marks(), [Mark::APPLIED; 2]);
		assert_eq!(Balances::balance(&new()), TOP);
		let all = pallet_balances::Call::transfer_all { dest: MultiAddress::Id(alice()), keep_alive: false };
		assert_ok!(send(NEW, all).unwrap());
		let account = System::account(new());
		assert_eq!((account.nonce, account.providers, account.sufficients, account.data.free), (6, 0, 1, 0));
		assert_eq!(Quota::report(&new()).unwrap().share, Quota::current_rules().stake_share(1_000 * TOP));
		Executive::finalize_block();
	});
}

fn unit_of_alice(amount: Balance) -> Unit {
	unit(&[(new(), amount)])
}

#[test]
fn a_sponsored_account_sends_more_than_its_free_share() {
	let [bob, charlie] = [Sr25519Keyring::Bob, Sr25519Keyring::Charlie];
	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		let free = Quota::current_rules().free;
		for who in [bob, charlie] {
			let at = NOW + 2_000;
			frame_system::Account::<Runtime>::mutate(who.to_account_id(), |account| {
				account.data.quota = tp_lattice::Quota { free, charged_at: at, counted_at: at, ..Default::default() };
			});
		}
		begin(1, System::block_hash(0), vec![]);
		let call = pallet_quota::Call::sponsor { who: bob.to_account_id(), amount: 1_000 * TOP };
		assert_ok!(send(Sr25519Keyring::Alice, call).unwrap());
		let parent = Executive::finalize_block().hash();
		let [mut first, mut other] = [bob, charlie].map(|who| next_unit(who, nothing()));
		begin(2, parent, vec![first.clone(), other.clone()]);
		// In the order of the batch.
		let batch = Batch::new(vec![first.clone(), other.clone()]).unwrap();
		if batch.units()[0] != first {
			(first, other) = (other, first);
		}
		for (unit, mark) in [first, other].iter().zip(marks()) {
			let expected = match unit.body.account == bob.to_account_id() {
				true => Mark::APPLIED,
				false => Mark(Some(tp_lattice::Reason::Quota)),
			};
			assert_eq!(mark, expected);
		}
		assert_eq!(send(charlie, remark()), Err(InvalidTransaction::Custom(pallet_quota::QUOTA_USED).into()));
		Executive::finalize_block();
	});
}

#[test]
fn an_account_that_is_sponsored_again_has_another_chain() {
	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		begin(1, System::block_hash(0), vec![]);
		sponsor(10 * TOP);
		let of_first_life = next_unit(NEW, nothing());
		unsponsor(10 * TOP);
		assert!(!System::account_exists(&new()));
		assert_eq!(send(NEW, remark()), Err(InvalidTransaction::Payment.into()));
		sponsor(10 * TOP);
		let account = System::account(new());
		// It sent nothing in its first life, and both began in this block.
		assert_eq!((account.nonce, account.data.quota.locked), (of_first_life.body.height, 10 * TOP));
		assert_ne!(account.data.unit_head, of_first_life.body.parent);
		let parent = Executive::finalize_block().hash();
		begin(2, parent, vec![of_first_life]);
		assert_eq!(marks(), [Mark(Some(tp_lattice::Reason::Parent))]);
		Executive::finalize_block();
	});
}

#[test]
fn an_invited_account_has_a_used_free_share_and_its_sponsors_stake() {
	ledger(SHARD_DEVELOPMENT).execute_with(|| {
		begin(1, System::block_hash(0), vec![]);
		let invite = |amount| pallet_quota::Call::invite { who: new(), balance: TOP, amount };
		assert_ok!(send(Sr25519Keyring::Alice, invite(100 * TOP)).unwrap());
		let report = Quota::report(&new()).unwrap();
		assert_eq!((Balances::balance(&new()), report.sponsored), (TOP, 100 * TOP));
		assert_eq!(report.used, Quota::current_rules().share(0));
		assert_ok!(send(NEW, remark()).unwrap());
		let exists = pallet_quota::Error::<Runtime>::AccountExists.into();
		assert_eq!(send(Sr25519Keyring::Alice, invite(0)).unwrap(), Err(exists));
		Executive::finalize_block();
	});
}
