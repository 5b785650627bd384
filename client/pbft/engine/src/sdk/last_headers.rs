//! The last headers of epochs, with their certificates, in the auxiliary store: they prove which committee decides on a height
//! without the state of its parent.
//!
//! ```text
//! import of the last block of an epoch ─┐
//! proof of warp sync ───────────────────┼─▶ epoch ─▶ header, certificate ─▶ warp sync of other nodes
//! search, in a database of before ──────┘                               └─▶ certificates of history, and of the state to take
//! ```
//!
//! Invariant: what is kept was certified by the committee of its epoch.

use super::{
	client::LedgerClient,
	committees::Chain,
	epoch_span::EpochSpan,
	epochs::{EpochSource, Epochs},
	first,
};
use crate::error::{CommitteeError, LedgerError};
use codec::{DecodeAll, Encode};
use parking_lot::Mutex;
use sc_client_api::AuxStore;
use std::sync::{Arc, OnceLock};
use tp_beacon::SignedHeader;
use tp_core::Header;
use tp_pbft::{find_next_committee, BlockHash, Certificate, Domain, Epoch, Height, Member, PbftApi};

/// Prefix of the keys of headers, before the epoch.
const HEADER_PREFIX: &[u8] = b"pbft-last-header";
/// Prefix of the keys of epochs, before the hash of their last block.
const EPOCH_PREFIX: &[u8] = b"pbft-last-epoch";

fn header_key(epoch: Epoch) -> Vec<u8> {
	[HEADER_PREFIX, &epoch.to_le_bytes()].concat()
}

fn epoch_key(hash: &BlockHash) -> Vec<u8> {
	[EPOCH_PREFIX, hash.as_bytes()].concat()
}

/// Returns what is kept of a certified block beside it: nothing, unless it is the last of its epoch.
pub fn entries(header: &Header, certificate: &Certificate) -> Vec<(Vec<u8>, Vec<u8>)> {
	if find_next_committee(&header.digest).is_none() {
		return Vec::new();
	}
	let value = (header, certificate).encode();
	vec![(header_key(certificate.epoch), value), (epoch_key(&certificate.hash), certificate.epoch.encode())]
}

/// What the last headers need of a chain and of its auxiliary store.
pub trait HeaderSource: EpochSource {
	/// Returns what is kept under a key.
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError>;
	/// Keeps values under their keys.
	fn put(&self, entries: &[(Vec<u8>, Vec<u8>)]) -> Result<(), LedgerError>;
	/// Returns the hash of the genesis.
	fn genesis(&self) -> BlockHash;
	/// Returns the epoch and the committee of the genesis, if they were kept.
	fn first(&self) -> Result<Option<(Epoch, Vec<Member>)>, LedgerError>;
	/// Returns the height of the newest block.
	fn newest(&self) -> Height;
	/// Returns the header of a block, if it is here.
	fn by_hash(&self, hash: BlockHash) -> Result<Option<Header>, LedgerError>;
	/// Returns the certificate of the block at a height.
	fn certificate(&self, height: Height) -> Result<Certificate, CommitteeError>;
}

/// Returns the last header of an epoch, if it is kept.
fn kept(source: &impl HeaderSource, epoch: Epoch) -> Result<Option<SignedHeader>, LedgerError> {
	let kept = source.get(&header_key(epoch))?;
	Ok(kept.and_then(|bytes| SignedHeader::decode_all(&mut &bytes[..]).ok()))
}

fn keep(source: &impl HeaderSource, lasts: &[SignedHeader]) -> Result<(), LedgerError> {
	let entries: Vec<_> = lasts.iter().flat_map(|last| entries(&last.header, &last.certificate)).collect();
	source.put(&entries)
}

/// Returns the last header of an epoch that begins at `start`. `None` if the chain is still in it. Looks for it among all blocks if
/// it is not kept, and keeps it then.
fn find(source: &impl HeaderSource, epoch: Epoch, start: Height) -> Result<Option<SignedHeader>, CommitteeError> {
	if let Some(kept) = kept(source, epoch)? {
		return Ok(Some(kept));
	}
	let Some(height) = Epochs::last_of(source, epoch, start, source.newest())? else { return Ok(None) };
	let header = source.header(height)?;
	if find_next_committee(&header.digest).is_none() {
		return Err(CommitteeError::NotNamed { epoch: epoch.saturating_add(1), height });
	}
	let found = SignedHeader { header, certificate: source.certificate(height)? };
	keep(source, std::slice::from_ref(&found))?;
	Ok(Some(found))
}

/// Returns the epoch that begins after a block, or after the genesis, with its first height. `None` if the block is not known, or
/// not the last of an epoch.
fn after(source: &impl HeaderSource, block: BlockHash) -> Result<Option<(Epoch, Height)>, CommitteeError> {
	if block == source.genesis() {
		let (epoch, _) = source.first()?.ok_or(CommitteeError::FirstUnknown)?;
		return Ok(Some((epoch, 1)));
	}
	let known = source.get(&epoch_key(&block))?;
	let header = match known.and_then(|bytes| Epoch::decode_all(&mut &bytes[..]).ok()) {
		Some(epoch) => kept(source, epoch)?.map(|kept| kept.header),
		None => source.by_hash(block)?,
	};
	let next = header.and_then(|header| Some((find_next_committee(&header.digest)?.0, header.number)));
	Ok(next.map(|(epoch, height)| (epoch, height.saturating_add(1))))
}

