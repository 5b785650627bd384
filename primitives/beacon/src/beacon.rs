//! The rules of a beacon.

use crate::{
	bounds::{KEPT_EPOCHS, MAX_HANDOVER, MAX_HELD, MAX_SOURCES},
	error::BeaconError,
	source::{Authority, HeldHeader, Registration, Source, Span, Store},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use tp_core::{BlockNumber, ChainTag, Header};
use tp_mailbox::{Anchor, Commitments, Head, TableRange};
use tp_pbft::{find_next_committee, Certificate, CheckSignature, Committee, Epoch, Member, MAX_MEMBERS};

/// A header with the proof that a committee made it final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct SignedHeader {
	/// The header.
	pub header: Header,
	/// Its certificate.
	pub certificate: Certificate,
}

/// A header that the committee of its epoch certified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedHeader {
	chain: ChainTag,
	held: HeldHeader,
	epoch: Epoch,
	/// The committee from the next block on, if the header is the last of its epoch.
	next: Option<(Epoch, Vec<Member>)>,
}

/// Two certified headers at one height. More than f members of the committee signed both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Conflict {
	/// The source.
	pub chain: ChainTag,
	/// The height.
	pub number: BlockNumber,
	/// The hash of one header.
	pub first: H256,
	/// The hash of the other.
	pub second: H256,
	/// Whether it froze the source.
	pub freezes: bool,
}

/// The outcome of a certified header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
	/// It is the newest of its source.
	Newest,
	/// It was held before.
	Known,
	/// Another one is held at its height.
	Conflict(Conflict),
}

/// The reason why a handover ended before its last header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("header {accepted} of the handover is refused, those before it are held: {error}")]
pub struct HandoverError {
	/// The number of headers that are held.
	pub accepted: usize,
	/// Why the next one is refused.
	pub error: BeaconError,
}

/// What a ledger knows of its neighbours.
#[derive(Debug)]
pub struct Beacon<'a, S> {
	pub(crate) store: &'a mut S,
}

impl<'a, S: Store> Beacon<'a, S> {
	/// Returns the beacon of a ledger over its state.
	pub fn new(store: &'a mut S) -> Self {
		Self { store }
	}

	/// Begins to follow a source.
	pub fn register(&mut self, registration: Registration) -> Result<(), BeaconError> {
		let Registration { ledger, genesis, authority, epoch, first, members } = registration;
		let chain = ledger.chain;
		if self.store.source(chain).is_some() {
			return Err(BeaconError::KnownSource(chain));
		}
		if self.store.sources().len() >= MAX_SOURCES {
			return Err(BeaconError::TooManySources);
		}
		check_size(&members)?;
		let spans = alloc::vec![Span { epoch, first, last: None }];
		let source = Source { ledger, genesis, authority, spans, headers: Vec::new(), frozen_at: None };
		self.store.set_source(chain, Some(source));
		self.store.set_members(chain, epoch, Some(members));
		Ok(())
	}

	/// Forgets a source: its tables have moved to others, and all of its lanes are acknowledged.
	pub fn remove(&mut self, chain: ChainTag) -> Result<(), BeaconError> {
		let source = self.source(chain)?;
		let first = source.spans.first().map_or(0, |span| span.epoch);
		for epoch in first..=last_announced(&source) {
			self.store.set_members(chain, epoch, None);
		}
		self.store.set_source(chain, None);
		Ok(())
	}

	/// Sets the tables of a source. A shard that ends keeps none.
	pub fn set_tables(&mut self, chain: ChainTag, tables: Option<TableRange>) -> Result<(), BeaconError> {
		let mut source = self.source(chain)?;
		source.ledger.tables = tables;
		self.store.set_source(chain, Some(source));
		Ok(())
	}

	/// Takes a later committee of a source from the main chain: the next one, or as many as one handover crosses. The caller has
	/// proved the announcement below a held header of the main chain.
	pub fn announce(&mut self, chain: ChainTag, epoch: Epoch, members: Vec<Member>) -> Result<(), BeaconError> {
		let source = self.source(chain)?;
		if source.authority == Authority::Itself {
			return Err(BeaconError::ElectsItself(chain));
		}
		let (first, last) = (newest_span(&source).epoch + 1, last_announced(&source));
		if !(first..=last).contains(&epoch) {
			return Err(BeaconError::OutOfReach { first, last, found: epoch });
		}
		check_size(&members)?;
		self.store.set_members(chain, epoch, Some(members));
		Ok(())
	}

