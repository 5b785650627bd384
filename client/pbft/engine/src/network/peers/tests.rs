use super::*;

fn key(number: u8) -> PbftId {
	sp_core::ed25519::Public::from_raw([number; 32]).into()
}

#[test]
fn a_flood_exceeds_the_budget_and_a_peer_is_cut_off_once() {
	let (mut peers, peer) = (Peers::default(), PeerId::random());
	assert_eq!(peers.admit(&peer, 100), Admission::CutOff, "it has no substream");
	peers.insert(peer, vec![key(1)]);
	assert!(peers.admitted().contains(&peer));
	let granted = (0..100_000).take_while(|_| peers.admit(&peer, 100) == Admission::Granted).count();
	assert!((1_900..10_000).contains(&granted), "{granted} messages were let through");
	assert_eq!(peers.all().count(), 1);

	assert!(peers.cut_off(&peer));
	assert!(!peers.cut_off(&peer));
	assert_eq!(peers.admit(&peer, 100), Admission::CutOff);
	assert!(!peers.admitted().contains(&peer));
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
		assert!(peers.has_room(&key(1), &peer), "a peer does not count against itself");
	}
	assert!(!peers.has_room(&key(1), &PeerId::random()));
	assert!(peers.has_room(&key(2), &PeerId::random()));
}

#[test]
fn large_messages_and_costly_checks_use_up_the_budget_sooner() {
	let (mut peers, peer) = (Peers::default(), PeerId::random());
	peers.insert(peer, vec![key(1)]);
	let granted = (0..1_000).take_while(|_| peers.admit(&peer, 4 << 20) == Admission::Granted).count();
	assert!((7..20).contains(&granted), "{granted} messages of 4 MiB were let through");

	let peer = PeerId::random();
	peers.insert(peer, vec![key(1)]);
	let granted = (0..1_000)
		.take_while(|_| {
			let admission = peers.admit(&peer, 100);
			peers.charge(&peer, 87);
			admission == Admission::Granted
		})
		.count();
	assert!((20..60).contains(&granted), "{granted} messages of 87 checks were let through");
}

/// Messages of the next height are verified when it begins, one after another, at the cost of the peer that brought them.
#[test]
fn kept_messages_are_verified_as_long_as_their_peer_can_pay() {
	let (mut peers, peer) = (Peers::default(), PeerId::random());
	assert!(!peers.may_spend(&peer), "it has no substream");
	peers.insert(peer, vec![key(1)]);
	// A new view of 128 members with a prepared certificate in each view change.
	const CHECKS: u32 = 87 * 86;
	let mut verified = 0;
	while verified < 20 && peers.may_spend(&peer) {
		peers.charge(&peer, CHECKS);
		verified += 1;
	}
	assert_eq!(verified, 1, "one message may overdraw the budget once");
	let other = PeerId::random();
	peers.insert(other, vec![key(2)]);
	assert!(peers.may_spend(&other));
	peers.cut_off(&other);
	assert!(!peers.may_spend(&other));
}

#[test]
fn peers_without_an_admitted_key_are_strangers() {
	let (mut peers, member, stranger) = (Peers::default(), PeerId::random(), PeerId::random());
	peers.insert(member, vec![key(9), key(1)]);
	peers.insert(stranger, vec![key(9)]);
	let vrf = sp_core::sr25519::Public::default().into();
	let members = vec![tp_pbft::Member { key: key(1), vrf, weight: 1 }];
	let committee = Committee { epoch: 0, members, seed: [0; 32] };
	assert_eq!(peers.strangers(|admitted| *admitted == key(1)), [stranger]);
	assert_eq!(peers.of_committee(&committee), [member]);
	peers.cut_off(&stranger);
	assert!(peers.strangers(|admitted| *admitted == key(1)).is_empty());
}
