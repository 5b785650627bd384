//! From a trusted committee to a later one, by the headers that end the epochs between them.

use crate::{patience::Patience, Error, RpcClient, Verifier, VerifyError};
use tp_core::{BlockNumber, Header};
use tp_pbft::{Certificate, Epoch};

impl RpcClient {
	/// Follows the ledger from the newest committee of a verifier to the committee of an epoch.
	///
	/// The node only finds the headers. The verifier checks each of them, so the node cannot name a false committee.
	///
	/// # Errors
	/// If the node does not have the headers, or one of them does not prove the next committee.
	pub async fn follow(&self, verifier: &mut Verifier, epoch: Epoch) -> Result<(), Error> {
		let mut patience = Patience::new(self.options().reconnect_for);
		while let Some((newest, first)) = verifier.newest().filter(|(newest, _)| *newest < epoch) {
			match self.epoch_end(newest, first.unwrap_or(1)).await {
				Ok((header, certificate)) => {
					verifier.follow(&header, &certificate)?;
					patience.renew();
				},
				Err(error) if error.is_connection() && patience.wait().await => {},
				Err(error) => return Err(error),
			}
		}
		Ok(())
	}

	/// Returns the last header of an epoch that has ended, with its certificate.
	async fn epoch_end(&self, epoch: Epoch, from: BlockNumber) -> Result<(Header, Certificate), Error> {
		let hash = self.block_hash(self.last_height(epoch, from).await?).await?;
		Ok((self.header(hash).await?, self.certificate(hash).await?))
	}

	/// Follows the ledger to the newest epoch of the node's final blocks.
	///
	/// # Errors
	/// See [`Self::follow`].
	pub async fn follow_to_newest(&self, verifier: &mut Verifier) -> Result<(), Error> {
		let head = self.finalized_head().await?;
		let epoch = self.certificate(head).await?.epoch;
		self.follow(verifier, epoch).await
	}

	/// Searches the last height of an epoch that has ended, from a height of it or before it.
	async fn last_height(&self, epoch: Epoch, from: BlockNumber) -> Result<BlockNumber, Error> {
		let newest = self.finalized_height().await?;
		// The epochs of heights ascend: `low` is in the epoch or before it, `high` is after it.
		let (mut low, mut high) = (from, newest.saturating_add(1));
		while low.saturating_add(1) < high {
			let middle = low + (high - low) / 2;
			match self.epoch_of(middle).await? <= epoch {
				true => low = middle,
				false => high = middle,
			}
		}
		match high > newest {
			true => Err(VerifyError::UnknownEpoch { epoch: epoch.saturating_add(1), number: high }.into()),
			false => Ok(low),
		}
	}

	async fn epoch_of(&self, height: BlockNumber) -> Result<Epoch, Error> {
		Ok(self.certificate(self.block_hash(height).await?).await?.epoch)
	}
}
