//! Quorum certificates: the proof that q members of a committee signed the same vote.

use crate::{
	BlockHash, CheckSignature, Committee, Domain, Epoch, Height, MemberIndex, MessageKind, PbftSignature, Slot, View,
};
use alloc::{vec, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode};
use core::marker::PhantomData;
use scale_info::TypeInfo;

/// The kind of vote in a certificate.
pub trait VoteKind {
	/// The kind of the signed message.
	const KIND: MessageKind;
}

/// Marks certificates of `Commit` votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TypeInfo)]
pub enum CommitVotes {}
impl VoteKind for CommitVotes {
	const KIND: MessageKind = MessageKind::Commit;
}

/// Marks certificates of `Prepare` votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TypeInfo)]
pub enum PrepareVotes {}
impl VoteKind for PrepareVotes {
	const KIND: MessageKind = MessageKind::Prepare;
}

/// The proof that a block is final: the SDK's justification under [`crate::ENGINE_ID`].
pub type Certificate = QuorumCertificate<CommitVotes>;
/// The proof that no other block can have been committed at this height in this view or below.
pub type PreparedCertificate = QuorumCertificate<PrepareVotes>;

/// The signers of a certificate: bit i, from the lowest of the first byte, is member i.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SignerBitmap(pub Vec<u8>);

impl SignerBitmap {
	/// Returns a bitmap without signers, for a committee of `size` members.
	pub fn new(size: usize) -> Self {
		Self(vec![0; size.div_ceil(8)])
	}

	/// Adds a member. Ignores an index out of range.
	pub fn insert(&mut self, index: MemberIndex) {
		if let Some(byte) = self.0.get_mut(usize::from(index / 8)) {
			*byte |= 1 << (index % 8);
		}
	}

	/// Whether a member is a signer.
	pub fn contains(&self, index: MemberIndex) -> bool {
		self.0.get(usize::from(index / 8)).is_some_and(|byte| byte & (1 << (index % 8)) != 0)
	}

	/// Returns the signers in ascending order.
	pub fn iter(&self) -> impl Iterator<Item = MemberIndex> + '_ {
		let bits = MemberIndex::try_from(self.0.len().saturating_mul(8)).unwrap_or(MemberIndex::MAX);
		(0..bits).filter(|index| self.contains(*index))
	}

	/// Returns the number of signers.
	pub fn count(&self) -> usize {
		self.0.iter().map(|byte| byte.count_ones() as usize).sum()
	}
}

/// At least q votes of one kind for one block in one view.
///
/// The kind is not encoded: the context of a certificate determines it, and the signatures bind it.
#[derive(Encode, Decode, DecodeWithMemTracking, TypeInfo)]
#[codec(encode_bound())]
#[codec(decode_bound())]
#[codec(decode_with_mem_tracking_bound())]
#[scale_info(skip_type_params(K))]
pub struct QuorumCertificate<K> {
	/// The height of the block.
	pub height: Height,
	/// The view of the votes.
	pub view: View,
	/// The hash of the block.
	pub hash: BlockHash,
	/// The epoch of the committee.
	pub epoch: Epoch,
	/// The signers.
	pub signers: SignerBitmap,
	/// Their signatures, by index.
	pub signatures: Vec<PbftSignature>,
	#[doc(hidden)]
	#[codec(skip)]
	pub kind: PhantomData<fn() -> K>,
}

/// The reason why a certificate is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
	/// It is for another height.
	#[error("the certificate is for height {found}, not for {expected}")]
	WrongHeight {
		/// The height of the block.
		expected: Height,
		/// The height in the certificate.
		found: Height,
	},
	/// It is for another block.
	#[error("the certificate is for another block")]
	WrongBlock,
	/// It is by another committee.
	#[error("the certificate is by the committee of epoch {found}, not of {expected}")]
	WrongEpoch {
		/// The epoch of the committee.
		expected: Epoch,
		/// The epoch in the certificate.
		found: Epoch,
	},
	/// The bitmap does not fit the committee.
	#[error("the signer bitmap does not fit a committee of {size}")]
	BadBitmap {
		/// The number of members of the committee.
		size: usize,
	},
	/// The number of signatures differs from the number of signers.
	#[error("{signatures} signatures for {signers} signers")]
	SignatureCount {
		/// The number of signers.
		signers: usize,
		/// The number of signatures.
		signatures: usize,
	},
	/// Too few signers.
	#[error("{signers} signers are fewer than the quorum of {quorum}")]
	NoQuorum {
		/// The number of signers.
		signers: usize,
		/// The number of votes needed.
		quorum: usize,
	},
	/// A signature is invalid.
	#[error("the signature of member {0} is invalid")]
	BadSignature(MemberIndex),
}

