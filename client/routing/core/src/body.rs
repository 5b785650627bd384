//! Zone blocks: what a router puts into one, and for which ones it votes.

use crate::{
	carry,
	io::{BodyError, NamedHeader, Verdict, ZoneBody},
	router::Router,
};
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::Acknowledgement;

impl Router {
	/// Returns the body of the next zone block.
	pub(crate) fn build(&self) -> ZoneBody {
		let shards = self.audits.values().filter_map(|audit| audit.newest());
		let rested = self
			.neighbours
			.iter()
			.filter(|(chain, pending)| **chain == ChainTag::Main || pending.has_rested(self.now_ms));
		let neighbours = rested.filter_map(|(chain, pending)| {
			pending.next().map(|signed| NamedHeader { chain: *chain, signed: signed.clone() })
		});
		let mut heads: Vec<NamedHeader> = shards.chain(neighbours).collect();
		heads.sort_by_key(|head| head.chain);
		let slow = self.audits.iter().map(|(chain, audit)| (*chain, audit.slow())).filter(|(_, slow)| *slow > 0);
		ZoneBody {
			heads,
			conflicts: self.evidences.offered().cloned().collect(),
			acknowledgements: self.own_acknowledgements(),
			slow: slow.collect(),
		}
	}

	/// Returns whether the router votes for a body. It has executed every shard block up to the heads that the body names.
	///
	/// The driver executes the block, whose beacon checks certificates, evidence and cursors.
	pub(crate) fn check(&self, body: &ZoneBody) -> Verdict {
		let mut before: Option<ChainTag> = None;
		let mut unknown = None;
		for NamedHeader { chain, signed } in &body.heads {
			if before.is_some_and(|before| before >= *chain) {
				return Verdict::Invalid(BodyError::Unordered);
			}
			before = Some(*chain);
			match self.check_head(*chain, signed.header.number, signed) {
				Verdict::Valid => {},
				Verdict::Unknown { chain, number } => unknown = Some((chain, number)),
				invalid => return invalid,
			}
		}
		unknown.map_or(Verdict::Valid, |(chain, number)| Verdict::Unknown { chain, number })
	}

	fn check_head(&self, chain: ChainTag, number: u32, signed: &tp_beacon::SignedHeader) -> Verdict {
		match chain {
			ChainTag::Shard { .. } => match self.audits.get(&chain) {
				Some(audit) => audit.check(number, signed.header.hash()),
				// A shard of the zone that this router does not follow yet.
				None if matches!(chain, ChainTag::Shard { zone, .. } if zone == self.zone) => {
					Verdict::Unknown { chain, number }
				},
				None => Verdict::Invalid(BodyError::Stranger(chain)),
			},
			ChainTag::Zone(zone) if zone == self.zone => Verdict::Invalid(BodyError::Stranger(chain)),
			ChainTag::Main | ChainTag::Zone(_) => {
				let included = self.anchors.newest().and_then(|anchor| anchor.head(chain)).map(|head| head.height);
				if included.is_some_and(|included| number <= included) {
					return Verdict::Invalid(BodyError::NotNewer { chain, number });
				}
				Verdict::Valid
			},
		}
	}

	/// Cursors of the main chain for the lanes of the zone itself, below the newest main header that the zone holds.
	fn own_acknowledgements(&self) -> Vec<(BlockNumber, Acknowledgement)> {
		let (Some(own), Some(main), Some(anchor)) =
			(self.views.get(&self.chain()), self.views.get(&ChainTag::Main), self.anchors.newest())
		else {
			return Vec::new();
		};
		let news = carry::cursors(main, anchor)
			.iter()
			.filter(|claim| claim.lane.source == self.chain() && claim.taken.messages > own.acknowledged(&claim.lane));
		let proofs = news.filter_map(|claim| carry::acknowledgement(main, anchor, &claim.lane));
		let height = anchor.head(ChainTag::Main).map_or(0, |head| head.height);
		// The zone holds the main header itself.
		proofs.map(|proof| (height, Acknowledgement { head: Default::default(), ..proof })).collect()
	}
}
