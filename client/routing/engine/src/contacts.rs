//! Where the members of drawn committees are reached: the main chain knows them, an epoch ahead of their ledgers.

use crate::shared::Shared;
use std::{collections::BTreeMap, sync::Arc};
use tc_pbft::sdk::MemberContacts;
use tp_core::ChainTag;
use tp_pbft::Contacts;

/// The contacts of one ledger.
pub(crate) struct DrawnContacts {
	pub shared: Arc<Shared>,
	pub chain: ChainTag,
	/// The ports of the ledger are by this much above those of the main chain, at every node.
	pub port_offset: u16,
}

impl MemberContacts for DrawnContacts {
	fn add(&self, contacts: Contacts) -> Contacts {
		let main = self.shared.ledgers.lock().get(&ChainTag::Main).cloned();
		let Some(main) = main else { return contacts };
		let members = match main.members(self.chain) {
			Ok(members) => members,
			Err(error) => {
				let what = format!("Its next members are not known before it names them: {error}");
				self.shared.complain(self.chain, "members", &what);
				return contacts;
			},
		};
		let Contacts { mut next, published } = contacts;
		let mut published: BTreeMap<_, _> = published.into_iter().collect();
		for (key, addresses) in members {
			if let Some(addresses) = addresses {
				published.insert(key.clone(), addresses.with_ports_above(self.port_offset));
			}
			if !next.contains(&key) {
				next.push(key);
			}
		}
		Contacts { next, published: published.into_iter().collect() }
	}
}
