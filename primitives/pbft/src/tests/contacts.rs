//! Addresses of nodes and their publication.

use super::*;

fn host_and_port(host: &[u8]) -> Vec<u8> {
	[host, &[6, 0x76, 0x7d]].concat()
}

fn name(name: &[u8]) -> Vec<u8> {
	host_and_port(&[&[55, u8::try_from(name.len()).unwrap()], name].concat())
}

#[test]
fn an_address_is_a_host_and_a_port() {
	let ip4 = host_and_port(&[4, 192, 0, 2, 1]);
	assert!(is_address(&ip4));
	assert!(is_address(&host_and_port(&[&[41][..], &[1; 16]].concat())));
	assert!(is_address(&name(b"a-1.example.org")));
	assert!([53, 54].iter().all(|code| is_address(&host_and_port(&[*code, 1, b'a']))));
	assert!(is_address(&name(&[b'a'; 127])) && !is_address(&name(&[b'a'; 128])), "the length is one byte");
	assert!(!is_address(&name(b"")) && !is_address(&name(b"a_b")));
	for length in 0..ip4.len() {
		assert!(!is_address(&ip4[..length]), "{length}");
	}
	assert!(!is_address(&[&ip4[..], &[0]].concat()));
	for (high, low, expected) in [(0, 0, false), (0, 1, true), (1, 0, true)] {
		assert_eq!(is_address(&[4, 192, 0, 2, 1, 6, high, low]), expected);
	}
	for code in (0..=u8::MAX).filter(|code| *code != 4) {
		assert!(!is_address(&[code, 192, 0, 2, 1, 6, 0x76, 0x7d]), "{code} is no IPv4 address");
	}
	for code in (0..=u8::MAX).filter(|code| *code != 6) {
		assert!(!is_address(&[4, 192, 0, 2, 1, code, 0x76, 0x7d]), "{code} is not TCP");
	}
}

#[test]
fn a_publication_is_signed_by_key_and_identity_for_one_ledger() {
	let (identity, genesis) = (sp_core::ed25519::Pair::from_seed(&[9; 32]), H256::repeat_byte(1));
	let addresses = vec![Address::try_from(host_and_port(&[4, 192, 0, 2, 1])).unwrap()];
	let addresses = addresses.try_into().unwrap();
	let record = NodeAddresses { identity: identity.public(), addresses, made_at: 7 };
	let key = pair(0).public();
	let payload = record.signing_payload(&genesis, &key);
	assert_eq!(payload[..15], *b"TOP-ADDRESSES\x01\x00");
	let (by_key, by_identity) = (pair(0).sign(&payload), identity.sign(&payload));
	let publication = Publication { key, record, by_key, by_identity };
	assert!(publication.is_signed(&genesis) && publication.record.is_well_formed());
	assert!(!publication.is_signed(&H256::repeat_byte(2)));
	let wrong = [
		Publication { key: pair(1).public(), ..publication.clone() },
		Publication { by_key: pair(1).sign(&payload), ..publication.clone() },
		Publication { by_identity: pair(0).sign(&payload).into(), ..publication.clone() },
		Publication { record: NodeAddresses { made_at: 8, ..publication.record.clone() }, ..publication.clone() },
	];
	assert!(wrong.iter().all(|wrong| !wrong.is_signed(&genesis)));
	let none = NodeAddresses { addresses: Default::default(), ..publication.record.clone() };
	let garbage = Address::try_from(vec![1, 2, 3]).unwrap();
	let garbage = [publication.record.addresses[0].clone(), garbage].to_vec().try_into().unwrap();
	assert!(!none.is_well_formed());
	let further = publication.record.with_ports_above(3);
	assert_eq!(further.addresses[0].to_vec(), [4, 192, 0, 2, 1, 6, 0x76, 0x80]);
	assert!(publication.record.with_ports_above(u16::MAX).addresses.is_empty(), "there is no such port");
	assert!(!NodeAddresses { addresses: garbage, ..publication.record }.is_well_formed());
}
