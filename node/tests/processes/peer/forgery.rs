//! Forged blocks and certificates, each with one error.

use codec::{DecodeAll, Encode};
use rand::{rngs::StdRng, RngCore};
use sp_core::Pair;
use sp_runtime::{ConsensusEngineId, Justifications, OpaqueExtrinsic};
use tp_core::{Hash, Header};
use tp_pbft::{
	BlockHash, Certificate, Committee, Domain, MemberIndex, MessageKind, PbftPair, PbftSignature, SignerBitmap, Slot,
	ENGINE_ID,
};

/// The development keys outside of the preset's committee.
const STRANGERS: [&str; 4] = ["//Eve", "//Ferdie", "//One", "//Two"];
/// The members of the preset's committee.
pub const MEMBERS: [&str; 4] = ["//Alice", "//Bob", "//Charlie", "//Dave"];

/// An offered block.
#[derive(Clone)]
pub struct OfferedBlock {
	pub header: Header,
	pub body: Vec<OpaqueExtrinsic>,
	pub justifications: Option<Justifications>,
}

/// Returns the vote key of a development account.
pub fn vote_key(uri: &str) -> PbftPair {
	PbftPair::from_string(uri, None).unwrap()
}

/// Returns a plausible block on a parent: another real block, moved there. `salt` makes its hash unique.
pub fn block_on(parent: &Header, template: &OfferedBlock, salt: u64) -> OfferedBlock {
	let mut forged = template.clone();
	forged.header.parent_hash = parent.hash();
	forged.header.number = parent.number + 1;
	forged.header.state_root = sp_crypto_hashing::blake2_256(&salt.to_le_bytes()).into();
	forged.justifications = None;
	forged
}

/// The parameters of signatures in the members' names.
#[derive(Clone)]
pub struct Forger {
	pub domain: Domain,
	pub committee: Committee,
}

impl Forger {
	/// Returns the slot of Commit votes in view 0.
	fn slot(&self, height: u32) -> Slot {
		Slot { epoch: self.committee.epoch, height, view: 0, kind: MessageKind::Commit }
	}

	/// Returns the index of a member of the preset.
	pub fn index_of(&self, uri: &str) -> MemberIndex {
		self.committee.index_of(&vote_key(uri).public()).expect("the committee is that of the preset")
	}

	/// Returns the signature of a key for a slot and a block.
	pub fn sign(&self, uri: &str, slot: Slot, hash: &BlockHash) -> PbftSignature {
		vote_key(uri).sign(&slot.signing_payload(&self.domain, hash))
	}

	/// Returns a certificate of votes by `signers`, in the names of the first members.
	fn certificate(&self, slot: Slot, hash: BlockHash, signers: &[&str]) -> Certificate {
		let mut votes: Vec<_> = signers.iter().map(|uri| (self.index_of(uri), self.sign(uri, slot, &hash))).collect();
		votes.sort_by_key(|(index, _)| *index);
		Certificate::from_votes(slot, hash, self.committee.size(), votes)
	}

	/// Returns a certificate with one signature less than a quorum.
	pub fn one_short(&self, height: u32, hash: BlockHash) -> Certificate {
		self.certificate(self.slot(height), hash, &MEMBERS[..self.committee.quorum() - 1])
	}

	/// Returns all wrong certificates for the block `hash` at `height`. `real` is the certificate of another
	/// block.
	pub fn wrong_certificates(
		&self,
		height: u32,
		hash: BlockHash,
		real: &Certificate,
		rng: &mut StdRng,
	) -> Vec<(&'static str, Certificate)> {
		let quorum = self.committee.quorum();
		let slot = self.slot(height);
		let one_short = self.one_short(height, hash);

		let mut twice = one_short.clone();
		let missing = (0..).find(|index| !twice.signers.contains(*index)).expect("one is missing");
		twice.signers.insert(missing);
		twice.signatures.push(twice.signatures[0].clone());

		let mut repeated = one_short.clone();
		repeated.signatures.push(repeated.signatures[0].clone());

		let mut beyond = one_short.clone();
		beyond.signers = SignerBitmap(beyond.signers.0.iter().map(|byte| byte | 0x80).collect());
		beyond.signatures.push(beyond.signatures[0].clone());

		let next_epoch = Slot { epoch: slot.epoch + 1, ..slot };
		let prepares = Slot { kind: MessageKind::Prepare, ..slot };

		let mut strangers = one_short.clone();
		strangers.signers = SignerBitmap::new(self.committee.size());
		(0..MemberIndex::try_from(quorum).unwrap()).for_each(|index| strangers.signers.insert(index));
		strangers.signatures = STRANGERS[..quorum].iter().map(|uri| self.sign(uri, slot, &hash)).collect();

		let elsewhere = Forger { domain: Domain { genesis: Hash::repeat_byte(7), ..self.domain }, ..self.clone() };
		let relabelled = Certificate { hash, height, ..real.clone() };
		let mut noise = one_short.clone();
		noise.signers = SignerBitmap::new(self.committee.size());
		(0..MemberIndex::try_from(quorum).unwrap()).for_each(|index| noise.signers.insert(index));
		noise.signatures = (0..quorum)
			.map(|_| {
				let mut bytes = [0; 64];
				rng.fill_bytes(&mut bytes);
				sp_core::ed25519::Signature::from_raw(bytes).into()
			})
			.collect();

		vec![
			("q−1 signatures", one_short),
			("q signers, one signature twice", twice),
			("q−1 signers, a signature repeated", repeated),
			("a signer beyond the committee", beyond),
			("the next epoch's committee", self.certificate(next_epoch, hash, &MEMBERS[..quorum])),
			("another committee's keys", strangers),
			("Prepare votes", self.certificate(prepares, hash, &MEMBERS[..quorum])),
			("votes of another network", elsewhere.certificate(slot, hash, &MEMBERS[..quorum])),
			("a valid certificate of another block", real.clone()),
			("that certificate with this block's hash", relabelled),
			("random signatures", noise),
		]
	}
}

/// Returns the certificate of a block of the chain.
pub fn certificate_of(block: &OfferedBlock) -> Certificate {
	let justifications = block.justifications.as_ref().expect("a block of the chain has a justification");
	let encoded = justifications.get(ENGINE_ID).expect("it is a certificate");
	Certificate::decode_all(&mut &encoded[..]).unwrap()
}

/// Returns the certificate as a block's justification.
pub fn justification(certificate: &Certificate) -> Option<Justifications> {
	encoded_justification(ENGINE_ID, certificate.encode())
}

/// Returns bytes as a justification of an engine.
pub fn encoded_justification(engine: ConsensusEngineId, bytes: Vec<u8>) -> Option<Justifications> {
	Some((engine, bytes).into())
}
