//! The zone headers below which a router proves something.

use crate::{io::ZoneBlock, limits::KEPT_ANCHORS};
use std::{collections::BTreeMap, sync::Arc};
use tp_beacon::SignedHeader;
use tp_core::{BlockNumber, ChainTag};
use tp_mailbox::{Anchor, Claims, Destination, Head, HeadPath, HeadStep, Ledger};

/// A zone header with the tree of its heads.
#[derive(Clone, Debug)]
pub struct ZoneAnchor {
	signed: SignedHeader,
	anchor: Anchor,
	heads: Arc<Claims<Head>>,
}

/// The newest zone headers.
#[derive(Clone, Debug, Default)]
pub struct Anchors(BTreeMap<BlockNumber, Arc<ZoneAnchor>>);

impl ZoneAnchor {
	/// Returns the header with its certificate.
	pub fn signed(&self) -> &SignedHeader {
		&self.signed
	}

	/// Returns the header as receivers hold it.
	pub fn anchor(&self) -> &Anchor {
		&self.anchor
	}

	/// Returns the heads that it includes.
	pub fn heads(&self) -> &[Head] {
		self.heads.all()
	}

	/// Returns the head of a ledger.
	pub fn head(&self, chain: ChainTag) -> Option<&Head> {
		self.heads().iter().find(|head| head.ledger.chain == chain)
	}

	/// Returns the way to a head that it includes, or to itself.
	pub fn path(&self, chain: ChainTag) -> Option<HeadPath> {
		if chain == self.anchor.ledger.chain {
			return Some(HeadPath::default());
		}
		let (head, path) = self.heads.find(|head| head.ledger.chain == chain)?;
		Some(HeadPath(vec![HeadStep { head, path }]))
	}

	/// Tells whether cursors are carried to a ledger below this header. A shard that has ended makes no more blocks, and the zone's
	/// own lanes are acknowledged by its blocks.
	pub fn takes_cursors(&self, source: ChainTag) -> bool {
		match source {
			ChainTag::Main => true,
			ChainTag::Zone(_) => false,
			ChainTag::Shard { .. } => self.head(source).is_some_and(|head| head.ledger.tables.is_some()),
		}
	}

	/// Returns the ledger that owns a destination, if it is below this header.
	pub fn owner(&self, destination: &Destination) -> Option<ChainTag> {
		self.heads().iter().find(|head| head.ledger.owns(destination)).map(|head| head.ledger.chain)
	}
}

impl Anchors {
	/// Notes an imported zone block.
	pub fn note(&mut self, zone: ChainTag, block: ZoneBlock) {
		let ZoneBlock { signed, commitments, heads, .. } = block;
		let number = signed.header.number;
		let anchor = Anchor { ledger: Ledger { chain: zone, tables: None }, height: number, commitments };
		self.0.insert(number, Arc::new(ZoneAnchor { signed, anchor, heads }));
		while self.0.len() > KEPT_ANCHORS {
			self.0.pop_first();
		}
	}

	/// Returns the newest header.
	pub fn newest(&self) -> Option<&Arc<ZoneAnchor>> {
		self.0.last_key_value().map(|(_, anchor)| anchor)
	}

	/// Returns the header of a height.
	pub fn get(&self, number: BlockNumber) -> Option<&ZoneAnchor> {
		self.0.get(&number).map(Arc::as_ref)
	}
}
