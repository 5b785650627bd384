//! What a ledger lacks of the committees that the main chain draws.

use tp_beacon::{Announcement, SignedHeader};
use tp_core::{BlockNumber, ChainTag, Hash};
use tp_pbft::Epoch;
use tp_routing::CommitteesReport;

/// What a ledger lacks after a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct DrawnNews {
	/// The block, and the next one of the zone when this was found.
	pub at: (Hash, BlockNumber),
	/// The committees that it knows.
	pub known: CommitteesReport,
	/// Committees that are proved below what it holds.
	pub announcements: Vec<Announcement>,
	/// A zone header below which later ones are proved.
	pub header: Option<SignedHeader>,
}

/// What a block can take of it: committees, each by its ledger and epoch, and the height of a zone header.
pub(crate) type Taken = (Vec<(ChainTag, Epoch)>, Option<BlockNumber>);

impl DrawnNews {
	/// Returns the newest epoch of a neighbour that the ledger knows, with what a block can take.
	pub fn reach(&self, chain: ChainTag) -> Epoch {
		let known = self.known.neighbours.iter().find(|(known, _)| *known == chain).map_or(0, |(_, epoch)| *epoch);
		let announced = self.announcements.iter().filter(|one| one.chain == chain).map(|one| one.epoch);
		announced.fold(known, Epoch::max)
	}

	/// Returns the ledgers whose committees it needs, each with the newest epoch that it knows.
	pub fn needs(&self, own: ChainTag) -> Vec<(ChainTag, Epoch)> {
		let own = self.known.own.map(|epoch| (own, epoch));
		own.into_iter().chain(self.known.neighbours.iter().copied()).collect()
	}

	/// Names what a block can take.
	pub fn taken(&self) -> Taken {
		let named = self.announcements.iter().map(|one| (one.chain, one.epoch)).collect();
		(named, self.header.as_ref().map(|signed| signed.header.number))
	}
}
