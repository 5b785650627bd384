use super::*;
use sp_core::{ed25519, sr25519, H256};
use tc_pbft_core::ViewChange;
use tempfile::TempDir;
use tp_pbft::{Member, MemberIndex, MessageKind, PbftSignature, PreparedCertificate, Slot, View};

const SIZE: u8 = 128;

fn committee(epoch: Epoch) -> Committee {
	let key = |member: u8| ed25519::Public::from_raw([member; 32]).into();
	let vrf = || sr25519::Public::from_raw([9; 32]).into();
	let members = (0..SIZE).map(|member| Member { key: key(member), vrf: vrf(), weight: 1 }).collect();
	Committee { epoch, members, seed: [0; 32] }
}

fn signature(byte: u8) -> PbftSignature {
	ed25519::Signature::from_raw([byte; 64]).into()
}

/// Returns a view change; nothing here looks at its signature.
fn view_change(epoch: Epoch, height: Height, sender: u8, view: View, shown: Option<View>) -> Signed<ViewChange> {
	let votes = (0..86).map(|member| (MemberIndex::from(member), signature(member))).collect::<Vec<_>>();
	let prepared = shown.map(|view| {
		let slot = Slot { epoch, height, view, kind: MessageKind::Prepare };
		PreparedCertificate::from_votes(slot, H256::repeat_byte(5), SIZE.into(), votes)
	});
	let (sender, message) = (MemberIndex::from(sender), ViewChange { view, prepared });
	Signed { epoch, height, sender, message, signature: signature(7) }
}

fn of_all(epoch: Epoch, height: Height) -> KeptViewChanges {
	(0..SIZE).map(|sender| view_change(epoch, height, sender, 3, (sender > 9).then_some(0))).collect()
}

/// Returns requests for a view by the first members. Up to 42 of 128 are few.
fn of_first(members: u8, epoch: Epoch, height: Height) -> KeptViewChanges {
	(0..members).map(|sender| view_change(epoch, height, sender, 1, None)).collect()
}

/// Returns the names of the files.
fn files(folder: &TempDir) -> Vec<String> {
	let names = fs::read_dir(folder_in(folder.path())).unwrap().map(|file| file.unwrap().file_name());
	let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
	names.sort_unstable();
	names
}

fn open(folder: &TempDir, max_bytes: u64) -> KeptHeights {
	KeptHeights::open(folder_in(folder.path()), max_bytes)
}

#[test]
fn what_is_kept_outlasts_the_process() {
	let folder = TempDir::new().unwrap();
	let mut kept = open(&folder, KEPT_BYTES);
	kept.keep(&committee(2), 7, &of_all(2, 7));
	kept.keep(&committee(2), 8, &KeptViewChanges::default());
	assert!(kept.bytes < 32 * 1024, "the certificate is written once: {} bytes", kept.bytes);
	let again = open(&folder, KEPT_BYTES);
	assert_eq!(again.read(7), Some((committee(2), of_all(2, 7))));
	assert_eq!((again.bytes, again.newest(4)), (kept.bytes, vec![(7, 2)]));
	assert!(again.contains(7) && !again.contains(8));
}

#[test]
fn what_comes_later_of_a_height_is_added() {
	let folder = TempDir::new().unwrap();
	let mut kept = open(&folder, KEPT_BYTES);
	let some = |senders: std::ops::Range<u8>| senders.map(|sender| view_change(2, 7, sender, 1, None)).collect();
	assert_eq!(kept.keep(&committee(2), 7, &some(0..3)), some(0..3));
	assert_eq!(kept.keep(&committee(2), 7, &some(2..5)), some(0..5));
	assert_eq!(kept.read(7), Some((committee(2), some(0..5))));
	assert_eq!(open(&folder, KEPT_BYTES).bytes, kept.bytes);
}

