//! Warp sync: serves proofs of the newest block to others, and verifies those of others.

use super::{certified::read_certificate, client::LedgerClient, last_headers::LastHeaders};
use crate::{
	error::{BoxedError, CommitteeError, LedgerError},
	log_targets::LOG_TARGET,
	warp::{Follower, ProofBuilder, WarpError, WarpProof},
};
use codec::Encode;
use sc_network_sync::strategy::warp::{EncodedProof, VerificationResult, Verifier, WarpSyncProvider};
use std::sync::Arc;
use tp_beacon::SignedHeader;
use tp_core::Block;
use tp_pbft::{check_signature, BlockHash, Height};

/// A node cannot serve a proof.
#[derive(Debug, thiserror::Error)]
pub enum ProvingError {
	/// The chain cannot answer.
	#[error(transparent)]
	Committee(#[from] CommitteeError),
	/// The proof would begin at a block that ends no epoch of this node's chain.
	#[error("block {0:?} is not the last of an epoch that this node knows")]
	UnknownStart(BlockHash),
	/// The node has no block behind the one at which the proof would begin.
	#[error("this node has no block from {0} on")]
	NothingNewer(Height),
}

impl From<LedgerError> for ProvingError {
	fn from(error: LedgerError) -> Self {
		Self::Committee(error.into())
	}
}

/// A proof of another node is not taken.
#[derive(Debug, thiserror::Error)]
enum TakingError {
	/// The proof does not hold.
	#[error(transparent)]
	Proof(#[from] WarpError),
	/// This node does not know the committee of the genesis.
	#[error(transparent)]
	First(#[from] CommitteeError),
	/// What was verified cannot be kept.
	#[error(transparent)]
	Ledger(#[from] LedgerError),
}

/// The SDK's provider of warp sync.
pub struct PbftWarpSync<C> {
	client: Arc<C>,
	lasts: Arc<LastHeaders<C>>,
	/// The verifier at the genesis. `None` for a database of before that does not know the first committee.
	genesis: Option<Follower>,
}

impl<C: LedgerClient> PbftWarpSync<C> {
	/// Returns a provider.
	///
	/// # Errors
	/// If the database or the runtime fails.
	pub fn new(client: Arc<C>, lasts: Arc<LastHeaders<C>>) -> Result<Self, LedgerError> {
		let domain = lasts.domain()?;
		let genesis = lasts.first()?.map(|(epoch, members)| Follower::new(domain, epoch, members));
		Ok(Self { client, lasts, genesis })
	}

	fn prove(&self, start: BlockHash) -> Result<WarpProof, ProvingError> {
		let info = self.client.info();
		let newest = info.finalized_number;
		let (mut epoch, mut first) = self.lasts.after(start)?.ok_or(ProvingError::UnknownStart(start))?;
		if newest < first {
			return Err(ProvingError::NothingNewer(first));
		}
		let mut builder = ProofBuilder::default();
		while let Some(last) = self.lasts.find(epoch, first)? {
			let height = last.header.number;
			// The newest block may be the last of its epoch.
			if height >= newest {
				break;
			}
			if builder.add(last).is_err() {
				return Ok(builder.finish(None));
			}
			(epoch, first) = (epoch.saturating_add(1), height.saturating_add(1));
		}
		let missing = || ProvingError::Committee(CommitteeError::Missing(newest));
		let header = self.client.header(info.finalized_hash).map_err(LedgerError::from)?.ok_or_else(missing)?;
		let certificate = read_certificate(&*self.client, info.finalized_hash)?.ok_or_else(missing)?;
		Ok(builder.finish(Some(SignedHeader { header, certificate })))
	}

	/// Goes on behind the epochs that were verified before a restart.
	fn resume(&self, mut follower: Follower) -> Follower {
		while let Ok(Some(last)) = self.lasts.kept(follower.epoch()) {
			if follower.follow(&last, check_signature).is_err() {
				break;
			}
		}
		follower
	}
}

impl<C: LedgerClient> WarpSyncProvider<Block> for PbftWarpSync<C> {
	fn generate(&self, start: BlockHash) -> Result<EncodedProof, BoxedError> {
		Ok(EncodedProof(self.prove(start)?.encode()))
	}

	fn create_verifier(&self) -> Box<dyn Verifier<Block>> {
		let follower = self.genesis.clone().map(|follower| self.resume(follower));
		let genesis = self.client.info().genesis_hash;
		Box::new(WarpVerifier { lasts: self.lasts.clone(), genesis, follower })
	}
}

struct WarpVerifier<C> {
	lasts: Arc<LastHeaders<C>>,
	genesis: BlockHash,
	follower: Option<Follower>,
}

impl<C: LedgerClient> WarpVerifier<C> {
	fn take(&mut self, proof: &EncodedProof) -> Result<VerificationResult<Block>, TakingError> {
		let follower = self.follower.as_mut().ok_or(CommitteeError::FirstUnknown)?;
		let WarpProof { lasts, newest } = WarpProof::read(&proof.0)?.verify(follower, check_signature)?.into_inner();
		self.lasts.keep(&lasts)?;
		// The SDK would import the headers of the proof as blocks without parents, whose children it could not make final. They
		// are kept apart, and come with the history.
		Ok(match newest {
			None => VerificationResult::Partial(Vec::new()),
			Some(SignedHeader { header, certificate }) => {
				self.lasts.set_target(certificate);
				let (number, hash, epoch) = (header.number, header.hash(), follower.epoch());
				// Members of long ago have nothing to lose by another history: see the guide.
				log::info!(
					target: LOG_TARGET,
					"Block {number} ({hash:?}) in epoch {epoch} is the newest: its chain of committees is verified from the genesis. Compare \
					 the hash with a source that you trust",
				);
				VerificationResult::Complete(header, Vec::new())
			},
		})
	}
}

impl<C: LedgerClient> Verifier<Block> for WarpVerifier<C> {
	fn verify(&mut self, proof: &EncodedProof) -> Result<VerificationResult<Block>, BoxedError> {
		Ok(self.take(proof)?)
	}

	fn next_proof_context(&self) -> BlockHash {
		self.follower.as_ref().map_or(self.genesis, Follower::last)
	}

	fn status(&self) -> Option<String> {
		self.follower.as_ref().map(|follower| format!("epoch {}", follower.epoch()))
	}
}
