//! Units of the past: the pool remembers the newest, the archive has all.
//!
//! What reads the database runs on the node's readers, and a call that finds them busy is told so.

use super::{
	error::LatticeError,
	knowledge::{Ignorance, Knowledge},
	report::unit_report,
};
use crate::log_targets::LOG_TARGET;
use codec::Encode;
use sp_core::Bytes;
use std::{sync::Arc, time::Duration};
use tc_lattice::{Archive, ArchiveError, Call, FoundUnit, Link, Place, ReadError, Status, UnitPool};
use tc_lattice_rpc_types::{BlockReport, ChainedUnit, UnitDetails};
use tp_core::{AccountId, BlockNumber, Hash};
use tp_lattice::{Mark, Reason, Receipt, UnitHash};

/// How long a question waits for the index. It follows the newest block within moments.
const INDEX_PATIENCE: Duration = Duration::from_secs(2);

/// Pool and archive.
#[derive(Clone)]
pub(super) struct Lookup {
	pub units: UnitPool,
	pub archive: Arc<Archive>,
}

/// Whether a call waits for the readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
	/// A single call: it is told that the node is busy.
	None,
	/// A subscription, whose number is bounded: it waits.
	Wait,
}

/// The place of a unit in the chain, by the index alone.
enum Indexed {
	At(Hash, Place),
	/// In no block up to the one asked for.
	Nowhere,
	/// The index does not have all blocks up to the one asked for.
	Unknown,
}

impl Lookup {
	/// Returns what is known of units that were submitted, from the pool's answers.
	///
	/// The pool refuses a unit by its height also if the unit became final longer ago than the pool remembers. The
	/// index knows, and only the index is read: the signature of such a unit was not verified.
	pub async fn settle(&self, answers: Vec<(UnitHash, Status)>, patience: Patience) -> Vec<(UnitHash, Knowledge)> {
		let is_open = |status: &Status| matches!(status, Status::Invalid(Reason::Height, _));
		let open = answers.iter().filter(|(_, status)| is_open(status)).map(|(hash, _)| *hash).collect::<Vec<_>>();
		let mut found = self.indexed(open, patience).await.into_iter();
		let settle = |(hash, status): (UnitHash, Status)| {
			let knowledge = match is_open(&status).then(|| found.next()).flatten() {
				None | Some(Ok(Indexed::Nowhere)) => Knowledge::Known(status),
				Some(Ok(Indexed::At(block, place))) => match place.mark {
					Mark::APPLIED => Knowledge::Known(status_at(block, place)),
					_ => Knowledge::Known(status),
				},
				Some(Ok(Indexed::Unknown)) => Knowledge::Unknown(Ignorance::NotIndexed),
				Some(Err(error)) => Knowledge::Unknown(error),
			};
			(hash, knowledge)
		};
		answers.into_iter().map(settle).collect()
	}

	/// Returns what is known of units at present: by the pool, or else by the index.
	pub async fn present(&self, hashes: Vec<UnitHash>) -> Vec<(UnitHash, Knowledge)> {
		let (mut known, mut open) = (Vec::new(), Vec::new());
		for hash in hashes {
			match self.units.status(&hash) {
				Some(status) => known.push((hash, Knowledge::Known(status))),
				None => open.push(hash),
			}
		}
		let found = self.indexed(open.clone(), Patience::Wait).await;
		let knowledge = |found| match found {
			Ok(Indexed::At(block, place)) => Knowledge::Known(status_at(block, place)),
			Ok(Indexed::Nowhere) => Knowledge::Unknown(Ignorance::Nowhere),
			Ok(Indexed::Unknown) => Knowledge::Unknown(Ignorance::NotIndexed),
			Err(error) => Knowledge::Unknown(error),
		};
		known.extend(open.into_iter().zip(found.into_iter().map(knowledge)));
		known
	}

	/// Returns the places of units by the index. Waits some time for an index that lags.
	async fn indexed(&self, hashes: Vec<UnitHash>, patience: Patience) -> Vec<Result<Indexed, Ignorance>> {
		if hashes.is_empty() {
			return Vec::new();
		}
		if !self.archive.has_index() {
			return hashes.iter().map(|_| Err(Ignorance::NoIndex)).collect();
		}
		let newest = self.newest_block();
		let found = self.places(&hashes, newest, patience).await;
		if !found.iter().any(|found| matches!(found, Ok(Indexed::Unknown))) {
			return found;
		}
		self.archive.wait_until_indexed(newest, INDEX_PATIENCE).await;
		self.places(&hashes, newest, patience).await
	}

	async fn places(
		&self,
		hashes: &[UnitHash],
		newest: BlockNumber,
		patience: Patience,
	) -> Vec<Result<Indexed, Ignorance>> {
		let (archive, wanted) = (self.archive.clone(), hashes.to_vec());
		let read = move || {
			let place = |hash| {
				place_of(&archive, &hash, newest).map_err(|error| {
					log::error!(target: LOG_TARGET, "The place of {hash:?} cannot be read: {error}");
					Ignorance::NotIndexed
				})
			};
			wanted.into_iter().map(place).collect()
		};
		let found = match self.call(patience).await {
			Ok(mut call) => call.read(read).await,
			Err(error) => Err(error),
		};
		found.unwrap_or_else(|_| hashes.iter().map(|_| Err(Ignorance::Busy)).collect())
	}

	/// Returns the newest block of the pool.
	fn newest_block(&self) -> BlockNumber {
		self.units.context().context.number.saturating_sub(1)
	}

