//! The committees of a run, and headers with their certificates.

use codec::Encode;
use sp_core::H256;
use sp_crypto_hashing::blake2_256;
use sp_runtime::Digest;
use std::collections::BTreeMap;
use tc_pbft_core::Signer;
use tc_pbft_sim::keys::{member, Identity, SimSigner};
use tp_beacon::SignedHeader;
use tp_core::{BlockNumber, ChainTag, Header};
use tp_mailbox::Commitments;
use tp_pbft::{Certificate, ConsensusLog, Domain, Epoch, Member, MemberIndex, MessageKind, Slot};

/// The number of members of each committee: three are a quorum.
const SIZE: u16 = 4;
/// The number of committees of a ledger. They take turns.
const COMMITTEES: u16 = 64;

/// A committee of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Electorate {
	/// The ledger.
	pub chain: ChainTag,
	/// The number of the ledger in the run.
	pub ledger: u16,
	/// The epoch.
	pub epoch: Epoch,
}

impl Electorate {
	fn identities(&self) -> impl Iterator<Item = Identity> {
		let first = (self.ledger * COMMITTEES + turn(self.epoch)) * SIZE;
		first..first + SIZE
	}

	/// Returns the members.
	pub fn members(&self) -> Vec<Member> {
		self.identities().map(|identity| member(identity, 1)).collect()
	}

	/// Returns the committee of the next epoch.
	pub fn next(&self) -> Self {
		Self { epoch: self.epoch + 1, ..self.clone() }
	}

	/// Certifies a header with the signatures of the first `signers` members.
	pub fn certify(&self, header: Header, signers: usize) -> SignedHeader {
		let slot = Slot { epoch: self.epoch, height: header.number, view: 0, kind: MessageKind::Commit };
		let hash = header.hash();
		let payload = slot.signing_payload(&Domain { chain: self.chain, genesis: genesis(self.chain) }, &hash);
		let votes = (0..).zip(self.identities()).take(signers);
		let votes =
			votes.map(|(at, identity): (MemberIndex, _)| (at, SimSigner::new(identity).sign(&payload))).collect();
		let certificate = Certificate::from_votes(slot, hash, usize::from(SIZE), votes);
		SignedHeader { header, certificate }
	}

	/// Certifies a header with a quorum.
	pub fn certify_by_quorum(&self, header: Header) -> SignedHeader {
		self.certify(header, usize::from(SIZE - (SIZE - 1) / 3))
	}
}

/// Returns the hash of a ledger's genesis.
pub fn genesis(chain: ChainTag) -> H256 {
	H256(chain.using_encoded(blake2_256))
}

/// Returns a header. `next` is the next committee, in the last header of an epoch.
pub fn header(number: BlockNumber, parent: H256, commitments: Commitments, next: Option<&Electorate>) -> Header {
	let mut logs = vec![commitments.item()];
	logs.extend(next.map(|next| ConsensusLog::NextCommittee { epoch: next.epoch, members: next.members() }.to_item()));
	let (state_root, extrinsics_root, digest) = (H256::zero(), H256::zero(), Digest { logs });
	Header { parent_hash: parent, number, state_root, extrinsics_root, digest }
}

/// Returns which of a ledger's committees has an epoch.
fn turn(epoch: Epoch) -> u16 {
	u16::try_from(epoch % Epoch::from(COMMITTEES)).expect("it is below the number of committees; qed")
}

/// What every node can look up: the announced committees, and the last headers of epochs.
#[derive(Clone, Debug, Default)]
pub struct Directory {
	/// The committees of each ledger, by their turn.
	announced: BTreeMap<ChainTag, Vec<Vec<Member>>>,
	lasts: BTreeMap<ChainTag, Vec<SignedHeader>>,
}

impl Directory {
	/// Announces the committees of all epochs of a ledger.
	pub fn announce(&mut self, first: &Electorate) {
		let of = |epoch| Electorate { epoch, ..first.clone() }.members();
		self.announced.insert(first.chain, (0..Epoch::from(COMMITTEES)).map(of).collect());
	}

	/// Returns an announced committee.
	pub fn members(&self, chain: ChainTag, epoch: Epoch) -> Option<&Vec<Member>> {
		self.announced.get(&chain)?.get(usize::from(turn(epoch)))
	}

	/// Notes the last header of an epoch.
	pub fn note_last(&mut self, chain: ChainTag, signed: SignedHeader) {
		self.lasts.entry(chain).or_default().push(signed);
	}

	/// Returns the last headers of the epochs from one on, some of them.
	pub fn lasts_from(&self, chain: ChainTag, epoch: Epoch) -> Vec<SignedHeader> {
		let lasts = self.lasts.get(&chain).map_or(&[][..], Vec::as_slice).iter();
		lasts.filter(|signed| signed.certificate.epoch >= epoch).cloned().collect()
	}
}