#[test]
fn the_oldest_goes_when_its_evidence_does_not_count_or_the_bound_is_reached() {
	let folder = TempDir::new().unwrap();
	let mut kept = open(&folder, 64 * 1024);
	for height in 1..=8 {
		kept.keep(&committee(2), height, &of_all(2, height));
		assert!(kept.bytes <= 64 * 1024);
	}
	let heights: Vec<_> = kept.newest(9).into_iter().map(|(height, _)| height).collect();
	assert!(heights.len() >= 2 && heights[0] == 8 && !heights.contains(&1), "{heights:?}");
	assert_eq!(open(&folder, 64 * 1024).newest(9), kept.newest(9), "their files are gone as well");
	kept.bound(2 + KEPT_EPOCHS);
	assert!(kept.contains(8));
	kept.bound(3 + KEPT_EPOCHS);
	assert_eq!((kept.newest(9), kept.bytes), (vec![], 0));
}

#[test]
fn a_file_that_cannot_be_read_is_as_good_as_none() {
	let folder = TempDir::new().unwrap();
	let mut kept = open(&folder, KEPT_BYTES);
	kept.keep(&committee(2), 7, &of_all(2, 7));
	let path = kept.path(7, &kept.heights[&7]);
	let bytes = fs::read(&path).unwrap();
	fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
	fs::write(folder_in(folder.path()).join("notes.txt"), "not ours").unwrap();
	let mut again = open(&folder, KEPT_BYTES);
	assert!(again.read(7).is_none());
	again.keep(&committee(2), 7, &of_all(2, 7));
	assert!(again.read(7).is_some());
}

#[test]
fn view_changes_of_a_few_members_take_no_room_of_others() {
	let folder = TempDir::new().unwrap();
	let mut kept = open(&folder, KEPT_BYTES);
	kept.keep(&committee(2), 1, &of_first(43, 2, 1));
	let bytes = kept.bytes;
	let newest = 2 + Height::try_from(KEPT_FEW).unwrap();
	for height in 2..=newest {
		kept.keep(&committee(2), height, &of_first(1, 2, height));
	}
	assert_eq!((kept.bytes, kept.few.len()), (bytes, KEPT_FEW));
	assert!(kept.contains(1) && !kept.contains(2) && kept.contains(3), "the oldest of a few goes first");
	// More members come: one height of a few less.
	kept.keep(&committee(2), 3, &of_first(42, 2, 3));
	assert!(kept.few.contains(&3));
	kept.keep(&committee(2), 3, &of_first(43, 2, 3));
	assert_eq!((kept.few.len(), kept.few.contains(&3)), (KEPT_FEW - 1, false));
	assert!(kept.bytes > bytes);
	assert_eq!(kept.read(3), Some((committee(2), of_first(43, 2, 3))));
	assert!(files(&folder).contains(&"2-3.views".to_owned()) && !files(&folder).contains(&"2-3.few".to_owned()));
	let again = open(&folder, KEPT_BYTES);
	assert_eq!((again.bytes, &again.few, again.newest(2)), (kept.bytes, &kept.few, kept.newest(2)));
	assert_eq!(kept.newest(1), [(newest, 2)]);
}

#[test]
fn what_a_killed_process_left_unfinished_is_deleted() {
	let folder = TempDir::new().unwrap();
	open(&folder, KEPT_BYTES).keep(&committee(2), 7, &of_first(42, 2, 7));
	let few = fs::read(folder_in(folder.path()).join("2-7.few")).unwrap();
	fs::write(folder_in(folder.path()).join("2-8.unfinished"), &few[..few.len() / 2]).unwrap();
	let mut kept = open(&folder, KEPT_BYTES);
	assert_eq!(kept.newest(4), [(7, 2)]);
	assert_eq!(files(&folder), ["2-7.few"]);
	// It may be killed before the old file of a height goes as well.
	kept.keep(&committee(2), 7, &of_all(2, 7));
	fs::write(folder_in(folder.path()).join("2-7.few"), few).unwrap();
	let again = open(&folder, KEPT_BYTES);
	assert_eq!((again.bytes, again.few.len()), (kept.bytes, 0));
	assert!(again.read(7).is_some() && again.read(7) == kept.read(7));
	assert_eq!(files(&folder), ["2-7.views"]);
}
