use super::*;
use sp_core::{crypto::VrfPublic, sr25519::vrf::VrfSignData};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

const MESSAGE: &[u8] = b"a vote";

/// A keystore in a folder, as a node has it.
struct Scene {
	folder: TempDir,
	keys: KeptKeys,
}

impl Scene {
	fn new() -> Self {
		let folder = tempfile::tempdir().unwrap();
		let keys = KeptKeys::new(Arc::new(LocalKeystore::open(folder.path(), None).unwrap()));
		Self { folder, keys }
	}

	fn file(&self, key_type: KeyTypeId, public: &[u8]) -> PathBuf {
		self.folder.path().join(hex(&key_type.0) + &hex(public))
	}

	fn vote(&self, public: &ed25519::Public) -> Option<ed25519::Signature> {
		self.keys.ed25519_sign(PBFT_KEY_TYPE, public, MESSAGE).unwrap()
	}

	fn draw(&self, public: &sr25519::Public, data: &VrfSignData) -> Option<vrf::VrfSignature> {
		self.keys.sr25519_vrf_sign(VRF_KEY_TYPE, public, data).unwrap()
	}
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_right(public: &ed25519::Public, signature: &ed25519::Signature) -> bool {
	ed25519::Pair::verify(signature, MESSAGE, public)
}

#[test]
fn a_pair_is_derived_once() {
	let scene = Scene::new();
	let public = scene.keys.ed25519_generate_new(PBFT_KEY_TYPE, None).unwrap();
	assert!(is_right(&public, &scene.vote(&public).unwrap()));
	// A file of another phrase: the keystore would refuse it, if it derived the pair again.
	fs::write(scene.file(PBFT_KEY_TYPE, &public.0), "\"//Bob\"").unwrap();
	assert!(is_right(&public, &scene.vote(&public).unwrap()));
	assert_eq!(scene.keys.votes.0.lock().len(), 1);
}

#[test]
fn a_key_that_is_removed_signs_no_more() {
	let scene = Scene::new();
	let data = vrf::VrfTranscript::new(b"a draw", &[(b"height", b"7")]).into_sign_data();
	let vote = scene.keys.ed25519_generate_new(PBFT_KEY_TYPE, None).unwrap();
	let vrf = scene.keys.sr25519_generate_new(VRF_KEY_TYPE, None).unwrap();
	assert!(scene.vote(&vote).is_some());
	assert!(vrf.vrf_verify(&data, &scene.draw(&vrf, &data).unwrap()));
	fs::remove_file(scene.file(PBFT_KEY_TYPE, &vote.0)).unwrap();
	fs::remove_file(scene.file(VRF_KEY_TYPE, &vrf.0)).unwrap();
	assert_eq!((scene.vote(&vote), scene.draw(&vrf, &data).is_some()), (None, false));
	assert!(scene.keys.votes.0.lock().is_empty() && scene.keys.draws.0.lock().is_empty(), "no pair is kept");
}

#[test]
fn a_key_that_comes_back_signs_again() {
	let scene = Scene::new();
	let public = ed25519::Pair::from_string("//Alice", None).unwrap().public();
	assert_eq!(scene.vote(&public), None);
	scene.keys.insert(PBFT_KEY_TYPE, "//Alice", &public.0).unwrap();
	assert!(is_right(&public, &scene.vote(&public).unwrap()));
	fs::remove_file(scene.file(PBFT_KEY_TYPE, &public.0)).unwrap();
	assert_eq!(scene.vote(&public), None);
	scene.keys.insert(PBFT_KEY_TYPE, "//Alice", &public.0).unwrap();
	assert!(is_right(&public, &scene.vote(&public).unwrap()));
}

#[test]
fn after_a_rotation_each_key_signs_for_itself() {
	let scene = Scene::new();
	let old = scene.keys.ed25519_generate_new(PBFT_KEY_TYPE, None).unwrap();
	let by_old = scene.vote(&old).unwrap();
	let new = scene.keys.ed25519_generate_new(PBFT_KEY_TYPE, None).unwrap();
	let by_new = scene.vote(&new).unwrap();
	assert!(is_right(&old, &by_old) && is_right(&new, &by_new) && !is_right(&new, &by_old));
	fs::remove_file(scene.file(PBFT_KEY_TYPE, &old.0)).unwrap();
	assert_eq!(scene.vote(&old), None);
	assert!(is_right(&new, &scene.vote(&new).unwrap()));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
	let scene = Scene::new();
	let public = scene.keys.ed25519_generate_new(PBFT_KEY_TYPE, None).unwrap();
	assert!(scene.vote(&public).is_some());
	fs::write(scene.file(PBFT_KEY_TYPE, &public.0), "no phrase").unwrap();
	assert!(scene.keys.ed25519_sign(PBFT_KEY_TYPE, &public, MESSAGE).is_err(), "the keystore says what is wrong");
}

#[test]
fn keys_of_other_kinds_pass() {
	let scene = Scene::new();
	let other = KeyTypeId(*b"test");
	let public = scene.keys.ed25519_generate_new(other, None).unwrap();
	let signature = scene.keys.ed25519_sign(other, &public, MESSAGE).unwrap().unwrap();
	assert!(is_right(&public, &signature));
	assert_eq!(scene.vote(&public), None, "it is no vote key");
	assert!(scene.keys.votes.0.lock().is_empty());
}

#[test]
fn the_pairs_are_bounded() {
	let scene = Scene::new();
	for number in 0..=MAX_PAIRS {
		let uri = format!("//{number}");
		let public = ed25519::Pair::from_string(&uri, None).unwrap().public();
		scene.keys.insert(PBFT_KEY_TYPE, &uri, &public.0).unwrap();
		assert!(scene.vote(&public).is_some());
		assert!(scene.keys.votes.0.lock().len() <= MAX_PAIRS);
	}
	assert_eq!(scene.keys.votes.0.lock().len(), 1, "all were dropped before the last one");
}
