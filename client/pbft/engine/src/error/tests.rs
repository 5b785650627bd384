use super::*;

fn pruned() -> ApiError {
	ApiError::UnknownBlock("the state is discarded".into())
}

#[test]
fn a_missing_state_is_a_local_fault() {
	assert!(matches!(LedgerError::from(pruned()), LedgerError::StateUnavailable(_)));
	assert!(ProposalError::from(ExecutionError::of_call(pruned())).is_local());
	let unknown = CertifiedBlockError::UnknownCommittee { height: 3, source: pruned().into() };
	assert!(unknown.is_local());
	assert!(ImportError::from(unknown).is_local());
}

#[test]
fn a_block_that_the_runtime_refuses_is_at_fault() {
	let trap = || ApiError::Application("the runtime trapped".into());
	assert!(!ProposalError::from(ExecutionError::of_call(trap())).is_local());
	let root = ExecutionError::StateRoot { named: H256::zero(), computed: H256::repeat_byte(1) };
	assert!(!ProposalError::from(root).is_local());
	assert!(LedgerError::from(trap()).is_local(), "a call that executes no block says nothing about a block");
}

#[test]
fn refused_inherents_are_named() {
	let error = ProposalError::Inherents(vec!["timstap0".into(), "pbftcert".into()]);
	assert!(!error.is_local());
	assert_eq!(error.to_string(), "its inherents are refused: timstap0, pbftcert");
}

#[test]
fn a_certificate_for_another_block_is_not_a_local_fault() {
	let error = CertifiedBlockError::from(CertificateError::WrongBlock);
	assert!(!SyncedBlockError::from(error).is_local());
	assert!(!AnnouncementError::OtherBlock.is_local());
	assert!(SyncedBlockError::StateSync.is_local());
}
