use super::*;
use sp_core::{ed25519, Pair};

fn multiaddr(text: &str) -> Multiaddr {
	text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn key() -> PbftId {
	ed25519::Public::from_raw([1; 32]).into()
}

fn published(addresses: &[&str]) -> NodeAddresses {
	let bytes = |text: &&str| Address::try_from(multiaddr(text).to_vec()).expect("it is short; qed");
	NodeAddresses {
		identity: ed25519::Pair::from_seed(&[7; 32]).public(),
		addresses: addresses.iter().map(bytes).collect::<Vec<_>>().try_into().expect("they are few; qed"),
		made_at: 0,
	}
}

/// Addresses and whether they are dialled: on a public network, on a private one.
const CASES: [(&str, bool, bool); 13] = [
	("/ip4/8.8.8.8/tcp/30333", true, true),
	("/ip6/2606:4700:4700::1111/tcp/30333", true, true),
	("/dns/node.example.org/tcp/30333", true, true),
	("/ip4/127.0.0.1/tcp/30333", false, true),
	("/ip4/10.1.2.3/tcp/30333", false, true),
	("/ip4/169.254.169.254/tcp/80", false, true),
	("/ip6/::1/tcp/30333", false, true),
	("/ip6/fe80::1/tcp/30333", false, true),
	// The IPv4 address 10.1.2.3.
	("/ip6/::ffff:a01:203/tcp/30333", false, true),
	("/ip4/0.0.0.0/tcp/30333", false, false),
	("/ip4/8.8.8.8/udp/30333", false, false),
	("/ip4/8.8.8.8/tcp/30333/ws", false, false),
	("/memory/7", false, false),
];

#[test]
fn private_addresses_and_other_transports_are_not_dialled_on_a_public_network() {
	for (text, public, private) in CASES {
		for (dials_private, expected) in [(false, public), (true, private)] {
			let contact = Contact::read(&key(), &published(&[text]), dials_private);
			assert_eq!(contact.is_some(), expected, "{text}, {dials_private}");
			assert_eq!(to_publish(multiaddr(text), dials_private).is_some(), expected, "{text}, {dials_private}");
		}
	}
	let mixed = Contact::read(&key(), &published(&["/ip4/10.1.2.3/tcp/1", "/ip4/8.8.8.8/tcp/1"]), false).unwrap();
	assert_eq!(mixed.addresses, [multiaddr("/ip4/8.8.8.8/tcp/1")]);
}

#[test]
fn a_peer_id_follows_from_the_identity_and_is_not_published() {
	let record = published(&["/ip4/8.8.8.8/tcp/30333"]);
	let contact = Contact::read(&key(), &record, false).unwrap();
	let with_peer = contact.addresses[0].clone().with(Protocol::P2p(contact.peer.into()));
	assert_eq!(to_publish(with_peer, false).as_ref(), record.addresses.first());
	let no_key = (0..=u8::MAX).map(|byte| [byte; 32]).find(|raw| PublicKey::try_from_bytes(raw).is_err());
	let no_key = ed25519::Public::from_raw(no_key.expect("half of all are no points; qed"));
	assert!(Contact::read(&key(), &NodeAddresses { identity: no_key, ..record.clone() }, false).is_none());
	let other = ed25519::Pair::from_seed(&[8; 32]).public();
	let other = Contact::read(&key(), &NodeAddresses { identity: other, ..record }, false).unwrap();
	assert_ne!(other.peer, contact.peer);
}

/// The runtime cannot use the library, and has its own check.
#[test]
fn the_ledger_accepts_what_the_library_reads_as_host_and_port() {
	for (text, ..) in CASES {
		let is_host_and_port = !["udp", "ws", "memory"].iter().any(|part| text.contains(part));
		assert_eq!(is_address(&multiaddr(text).to_vec()), is_host_and_port, "{text}");
	}
	// All that the ledger accepts, the library reads. Random bytes are seldom accepted, so these are addresses with one changed.
	let (mut accepted, mut random) = (0, 1u64);
	for _ in 0..200_000 {
		let text = CASES[usize::try_from(random >> 60).expect("four bits; qed") % CASES.len()].0;
		let mut bytes = multiaddr(text).to_vec();
		random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		let at = usize::try_from(random >> 40).expect("24 bits; qed") % bytes.len();
		bytes[at] = random.to_le_bytes()[4];
		if is_address(&bytes) {
			accepted += 1;
			let read = Multiaddr::try_from(bytes.clone()).unwrap_or_else(|error| panic!("{bytes:?}: {error}"));
			assert_eq!(read.iter().count(), 2, "{read}");
		}
	}
	assert!(accepted > 1_000, "{accepted}");
}
