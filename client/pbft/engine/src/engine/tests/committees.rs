//! Members of the next committee, and addresses that members published.

use super::fixture::{running, Fixture, GENESIS, SIZE};
use crate::network::Wire;
use sc_network::{Multiaddr, PeerId};
use sp_core::{ed25519, Pair};
use std::time::Duration;
use tp_pbft::{Contacts, NodeAddresses};

/// Returns a record with one address, and the peer that it names.
fn record(number: u8, address: &str) -> (NodeAddresses, PeerId) {
	let identity = ed25519::Pair::from_seed(&[number; 32]).public();
	let address: Multiaddr = address.parse().expect("it is an address; qed");
	let addresses = vec![address.to_vec().try_into().expect("it is short; qed")];
	let peer =
		sc_network_types::ed25519::PublicKey::try_from_bytes(&identity.0).expect("it is a key; qed").to_peer_id();
	(NodeAddresses { identity, addresses: addresses.try_into().expect("it is one; qed"), made_at: 1 }, peer)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_committee_is_connected_and_has_no_part_in_this_height() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let (next, stranger) = (SIZE, SIZE + 1);
	fixture.ledger.contacts.lock().next = vec![fixture.key(next)];
	let mut running = running(engine);
	let started = || !fixture.network.reserved.lock().is_empty();
	fixture.run_until(&mut running, "the first link", started).await;
	let [peer, other] = [PeerId::random(), PeerId::random()];
	fixture.connect_from(next, peer).await;
	fixture.connect_from(stranger, other).await;
	let refused = || fixture.network.disconnected.lock().contains(&other);
	fixture.run_until(&mut running, "the end of the link to the stranger", refused).await;
	assert!(!fixture.network.disconnected.lock().contains(&peer));
	assert!(fixture.network.reserved.lock().contains(&peer), "the network keeps the link");

	// It is sent no votes.
	let (_, proposed) = fixture.proposal_on(&GENESIS);
	fixture.send(proposed).await;
	let voted = || !fixture.votes(1).is_empty();
	fixture.run_until(&mut running, "a vote", voted).await;
	let is_vote = |bytes: &[u8]| matches!(Wire::from_bytes(bytes), Some(Wire::Message(_)));
	let votes_to = |to| fixture.sent.lock().iter().filter(|(peer, bytes)| *peer == to && is_vote(bytes)).count();
	assert_eq!(votes_to(peer), 0);
	assert!(votes_to(fixture.peer(fixture.order[0])) > 0);
	assert!(fixture.network.reported.lock().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_dialled_at_the_addresses_that_they_published() {
	let (fixture, engine) = Fixture::open(GENESIS).await;
	let (next, stranger) = (SIZE, SIZE + 1);
	let (public, peer) = record(1, "/ip4/8.8.8.8/tcp/30333");
	let (of_next, next_peer) = record(2, "/dns/node.example.org/tcp/30333");
	let (private, private_peer) = record(3, "/ip4/10.0.0.1/tcp/30333");
	let published = [(fixture.order[0], &public), (fixture.order[1], &private), (next, &of_next)];
	*fixture.ledger.contacts.lock() = Contacts {
		next: vec![fixture.key(next)],
		published: published.map(|(member, record)| (fixture.key(member), record.clone())).to_vec(),
	};
	let mut running = running(engine);
	let reserved = |peer| fixture.network.reserved.lock().contains(&peer);
	fixture.run_until(&mut running, "the dials", || reserved(peer) && reserved(next_peer)).await;
	let mut told: Vec<_> = fixture.network.addresses.lock().iter().map(|(peer, to)| (*peer, to.to_string())).collect();
	told.sort();
	let mut expected =
		vec![(peer, "/ip4/8.8.8.8/tcp/30333".to_owned()), (next_peer, "/dns/node.example.org/tcp/30333".to_owned())];
	expected.sort();
	assert_eq!(told, expected);
	assert!(!reserved(private_peer));

	// A peer that answers there must prove a member's key, and is not banned if it does not.
	fixture.connect_from(stranger, peer).await;
	let refused = || fixture.network.disconnected.lock().contains(&peer);
	fixture.run_until(&mut running, "the end of the link", refused).await;
	assert!(!reserved(peer), "the network would not close it otherwise");
	fixture.connect_from(next, next_peer).await;
	fixture.run_for(&mut running, Duration::from_millis(100)).await;
	assert!(reserved(next_peer) && !fixture.network.disconnected.lock().contains(&next_peer));
	assert!(fixture.network.reported.lock().is_empty());
}
