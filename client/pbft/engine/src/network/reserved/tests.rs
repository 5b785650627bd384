use super::*;

fn key(number: u8) -> PbftId {
	sp_core::ed25519::Public::from_raw([number; 32]).into()
}

fn contact(number: u8, peer: PeerId) -> Contact {
	Contact { key: key(number), peer, addresses: Vec::new() }
}

/// Returns whether keys are among these numbers.
fn of<const N: usize>(numbers: [u8; N]) -> impl Fn(&PbftId) -> bool {
	move |member| numbers.iter().any(|number| key(*number) == *member)
}

#[test]
fn the_newest_peers_of_admitted_members_stay() {
	let mut reserved = ReservedPeers::default();
	let peers: Vec<_> = (0..MAX_PEERS_PER_MEMBER + 1).map(|_| PeerId::random()).collect();
	for peer in &peers {
		assert!(reserved.insert(&key(1), *peer));
	}
	assert!(!reserved.insert(&key(1), peers[0]));
	let other = PeerId::random();
	assert!(reserved.insert(&key(2), other));

	assert_eq!(reserved.prune(of([1, 2])), [peers[0]]);
	assert_eq!(reserved.prune(of([1])), [other]);
	assert!(reserved.remove(&peers[1]));
	assert!(!reserved.remove(&peers[1]));
	assert!(!reserved.remove(&other));
}

#[test]
fn published_peers_come_and_go_with_the_publication_unless_they_proved_a_key() {
	let mut reserved = ReservedPeers::default();
	let [first, second, third] = [PeerId::random(), PeerId::random(), PeerId::random()];
	assert_eq!(reserved.publish(&[contact(1, first), contact(2, second)]), (vec![first, second], vec![]));
	assert_eq!(reserved.publish(&[contact(1, first), contact(2, second)]), (vec![], vec![]));
	// Member 1 has a link, and moves. Member 2 never had one.
	assert!(!reserved.insert(&key(1), first), "it is reserved already");
	assert_eq!(reserved.publish(&[contact(1, third)]), (vec![third], vec![second]));
	assert_eq!(reserved.publish(&[]), (vec![], vec![third]));
	assert_eq!(reserved.prune(of([2])), [first], "its member left");
}

/// One process may hold the keys of two nodes, and publish for both.
#[test]
fn a_peer_that_two_members_publish_is_reserved_once() {
	let (mut reserved, peer) = (ReservedPeers::default(), PeerId::random());
	assert_eq!(reserved.publish(&[contact(1, peer), contact(2, peer)]), (vec![peer], vec![]));
	assert_eq!(reserved.publish(&[contact(2, peer)]), (vec![], vec![]));
	// It is kept for the member whose key it proves.
	assert!(!reserved.insert(&key(2), peer));
	assert!(reserved.prune(of([2])).is_empty());
}

/// A member can publish at most one peer at a time, and change it once an hour.
#[test]
fn a_member_that_publishes_one_peer_after_another_has_one_place() {
	let mut reserved = ReservedPeers::default();
	for _ in 0..1_000 {
		let (added, removed) = reserved.publish(&[contact(1, PeerId::random())]);
		assert!(added.len() == 1 && removed.len() <= 1);
	}
	assert_eq!(reserved.0.len(), 1);
}
