//! Headers, committees, certificates and receipts of the test node. Everything verifies.

use codec::Encode;
use sp_core::{Pair, H256};
use sp_runtime::{
	traits::{BlakeTwo256, Hash as _},
	Digest,
};
use std::collections::BTreeMap;
use top_sdk::{Hash, Receipt, Unit};
use tp_core::{ChainTag, Header};
use tp_lattice::{LatticeDigest, MerklePath, TableHead, TableId, TableProof};
use tp_pbft::{Certificate, Committee, ConsensusLog, Domain, Epoch, Member, MessageKind, PbftPair, Slot, VrfPair};

/// Members of a committee.
const MEMBERS: u8 = 4;
/// Mark of a unit that applied.
const APPLIED: u8 = 0;

/// A chain with one unit a block at most.
#[derive(Debug)]
pub struct Chain {
	pub headers: Vec<Header>,
	pub numbers: BTreeMap<Hash, u32>,
	pub domain: Domain,
	epoch_length: u32,
	members: BTreeMap<Epoch, Vec<Member>>,
}

/// Returns the keys of the committee of an epoch.
pub fn keys(epoch: Epoch) -> Vec<PbftPair> {
	let seed = |member: u8| BlakeTwo256::hash(&(epoch, member).encode());
	(0..MEMBERS).map(|member| PbftPair::from_seed(&seed(member).0)).collect()
}

/// Returns the members of the committee of an epoch.
pub fn members(epoch: Epoch) -> Vec<Member> {
	let vrf = VrfPair::from_seed(&[7; 32]).public();
	keys(epoch).iter().map(|pair| Member { key: pair.public(), vrf: vrf.clone(), weight: 1 }).collect()
}

/// Certifies a header as the committee of an epoch. Whether that committee was in office is not asked.
pub fn certify(domain: &Domain, epoch: Epoch, header: &Header) -> Certificate {
	let slot = Slot { epoch, height: header.number, view: 0, kind: MessageKind::Commit };
	let payload = slot.signing_payload(domain, &header.hash());
	let votes = (0..).zip(keys(epoch)).map(|(member, key)| (member, key.sign(&payload))).take(3).collect();
	Certificate::from_votes(slot, header.hash(), usize::from(MEMBERS), votes)
}

fn header(parent_hash: Hash, number: u32, digest: Digest) -> Header {
	let zero = H256::zero();
	Header { parent_hash, number, state_root: zero, extrinsics_root: zero, digest }
}

fn lonely() -> MerklePath {
	MerklePath { siblings: Vec::new(), leaves: 1, index: 0 }
}

/// Returns the table of a unit's receipt, the digest of its block, and the path of the table.
fn parts(unit: &Unit, number: u32) -> (TableProof, LatticeDigest) {
	let units_root = BlakeTwo256::hash(&[unit.hash().as_bytes(), &[APPLIED]].concat());
	let table = TableId::of(&unit.body.account);
	let proof = TableProof {
		previous: TableHead { height: number, hash: H256::repeat_byte(table.0) },
		units_root,
		credits_root: H256::zero(),
	};
	let head = proof.previous.next(number, &units_root, &proof.credits_root);
	let leaf = [&[table.0][..], &head.height.encode(), head.hash.as_bytes()].concat();
	let tables_root = BlakeTwo256::hash(&leaf);
	(proof, LatticeDigest { units: 1, units_root, tables_root, outbox_root: H256::zero() })
}

impl Chain {
	/// Starts a chain with its genesis.
	pub fn new(salt: u8, epoch_length: u32) -> Self {
		let genesis = header(H256::repeat_byte(salt), 0, Digest::default());
		let domain = Domain { chain: ChainTag::Shard { zone: 0, incarnation: 0 }, genesis: genesis.hash() };
		let numbers = [(genesis.hash(), 0)].into();
		Self { headers: vec![genesis], numbers, domain, epoch_length, members: BTreeMap::new() }
	}

	/// Returns the height of the newest block.
	pub fn newest(&self) -> u32 {
		u32::try_from(self.headers.len() - 1).unwrap()
	}

	/// Returns the epoch of a height above 0.
	pub fn epoch_of(&self, number: u32) -> Epoch {
		Epoch::from(number.saturating_sub(1) / self.epoch_length)
	}

	/// Appends a block; returns its height.
	pub fn append(&mut self, unit: Option<&Unit>) -> u32 {
		let number = self.newest() + 1;
		let mut logs = Vec::new();
		if let Some(unit) = unit {
			logs.push(parts(unit, number).1.item());
		}
		let next = self.epoch_of(number + 1);
		if next != self.epoch_of(number) {
			let members = self.members.entry(next).or_insert_with(|| members(next)).clone();
			logs.push(ConsensusLog::NextCommittee { epoch: next, members }.to_item());
		}
		let header = header(self.headers[number as usize - 1].hash(), number, Digest { logs });
		self.numbers.insert(header.hash(), number);
		self.headers.push(header);
		number
	}

	/// Returns the committee of a height.
	pub fn committee(&self, number: u32) -> Committee {
		let epoch = self.epoch_of(number);
		Committee { epoch, members: members(epoch), seed: [0; 32] }
	}

	/// Returns the certificate of a block.
	pub fn certificate(&self, number: u32) -> Certificate {
		certify(&self.domain, self.epoch_of(number), &self.headers[number as usize])
	}

	/// Returns the receipt of the unit of a block.
	pub fn receipt(&self, unit: &Unit, number: u32) -> Receipt {
		let header = self.headers[number as usize].clone();
		Receipt { certificate: self.certificate(number), ..receipt_in(unit, header) }
	}

	/// Returns a receipt whose certificate a committee signed that is not in office at the height.
	pub fn forged(&self, unit: &Unit, number: u32, epoch: Epoch) -> Receipt {
		let digest = Digest { logs: vec![parts(unit, number).1.item()] };
		let header = header(H256::repeat_byte(0xfa), number, digest);
		Receipt { certificate: certify(&self.domain, epoch, &header), ..receipt_in(unit, header) }
	}
}

fn receipt_in(unit: &Unit, header: Header) -> Receipt {
	let (table, _) = parts(unit, header.number);
	let certificate = Certificate::from_votes(
		Slot { epoch: 0, height: header.number, view: 0, kind: MessageKind::Commit },
		header.hash(),
		0,
		Vec::new(),
	);
	Receipt { unit: unit.clone(), unit_path: lonely(), table, table_path: lonely(), header, certificate }
}
