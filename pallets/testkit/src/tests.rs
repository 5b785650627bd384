//! The doubles keep what a test sets, for account ids of different types.

use crate::*;
use sp_runtime::Perbill;
use tp_core::{AccountId, ChainTag};
use tp_pbft::PbftId;
use tp_sortition::Role;
use tp_stake::{Committees, EpochClock, Nodes, OnParticipation, Participation, Punish, Seat, Voters};

#[test]
fn accounts_of_every_type_differ_by_number() {
	assert_ne!(account::<u64>(1), account::<u64>(2));
	assert_ne!(account::<[u8; 20]>(1), account::<[u8; 20]>(2));
	assert_ne!(account::<AccountId>(1), account::<AccountId>(2));
}

#[test]
fn the_registry_serves_two_account_id_types() {
	reset();
	let (number, bytes): (u64, [u8; 20]) = (account(1), account(2));
	Registry::register(&number, Registered::new(keys(1)));
	assert_eq!(<Registry as Nodes<u64>>::owner(&keys(1).pbft), Some(number));
	assert!(<Registry as Nodes<u64>>::may_stand(&number, Role::Router, 0));
	Registry::change(&number, |node| node.leaves = true);
	assert!(!<Registry as Nodes<u64>>::may_stand(&number, Role::Router, 0));
	assert!(<Registry as Nodes<[u8; 20]>>::is_removed(&bytes, 0), "it is not registered");

	Registry::set_votes(&number, &bytes, 5);
	Registry::set_votes(&bytes, &bytes, 7);
	assert_eq!(<Registry as Voters<[u8; 20]>>::voted(10), [(bytes, 12)]);
	reset();
	assert_eq!(<Registry as Nodes<u64>>::owner(&keys(1).pbft), None);
}

#[test]
fn committees_and_logs_return_what_they_were_given() {
	reset();
	let seat = Seat::<u64> { node: Some(3), member: member(3), since: 0 };
	CommitteeTable::set(ChainTag::Main, 2, std::slice::from_ref(&seat));
	assert_eq!(CommitteeTable::committee(ChainTag::Main, 2), Some(vec![seat]));
	assert_eq!(<CommitteeTable as Committees<u64>>::genesis_hash(ChainTag::Zone(1)), None);

	let participation = Participation::<u64> { chain: ChainTag::Main, epoch: 2, certified: 1, members: vec![] };
	ParticipationLog::on_participation(&participation);
	assert_eq!(ParticipationLog::reports::<u64>(), [participation]);

	let half = Perbill::from_percent(50);
	assert_eq!(SlashLog::slash(&3u64, 2, half, None), None, "it is not registered");
	Registry::register(&3u64, Registered::new(keys(3)));
	assert_eq!(SlashLog::slash(&3u64, 2, half, Some(4)), Some(1));
	assert_eq!(SlashLog::slashes::<u64>(), [(3, 2, half, Some(4))]);
}

#[test]
fn the_manual_clock_draws_other_randomness_with_another_salt() {
	reset();
	let before = ManualClock::randomness();
	RandomnessSalt::set(1);
	assert_ne!(ManualClock::randomness(), before);
	CurrentEpoch::set(2);
	assert_eq!(ManualClock::epoch_start(), 2 * EpochLength::get() + 1);
	assert_eq!(ManualClock::last_height(), None);
}

#[test]
fn a_proof_is_by_the_keys_of_its_number() {
	use codec::Decode;
	use sp_core::{proof_of_possession::statement_of_ownership, Pair};
	use tp_pbft::{PbftPair, PbftSignature};

	let bytes = proof(1, &7u64);
	let signature = PbftSignature::decode(&mut &bytes[..]).unwrap();
	let (own, other): (PbftId, PbftId) = (keys(1).pbft, keys(2).pbft);
	let statement = statement_of_ownership(&codec::Encode::encode(&7u64));
	assert!(PbftPair::verify(&signature, &statement, &own));
	assert!(!PbftPair::verify(&signature, &statement, &other));
}
