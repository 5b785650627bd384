use super::*;
use sc_executor_common::error::{Error as Executor, MessageWithBacktrace};

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
	let trap = || executor_error(Executor::AbortedDueToTrap(message()));
	assert!(!ProposalError::from(ExecutionError::of_call(executor_error(Executor::AbortedDueToPanic(message()))))
		.is_local());
	assert!(!ProposalError::from(ExecutionError::of_call(trap())).is_local());
	let root = ExecutionError::StateRoot { named: H256::zero(), computed: H256::repeat_byte(1) };
	assert!(!ProposalError::from(root).is_local());
	assert!(LedgerError::from(trap()).is_local(), "a call that executes no block says nothing about a block");
}

/// The error of a call into the runtime, as the client reports it.
fn executor_error(error: Executor) -> ApiError {
	sp_blockchain::Error::Execution(Box::new(error)).into()
}

fn message() -> MessageWithBacktrace {
	MessageWithBacktrace { message: "the nonce is wrong".into(), backtrace: None }
}

#[test]
fn a_failure_of_this_node_says_nothing_about_a_block() {
	let failures = [
		executor_error(Executor::RuntimePanicked("Externalities not allowed to fail within runtime: Io".into())),
		executor_error(Executor::Other("no instance is left".into())),
		sp_blockchain::Error::Backend("the disk does not answer".into()).into(),
		ApiError::Application("something else".into()),
		pruned(),
	];
	for failure in failures {
		let text = failure.to_string();
		assert!(ProposalError::from(ExecutionError::of_call(failure)).is_local(), "{text}");
	}
	assert!(ProposalError::AheadOfClock.is_local() && ProposalError::Cancelled.is_local());
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
	let other = CertifiedBlockError::OtherEpoch { height: 3, epoch: 7 };
	assert!(!SyncedBlockError::from(other).is_local());
	assert!(!AnnouncementError::OtherBlock.is_local());
	assert!(SyncedBlockError::NotExecuted.is_local() && SyncedBlockError::AwaitsState.is_local());
}
