//! Participation: authors are counted by headers, signers by the parent's certificate.

use crate::{
	types::{count, turns_lost},
	*,
};
use frame_support::{traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::traits::Zero;
use tp_pbft::{Certificate, CertificateError, Committee, Domain, EpochActivity, Height, PreDigest, Seed};

impl<T: Config> Pallet<T> {
	/// Returns the domain of the members' signatures.
	pub fn domain() -> Domain {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		Domain { chain: T::Chain::get(), genesis }
	}

	/// Stores the author of this block, names it in the header, and counts the turns that primaries of earlier views lost.
	pub(crate) fn note_author(pre_digest: &PreDigest) -> Weight {
		let PreDigest { view, author, .. } = *pre_digest;
		let mut activity = CurrentActivity::<T>::get().expect("kept with the committee; qed");
		let size = count(activity.members.len());
		let Some(member) = activity.members.get_mut(usize::from(author)) else {
			panic!("the block's author {author} is not a member of the committee of {size}");
		};
		member.authored = member.authored.saturating_add(1);
		let committee = Self::committee();
		let key = &committee.member(author).expect("the activity has a place for each member; qed").key;
		frame_system::Pallet::<T>::deposit_log(tp_pbft::author_item(key));
		activity.blocks = activity.blocks.saturating_add(1);
		let mut weight = T::WeightInfo::block(size);
		if view > 0 {
			for (loser, turns) in turns_lost(&committee.primaries(), view) {
				if let Some(member) = activity.members.get_mut(usize::from(loser)) {
					member.turns_lost = member.turns_lost.saturating_add(turns);
				}
			}
			weight = weight.saturating_add(T::WeightInfo::later_view(size));
		}
		CurrentActivity::<T>::put(activity);
		LastAuthorship::<T>::put(Authorship { author, view, output: pre_digest.output() });
		weight
	}

	/// Checks that a certificate proves this block's parent.
	pub(crate) fn verify_parent(certificate: &Certificate) -> Result<(), Error<T>> {
		let height = Self::height();
		if height <= 1 {
			return Err(Error::FirstBlock);
		}
		let committee = Self::parent_committee(height);
		let parent_hash = frame_system::Pallet::<T>::parent_hash();
		certificate
			.verify(&Self::domain(), &committee, height - 1, &parent_hash, tp_pbft::check_signature)
			.map_err(Error::from)
	}

	/// Counts the signers of a valid certificate of the parent, in the epoch of the parent.
	///
	/// Also counts the signatures beyond the quorum, for the author of this block.
	pub(crate) fn count_signers(certificate: &Certificate) {
		let quorum = Self::parent_committee(Self::height()).quorum();
		Self::count_extra_signatures(count(certificate.signatures.len().saturating_sub(quorum)));
		let count_signed = |activity: &mut Option<EpochActivity>| {
			let Some(activity) = activity.as_mut().filter(|activity| activity.epoch == certificate.epoch) else {
				return false;
			};
			activity.certified = activity.certified.saturating_add(1);
			for signer in certificate.signers.iter() {
				if let Some(member) = activity.members.get_mut(usize::from(signer)) {
					member.signed = member.signed.saturating_add(1);
				}
			}
			true
		};
		if !CurrentActivity::<T>::mutate(count_signed) {
			PreviousActivity::<T>::mutate(count_signed);
		}
	}

	fn count_extra_signatures(extra: u32) {
		let author = LastAuthorship::<T>::get().expect("on_initialize notes each block's author; qed").author;
		CurrentActivity::<T>::mutate(|activity| {
			let member = activity.as_mut().and_then(|activity| activity.members.get_mut(usize::from(author)));
			if let Some(member) = member {
				member.extra_signatures = member.extra_signatures.saturating_add(extra);
			}
		});
	}

	/// Returns the committee of the parent of the block at `height`, with an empty seed: certificates do not depend on it.
	fn parent_committee(height: Height) -> Committee {
		let record = if EpochStart::<T>::get() == height {
			PreviousCommittee::<T>::get().expect("an epoch after the first has one before it; qed")
		} else {
			Self::current()
		};
		record.with_seed(Seed::default())
	}
}

impl<T> From<CertificateError> for Error<T> {
	fn from(error: CertificateError) -> Self {
		match error {
			CertificateError::WrongHeight { .. } => Self::CertificateWrongHeight,
			CertificateError::WrongBlock => Self::CertificateWrongBlock,
			CertificateError::WrongEpoch { .. } => Self::CertificateWrongEpoch,
			CertificateError::BadBitmap { .. } => Self::CertificateBadBitmap,
			CertificateError::SignatureCount { .. } => Self::CertificateSignatureCount,
			CertificateError::NoQuorum { .. } => Self::CertificateNoQuorum,
			CertificateError::BadSignature(_) => Self::CertificateBadSignature,
		}
	}
}

impl<T> From<InvalidCommittee> for Error<T> {
	fn from(error: InvalidCommittee) -> Self {
		match error {
			InvalidCommittee::Empty => Self::EmptyCommittee,
			InvalidCommittee::TooLarge => Self::CommitteeTooLarge,
			InvalidCommittee::DuplicateKey => Self::DuplicateKey,
		}
	}
}