/// Returns the heights and the committee of an epoch, by what is kept.
fn span(source: &impl HeaderSource, epoch: Epoch) -> Result<Option<EpochSpan>, LedgerError> {
	let begin = match (source.first()?, epoch.checked_sub(1)) {
		(Some((first, members)), _) if first == epoch => Some((1, members)),
		(_, Some(before)) => kept(source, before)?.and_then(|last| {
			let (_, members) = find_next_committee(&last.header.digest)?;
			Some((last.header.number.saturating_add(1), members))
		}),
		(_, None) => None,
	};
	let Some((first, members)) = begin else { return Ok(None) };
	let last = kept(source, epoch)?.map(|last| last.header.number);
	Ok(Some(EpochSpan { epoch, members, first, last }))
}

impl<C: LedgerClient> HeaderSource for Chain<'_, C> {
	fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
		Ok(AuxStore::get_aux(self.0, key)?)
	}

	fn put(&self, entries: &[(Vec<u8>, Vec<u8>)]) -> Result<(), LedgerError> {
		let entries: Vec<(&[u8], &[u8])> = entries.iter().map(|(key, value)| (&key[..], &value[..])).collect();
		Ok(AuxStore::insert_aux(self.0, &entries, &[])?)
	}

	fn genesis(&self) -> BlockHash {
		self.0.info().genesis_hash
	}

	fn first(&self) -> Result<Option<(Epoch, Vec<Member>)>, LedgerError> {
		first::read(self.0)
	}

	fn newest(&self) -> Height {
		self.0.info().best_number
	}

	fn by_hash(&self, hash: BlockHash) -> Result<Option<Header>, LedgerError> {
		Ok(self.0.header(hash)?)
	}

	fn certificate(&self, height: Height) -> Result<Certificate, CommitteeError> {
		self.certificate_at(height)
	}
}

/// The last headers of a chain.
pub struct LastHeaders<C> {
	client: Arc<C>,
	/// The span that was asked for last. History comes in its order, so the next block is mostly of the same.
	span: Mutex<Option<Arc<EpochSpan>>>,
	domain: OnceLock<Domain>,
	/// The certificate of the block whose state is taken. The peer that sends the block may send another one with it.
	target: Mutex<Option<Certificate>>,
}

impl<C: LedgerClient> LastHeaders<C> {
	/// Returns the last headers in the auxiliary store of a client.
	pub fn new(client: Arc<C>) -> Self {
		Self { client, span: Mutex::default(), domain: OnceLock::new(), target: Mutex::default() }
	}

	/// Notes the certificate of the block whose state is to be taken.
	pub fn set_target(&self, certificate: Certificate) {
		*self.target.lock() = Some(certificate);
	}

	/// Returns the height of the block whose state is to be taken.
	pub fn target_height(&self) -> Option<Height> {
		self.target.lock().as_ref().map(|certificate| certificate.height)
	}

	/// Returns the certificate of a block, if its state is to be taken.
	pub fn target(&self, block: &BlockHash) -> Option<Certificate> {
		self.target.lock().clone().filter(|certificate| certificate.hash == *block)
	}

	/// Returns the committee of the genesis, if it was kept.
	pub fn first(&self) -> Result<Option<(Epoch, Vec<Member>)>, LedgerError> {
		first::read(&*self.client)
	}

	/// Returns what the signatures of the ledger bind.
	pub fn domain(&self) -> Result<Domain, LedgerError> {
		if let Some(domain) = self.domain.get() {
			return Ok(*domain);
		}
		let info = self.client.info();
		let chain = PbftApi::config(&*self.client.runtime_api(), info.best_hash)?.chain;
		Ok(*self.domain.get_or_init(|| Domain { chain, genesis: info.genesis_hash }))
	}

	/// Returns the last header of an epoch, if it is kept.
	pub fn kept(&self, epoch: Epoch) -> Result<Option<SignedHeader>, LedgerError> {
		kept(&Chain(&*self.client), epoch)
	}

	/// Keeps last headers that were verified.
	pub fn keep(&self, lasts: &[SignedHeader]) -> Result<(), LedgerError> {
		keep(&Chain(&*self.client), lasts)
	}

	/// Returns the last header of an epoch that begins at `start`. `None` if the chain is still in it.
	pub fn find(&self, epoch: Epoch, start: Height) -> Result<Option<SignedHeader>, CommitteeError> {
		find(&Chain(&*self.client), epoch, start)
	}

	/// Returns the epoch that begins after a block, or after the genesis, with its first height. `None` if the block is not known, or
	/// not the last of an epoch.
	pub fn after(&self, block: BlockHash) -> Result<Option<(Epoch, Height)>, CommitteeError> {
		after(&Chain(&*self.client), block)
	}

	/// Returns the heights and the committee of an epoch, by what is kept.
	pub fn span(&self, epoch: Epoch) -> Result<Option<Arc<EpochSpan>>, LedgerError> {
		if let Some(known) = self.span.lock().clone().filter(|span| span.epoch == epoch && span.last.is_some()) {
			return Ok(Some(known));
		}
		let found = span(&Chain(&*self.client), epoch)?.map(Arc::new);
		if found.is_some() {
			self.span.lock().clone_from(&found);
		}
		Ok(found)
	}
}

#[cfg(test)]
mod tests;
