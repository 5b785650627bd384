use super::*;
use std::io::Write;
use tempfile::TempDir;
use tp_pbft::{MessageKind, Slot};

fn prepared(height: Height) -> Record {
	Record::Prepared { height, view: 0, hash: H256::repeat_byte(7) }
}

fn open(folder: &Path) -> Result<(VoteLog, Replay), VoteLogError> {
	VoteLog::open(folder, H256::repeat_byte(1))
}

fn persist(log: &mut VoteLog, record: Record) {
	log.append_vote(record).unwrap();
	log.sync().unwrap();
}

fn with_votes(heights: std::ops::Range<Height>) -> TempDir {
	let folder = TempDir::new().unwrap();
	let (mut log, replay) = open(folder.path()).unwrap();
	assert!(replay.is_empty());
	heights.for_each(|height| persist(&mut log, prepared(height)));
	folder
}

fn file(folder: &TempDir) -> PathBuf {
	folder.path().join("votes-0.log")
}

#[test]
fn written_votes_are_replayed() {
	let folder = with_votes(1..4);
	let (_, replay) = open(folder.path()).unwrap();
	let votes: Vec<_> = replay.heights().flat_map(|height| replay.votes(height).unwrap()).collect();
	assert_eq!(votes, (1..4).map(prepared).collect::<Vec<_>>());
}

#[test]
fn the_newest_vote_is_known_and_a_final_block_is_none() {
	let folder = with_votes(1..4);
	let (mut log, replay) = open(folder.path()).unwrap();
	assert_eq!(replay.newest_vote, 3);
	let slot = Slot { epoch: 0, height: 9, view: 0, kind: MessageKind::Commit };
	log.note_final(Certificate::from_votes(slot, H256::repeat_byte(7), 4, Vec::new()), None).unwrap();
	let (_, replay) = open(folder.path()).unwrap();
	assert_eq!((replay.newest_vote, replay.heights().last()), (3, Some(9)));
}

#[test]
fn every_cut_of_the_last_entry_is_dropped_and_writing_goes_on() {
	let folder = with_votes(1..3);
	let whole = std::fs::read(file(&folder)).unwrap();
	let entry = (whole.len() - 42) / 2;
	for cut in 1..=entry {
		std::fs::write(file(&folder), &whole[..whole.len() - cut]).unwrap();
		let (mut log, replay) = open(folder.path()).unwrap();
		assert_eq!(replay.heights().count(), 1, "cut by {cut}");
		persist(&mut log, prepared(9));
		assert_eq!(open(folder.path()).unwrap().1.heights().count(), 2);
	}
}

#[test]
fn any_flipped_byte_is_found_and_nothing_is_changed() {
	let folder = with_votes(1..4);
	let whole = std::fs::read(file(&folder)).unwrap();
	for at in 42..whole.len() {
		let mut bytes = whole.clone();
		bytes[at] ^= 0x40;
		std::fs::write(file(&folder), &bytes).unwrap();
		assert!(matches!(open(folder.path()), Err(VoteLogError::Corrupted { .. })), "byte {at}");
		assert_eq!(std::fs::read(file(&folder)).unwrap(), bytes);
	}
}

#[test]
fn a_foreign_file_and_another_chain_are_refused() {
	let folder = with_votes(1..2);
	assert!(matches!(VoteLog::open(folder.path(), H256::repeat_byte(2)), Err(VoteLogError::OtherChain(_))));
	std::fs::write(file(&folder), [b'x'; 100]).unwrap();
	assert!(matches!(open(folder.path()), Err(VoteLogError::Foreign(_))));
}

#[test]
fn zeros_at_the_end_are_an_unwritten_extension() {
	let folder = with_votes(1..3);
	let mut file = std::fs::OpenOptions::new().append(true).open(file(&folder)).unwrap();
	file.write_all(&[0; 512]).unwrap();
	assert_eq!(open(folder.path()).unwrap().1.heights().count(), 2);
}

#[test]
fn segments_rotate_and_old_ones_are_pruned() {
	let folder = TempDir::new().unwrap();
	let (mut log, _) = open(folder.path()).unwrap();
	let block = |height: Height| Record::Proposed {
		height,
		view: 0,
		proposal: Proposal { hash: H256::repeat_byte(3), bytes: std::sync::Arc::new(vec![1; 9 << 20]) },
		new_view: None,
	};
	(1..=10).for_each(|height| persist(&mut log, block(height)));
	assert!(segment::list(folder.path()).unwrap().len() > 2);
	log.prune(KEEP_HEIGHTS + 20).unwrap();
	assert_eq!(segment::list(folder.path()).unwrap().len(), 1);
	let (_, replay) = open(folder.path()).unwrap();
	assert_eq!(replay.heights().max(), Some(10));
	assert!(replay.since > 1, "votes were pruned, and `since` tells below which height");
}

