//! Epochs of the preset `drawn`: the committees of the zone and of its shards, and what their beacons learn of them by proof.

use super::rotation::Network;
use codec::Encode;
use sp_runtime::StateVersion;
use sp_state_machine::prove_read;
use std::collections::BTreeMap;
use top_main_runtime::{genesis::DRAWN, *};
use tp_beacon::{
	committee_key, in_force_key, Announcement, AnnouncementError, Authority, Beacon, HeldHeader, MemoryStore, Source,
	Span, Store as _,
};
use tp_core::ChainTag;
use tp_mailbox::{
	bounds::MIN_MESSAGE_WEIGHT, Arrival, Class, Commitments, Destination, HeadPath, Home, Initiator, Lane, Ledger,
	Message, Reason, Receive,
};
use tp_pbft::{Epoch, EpochActivity, Member};
use tp_stake::LedgerMessage;

const NODES: u16 = 10;
const ZONE: ChainTag = ChainTag::Zone(0);
const SHARDS: [ChainTag; 2] =
	[ChainTag::Shard { zone: 0, incarnation: 0 }, ChainTag::Shard { zone: 0, incarnation: 1 }];

fn seats(chain: ChainTag, epoch: Epoch) -> Vec<(AccountId, Member)> {
	let seats = pallet_shard_assignment::Committees::<Runtime>::get(chain, epoch).unwrap_or_default();
	seats.into_iter().map(|seat| (seat.node.expect("all members are registered"), seat.member)).collect()
}

fn members(chain: ChainTag, epoch: Epoch) -> Vec<Member> {
	seats(chain, epoch).into_iter().map(|(_, member)| member).collect()
}

/// Runs epochs, and checks the seats of each. Returns whether a node went from one shard to the other.
fn rotate(network: &mut Network, epochs: Epoch) -> bool {
	let mut shard_of: BTreeMap<AccountId, ChainTag> = BTreeMap::new();
	let mut moved = false;
	for epoch in 0..=epochs {
		network.until_epoch(epoch);
		for chain in [ChainTag::Main, ZONE, SHARDS[0], SHARDS[1]] {
			let seats = seats(chain, epoch);
			assert_eq!(seats.len(), 4, "{chain} in epoch {epoch}");
			for (node, _) in seats.into_iter().filter(|_| SHARDS.contains(&chain)) {
				moved |= shard_of.insert(node, chain).is_some_and(|before| before != chain);
			}
		}
	}
	moved
}

/// Returns a beacon that holds a header of the main chain.
fn holding(header: &Header) -> MemoryStore {
	let mut store = MemoryStore::default();
	let commitments = Commitments::find(&header.digest).unwrap();
	store.set_source(
		ChainTag::Main,
		Some(Source {
			ledger: Ledger { chain: ChainTag::Main, tables: None },
			genesis: Hash::zero(),
			authority: Authority::Itself,
			spans: vec![Span { epoch: 0, first: 1, last: None }],
			headers: vec![HeldHeader { number: header.number, hash: header.hash(), commitments }],
			frozen_at: None,
		}),
	);
	store
}

#[test]
fn committees_of_zone_and_shards_rotate_and_are_proved_from_their_epoch_on() {
	let preset = genesis::get_preset(&DRAWN.into()).unwrap();
	let storage = top_runtime_common::development::storage::<RuntimeGenesisConfig>(&preset).unwrap();
	let mut chain = sp_io::TestExternalities::new_with_code_and_state(&[], storage, StateVersion::V0);
	let mut network = None;
	let (header, expected, decided) = chain.execute_with(|| {
		let network = network.insert(Network::of(NODES));
		assert!(rotate(network, 10), "a node changes its shard");
		// The deal of the next seats.
		(0..5).for_each(|_| network.block());
		let chains = [ZONE, SHARDS[0], SHARDS[1]];
		let expected = chains.map(|chain| (chain, members(chain, 10)));
		(network.header.clone().unwrap(), expected, chains.map(|chain| members(chain, 11).len()))
	});
	assert_eq!(decided, [4; 3], "the next committees are decided, and not in force");
	let backend = chain.as_backend();
	let mut store = holding(&header);
	for (chain, expected) in expected {
		let announcement = |epoch| {
			let keys = [committee_key(chain, epoch), in_force_key()];
			let proof = prove_read(backend.clone(), keys).unwrap().into_iter_nodes().collect();
			let (by, height, path) = (ChainTag::Main, header.number, HeadPath::default());
			Announcement { chain, epoch, by, height, path, header: header.clone(), proof }
		};
		let beacon = Beacon::new(&mut store);
		assert_eq!(beacon.prove(&announcement(10)), Ok(expected));
		assert_eq!(beacon.prove(&announcement(11)), Err(AnnouncementError::NotInForce));
	}
}

/// Returns what the main chain says to a message of a shard about its committee in epoch 0.
fn report(class: Class, signed: [u32; 4]) -> Result<(), Reason> {
	let mut activity = EpochActivity::new(0, 4);
	activity.certified = 100;
	activity.members.iter_mut().zip(signed).for_each(|(member, signed)| member.signed = signed);
	let payload = LedgerMessage::Participation(activity).encode();
	let initiator = Initiator { home: Home::Zone(0), account: AccountId::new([0; 32]) };
	let message = Message { initiator, hop: 0, weight: MIN_MESSAGE_WEIGHT, budget: 0, value: 0, payload };
	let lane = Lane { source: SHARDS[0], destination: Destination::Main, class };
	configs::LedgerReports::receive(&Arrival { lane, sequence: 0 }, &message, &mut |_| panic!("it sends nothing"))
}

#[test]
fn shards_report_who_took_part() {
	super::on_preset(DRAWN, || {
		let mut network = Network::of(NODES);
		network.until_epoch(1);
		// The deal, and the participation of the main chain.
		(0..3).for_each(|_| network.block());
		let reputation = |node: &AccountId| ComprehensiveStake::node_info(node).unwrap().reputation;
		let members: Vec<AccountId> = seats(SHARDS[0], 0).into_iter().map(|(node, _)| node).collect();
		let before: Vec<_> = members.iter().map(reputation).collect();
		assert_eq!(
			report(Class::User, [100; 4]),
			Err(Reason::Unreadable),
			"an account of the shard sends on this lane"
		);
		assert_eq!(report(Class::System, [100, 90, 60, 0]), Ok(()));
		network.block();
		let noted = pallet_shard_assignment::Event::ParticipationNoted { chain: SHARDS[0], epoch: 0 };
		assert!(System::events().into_iter().any(|record| record.event == noted.clone().into()));
		let after: Vec<_> = members.iter().map(reputation).collect();
		assert!(after[0] > before[0] && after[1] > before[1], "{before:?} {after:?}");
		assert!(after[0] > after[1] || before[0] != before[1], "the best rises most: {before:?} {after:?}");
		assert_eq!(after[2], before[2]);
		assert!(after[3] < before[3], "{before:?} {after:?}");
		// The pools of its role pay for it at the end of the epoch.
		let claimable = |node: &AccountId| Rewards::claimable_with(node, &[]);
		let owed = [0, 3].map(|at| claimable(&members[at]));
		network.until_epoch(2);
		network.block();
		let now = [0, 3].map(|at| claimable(&members[at]));
		assert!(now[0] > owed[0], "{owed:?} {now:?}");
	});
}