	/// Checks a header against the committee of its epoch. This is the only way to a [`CertifiedHeader`].
	pub fn certify(
		&self,
		chain: ChainTag,
		signed: &SignedHeader,
		check: impl CheckSignature,
	) -> Result<CertifiedHeader, BeaconError> {
		let SignedHeader { header, certificate } = signed;
		let source = self.source(chain)?;
		let number = header.number;
		check_span(&source, certificate.epoch, number)?;
		let members =
			self.store.members(chain, certificate.epoch).ok_or(BeaconError::UnknownEpoch(certificate.epoch))?;
		let committee = Committee { epoch: certificate.epoch, members, seed: Default::default() };
		let hash = header.hash();
		certificate.verify(&source.domain(), &committee, number, &hash, check)?;
		let commitments = Commitments::find(&header.digest).ok_or(BeaconError::NoCommitments)?;
		let held = HeldHeader { number, hash, commitments };
		Ok(CertifiedHeader { chain, held, epoch: certificate.epoch, next: find_next_committee(&header.digest) })
	}

	/// Holds a certified header, if it is newer than what is held.
	pub fn hold(&mut self, certified: CertifiedHeader) -> Result<Held, BeaconError> {
		let CertifiedHeader { chain, held, epoch, next } = certified;
		let mut source = self.source(chain)?;
		if let Some(known) = source.header(held.number) {
			if known.hash == held.hash {
				return Ok(Held::Known);
			}
			let first = known.hash;
			return Ok(Held::Conflict(self.conflict(source, held.number, first, held.hash)));
		}
		if let Some(height) = source.frozen_at {
			return Err(BeaconError::Frozen { chain, height });
		}
		if let Some(newest) = source.newest().map(|newest| newest.number).filter(|newest| held.number < *newest) {
			return Err(BeaconError::Stale { number: held.number, newest });
		}
		// The span may have ended since the header was certified.
		check_span(&source, epoch, held.number)?;
		if let Some((next, members)) = next {
			self.end_epoch(&mut source, epoch, held.number, next, members)?;
		}
		if source.headers.len() >= MAX_HELD {
			source.headers.remove(0);
		}
		source.headers.push(held);
		self.store.set_source(chain, Some(source));
		Ok(Held::Newest)
	}

	/// Checks a header, and holds it.
	pub fn import(
		&mut self,
		chain: ChainTag,
		signed: &SignedHeader,
		check: impl CheckSignature,
	) -> Result<Held, BeaconError> {
		let certified = self.certify(chain, signed, check)?;
		self.hold(certified)
	}

	/// Takes the last headers of consecutive epochs. A source that was not followed for a while is caught up with in one call.
	pub fn follow(
		&mut self,
		chain: ChainTag,
		handover: &[SignedHeader],
		check: impl CheckSignature,
	) -> Result<(), HandoverError> {
		let long = handover.len() > MAX_HANDOVER;
		if long {
			return Err(HandoverError { accepted: 0, error: BeaconError::LongHandover(handover.len()) });
		}
		for (accepted, signed) in handover.iter().enumerate() {
			let refused = |error| HandoverError { accepted, error };
			let certified = self.certify(chain, signed, &check).map_err(refused)?;
			if certified.next.is_none() {
				return Err(refused(BeaconError::NotLast(signed.header.number)));
			}
			if let Held::Conflict(_) = self.hold(certified).map_err(refused)? {
				return Err(refused(BeaconError::Frozen { chain, height: signed.header.number }));
			}
		}
		Ok(())
	}

	/// Takes two certified headers of one height, neither of which needs to be held.
	pub fn report(
		&mut self,
		chain: ChainTag,
		pair: [&SignedHeader; 2],
		check: impl CheckSignature,
	) -> Result<Conflict, BeaconError> {
		let [first, second] = pair;
		if first.header.number != second.header.number || first.header.hash() == second.header.hash() {
			return Err(BeaconError::NoConflict);
		}
		let first = self.certify(chain, first, &check)?;
		let second = self.certify(chain, second, &check)?;
		let source = self.source(chain)?;
		Ok(self.conflict(source, first.held.number, first.held.hash, second.held.hash))
	}

	/// Returns the held header of a height, as proofs begin at it.
	pub fn anchor(&self, chain: ChainTag, number: BlockNumber) -> Option<Anchor> {
		let source = self.store.source(chain)?;
		source.header(number).map(|held| source.anchor(held))
	}

