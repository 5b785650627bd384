//! The parent's certificate as an inherent: each block proves its parent, and participation is counted from it.

use codec::{Decode, Encode};
use sp_inherents::{InherentIdentifier, IsFatalError};

/// Key of the inherent data: an encoded [`crate::Certificate`] of the parent. Absent on the first block.
pub const INHERENT_IDENTIFIER: InherentIdentifier = *b"pbftcert";

/// Why a block's certificate inherent is refused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum InherentError {
	/// The block does not prove its parent.
	#[error("the block carries no certificate of its parent")]
	Missing,
	/// It proves something else.
	#[error("the certificate of the parent is not valid")]
	Invalid,
}

impl IsFatalError for InherentError {
	fn is_fatal_error(&self) -> bool {
		true
	}
}

/// Gives a block builder the parent's certificate.
#[cfg(feature = "std")]
pub struct ParentCertificateProvider(pub Option<crate::Certificate>);

#[cfg(feature = "std")]
#[async_trait::async_trait]
impl sp_inherents::InherentDataProvider for ParentCertificateProvider {
	async fn provide_inherent_data(
		&self,
		inherent_data: &mut sp_inherents::InherentData,
	) -> Result<(), sp_inherents::Error> {
		match &self.0 {
			Some(certificate) => inherent_data.put_data(INHERENT_IDENTIFIER, certificate),
			None => Ok(()),
		}
	}

	async fn try_handle_error(
		&self,
		identifier: &InherentIdentifier,
		mut error: &[u8],
	) -> Option<Result<(), sp_inherents::Error>> {
		if *identifier != INHERENT_IDENTIFIER {
			return None;
		}
		let error = InherentError::decode(&mut error).ok()?;
		Some(Err(sp_inherents::Error::Application(Box::new(error))))
	}
}
