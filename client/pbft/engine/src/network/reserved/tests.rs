use super::*;
use tp_pbft::Member;

fn key(number: u8) -> PbftId {
	sp_core::ed25519::Public::from_raw([number; 32]).into()
}

fn committee(members: &[u8]) -> Committee {
	let member = |number: &u8| Member {
		key: key(*number),
		vrf: sp_core::sr25519::Public::from_raw([*number; 32]).into(),
		weight: 1,
	};
	Committee { epoch: 0, members: members.iter().map(member).collect(), seed: [0; 32] }
}

#[test]
fn the_newest_peers_of_present_members_stay() {
	let mut reserved = ReservedPeers::default();
	let peers: Vec<_> = (0..MAX_PEERS_PER_MEMBER + 1).map(|_| PeerId::random()).collect();
	for peer in &peers {
		assert!(reserved.insert(&key(1), *peer));
	}
	assert!(!reserved.insert(&key(1), peers[0]));
	let other = PeerId::random();
	assert!(reserved.insert(&key(2), other));

	assert_eq!(reserved.prune(&committee(&[1, 2])), [peers[0]]);
	assert_eq!(reserved.prune(&committee(&[1])), [other]);
	assert!(reserved.remove(&peers[1]));
	assert!(!reserved.remove(&peers[1]));
	assert!(!reserved.remove(&other));
}
