//! Governance without a sudo key, block by block, with the transactions of its voters.
//!
//! ```text
//! referenda.rs   upgrades, payments of the treasury and urgent calls, from the proposal to the enactment
//! council.rs     what a council can do, and what is refused to it
//! stake.rs       stake as a voice
//! slots.rs       the scheduler on slots of time
//! ```

mod council;
mod referenda;
mod slots;
mod stake;

use super::extension;
use codec::Encode;
use frame_support::assert_ok;
use sp_core::{
	crypto::VrfSecret,
	ed25519, sr25519,
	traits::{Externalities, ReadRuntimeVersion, ReadRuntimeVersionExt},
	Pair, H256,
};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{traits::Header as _, Digest, DispatchResult, MultiAddress};
use top_main_runtime::{
	genesis::{get_preset, GOVERNED, PRODUCTION},
	*,
};
use top_runtime_common::development::node_path;
use tp_core::ChainTag;
use tp_pbft::{
	vrf_sign_data, Certificate, Committee as PbftCommittee, Domain, Member, MemberIndex, MessageKind, PbftSignature,
	PreDigest, Slot,
};

/// The time of the first block, in milliseconds since 1970.
const FIRST_MS: u64 = 1_800_000_000_000;
const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Reads the version of any code as the next one of this runtime: these tests have no wasm.
struct NextVersion;

impl ReadRuntimeVersion for NextVersion {
	fn read_runtime_version(&self, _: &[u8], _: &mut dyn Externalities) -> Result<Vec<u8>, String> {
		let next = sp_version::RuntimeVersion { spec_version: VERSION.spec_version + 1, ..VERSION };
		Ok(next.encode())
	}
}

/// A chain whose members all vote.
struct Chain {
	/// The keys of the members.
	members: Vec<(ed25519::Pair, sr25519::Pair)>,
	head: H256,
	height: u32,
	/// The time of the newest block, in milliseconds since 1970.
	now: u64,
	parent_committee: PbftCommittee,
}

/// Runs a test on a preset without a sudo key, after its first block.
fn on_chain(preset: &str, test: impl FnOnce(&mut Chain)) {
	let json = get_preset(&preset.into()).unwrap();
	let storage = top_runtime_common::development::storage::<RuntimeGenesisConfig>(&json).unwrap();
	let mut state = sp_io::TestExternalities::from(storage);
	state.register_extension(ReadRuntimeVersionExt::new(NextVersion));
	state.execute_with(|| {
		assert_eq!(pallet_sudo::Key::<Runtime>::get(), None, "the preset {preset} has no sudo key");
		let mut chain = Chain::new(preset);
		chain.block(0, []);
		test(&mut chain);
	});
}

impl Chain {
	fn new(preset: &str) -> Self {
		let members = match preset {
			GOVERNED => [
				(Ed25519Keyring::Alice, Sr25519Keyring::Alice),
				(Ed25519Keyring::Bob, Sr25519Keyring::Bob),
				(Ed25519Keyring::Charlie, Sr25519Keyring::Charlie),
				(Ed25519Keyring::Dave, Sr25519Keyring::Dave),
			]
			.map(|(vote, vrf)| (vote.pair(), vrf.pair()))
			.to_vec(),
			PRODUCTION => {
				let secrets = (1..=4).map(|number| format!("//{}", node_path(number)));
				let pairs = |secret: String| {
					let vote = ed25519::Pair::from_string(&secret, None).unwrap();
					(vote, sr25519::Pair::from_string(&secret, None).unwrap())
				};
				secrets.map(pairs).collect()
			},
			_ => panic!("the test knows no keys of {preset}"),
		};
		let parent_committee = Committee::committee();
		Self { members, head: System::block_hash(0), height: 0, now: FIRST_MS, parent_committee }
	}