	async fn call(&self, patience: Patience) -> Result<Call, ReadError> {
		match patience {
			Patience::None => self.units.reads().history.try_call(),
			Patience::Wait => self.units.reads().history.call().await,
		}
	}

	/// Returns the receipt of a unit with a status, or `None` if it is not final. For subscriptions, which wait.
	pub async fn receipt_of(&self, status: &Status) -> Result<Option<Receipt>, LatticeError> {
		let Status::Final { hash, index, .. } = *status else { return Ok(None) };
		let reads = self.units.reads();
		// Receipts of new blocks do not wait behind reads of the past.
		let readers = if self.archive.is_newest(&hash) { &reads.state } else { &reads.history };
		let archive = self.archive.clone();
		Ok(readers.call().await?.read(move || archive.receipt(hash, index)).await??)
	}

	/// Returns the receipt of a final unit.
	pub async fn receipt(&self, hash: UnitHash) -> Result<Receipt, LatticeError> {
		let found = match self.units.status(&hash) {
			Some(Status::Final { hash, index, .. }) => Some((hash, index)),
			Some(status) if !status.is_end() => None,
			_ => self.find(hash).await?.map(|(block, place)| (block, place.index)),
		};
		let (block, index) = found.ok_or(LatticeError::UnknownUnit(hash))?;
		let archive = self.archive.clone();
		let receipt = self.call(Patience::None).await?.read(move || archive.receipt(block, index)).await??;
		receipt.ok_or(LatticeError::UnknownUnit(hash))
	}

	/// Returns a unit of the pool or of the chain.
	pub async fn details(&self, hash: UnitHash) -> Result<Option<UnitDetails>, LatticeError> {
		if let Some(waiting) = self.units.get(&hash) {
			let status = self.units.status(&hash).unwrap_or(Status::Future);
			let unit = Bytes(waiting.unit.encode());
			return Ok(Some(UnitDetails { report: unit_report(hash, &status), unit, index: None }));
		}
		let found = match self.units.status(&hash) {
			// It may be final since a moment ago, and not indexed yet.
			Some(Status::Final { number, hash, index }) => Some((hash, Place { number, index, mark: Mark::APPLIED })),
			_ => self.find(hash).await?,
		};
		let Some((block, place)) = found else { return Ok(None) };
		let archive = self.archive.clone();
		let unit = self.call(Patience::None).await?.read(move || archive.unit_in(block, hash, place)).await??;
		Ok(unit.map(details_of))
	}

	/// Returns a page of an account's chain, newest first. Other calls take their turn between its blocks.
	pub async fn chain(
		&self,
		account: AccountId,
		before: Option<u32>,
		limit: usize,
	) -> Result<Vec<ChainedUnit>, LatticeError> {
		let mut call = self.call(Patience::None).await?;
		let archive = self.archive.clone();
		let links = call.read(move || archive.links(&account, before, limit)).await??;
		let mut chain = Vec::with_capacity(links.len());
		for Link { hash, place, .. } in links {
			let archive = self.archive.clone();
			let Some(found) = call.read(move || archive.unit_at(hash, place)).await?? else { continue };
			chain.push(ChainedUnit {
				hash: found.hash,
				height: found.unit.body.height,
				unit: Bytes(found.unit.encode()),
				block: BlockReport { number: found.number, hash: found.block },
				index: found.index,
			});
		}
		Ok(chain)
	}

	/// Finds a unit of the chain by the index. Waits some time for an index that lags.
	async fn find(&self, hash: UnitHash) -> Result<Option<(Hash, Place)>, LatticeError> {
		let newest = self.newest_block();
		for may_wait in [true, false] {
			let archive = self.archive.clone();
			let mut call = self.call(Patience::None).await?;
			match call.read(move || place_of(&archive, &hash, newest)).await?? {
				Indexed::At(block, place) => return Ok(Some((block, place))),
				Indexed::Nowhere => return Ok(None),
				Indexed::Unknown if may_wait => drop(call),
				Indexed::Unknown => break,
			}
			self.archive.wait_until_indexed(newest, INDEX_PATIENCE).await;
		}
		Err(LatticeError::NotIndexed { unit: hash, newest })
	}
}

/// Returns the place of a unit by the index. `newest` is the block that the index must have to deny one.
fn place_of(archive: &Archive, hash: &UnitHash, newest: BlockNumber) -> Result<Indexed, ArchiveError> {
	// Before the look-up: what the index takes in meanwhile only helps.
	let is_complete = archive.is_complete(newest)?;
	Ok(match archive.place(hash)? {
		Some((block, place)) => Indexed::At(block, place),
		None if is_complete => Indexed::Nowhere,
		None => Indexed::Unknown,
	})
}

/// Returns the status of a unit of a block.
fn status_at(block: Hash, place: Place) -> Status {
	match place.mark {
		Mark::APPLIED => Status::Final { number: place.number, hash: block, index: place.index },
		Mark(reason) => reason.map_or(Status::Usurped, |reason| Status::Invalid(reason, None)),
	}
}

fn details_of(found: FoundUnit) -> UnitDetails {
	let FoundUnit { unit, hash, number, block, index, mark } = found;
	let mut report = unit_report(hash, &status_at(block, Place { number, index, mark }));
	report.block = Some(BlockReport { number, hash: block });
	UnitDetails { report, unit: Bytes(unit.encode()), index: Some(index) }
}
