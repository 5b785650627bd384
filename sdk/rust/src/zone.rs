//! What a node says about the ledgers of its zone and the messages between them. All of it is unchecked.

use crate::{Error, MessageWatch, RpcClient};
use jsonrpsee::rpc_params;
use sp_core::Bytes;
use tc_routing_rpc_types::{
	HeadsReport, LanesReport, LedgerReport, LevelReport, LocationReport, MessageReport, ProofLevel, SentReport,
	ERROR_UNKNOWN,
};
use tp_core::{AccountId, Hash};

/// A proof across ledgers, as a node gives it. **Nothing of it is verified**: check it with a [`crate::MessageVerifier`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedProof {
	/// How far it leads.
	pub level: ProofLevel,
	/// Its bytes, for storage and for programs that can verify it.
	pub bytes: Vec<u8>,
}

/// Calls about the ledgers of a zone. A node that runs one ledger alone refuses them.
impl RpcClient {
	/// Returns the ledgers that the node runs.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn ledgers(&self) -> Result<Vec<LedgerReport>, Error> {
		self.persist("zone_ledgers", rpc_params![]).await
	}

	/// Returns the shard of an account.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn locate(&self, account: &AccountId) -> Result<LocationReport, Error> {
		self.persist("zone_locate", rpc_params![account]).await
	}

	/// Returns the heads that the zone has committed: blocks up to them are sealed.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn zone_heads(&self) -> Result<HeadsReport, Error> {
		self.persist("zone_heads", rpc_params![]).await
	}

	/// Returns the loads of the zone's shards.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn levels(&self) -> Result<Vec<LevelReport>, Error> {
		self.persist("zone_levels", rpc_params![]).await
	}

	/// Returns the messages of the ledger that are on their way.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn lanes(&self) -> Result<LanesReport, Error> {
		self.persist("mailbox_lanes", rpc_params![]).await
	}

	/// Returns the messages that a block sent to other ledgers.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn sent_messages(&self, block: Hash) -> Result<Vec<SentReport>, Error> {
		self.persist("mailbox_sent", rpc_params![block]).await
	}

	/// Returns a message that the ledger sent, or `None` if the node does not know it.
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn message(&self, id: &Bytes) -> Result<Option<MessageReport>, Error> {
		let method = "mailbox_message";
		match self.persist(method, rpc_params![id]).await {
			Ok(Some(MessageReport { id: other, .. })) if other != *id => {
				Err(Error::Answer { method, reason: "the report is of another message".into() })
			},
			Err(Error::Refused { code: ERROR_UNKNOWN, .. }) => Ok(None),
			found => found,
		}
	}

	/// Watches a message that the ledger sent, to its last stage, over new connections if one breaks.
	pub fn watch_message(&self, id: Bytes) -> MessageWatch {
		MessageWatch::new(self.clone(), id)
	}

	/// Requests the proof of a message across ledgers. It is unverified: check it with a
	/// [`crate::MessageVerifier`].
	///
	/// # Errors
	/// See [`Self::request`].
	pub async fn prove_message(&self, id: &Bytes, level: ProofLevel) -> Result<UnverifiedProof, Error> {
		let Bytes(bytes) = self.persist("mailbox_prove", rpc_params![id, level]).await?;
		Ok(UnverifiedProof { level, bytes })
	}

	/// Requests the proof of a unit across ledgers, as [`Self::prove_message`].
	pub(crate) async fn prove_unit(&self, unit: Hash, level: ProofLevel) -> Result<UnverifiedProof, Error> {
		let Bytes(bytes) = self.persist("lattice_prove", rpc_params![unit, level]).await?;
		Ok(UnverifiedProof { level, bytes })
	}
}
