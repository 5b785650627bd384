// Errors: one class per cause, all derived from TopError. This file imports nothing: every other file throws them.

/** The base of all errors of this package. */
export class TopError extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = new.target.name;
	}
}

/** The base of errors with one of several faults. */
abstract class FaultError<Fault extends string> extends TopError {
	readonly fault: Fault;

	constructor(fault: Fault, message: string, options?: ErrorOptions) {
		super(message, options);
		this.fault = fault;
	}
}

/** A value cannot be encoded, or bytes cannot be decoded. */
export class CodecError extends TopError {}

/** A signature could not be made, or does not verify with the account's key. */
export class SigningError extends TopError {}

/** The connection failed, broke, or timed out. The next call opens another one. */
export class ConnectionError extends TopError {}

/** The node's response does not have the expected form. Node and SDK may be of different versions. */
export class ResponseError extends TopError {}

/** Error codes of the node's `lattice_*`, `zone_*` and `mailbox_*` methods, and of `state_getReadProof`. */
export const RpcErrorCode = {
	/** The parameters are wrong, or a unit does not decode. */
	invalidParams: -32602,
	/** The node's database or runtime failed. */
	internal: 8101,
	/** The unit is unknown or not final. */
	unknownUnit: 8102,
	/** This ledger does not accept units. */
	noLattice: 8103,
	/** The call has more units than the node accepts. */
	tooManyUnits: 8104,
	/** The node has more to do than it can: ask again in a moment. */
	busy: 8105,
	/** The node's index of units does not have all blocks yet. */
	notIndexed: 8106,
	/** The accounts of this ledger are in the trie, which proves them by `state_getReadProof`. */
	inTrie: 8107,
	/** The accounts of this ledger are not in the trie: `lattice_accountProof` proves them. */
	notInTrie: 8108,
	/** The node keeps no index of units: ask another, or start it with `--unit-index=on`. */
	noIndex: 8110,
	/** The node does not run the ledger that the answer needs: ask a node that does. */
	notHere: 8202,
	/** There is no such block or message, or the node does not keep it. */
	unknownMessage: 8203,
	/** The message has not come that far: ask again. */
	notYet: 8204,
	/** The value of the message has returned. */
	returned: 8205,
	/** The node does not keep the state that the proof needs: ask an archive. */
	pruned: 8206,
	/** The node has more to do with messages than it can: ask again in a moment. */
	busyMailbox: 8207,
} as const;

/** The node refused a call. `code` is one of {@link RpcErrorCode} or a code of JSON-RPC itself. */
export class RpcError extends TopError {
	readonly code: number;
	readonly data: unknown;

	constructor(code: number, message: string, data?: unknown) {
		super(`${message} (code ${code})`);
		this.code = code;
		this.data = data;
	}
}

/** The account does not exist on this ledger. */
export class NoAccountError extends TopError {}

/** Reasons for which a certificate is invalid. */
export type CertificateFault =
	| 'wrongHeight'
	| 'wrongBlock'
	| 'wrongEpoch'
	| 'badBitmap'
	| 'signatureCount'
	| 'noQuorum'
	| 'badSignature';

/** A certificate is invalid. */
export class CertificateError extends FaultError<CertificateFault> {}

/** Reasons for which a receipt is invalid. */
export type ReceiptFault = 'certificate' | 'noUnits' | 'notInTable' | 'notInBlock';

/** A receipt is invalid. For the fault `certificate`, `cause` is the {@link CertificateError}. */
export class ReceiptError extends FaultError<ReceiptFault> {}

/** Reasons for which a receipt across ledgers is invalid. */
export type MessageFault =
	/** It is longer than any that is needed. */
	| 'tooLong'
	/** The message is not in the block of its origin, or was sent before. */
	| 'notSent'
	/** The unit did not send the message. */
	| 'otherUnit'
	/** The zone has not included the block. */
	| 'notSealed'
	/** The destination has not taken the message. */
	| 'notTaken'
	/** No committee of a ledger is trusted that the receipt needs. */
	| 'noAnchor';

/** A receipt across ledgers is invalid, or needs a committee that is not trusted. */
export class MessageReceiptError extends FaultError<MessageFault> {}

/** A proof does not show what the node says it does. The node is at fault, or has another state version. */
export class ProofError extends TopError {}

/** Reasons for which the proof of an account in a store is invalid. */
export type AccountProofFault = 'shape' | 'order' | 'existence' | 'value' | 'root';

/** The proof of an account in a store is invalid. */
export class AccountProofError extends ProofError {
	readonly fault: AccountProofFault;

	constructor(fault: AccountProofFault, message: string) {
		super(message);
		this.fault = fault;
	}
}

/** The accounts of this ledger are in a store beside the trie, which proves one account at a time: ask for each of them. */
export class NotInTrieError extends TopError {}

/** The node is of another ledger than the expected one, or than that of the first connection. */
export class OtherLedgerError extends TopError {
	constructor(expected: string, found: string | null) {
		super(`the node is of another ledger: expected ${expected}, found ${found ?? 'none'}; check its address`);
	}
}

/** The unit applied, and the node has no receipt of it. Ask a node with an index; do not pay again. */
export class NoReceiptError extends TopError {}

/** A ledger is asked for that no node of the network names. */
export class NoLedgerError extends TopError {}

/** Reasons for which a committee does not vouch for a block. */
export type OfficeFault =
	/** The verifier does not know the committee of the epoch: follow the headers to it, or add it. */
	| 'unknownEpoch'
	/** The committee is not in office at the height. */
	| 'outOfOffice'
	/** The header names no next committee. */
	| 'notEpochEnd'
	/** The header names another epoch than the one after its own. */
	| 'wrongNextEpoch'
	/** The heights of an epoch contradict the known ones. */
	| 'otherHeights'
	/** The committee contradicts the known one of its epoch. */
	| 'otherCommittee'
	/** The committee is of another ledger. */
	| 'otherLedger'
	/** The receipt is of another unit than the expected one. */
	| 'otherUnit';

/** A committee does not vouch for a block, or a receipt is of another unit. */
export class OfficeError extends FaultError<OfficeFault> {}
