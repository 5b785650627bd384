//! Why a chain ended, or did not start.

use sc_service::Error as ServiceError;

/// Why a chain ended, or did not start. Each cause is a fault of this node or of its configuration.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
	/// A service of the chain cannot start, or an essential task of it ended.
	#[error(transparent)]
	Service(#[from] ServiceError),
	/// The thread that started the chain panicked.
	#[error("its start panicked; the log above says where")]
	Panicked,
	/// Its specification cannot be derived.
	#[error("its specification cannot be derived: {0}")]
	Specification(String),
	/// A test made it end.
	#[cfg(test)]
	#[error("a test ended it: {0}")]
	Test(u32),
}
