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
	sdk::{read_certificate, read_committee, LedgerClient},
	EngineStatus, StatusHandle,
};
use tokio::sync::broadcast;
use tp_pbft::{BlockHash, Certificate, Committee, Domain, Epoch, Height, MemberIndex, View};

/// The database or the runtime failed.
const ERROR_INTERNAL: i32 = 8_001;
/// No such block, or none with a certificate.
const ERROR_UNKNOWN_BLOCK: i32 = 8_002;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateReport {
	/// Height of the block.
	pub height: Height,
	/// View in which it was committed.
	pub view: View,
	/// The block.
	pub hash: BlockHash,
	/// Epoch of the committee.
	pub epoch: Epoch,
	/// Who signed.
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
	/// Its ed25519 vote key.
	pub key: Bytes,
	/// Its sr25519 VRF key.
	pub vrf: Bytes,
	/// Its weight among the primaries.
	pub weight: u64,
}

/// A committee, with all that a light client needs to check certificates by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitteeReport {
	/// Which committee of the ledger it is.
	pub epoch: Epoch,
	/// Votes that decide.
	pub quorum: usize,
	/// The members by index.
	pub members: Vec<MemberReport>,
	/// Seed of the height.
	pub seed: Bytes,
	/// The members in the order in which they are primaries at the height.
	pub primaries: Vec<MemberIndex>,
	/// What every signature is bound to: SCALE of the chain tag, then the genesis hash.
	pub domain: Bytes,
}

impl From<(Committee, Domain)> for CommitteeReport {
	fn from((committee, domain): (Committee, Domain)) -> Self {
		Self {
			epoch: committee.epoch,
			quorum: committee.quorum(),
			primaries: committee.primaries(),
			seed: Bytes(committee.seed.to_vec()),
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

/// The engine, as clients see it.
#[rpc(client, server, namespace = "pbft")]
pub trait PbftApi {
	/// The committee of the height after a block (the newest one if left out).
	#[method(name = "committee")]
	fn committee(&self, at: Option<BlockHash>) -> RpcResult<CommitteeReport>;

	/// The certificate of a block.
	#[method(name = "certificate")]
	fn certificate(&self, hash: BlockHash) -> RpcResult<CertificateReport>;

	/// Where the engine is.
	#[method(name = "status")]
	fn status(&self) -> RpcResult<EngineStatus>;

	/// The certificates of blocks as they become final on this node.
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
	status: StatusHandle,
	certificates: broadcast::Sender<Certificate>,
	executor: SubscriptionTaskExecutor,
}

impl<C> Pbft<C> {
	/// Over a client, the engine's status and the certificates that the import path gives.
	pub fn new(
		client: Arc<C>,
		status: StatusHandle,
		certificates: broadcast::Sender<Certificate>,
		executor: SubscriptionTaskExecutor,
	) -> Self {
		Self { client, status, certificates, executor }
	}
}

fn error(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
	ErrorObject::owned(code, message.into(), None::<()>)
}

#[async_trait]
impl<C: LedgerClient> PbftApiServer for Pbft<C> {
	fn committee(&self, at: Option<BlockHash>) -> RpcResult<CommitteeReport> {
		let at = at.unwrap_or_else(|| self.client.info().best_hash);
		match self.client.header(at) {
			Ok(Some(_)) => {},
			Ok(None) => return Err(error(ERROR_UNKNOWN_BLOCK, format!("there is no block {at:?}"))),
			Err(failure) => return Err(error(ERROR_INTERNAL, failure.to_string())),
		}
		read_committee(&*self.client, at)
			.map(Into::into)
			.map_err(|reason| error(ERROR_INTERNAL, format!("the state of {at:?} does not answer: {reason}")))
	}

	fn certificate(&self, hash: BlockHash) -> RpcResult<CertificateReport> {
		match read_certificate(&*self.client, hash) {
			Ok(Some(certificate)) => Ok(certificate.into()),
			Ok(None) => Err(error(ERROR_UNKNOWN_BLOCK, format!("there is no certified block {hash:?}"))),
			Err(failure) => Err(error(ERROR_INTERNAL, failure.to_string())),
		}
	}

	fn status(&self) -> RpcResult<EngineStatus> {
		Ok(self.status.read())
	}

	fn subscribe_certificates(&self, pending: PendingSubscriptionSink) {
		let receiver = self.certificates.subscribe();
		// A subscriber that is too slow misses certificates rather than holding up the import.
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
