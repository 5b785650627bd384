//! Addresses of members, from the transaction of a node to the API that engines read.

use super::*;
use frame_support::traits::UnfilteredDispatchable;
use sp_core::{ed25519, Pair};
use top_runtime_common::development::{node_keys, node_path};
use tp_pbft::{runtime_decl_for_contacts_api::ContactsApi, NodeAddresses, Publication};
use tp_stake::{api::runtime_decl_for_addresses_api::AddressesApi, Published};

#[test]
fn a_member_publishes_its_addresses_by_an_unsigned_transaction() {
	on_preset(ROTATION, || {
		let key = node_keys(1).pbft;
		let Published { record, now } = Runtime::published(key.clone()).unwrap();
		assert_eq!(record, None);
		let [vote, identity] = [node_path(1), "identity".into()]
			.map(|path| ed25519::Pair::from_string(&format!("//{path}"), None).unwrap());
		let addresses = vec![vec![4, 192, 0, 2, 1, 6, 0x76, 0x7d].try_into().unwrap()];
		let addresses =
			NodeAddresses { identity: identity.public(), addresses: addresses.try_into().unwrap(), made_at: now };
		let payload = addresses.signing_payload(&System::block_hash(0), &key);
		let publication = Publication {
			key: key.clone(),
			record: addresses.clone(),
			by_key: vote.sign(&payload).into(),
			by_identity: identity.sign(&payload),
		};
		let transaction = Runtime::publish_transaction(publication);
		assert!(validate(transaction.clone()).unwrap().propagate);
		assert_ok!(transaction.clone().function.dispatch_bypass_filter(RuntimeOrigin::none()));
		assert_eq!(validate(transaction), Err(InvalidTransaction::Stale.into()));

		// The genesis decides two committees.
		let contacts = Runtime::contacts();
		assert_eq!(contacts.next, [1, 2, 3, 4].map(|number| node_keys(number).pbft));
		assert_eq!(contacts.published, [(key, addresses)]);
		try_stake_state().unwrap();
	});
}
