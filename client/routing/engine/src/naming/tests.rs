use super::*;
use sp_core::H256;
use tp_beacon::SignedHeader;
use tp_core::Header;
use tp_pbft::{Certificate, MessageKind, Slot};

const BAD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 1 };
const GOOD: ChainTag = ChainTag::Shard { zone: 0, incarnation: 2 };

fn named(chain: ChainTag, number: BlockNumber) -> NamedHeader {
	let zero = H256::zero;
	let header =
		Header { parent_hash: zero(), number, state_root: zero(), extrinsics_root: zero(), digest: Default::default() };
	let slot = Slot { epoch: 0, height: number, view: 0, kind: MessageKind::Commit };
	let certificate = Certificate::from_votes(slot, header.hash(), 1, Vec::new());
	NamedHeader { chain, signed: SignedHeader { header, certificate } }
}

/// The routers of a zone that make its blocks in turn. No quorum of them can execute blocks of `BAD`.
struct Zone {
	routers: Vec<Naming>,
	height: BlockNumber,
	proposals: u64,
	views_lost: usize,
}

impl Zone {
	fn new(routers: usize) -> Self {
		let routers = (0..routers).map(|_| Naming::default()).collect();
		Self { routers, height: 0, proposals: 0, views_lost: 0 }
	}

	fn note(&mut self, but: usize, heads: &[NamedHeader]) {
		self.proposals += 1;
		let (height, id) = (self.height, Hash::from_low_u64_be(1_000_000 + self.proposals));
		let others = self.routers.iter_mut().enumerate().filter(|(at, _)| *at != but);
		others.for_each(|(_, router)| router.note(height, id, heads));
	}

	/// Decides a height. Returns what the block names.
	fn decide(&mut self) -> Vec<ChainTag> {
		self.height += 1;
		let height = self.height;
		for view in 0.. {
			let author = (height as usize + view) % self.routers.len();
			let router = &mut self.routers[author];
			router.begin(height);
			let Chosen { heads, .. } = router.choose(height, vec![named(BAD, height), named(GOOD, height)]);
			router.note_own(height, &heads);
			self.note(author, &heads);
			let chains: Vec<_> = heads.iter().map(|head| head.chain).collect();
			if chains.contains(&BAD) {
				self.views_lost += 1;
				continue;
			}
			for router in &mut self.routers {
				router.include(BAD, 0);
				chains.iter().for_each(|chain| router.include(*chain, height));
			}
			return chains;
		}
		unreachable!("a view decides")
	}
}

#[test]
fn all_routers_learn_of_each_try_whoever_made_it() {
	for routers in [4, 7, 64] {
		let mut zone = Zone::new(routers);
		let decided: Vec<_> = (0..400).map(|_| zone.decide()).collect();
		let good = decided.iter().filter(|chains| chains.contains(&GOOD)).count();
		assert!(zone.views_lost <= 20, "{routers} routers lost {} views", zone.views_lost);
		assert!(good >= 380, "{routers} routers included the good ledger in {good} of 400 blocks");
	}
}

#[test]
fn a_head_that_cannot_be_leaves_a_ledger_out_for_a_block() {
	let mut naming = Naming::default();
	naming.include(GOOD, 4);
	for id in 0..2 {
		naming.note(9, Hash::repeat_byte(id), &[named(GOOD, BlockNumber::MAX)]);
	}
	naming.begin(9);
	let names = |naming: &Naming, height| naming.choose(height, vec![named(GOOD, 5), named(BAD, 7)]).heads;
	assert_eq!(names(&naming, 9), [named(BAD, 7)]);
	assert_eq!(names(&naming, 10), [named(GOOD, 5)], "its try");
	naming.include(GOOD, 5);
	assert_eq!(names(&naming, 11).len(), 2);
}

#[test]
fn an_author_that_names_a_ledger_before_its_time_does_not_put_its_try_off() {
	let mut naming = Naming::default();
	naming.include(GOOD, 4);
	for height in 9.. {
		let is_due = naming.choose(height, vec![named(GOOD, 5)]).is_try;
		if height > 9 && is_due {
			assert_eq!(height, 10);
			break;
		}
		for id in 0..3 {
			naming.note(height, Hash::repeat_byte(id), &[named(GOOD, 5)]);
		}
		naming.begin(height);
		assert!(height < 100, "its try does not come");
	}
	// It failed as well: two heights until the next, although it is named at each.
	naming.note(10, Hash::repeat_byte(9), &[named(GOOD, 5)]);
	naming.note(11, Hash::repeat_byte(10), &[named(GOOD, 5)]);
	naming.begin(12);
	assert!(!naming.choose(11, vec![named(GOOD, 5)]).is_try);
	assert!(naming.choose(12, vec![named(GOOD, 5)]).is_try);
}
