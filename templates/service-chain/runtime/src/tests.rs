//! Tests of the presets and of the chain's own pallet.

use crate::{genesis::*, *};
use frame_support::{assert_ok, traits::fungible::InspectHold};
use sp_keyring::Sr25519Keyring;
use top_runtime_common::currency::deposit;

/// Returns a ledger with the genesis of a preset.
fn ledger(preset: &str) -> sp_io::TestExternalities {
	let preset = get_preset(&preset.into()).unwrap();
	top_runtime_common::development::storage::<RuntimeGenesisConfig>(&preset).unwrap().into()
}

#[test]
fn presets_have_a_committee_and_a_signing_domain() {
	for (name, size) in [(DEVELOPMENT, 1), (LOCAL, 4)] {
		ledger(name).execute_with(|| {
			assert_eq!(Committee::committee().size(), size);
			assert_ok!(Committee::ensure_committee());
			let domain = tp_lattice::Domain::new(&main_genesis(), ZONE);
			assert_eq!(pallet_lattice::SigningDomain::<Runtime>::get(), Some(domain));
		});
	}
}

#[test]
fn a_record_holds_a_deposit() {
	ledger(DEVELOPMENT).execute_with(|| {
		System::set_block_number(1);
		let alice = Sr25519Keyring::Alice.to_account_id();
		let data = b"wss://service.example".to_vec().try_into().unwrap();
		assert_ok!(Registry::set_record(RuntimeOrigin::signed(alice.clone()), data));
		assert_eq!(Balances::balance_on_hold(&configs::RecordHoldReason::get(), &alice), deposit(1, 21));
	});
}
