//! `pbft_*`: the committee, certificates and the engine's status.

use codec::Encode;
use futures::StreamExt;
use jsonrpsee::{
	core::{async_trait, RpcResult},
	proc_macros::rpc,
	types::{ErrorObject, ErrorObjectOwned},
	PendingSubscriptionSink,
};
use sc_rpc::{
	utils::{PendingSubscription, RingBuffer},
	SubscriptionTaskExecutor,
};
use serde::{Deserialize, Serialize};
use sp_core::Bytes;
use std::sync::Arc;
use tc_pbft::{
	sdk::{read_certificate, Committees, FoundCommittee, LedgerClient},
	EngineStatus, StatusHandle,
};
use tokio::sync::broadcast;
use tp_pbft::{BlockHash, Certificate, Epoch, Height, MemberIndex, View};

/// The database or the runtime does not answer.
const ERROR_INTERNAL: i32 = 8_001;
/// The block does not exist, or has no certificate.
const ERROR_UNKNOWN_BLOCK: i32 = 8_002;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateReport {
	/// Height of the block.
	pub height: Height,
	/// View in which it was committed.
	pub view: View,
	/// Hash of the block.
	pub hash: BlockHash,
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// Indices of the members that signed.
	pub signers: Vec<MemberIndex>,
	/// Their ed25519 signatures, in the same order.
	pub signatures: Vec<Bytes>,
	/// SCALE of the certificate, as in the block's justification.
	pub encoded: Bytes,
}

impl From<Certificate> for CertificateReport {
	fn from(certificate: Certificate) -> Self {
		Self {
			height: certificate.height,
			view: certificate.view,
			hash: certificate.hash,
			epoch: certificate.epoch,
			signers: certificate.signers.iter().collect(),
			signatures: certificate.signatures.iter().map(|signature| Bytes(signature.encode())).collect(),
			encoded: Bytes(certificate.encode()),
		}
	}
}

/// A member of a committee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberReport {
	/// Ed25519 vote key.
	pub key: Bytes,
	/// Sr25519 VRF key.
	pub vrf: Bytes,
	/// Weight among the primaries.
	pub weight: u64,
}

/// A committee, with all that a light client needs to check its certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeReport {
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// Number of votes that decide.
	pub quorum: usize,
	/// The members by index.
	pub members: Vec<MemberReport>,
	/// Seed of the height. `None` if the block is old: the state that had it is gone.
	pub seed: Option<Bytes>,
	/// Member indices in the order in which they are primaries at the height, which follows from the seed.
	pub primaries: Option<Vec<MemberIndex>>,
	/// Domain of every signature: SCALE of the chain tag, then the genesis hash.
	pub domain: Bytes,
}

impl From<FoundCommittee> for CommitteeReport {
	fn from(found: FoundCommittee) -> Self {
		let seed = found.seed;
		let (committee, domain) = found.into_verifier();
		Self {
			epoch: committee.epoch,
			quorum: committee.quorum(),
			primaries: seed.map(|_| committee.primaries()),
			seed: seed.map(|seed| Bytes(seed.to_vec())),
			members: committee
				.members
				.into_iter()
				.map(|member| MemberReport {
					key: Bytes(member.key.encode()),
					vrf: Bytes(member.vrf.encode()),
					weight: member.weight,
				})
				.collect(),
			domain: Bytes(domain.encode()),
		}
	}
}

/// Methods of the engine.
#[rpc(client, server, namespace = "pbft")]
pub trait PbftApi {
	/// Returns the committee of the height after a block (the newest block if left out), however old.
	#[method(name = "committee")]
	fn committee(&self, at: Option<BlockHash>) -> RpcResult<CommitteeReport>;

	/// Returns the certificate of a block.
	#[method(name = "certificate")]
	fn certificate(&self, hash: BlockHash) -> RpcResult<CertificateReport>;

	/// Returns the status of the engine.
	#[method(name = "status")]
	fn status(&self) -> RpcResult<EngineStatus>;

