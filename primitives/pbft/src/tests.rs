//! Tests of committees, of certificates, and of signed payloads and headers.

mod certificates;
mod committees;
mod contacts;
mod evidence;
mod headers;
mod keys;

use crate::*;
use alloc::{vec, vec::Vec};
use sp_core::{Pair, H256};
use tp_core::ChainTag;

fn domain() -> Domain {
	Domain { chain: ChainTag::Main, genesis: H256::repeat_byte(1) }
}

fn pair(index: u8) -> PbftPair {
	sp_core::ed25519::Pair::from_seed(&[index + 1; 32]).into()
}

fn vrf_pair(index: u8) -> VrfPair {
	sp_core::sr25519::Pair::from_seed(&[index + 1; 32]).into()
}

/// Returns a committee of epoch 2, of members with these weights.
fn committee(weights: &[u64]) -> Committee {
	let members = weights.iter().zip(0u8..).map(|(weight, index)| Member {
		key: pair(index).public(),
		vrf: vrf_pair(index).public(),
		weight: *weight,
	});
	Committee { epoch: 2, members: members.collect(), seed: [7; 32] }
}

fn sign(index: u8, slot: &Slot, payload: &H256) -> PbftSignature {
	pair(index).sign(&slot.signing_payload(&domain(), payload))
}

fn slot(kind: MessageKind) -> Slot {
	Slot { epoch: 2, height: 9, view: 1, kind }
}

fn certificate(size: usize, signers: &[u8]) -> Certificate {
	let slot = slot(MessageKind::Commit);
	let hash = H256::repeat_byte(5);
	let votes = signers.iter().map(|index| (MemberIndex::from(*index), sign(*index, &slot, &hash))).collect();
	Certificate::from_votes(slot, hash, size, votes)
}