	fn keys_of(&self, key: &tp_pbft::PbftId) -> &(ed25519::Pair, sr25519::Pair) {
		let is_of = |keys: &&(ed25519::Pair, sr25519::Pair)| tp_pbft::PbftId::from(keys.0.public()) == *key;
		self.members.iter().find(is_of).expect("the test has all keys")
	}

	/// Returns the certificate of the newest block, by all members.
	fn certificate(&self) -> Certificate {
		let domain = Domain { chain: ChainTag::Main, genesis: System::block_hash(0) };
		let PbftCommittee { epoch, members, .. } = &self.parent_committee;
		let slot = Slot { epoch: *epoch, height: self.height, view: 0, kind: MessageKind::Commit };
		let message = slot.signing_payload(&domain, &self.head);
		let sign = |member: &Member| PbftSignature::from(self.keys_of(&member.key).0.sign(&message));
		let votes: Vec<(MemberIndex, PbftSignature)> = (0..).zip(members.iter().map(sign)).collect();
		Certificate::from_votes(slot, self.head, self.parent_committee.size(), votes)
	}

	/// Adds a block, some time after the one before, with a transaction of each sender. All transactions must be valid.
	/// Returns what they did.
	fn block(
		&mut self,
		later_ms: u64,
		calls: impl IntoIterator<Item = (Sr25519Keyring, RuntimeCall)>,
	) -> Vec<DispatchResult> {
		let committee = Committee::committee();
		let height = self.height + 1;
		let author = committee.primaries()[0];
		let data = vrf_sign_data(ChainTag::Main, committee.epoch, height, &committee.seed);
		let vrf = self.keys_of(&committee.members[usize::from(author)].key).1.vrf_sign(&data);
		let digest = Digest { logs: vec![PreDigest { view: 0, author, vrf }.to_item()] };
		let certificate = (height > 1).then(|| self.certificate());
		self.now += later_ms;

		let header = Header::new(height, Default::default(), Default::default(), self.head, digest);
		Executive::initialize_block(&header);
		let now = pallet_timestamp::Call::set { now: self.now };
		let proof = certificate.map(|certificate| pallet_committee::Call::note_parent { certificate });
		let inherents = [Some(now.into()), proof.map(RuntimeCall::from)];
		for inherent in inherents.into_iter().flatten() {
			assert_ok!(Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(inherent)).unwrap());
		}
		let apply = |(sender, call)| {
			let shown = format!("{call:?}");
			let applied = Executive::apply_extrinsic(signed(sender, call));
			applied.unwrap_or_else(|error| panic!("{error:?}: {shown}"))
		};
		let results = calls.into_iter().map(apply).collect();
		let header = Executive::finalize_block();
		self.parent_committee = committee;
		(self.head, self.height) = (header.hash(), height);
		try_stake_state().unwrap();
		results
	}

	/// Adds a block whose transactions must succeed.
	fn succeed(&mut self, calls: impl IntoIterator<Item = (Sr25519Keyring, RuntimeCall)>) {
		for result in self.block(SECOND_MS, calls) {
			assert_ok!(result);
		}
	}

	/// Lets time pass without blocks, then adds the block that has it, and the one whose hooks see it.
	fn wait(&mut self, ms: u64) {
		self.block(ms, []);
		self.block(SECOND_MS, []);
	}
}

/// Returns a call as a transaction of an account.
fn signed(sender: Sr25519Keyring, call: RuntimeCall) -> UncheckedExtrinsic {
	let account = sender.to_account_id();
	let extension = || extension(System::account_nonce(&account), 0);
	let payload = SignedPayload::new(call.clone(), extension()).unwrap();
	let signature = payload.using_encoded(|bytes| sender.sign(bytes));
	UncheckedExtrinsic::new_signed(call, MultiAddress::Id(account.clone()), signature.into(), extension())
}

/// Whether the newest block has an event.
fn has_event(is_sought: impl Fn(&RuntimeEvent) -> bool) -> bool {
	System::events().iter().any(|record| is_sought(&record.event))
}
