// TOP for programs: keys, units, a client, and receipts that verify without trust in a node.

export { decodeAccountProof, verifyAccountProof, type AccountProof, type BucketEntry } from './accounts.js';
export {
	committeeFromReport,
	decodeCertificate,
	quorumOf,
	signersOf,
	verifyCertificate,
	type Certificate,
	type Committee,
	type CommitteeReport,
} from './certificate.js';
export type { Block, BlockHead, BlockUnit, CertificateSummary } from './blocks.js';
export { UnitBuilder } from './builder.js';
export { TopClient } from './client.js';
export { reachable } from './endpoints.js';
export type { Check, Checked } from './checked.js';
export * from './errors.js';
export {
	findAuthor,
	findLatticeDigest,
	findNextCommittee,
	headerHash,
	readHeader,
	type Authorship,
	type DigestItem,
	type Header,
	type LatticeDigest,
} from './header.js';
export type { HeadOptions } from './heads.js';
export { encodeCall, type Call, type CallArguments, type CallName, type Extrinsic } from './extrinsic.js';
export { fromHex, toHex, type Hash, type Hex } from './hex.js';
export {
	signerFromPhrase,
	signerFromPolkadotSigner,
	signerFromSeed,
	signerFromSignRaw,
	wrapped,
	type BytesSigner,
	type Scheme,
	type Signer,
	type SignRaw,
} from './keys.js';
export {
	Ledger,
	type AccountState,
	type CommitteeState,
	type DrawState,
	type LedgerState,
	type NodeState,
	type Place,
	type VoteState,
} from './ledger.js';
export type { BlockRef } from './json.js';
export type { ConnectOptions } from './link.js';
export type { MerklePath } from './merkle.js';
export type { ChainLink } from './chain.js';
export type { Destination, Home, LaneId, Message, MessageReceipt, NamedHeader } from './message-format.js';
export { decodeMessageReceipt, verifyMessageReceipt, type ChainBlock, type ProvenMessage } from './message-receipt.js';
export { TopNetwork, type NetworkLedger } from './network.js';
export { PaymentReturnedError, UnfollowedError, type PaymentReport } from './payment-reports.js';
export { Payment } from './payment.js';
export { failureOf, type ChainEvent } from './events.js';
export type { SignPayload, SignerPayload, Transaction, TransactionSigner, TransactionStatus } from './transaction.js';
export { timesLeft, type AccountQuota } from './quota.js';
export type {
	Amounts,
	Balances,
	CommitteeRecord,
	EpochActivity,
	MemberActivity,
	MemberRecord,
	NodeRecord,
	Pace,
	PoolRecord,
	SeatRecord,
	StakeParameters,
	TableBlock,
	VoteRecord,
} from './records.js';
export {
	decodeReceipt,
	encodeReceipt,
	verifyReceipt,
	type ProvenUnit,
	type Receipt,
	type TableHead,
} from './receipt.js';
export {
	isEnd,
	UnitRefusedError,
	UnsettledError,
	type AccountReport,
	type ChainedUnit,
	type KnownUnit,
	type LatticeInfo,
	type LedgerReason,
	type PoolReason,
	type Reason,
	type TableReport,
	type UnitReport,
	type UnitStatus,
	type Usage,
	type VerificationReport,
} from './reports.js';
export type { ProofLevel, UnverifiedProof } from './proofs.js';
export type { WebSocketClass, WebSocketLike } from './rpc.js';
export type { Subscription } from './stream.js';
export { Submission } from './submission.js';
export {
	accountBytes,
	decodeBody,
	decodeUnit,
	domainOf,
	encodeBody,
	encodeUnit,
	isAddress,
	isSigned,
	MAX_OPERATIONS,
	MAX_SERVICE_BYTES,
	signingPayload,
	signUnit,
	tableOf,
	transfer,
	transferAll,
	transferKeepAlive,
	unitHash,
	type Address,
	type ChainTag,
	type Operation,
	type Unit,
	type UnitBody,
} from './unit.js';
export { Verifier } from './verifier.js';
export { UnitWatch } from './watch.js';
export {
	isLastStage,
	isMethodMissing,
	type AccountPlace,
	type Lane,
	type Lanes,
	type LedgerPlace,
	type Level,
	type MessageReport,
	type MessageStage,
	type SealedHead,
	type SentMessage,
	type TableRange,
	type ZoneHeads,
} from './zone.js';
