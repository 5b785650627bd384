use super::*;

fn key(number: u8) -> PbftId {
	sp_core::ed25519::Public::from_raw([number; 32]).into()
}

#[test]
fn a_flood_exceeds_the_budget_and_a_peer_is_cut_off_once() {
	let (mut peers, peer) = (Peers::default(), PeerId::random());
	assert_eq!(peers.admit(&peer), Admission::CutOff, "it has no substream");
	peers.insert(peer, vec![key(1)]);
	let granted = (0..100_000).take_while(|_| peers.admit(&peer) == Admission::Granted).count();
	assert!((2_000..10_000).contains(&granted), "{granted} messages were let through");
	assert_eq!(peers.all().count(), 1);

	assert!(peers.cut_off(&peer));
	assert!(!peers.cut_off(&peer));
	assert_eq!(peers.admit(&peer), Admission::CutOff);
	assert_eq!(peers.all().count(), 0);
	assert_eq!(peers.of_member(&key(1)).count(), 0);
}

#[test]
fn a_member_has_no_more_peers_than_it_needs() {
	let mut peers = Peers::default();
	for _ in 0..MAX_PEERS_PER_MEMBER {
		let peer = PeerId::random();
		assert!(peers.has_room(&key(1), &peer));
		peers.insert(peer, vec![key(1)]);
		assert!(peers.has_room(&key(1), &peer), "a peer is not in its own way");
	}
	assert!(!peers.has_room(&key(1), &PeerId::random()));
	assert!(peers.has_room(&key(2), &PeerId::random()));
}
