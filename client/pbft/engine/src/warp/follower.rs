//! Follows the committees of a chain from one epoch to the next.

use super::error::WarpError;
use tp_beacon::SignedHeader;
use tp_pbft::{
	find_next_committee, find_pre_digest, BlockHash, CheckSignature, Committee, Domain, Epoch, Height, Member,
	MAX_MEMBERS,
};

/// The present committee of a chain, as far as the chain was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
	domain: Domain,
	/// Its seed has no part in certificates.
	committee: Committee,
	first: Height,
	last: BlockHash,
}

impl Follower {
	/// Begins at the genesis, with the committee in its state.
	pub fn new(domain: Domain, epoch: Epoch, members: Vec<Member>) -> Self {
		let committee = Committee { epoch, members, seed: Default::default() };
		Self { domain, committee, first: 1, last: domain.genesis }
	}

	/// Returns the epoch whose committee is known, and whose end is not.
	pub fn epoch(&self) -> Epoch {
		self.committee.epoch
	}

	/// Returns the last block of the epoch before, or the genesis.
	pub fn last(&self) -> BlockHash {
		self.last
	}

	/// Checks that the present committee made a block final. Returns its hash.
	pub fn certify(&self, signed: &SignedHeader, check: impl CheckSignature) -> Result<BlockHash, WarpError> {
		let SignedHeader { header, certificate } = signed;
		let (height, first, epoch) = (header.number, self.first, self.committee.epoch);
		if height < first {
			return Err(WarpError::BeforeEpoch { height, epoch, first });
		}
		find_pre_digest(&header.digest).map_err(|error| WarpError::Digest { height, error })?;
		let hash = header.hash();
		let verified = certificate.verify(&self.domain, &self.committee, height, &hash, check);
		verified.map_err(|error| WarpError::Certificate { height, error })?;
		Ok(hash)
	}

	/// Takes the last header of the present epoch, and begins the next one.
	pub fn follow(&mut self, last: &SignedHeader, check: impl CheckSignature) -> Result<(), WarpError> {
		let hash = self.certify(last, check)?;
		let height = last.header.number;
		let (epoch, members) = find_next_committee(&last.header.digest).ok_or(WarpError::NotLast(height))?;
		let expected = self.committee.epoch.saturating_add(1);
		if epoch != expected {
			return Err(WarpError::OtherEpoch { expected, found: epoch });
		}
		let bound = usize::try_from(MAX_MEMBERS).unwrap_or(usize::MAX);
		if members.is_empty() || members.len() > bound {
			return Err(WarpError::BadCommittee(members.len()));
		}
		self.committee = Committee { epoch, members, seed: Default::default() };
		(self.first, self.last) = (height.saturating_add(1), hash);
		Ok(())
	}
}
