//! The parent's certificate as an inherent. Each block proves its parent, and participation is counted by it.

use codec::{Decode, Encode};
use sp_inherents::{InherentIdentifier, IsFatalError};

/// Key of the inherent data: the encoded [`crate::Certificate`] of the parent. Absent in the first block.
pub const INHERENT_IDENTIFIER: InherentIdentifier = *b"pbftcert";

/// The reason why a block's certificate inherent is refused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum InherentError {
	/// The block does not contain the inherent.
	#[error("the block contains no certificate of its parent")]
	Missing,
	/// The certificate does not prove the parent.
	#[error("the certificate of the parent is not valid")]
	Invalid,
}

impl IsFatalError for InherentError {
	fn is_fatal_error(&self) -> bool {
		true
	}
}

/// Provides the parent's certificate to a block builder.
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
