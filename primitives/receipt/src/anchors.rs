//! The committees that a verifier trusts, and the headers that they certify.

use crate::{bounds::MAX_HANDOVERS, error::ReceiptError};
use alloc::{collections::BTreeMap, vec::Vec};
use tp_beacon::{bounds::MAX_HANDOVER, Authority, Beacon, NamedHeader, Registration, SignedHeader, Source, Store};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Anchor, Ledger};
use tp_pbft::{CheckSignature, Domain, Epoch, Member};

/// A committee that the verifier knows to be the ledger's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedCommittee {
	/// The ledger, with its genesis.
	pub domain: Domain,
	/// The epoch.
	pub epoch: Epoch,
	/// The first height of the epoch, or 0 if it is not known.
	pub first: BlockNumber,
	/// The members, by index.
	pub members: Vec<Member>,
}

/// Trusted committees, by ledger and epoch.
///
/// A committee must be younger than the time in which the deposits of its members can leave: older ones have nothing to lose by a
/// false certificate.
#[derive(Clone, Debug, Default)]
pub struct Anchors(BTreeMap<(ChainTag, Epoch), TrustedCommittee>);

impl Anchors {
	/// Adds a committee, in place of another one of its ledger and epoch.
	pub fn trust(&mut self, committee: TrustedCommittee) {
		self.0.insert((committee.domain.chain, committee.epoch), committee);
	}

	/// Tells whether the committee of an epoch of a ledger is trusted.
	pub fn has(&self, chain: ChainTag, epoch: Epoch) -> bool {
		self.0.contains_key(&(chain, epoch))
	}

	/// Checks that the committee of its epoch has certified a header. Begins at the newest trusted committee before, and follows the
	/// last headers of epochs from there.
	pub(crate) fn certify(
		&self,
		chain: ChainTag,
		signed: &SignedHeader,
		handovers: &[NamedHeader],
		check: &impl CheckSignature,
	) -> Result<Anchor, ReceiptError> {
		let epoch = signed.certificate.epoch;
		let until = (chain, epoch);
		let trusted = self.0.range(..=until).next_back().map(|(_, trusted)| trusted);
		let trusted = trusted.filter(|trusted| trusted.domain.chain == chain);
		let trusted = trusted.ok_or(ReceiptError::NoAnchor { chain, epoch })?;
		if handovers.len() > MAX_HANDOVERS {
			return Err(ReceiptError::TooLong);
		}
		let TrustedCommittee { domain, epoch: from, first, members } = trusted.clone();
		let number = signed.header.number;
		let refused = |error| ReceiptError::NotCertified { chain, number, error };
		let ledger = Ledger { chain, tables: None };
		let mut store = Followed::default();
		let mut beacon = Beacon::new(&mut store);
		// What the main chain announces of other ledgers is what their anchors stand for.
		let authority = Authority::Itself;
		let registration = Registration { ledger, genesis: domain.genesis, authority, epoch: from, first, members };
		beacon.register(registration).map_err(refused)?;
		// The end of the header's own epoch as well, if the receipt has it: the committee vouches for nothing later.
		let is_followed =
			|named: &&NamedHeader| named.chain == chain && (from..=epoch).contains(&named.signed.certificate.epoch);
		let lasts: Vec<SignedHeader> = handovers.iter().filter(is_followed).map(|named| named.signed.clone()).collect();
		for some in lasts.chunks(MAX_HANDOVER) {
			beacon.follow(chain, some, check).map_err(|error| ReceiptError::Handover { chain, error })?;
		}
		let certified = beacon.certify(chain, signed, check).map_err(refused)?;
		Ok(Anchor { ledger, height: certified.number(), commitments: *certified.commitments() })
	}
}

/// What is known of one ledger while one header is checked.
#[derive(Default)]
struct Followed {
	source: Option<Source>,
	members: BTreeMap<Epoch, Vec<Member>>,
}

impl Store for Followed {
	fn source(&self, chain: ChainTag) -> Option<Source> {
		self.source.clone().filter(|source| source.ledger.chain == chain)
	}

	fn set_source(&mut self, _: ChainTag, source: Option<Source>) {
		self.source = source;
	}

	fn sources(&self) -> Vec<ChainTag> {
		self.source.iter().map(|source| source.ledger.chain).collect()
	}

	fn members(&self, _: ChainTag, epoch: Epoch) -> Option<Vec<Member>> {
		self.members.get(&epoch).cloned()
	}

	fn set_members(&mut self, _: ChainTag, epoch: Epoch, members: Option<Vec<Member>>) {
		match members {
			Some(members) => self.members.insert(epoch, members),
			None => self.members.remove(&epoch),
		};
	}
}
