// What can go wrong: one class a cause, all of them a TopError.

import type { UnitReport } from './reports.js';

/** The base of all errors of this package. */
export class TopError extends Error {
	constructor(message: string, options?: ErrorOptions) {
		super(message, options);
		this.name = new.target.name;
	}
}

/** A value has no encoding, or bytes are not one. */
export class CodecError extends TopError {}

/** A signature was not made, or is not the account's. */
export class SigningError extends TopError {}

/** There is no connection to the node, or it broke, or the node does not answer. Units may be sent again. */
export class ConnectionError extends TopError {}

/** Codes that the node's `lattice_*` calls fail with. */
export const RpcErrorCode = {
	/** The parameters are wrong; also units that do not decode. */
	invalidParams: -32602,
	/** The node's database or runtime failed. */
	internal: 8101,
	/** The unit is not known, or not final. */
	unknownUnit: 8102,
	/** This ledger takes no units. */
	noLattice: 8103,
	/** More units than a call takes. */
	tooManyUnits: 8104,
} as const;

/** The node refused a call. `code` is one of {@link RpcErrorCode}, or of JSON-RPC's own. */
export class RpcError extends TopError {
	readonly code: number;
	readonly data: unknown;

	constructor(code: number, message: string, data?: unknown) {
		super(`${message} (code ${code})`);
		this.code = code;
		this.data = data;
	}
}

/** A unit ended as something else than final; the report says why. */
export class UnitRefusedError extends TopError {
	readonly report: UnitReport;

	constructor(report: UnitReport) {
		super(`the unit ${report.hash} ended as ${report.status}: ${report.reason?.message ?? 'no reason given'}`);
		this.report = report;
	}
}

/** There is no such account on this ledger. */
export class NoAccountError extends TopError {}

/** Why a certificate proves nothing. */
export type CertificateFault =
	| 'wrongHeight'
	| 'wrongBlock'
	| 'wrongEpoch'
	| 'badBitmap'
	| 'signatureCount'
	| 'noQuorum'
	| 'badSignature';

/** A certificate proves nothing. */
export class CertificateError extends TopError {
	readonly fault: CertificateFault;

	constructor(fault: CertificateFault, message: string) {
		super(message);
		this.fault = fault;
	}
}

/** Why a receipt proves nothing. */
export type ReceiptFault = 'certificate' | 'noUnits' | 'notInTable' | 'notInBlock';

/** A receipt proves nothing. For the fault `certificate`, `cause` is the {@link CertificateError}. */
export class ReceiptError extends TopError {
	readonly fault: ReceiptFault;

	constructor(fault: ReceiptFault, message: string, options?: ErrorOptions) {
		super(message, options);
		this.fault = fault;
	}
}
