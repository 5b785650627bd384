//! Why a duty cannot be done.

/// Why a duty cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum DutyError {
	/// The runtime or the database does not answer.
	#[error("the runtime does not answer: {0}")]
	Runtime(#[from] sp_api::ApiError),
	/// Too many transactions wait for the pool.
	#[error("too many transactions are on their way to the pool")]
	PoolBusy,
	/// No nodes register on this ledger, so it takes no reports.
	#[error("this ledger stands alone, and takes no reports")]
	StandsAlone,
	/// The runtime asks for segments that the committed lanes do not have.
	#[error("the runtime asks for segments of lanes that do not exist")]
	NoSuchSegments,
}