#[test]
fn a_large_last_entry_with_an_unwritten_sector_is_dropped_and_one_with_wrong_bytes_is_not() {
	let folder = with_votes(1..3);
	let proposal = Proposal { hash: H256::repeat_byte(3), bytes: std::sync::Arc::new(vec![1; 10_000]) };
	let (mut log, replay) = open(folder.path()).unwrap();
	assert_eq!(replay.since, 0, "nothing was pruned");
	persist(&mut log, Record::Proposed { height: 3, view: 0, proposal, new_view: None });
	let whole = std::fs::read(file(&folder)).unwrap();
	let sector = whole.len().next_multiple_of(512) - 2 * 512;
	let mut bytes = whole.clone();
	bytes[sector..sector + 512].fill(0);
	std::fs::write(file(&folder), &bytes).unwrap();
	assert_eq!(open(folder.path()).unwrap().1.heights().count(), 2);
	let mut bytes = whole;
	bytes[sector..sector + 511].fill(0);
	std::fs::write(file(&folder), &bytes).unwrap();
	assert!(matches!(open(folder.path()), Err(VoteLogError::Corrupted { .. })));
}

fn large(height: Height) -> Record {
	let proposal = Proposal { hash: H256::repeat_byte(3), bytes: Arc::new(vec![1; 9 << 20]) };
	Record::Proposed { height, view: 0, proposal, new_view: None }
}

#[test]
fn a_missing_segment_is_named() {
	let folder = TempDir::new().unwrap();
	let (mut log, replay) = open(folder.path()).unwrap();
	assert_eq!(replay.lost, None);
	(1..=13).for_each(|height| persist(&mut log, large(height)));
	let numbers = segment::list(folder.path()).unwrap();
	assert!(numbers.len() > 3, "{numbers:?}");
	assert_eq!(open(folder.path()).unwrap().1.lost, None);
	std::fs::remove_file(segment::path(folder.path(), 1)).unwrap();
	let (_, replay) = open(folder.path()).unwrap();
	assert_eq!(replay.lost, Some(LostVotes::Gap { folder: folder.path().into(), missing: 1 }));
	// The oldest one is missing when it was pruned.
	std::fs::remove_file(segment::path(folder.path(), 0)).unwrap();
	assert_eq!(open(folder.path()).unwrap().1.lost, None);
}

#[test]
fn blocks_are_read_when_they_are_asked_for() {
	let folder = TempDir::new().unwrap();
	let (mut log, _) = open(folder.path()).unwrap();
	(1..=3).for_each(|height| persist(&mut log, large(height)));
	let (_, replay) = open(folder.path()).unwrap();
	assert_eq!(replay.votes(2).unwrap(), vec![large(2)]);
	// What is not there any more cannot have been kept in memory.
	std::fs::OpenOptions::new().write(true).open(file(&folder)).unwrap().set_len(1000).unwrap();
	assert!(matches!(replay.votes(2), Err(VoteLogError::Io { .. })));
	assert!(replay.votes(4).unwrap().is_empty());
}

#[test]
fn a_final_block_is_found_with_the_bytes_of_a_vote_or_its_own() {
	let folder = TempDir::new().unwrap();
	let (mut log, _) = open(folder.path()).unwrap();
	assert!(log.is_empty());
	let Record::Proposed { proposal, .. } = large(1) else { unreachable!("it is a proposal") };
	let slot = |height| tp_pbft::Slot { epoch: 0, height, view: 0, kind: tp_pbft::MessageKind::Commit };
	let certificate = |height| Certificate::from_votes(slot(height), proposal.hash, 4, Vec::new());
	persist(&mut log, large(1));
	log.note_final(certificate(1), None).unwrap();
	log.note_final(certificate(2), Some(proposal.clone())).unwrap();
	log.note_final(certificate(3), None).unwrap();
	log.sync().unwrap();
	let (log, replay) = open(folder.path()).unwrap();
	assert!(!log.is_empty());
	for height in [1, 2] {
		assert_eq!(replay.block(height).unwrap(), Some((certificate(height), proposal.clone())), "{height}");
	}
	assert_eq!(replay.block(3).unwrap(), None, "its bytes are not in the log");
	assert_eq!(replay.votes(2).unwrap(), Vec::new());
}
