//! Committees of one key that change each epoch, as the main chain of these tests draws them.

use codec::Encode;
use sp_core::{ed25519, sr25519, Pair};
use std::collections::{BTreeMap, BTreeSet};
use tp_beacon::{bounds::KEPT_EPOCHS, committee_key, in_force_key, Announcement, Authority, Beacon, Store as _};
use tp_core::{AccountId, ChainTag};
use tp_pbft::{Address, Epoch, Member, NodeAddresses, PbftId};
use tp_routing::CommitteesReport;

/// What a ledger knows of drawn committees.
#[derive(Default)]
pub struct Drawn {
	/// The newest epoch in force, on the main chain.
	pub in_force: Epoch,
	/// The epochs of the ledger itself whose committees are announced.
	own: BTreeSet<Epoch>,
	/// Whether the next block is the last of the epoch.
	closes: bool,
}

/// Returns the key of a ledger's committee in an epoch.
pub fn pair_of(chain: ChainTag, epoch: Epoch) -> ed25519::Pair {
	ed25519::Pair::from_seed(&sp_crypto_hashing::blake2_256(&("drawn", chain, epoch).encode()))
}

/// Returns a ledger's committee in an epoch.
pub fn members_of(chain: ChainTag, epoch: Epoch) -> Vec<Member> {
	let vrf = sr25519::Public::from_raw([1; 32]).into();
	vec![Member { key: pair_of(chain, epoch).public().into(), vrf, weight: 1 }]
}

/// Returns what the node of a member published on the main chain: 127.0.0.1 and its own port.
pub fn addresses_of(key: &PbftId) -> NodeAddresses {
	let identity = ed25519::Pair::from_seed(&sp_crypto_hashing::blake2_256(&key.encode())).public();
	let address = Address::try_from(vec![4, 127, 0, 0, 1, 6, identity.0[0] / 2 + 1, 0]).expect("it is short");
	NodeAddresses { identity, addresses: vec![address].try_into().expect("it is one"), made_at: 1 }
}

impl Drawn {
	/// Returns the committees of ledgers in the state of the main chain: those in force, and the decided ones.
	pub fn state(&self, chains: [ChainTag; 3]) -> BTreeMap<Vec<u8>, Vec<u8>> {
		let all = (0..=self.in_force + 1).flat_map(|epoch| chains.map(|chain| (chain, epoch)));
		let seats = |(chain, epoch): (ChainTag, Epoch)| {
			let [member] = members_of(chain, epoch).try_into().expect("it has one member");
			// A seat: its node, its member, and since when.
			let seats: Vec<(Option<AccountId>, Member, Epoch)> = vec![(None, member, 0)];
			(committee_key(chain, epoch), seats.encode())
		};
		all.map(seats).chain([(in_force_key(), self.in_force.encode())]).collect()
	}

	/// Takes an announcement, as a runtime does.
	pub fn announce(
		&mut self,
		own: (ChainTag, Epoch),
		beacon: &mut tp_beacon::MemoryStore,
		announcement: &Announcement,
	) {
		let Announcement { chain, epoch, .. } = *announcement;
		let members = Beacon::new(beacon).prove(announcement).expect("what an author includes is proved");
		assert_eq!(members, members_of(chain, epoch));
		assert!(self.is_news(own, beacon, announcement));
		if chain == own.0 {
			self.own.insert(epoch);
		} else {
			Beacon::new(beacon).announce(chain, epoch, members).unwrap();
		}
	}

	/// Whether an announcement says what a ledger does not know.
	pub fn is_news(
		&self,
		own: (ChainTag, Epoch),
		beacon: &tp_beacon::MemoryStore,
		announcement: &Announcement,
	) -> bool {
		let Announcement { chain, epoch, .. } = *announcement;
		match chain == own.0 {
			true => epoch > own.1 && !self.own.contains(&epoch),
			false => !beacon.has_members(chain, epoch),
		}
	}

	/// Tells the beacon of the main chain the committees of a zone that are in force.
	pub fn tell(&self, zone: ChainTag, beacon: &mut tp_beacon::MemoryStore) {
		let Some(source) = beacon.source(zone).filter(|source| source.authority == Authority::MainChain) else {
			return;
		};
		let newest = source.spans.last().map_or(0, |span| span.epoch);
		for epoch in newest + 1..=self.in_force {
			Beacon::new(beacon).announce(zone, epoch, members_of(zone, epoch)).unwrap();
		}
	}

	/// Whether a block is the last of its epoch: the one after that which brought the next committee.
	pub fn ends(&mut self, epoch: Epoch) -> bool {
		if std::mem::take(&mut self.closes) {
			return true;
		}
		self.closes = self.own.contains(&(epoch + 1));
		false
	}

	/// Returns what the ledger knows.
	pub fn report(&self, epoch: Epoch, beacon: &tp_beacon::MemoryStore) -> CommitteesReport {
		let known = |chain: ChainTag| {
			let source = beacon.source(chain).filter(|source| source.authority == Authority::MainChain)?;
			let begun = source.spans.last()?.epoch;
			assert!(source.spans.len() < KEPT_EPOCHS);
			Some((chain, (begun + 1..).take_while(|epoch| beacon.has_members(chain, *epoch)).last().unwrap_or(begun)))
		};
		let own = (epoch + 1..).take_while(|epoch| self.own.contains(epoch)).last().unwrap_or(epoch);
		CommitteesReport { own: Some(own), neighbours: beacon.sources().into_iter().filter_map(known).collect() }
	}
}
