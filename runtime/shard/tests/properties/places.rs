//! A shard with a part of its zone's tables.

use super::*;
use serde_json::json;
use sp_runtime::traits::Dispatchable;
use tp_core::{TableId, TableRange};
use tp_lattice::{AccountData, Life};

/// Returns the genesis of the first or the second half of a zone.
pub(super) fn half(index: u16) -> sp_io::TestExternalities {
	let tables = TableRange::of_shard(index, 2).unwrap();
	let balances = top_runtime_common::development::balances().into_iter();
	let balances: Vec<_> = balances.filter(|(account, _)| tables.contains(TableId::of(account))).collect();
	let preset = serde_json::from_slice(&get_preset(&SHARD_DEVELOPMENT.into()).unwrap()).unwrap();
	let changes = json!({
		"balances": { "balances": balances },
		"lattice": { "incarnation": index, "tables": tables },
	});
	let genesis = top_runtime_common::development::merge(preset, changes);
	let genesis = serde_json::to_vec(&genesis).unwrap();
	top_runtime_common::development::storage::<RuntimeGenesisConfig>(&genesis).unwrap().into()
}

#[test]
fn the_tag_of_a_shard_is_that_of_its_genesis() {
	for index in [0, 1] {
		half(index).execute_with(|| {
			assert_eq!(Committee::config().chain, ChainTag::Shard { zone: 0, incarnation: index.into() });
			assert_eq!(Lattice::pool_context().unwrap().context.tables, [0..=127, 128..=255][usize::from(index)]);
			assert!(pallet_lattice::Place::<Runtime>::exists());
			try_state().unwrap();
		});
	}
	ledger(SHARD_LOCAL).execute_with(|| {
		assert!(!pallet_lattice::Place::<Runtime>::exists(), "the genesis of an only shard is as before");
	});
}

#[test]
fn the_first_heads_of_a_genesis_bind_the_shard() {
	for index in [0, 1] {
		half(index).execute_with(|| {
			let chain = ChainTag::Shard { zone: 0, incarnation: index.into() };
			let mut count = 0;
			for (id, account) in frame_system::Account::<Runtime>::iter() {
				let mut data = AccountData::default();
				data.begin_by_extrinsic(&Life { id: &id, nonce: account.nonce, chain: Some(chain) }, 0, 0);
				assert_eq!(account.data.unit_head, data.unit_head, "{id} of {chain}");
				count += 1;
			}
			assert!(count > 0);
		});
	}
}

#[test]
fn a_payment_to_another_shard_leaves_through_the_mailbox() {
	use tp_mailbox::Home;
	half(0).execute_with(|| {
		let (tables, issued) = (TableRange::of_shard(0, 2).unwrap(), Balances::total_issuance());
		let is_resident = |key: &Sr25519Keyring| tables.contains(TableId::of(&key.to_account_id()));
		let from = Sr25519Keyring::well_known().find(is_resident).unwrap().to_account_id();
		let to = Sr25519Keyring::well_known().find(|key| !is_resident(key)).unwrap().to_account_id();
		let before = Balances::balance(&from);
		let pay = |home, to: &AccountId| Mailbox::transfer(RuntimeOrigin::signed(from.clone()), home, to.clone(), TOP);
		assert_ok!(pay(Home::Zone(0), &to));
		assert_eq!(Balances::balance(&from), before - TOP);
		assert_eq!(Balances::total_issuance(), issued, "it is issued until the other shard has taken it");
		assert_eq!(Mailbox::report().outbox.len(), 1);
		assert_eq!(pay(Home::Zone(0), &from), Err(pallet_mailbox::Error::<Runtime>::NotRemote.into()));
		for nowhere in [Home::Zone(1), Home::Main] {
			assert_eq!(pay(nowhere, &to), Err(pallet_mailbox::Error::<Runtime>::UnknownDestination.into()));
		}
		let neighbour = pallet_beacon::Neighbour {
			chain: ChainTag::Zone(0),
			tables: None,
			genesis: Hash::zero(),
			epoch: 0,
			first: 1,
			members: Committee::committee().members,
			elects_itself: true,
		};
		assert_ok!(Beacon::register(RuntimeOrigin::root(), neighbour));
		assert_ok!(pay(Home::Main, &from));
		assert_eq!(Mailbox::report().outbox.len(), 2, "the main chain is another ledger for all accounts");
		Lattice::do_try_state().unwrap();
	});
}

#[test]
fn authors_of_a_shard_register_no_neighbours() {
	use tp_beacon::{Authority, Registration, Update, UPDATE_CALL};
	half(0).execute_with(|| {
		let ledger = tp_mailbox::Ledger { chain: ChainTag::Zone(1), tables: None };
		let members = Committee::committee().members;
		let (genesis, authority) = (Hash::zero(), Authority::Itself);
		let registration = Registration { ledger, genesis, authority, epoch: 0, first: 1, members };
		let update = Update { registrations: vec![registration], ..Update::default() };
		let call = RuntimeCall::Beacon(pallet_beacon::Call::update { update });
		assert_eq!(call.encode()[..2], UPDATE_CALL);
		let refused = call.dispatch(RuntimeOrigin::none()).unwrap_err().error;
		assert_eq!(refused, pallet_beacon::Error::<Runtime>::AuthorsDoNotRegister.into());
	});
}