	/// Sends the certificates of blocks as they become final on this node.
	#[subscription(
		name = "subscribeCertificates" => "certificateImported",
		unsubscribe = "unsubscribeCertificates",
		item = CertificateReport
	)]
	fn subscribe_certificates(&self);
}

/// Serves [`PbftApiServer`].
pub struct Pbft<C> {
	client: Arc<C>,
	committees: Arc<Committees<C>>,
	status: StatusHandle,
	certificates: broadcast::Sender<Certificate>,
	executor: SubscriptionTaskExecutor,
}

impl<C> Pbft<C> {
	/// Serves a client, its committees, the engine's status and the certificates of the import path.
	pub fn new(
		client: Arc<C>,
		committees: Arc<Committees<C>>,
		status: StatusHandle,
		certificates: broadcast::Sender<Certificate>,
		executor: SubscriptionTaskExecutor,
	) -> Self {
		Self { client, committees, status, certificates, executor }
	}
}

/// Why a method of `pbft_*` fails.
#[derive(Debug, thiserror::Error)]
pub enum PbftError {
	/// The chain has no such block.
	#[error("there is no block {0:?}")]
	UnknownBlock(BlockHash),
	/// The chain has no such block, or the block has no certificate.
	#[error("there is no certified block {0:?}")]
	Uncertified(BlockHash),
	/// The committee after a block is not known.
	#[error("the committee after {block:?} is not known here: {reason}")]
	Committee {
		/// The block.
		block: BlockHash,
		/// What the chain says.
		reason: String,
	},
	/// The database cannot be read.
	#[error("the database cannot be read: {0}")]
	Database(String),
}

impl PbftError {
	/// Returns whether this node is at fault (database, runtime), rather than the call.
	pub fn is_local(&self) -> bool {
		match self {
			Self::Committee { .. } | Self::Database(_) => true,
			Self::UnknownBlock(_) | Self::Uncertified(_) => false,
		}
	}
}

impl From<PbftError> for ErrorObjectOwned {
	fn from(error: PbftError) -> Self {
		let code = if error.is_local() { ERROR_INTERNAL } else { ERROR_UNKNOWN_BLOCK };
		ErrorObject::owned(code, error.to_string(), None::<()>)
	}
}

#[async_trait]
impl<C: LedgerClient> PbftApiServer for Pbft<C> {
	fn committee(&self, at: Option<BlockHash>) -> RpcResult<CommitteeReport> {
		let at = at.unwrap_or_else(|| self.client.info().best_hash);
		match self.client.header(at) {
			Ok(Some(_)) => {},
			Ok(None) => return Err(PbftError::UnknownBlock(at).into()),
			Err(error) => return Err(PbftError::Database(error.to_string()).into()),
		}
		match self.committees.after(at) {
			Ok(found) => Ok(found.into()),
			Err(error) => Err(PbftError::Committee { block: at, reason: error.to_string() }.into()),
		}
	}

	fn certificate(&self, hash: BlockHash) -> RpcResult<CertificateReport> {
		match read_certificate(&*self.client, hash) {
			Ok(Some(certificate)) => Ok(certificate.into()),
			Ok(None) => Err(PbftError::Uncertified(hash).into()),
			Err(error) => Err(PbftError::Database(error.to_string()).into()),
		}
	}

	fn status(&self) -> RpcResult<EngineStatus> {
		Ok(self.status.read())
	}

	fn subscribe_certificates(&self, pending: PendingSubscriptionSink) {
		let receiver = self.certificates.subscribe();
		// A subscriber that is too slow misses certificates, so that it never delays the import.
		let stream = futures::stream::unfold(receiver, |mut receiver| async move {
			loop {
				match receiver.recv().await {
					Ok(certificate) => return Some((CertificateReport::from(certificate), receiver)),
					Err(broadcast::error::RecvError::Lagged(_)) => {},
					Err(broadcast::error::RecvError::Closed) => return None,
				}
			}
		})
		.boxed();
		let task = PendingSubscription::from(pending).pipe_from_stream(stream, RingBuffer::new(16));
		sc_rpc::utils::spawn_subscription_task(&self.executor, task);
	}
}
