//! Tests, with headers that real keys certify.

mod announcements;
mod headers;
mod inherent;
mod neighbours;
mod own;
mod sealing;

use crate::{mock::*, *};
use frame_support::{dispatch::DispatchResult, traits::Hooks};
use pallet_testkit::pairs;
use sp_core::{Pair, H256};
use sp_runtime::Digest;
use tp_beacon::{NamedHeader, SignedHeader, Update};
use tp_core::{BlockNumber, ChainTag, Header};
use tp_mailbox::Commitments;
use tp_pbft::{Certificate, ConsensusLog, Domain, Epoch, MessageKind, Slot};

/// Returns a header with commitments. `salt` makes another block of it.
fn header(number: BlockNumber, salt: u8) -> Header {
	let logs = vec![Commitments { outbox: H256::repeat_byte(salt), ..Commitments::default() }.item()];
	Header { number, digest: Digest { logs }, ..empty() }
}

fn empty() -> Header {
	let zero = H256::zero();
	Header { parent_hash: zero, number: 0, state_root: zero, extrinsics_root: zero, digest: Digest::default() }
}

/// Certifies a header by the first `signers` members of a committee.
fn certify_by(chain: ChainTag, header: Header, epoch: Epoch, signers: u16) -> NamedHeader {
	let slot = Slot { epoch, height: header.number, view: 0, kind: MessageKind::Commit };
	let hash = header.hash();
	let payload = slot.signing_payload(&Domain { chain, genesis: pallet_testkit::genesis_hash_of(chain) }, &hash);
	let first = first_key(chain, epoch);
	let votes = (0..signers).map(|at| (at, pairs(first + at).0.sign(&payload))).collect();
	NamedHeader { chain, signed: SignedHeader { header, certificate: Certificate::from_votes(slot, hash, 4, votes) } }
}

fn certify(chain: ChainTag, header: Header, epoch: Epoch) -> NamedHeader {
	certify_by(chain, header, epoch, 3)
}

/// Returns a certified header of the first epoch.
fn signed(chain: ChainTag, number: BlockNumber, salt: u8) -> NamedHeader {
	certify(chain, header(number, salt), 0)
}

/// Returns the last header of an epoch.
fn last(chain: ChainTag, number: BlockNumber, epoch: Epoch) -> NamedHeader {
	let mut header = header(number, 0);
	let next = ConsensusLog::NextCommittee { epoch: epoch + 1, members: members(chain, epoch + 1) };
	header.digest.push(next.to_item());
	certify(chain, header, epoch)
}

fn update(update: Update) -> DispatchResult {
	Beacon::update(RuntimeOrigin::none(), update)
}

/// Takes headers, each in a block.
fn import(headers: impl IntoIterator<Item = NamedHeader>) {
	for named in headers {
		frame_support::assert_ok!(update(Update { headers: vec![named], ..Update::default() }));
		next_block();
	}
}

/// Asserts that a block which takes a header is refused by this name, and that nothing has changed.
#[track_caller]
fn assert_refused(named: NamedHeader, error: Error<Test>) {
	let update_call = Update { headers: vec![named], ..Update::default() };
	frame_support::assert_noop!(update(update_call), error);
}

#[test]
fn integrity() {
	Beacon::integrity_test();
}