impl<K: VoteKind> QuorumCertificate<K> {
	/// Assembles a certificate from votes. The caller has checked them and passes each signer once.
	pub fn from_votes(
		slot: Slot,
		hash: BlockHash,
		committee_size: usize,
		mut votes: Vec<(MemberIndex, PbftSignature)>,
	) -> Self {
		votes.sort_by_key(|(index, _)| *index);
		let mut signers = SignerBitmap::new(committee_size);
		votes.iter().for_each(|(index, _)| signers.insert(*index));
		Self {
			height: slot.height,
			view: slot.view,
			hash,
			epoch: slot.epoch,
			signers,
			signatures: votes.into_iter().map(|(_, signature)| signature).collect(),
			kind: PhantomData,
		}
	}

	/// Returns the slot of the signatures.
	pub fn slot(&self) -> Slot {
		Slot { epoch: self.epoch, height: self.height, view: self.view, kind: K::KIND }
	}

	/// Returns each signer with its signature.
	pub fn votes(&self) -> impl Iterator<Item = (MemberIndex, &PbftSignature)> {
		self.signers.iter().zip(&self.signatures)
	}

	/// Checks that it proves `hash` at `height` by a quorum of `committee`.
	///
	/// Import queue, votes, sync, runtime and light clients all call this one check.
	pub fn verify(
		&self,
		domain: &Domain,
		committee: &Committee,
		height: Height,
		hash: &BlockHash,
		check: impl CheckSignature,
	) -> Result<(), CertificateError> {
		if self.height != height {
			return Err(CertificateError::WrongHeight { expected: height, found: self.height });
		}
		if self.hash != *hash {
			return Err(CertificateError::WrongBlock);
		}
		self.verify_signatures(domain, committee, check)
	}

	/// Checks form, epoch, quorum and signatures for the block that it names.
	pub fn verify_signatures(
		&self,
		domain: &Domain,
		committee: &Committee,
		check: impl CheckSignature,
	) -> Result<(), CertificateError> {
		if self.epoch != committee.epoch {
			return Err(CertificateError::WrongEpoch { expected: committee.epoch, found: self.epoch });
		}
		let size = committee.size();
		if self.signers.0.len() != size.div_ceil(8) || self.signers.iter().any(|index| usize::from(index) >= size) {
			return Err(CertificateError::BadBitmap { size });
		}
		let signers = self.signers.count();
		if signers != self.signatures.len() {
			return Err(CertificateError::SignatureCount { signers, signatures: self.signatures.len() });
		}
		let quorum = committee.quorum();
		// An empty committee has a quorum of zero. A certificate without signers proves nothing.
		if signers < quorum || signers == 0 {
			return Err(CertificateError::NoQuorum { signers, quorum });
		}
		let message = self.slot().signing_payload(domain, &self.hash);
		for (index, signature) in self.votes() {
			let member = committee.member(index).ok_or(CertificateError::BadBitmap { size })?;
			if !check(&member.key, &message, signature) {
				return Err(CertificateError::BadSignature(index));
			}
		}
		Ok(())
	}
}

// Derived implementations would put bounds on the marker type.
impl<K> Clone for QuorumCertificate<K> {
	fn clone(&self) -> Self {
		Self {
			height: self.height,
			view: self.view,
			hash: self.hash,
			epoch: self.epoch,
			signers: self.signers.clone(),
			signatures: self.signatures.clone(),
			kind: PhantomData,
		}
	}
}

impl<K> PartialEq for QuorumCertificate<K> {
	fn eq(&self, other: &Self) -> bool {
		self.height == other.height
			&& self.view == other.view
			&& self.hash == other.hash
			&& self.epoch == other.epoch
			&& self.signers == other.signers
			&& self.signatures == other.signatures
	}
}

impl<K> Eq for QuorumCertificate<K> {}

impl<K> core::fmt::Debug for QuorumCertificate<K> {
	fn fmt(&self, formatter: &mut core::fmt::Formatter) -> core::fmt::Result {
		formatter
			.debug_struct("QuorumCertificate")
			.field("height", &self.height)
			.field("view", &self.view)
			.field("hash", &self.hash)
			.field("epoch", &self.epoch)
			.field("signers", &self.signers.count())
			.finish()
	}
}