	/// Returns the newest held header of a source, as proofs begin at it.
	pub fn newest(&self, chain: ChainTag) -> Option<Anchor> {
		let source = self.store.source(chain)?;
		source.newest().map(|held| source.anchor(held))
	}

	/// Returns the newest heads of all sources, ascending: what a zone's header commits to.
	pub fn heads(&self) -> Vec<Head> {
		let sources = self.store.sources().into_iter().filter_map(|chain| self.store.source(chain));
		sources
			.filter_map(|source| {
				let HeldHeader { number, hash, commitments } = *source.newest()?;
				Some(Head { ledger: source.ledger, height: number, hash, commitments })
			})
			.collect()
	}

	/// Returns a source.
	pub fn source(&self, chain: ChainTag) -> Result<Source, BeaconError> {
		self.store.source(chain).ok_or(BeaconError::UnknownSource(chain))
	}

	/// Notes a conflict. At the newest held height the fork may go on, so the source is frozen there as well.
	fn conflict(&mut self, mut source: Source, number: BlockNumber, first: H256, second: H256) -> Conflict {
		let chain = source.ledger.chain;
		let freezes = source.newest().is_none_or(|newest| newest.number <= number);
		if freezes && source.frozen_at.is_none() {
			source.frozen_at = Some(number);
			self.store.set_source(chain, Some(source));
		}
		Conflict { chain, number, first, second, freezes }
	}

	/// Ends an epoch with its last height, and begins the next.
	fn end_epoch(
		&mut self,
		source: &mut Source,
		epoch: Epoch,
		last: BlockNumber,
		next: Epoch,
		members: Vec<Member>,
	) -> Result<(), BeaconError> {
		let chain = source.ledger.chain;
		let expected = epoch + 1;
		if next != expected {
			return Err(BeaconError::OtherEpoch { expected, found: next });
		}
		check_size(&members)?;
		match (source.authority, self.store.members(chain, next)) {
			(Authority::MainChain, None) => return Err(BeaconError::NotAnnounced(next)),
			(Authority::MainChain, Some(announced)) if announced != members => {
				return Err(BeaconError::OtherCommittee(next))
			},
			_ => self.store.set_members(chain, next, Some(members)),
		}
		if let Some(span) = source.spans.iter_mut().find(|span| span.epoch == epoch) {
			span.last = Some(last);
		}
		source.spans.push(Span { epoch: next, first: last + 1, last: None });
		// With the next epoch, which may be announced, the bound is kept.
		while source.spans.len() >= KEPT_EPOCHS {
			let old = source.spans.remove(0);
			self.store.set_members(chain, old.epoch, None);
		}
		Ok(())
	}
}

impl CertifiedHeader {
	/// Returns the ledger.
	pub fn chain(&self) -> ChainTag {
		self.chain
	}

	/// Returns the height.
	pub fn number(&self) -> BlockNumber {
		self.held.number
	}

	/// Returns the hash.
	pub fn hash(&self) -> H256 {
		self.held.hash
	}

	/// Returns what the header says to other ledgers.
	pub fn commitments(&self) -> &Commitments {
		&self.held.commitments
	}

	/// Tells whether it is the last of its epoch.
	pub fn is_last(&self) -> bool {
		self.next.is_some()
	}
}

fn newest_span(source: &Source) -> &Span {
	source.spans.last().expect("a source has at least the epoch of its registration; qed")
}

/// The last epoch whose committee can be announced.
fn last_announced(source: &Source) -> Epoch {
	newest_span(source).epoch.saturating_add(MAX_HANDOVER as Epoch)
}

fn check_span(source: &Source, epoch: Epoch, number: BlockNumber) -> Result<(), BeaconError> {
	let Span { first, last, .. } = *source.span(epoch).ok_or(BeaconError::UnknownEpoch(epoch))?;
	if number < first {
		return Err(BeaconError::BeforeEpoch { number, first });
	}
	match last {
		Some(last) if number > last => Err(BeaconError::AfterEpoch { number, last }),
		_ => Ok(()),
	}
}

pub(crate) fn check_size(members: &[Member]) -> Result<(), BeaconError> {
	let bound = usize::try_from(MAX_MEMBERS).unwrap_or(usize::MAX);
	if members.is_empty() || members.len() > bound {
		return Err(BeaconError::BadCommittee(members.len()));
	}
	Ok(())
}
