// Results of the node's `lattice_*` methods, read from JSON. Balances and other 64-bit numbers arrive as strings.

import { ResponseError, TopError } from './errors.js';
import type { Hash, Hex } from './hex.js';
import type { Address } from './unit.js';

/** A block. */
export interface BlockRef {
	number: number;
	hash: Hash;
}

/** Status of a unit. The last five are terminal; `unknown` means that the node cannot tell at present. */
export type UnitStatus =
	'future' | 'ready' | 'inBlock' | 'final' | 'dropped' | 'invalid' | 'usurped' | 'unknown';

/** Returns whether a status is terminal. */
export function isEnd(status: UnitStatus): boolean {
	return (
		status === 'final' ||
		status === 'dropped' ||
		status === 'invalid' ||
		status === 'usurped' ||
		status === 'unknown'
	);
}

/** Reasons for which the ledger does not apply a unit. */
export type LedgerReason =
	| 'empty'
	| 'signature'
	| 'elsewhere'
	| 'noAccount'
	| 'height'
	| 'parent'
	| 'expired'
	| 'tooLong'
	| 'quota'
	| 'balance'
	| 'frozen'
	| 'wouldDie'
	| 'belowMinimum'
	| 'destinationElsewhere'
	| 'unsupported';

/** Reasons for which a node's pool does not keep a unit. */
export type PoolReason =
	| 'tooLarge'
	| 'conflict'
	| 'gapTooFar'
	| 'accountFull'
	| 'poolFull'
	| 'replaced'
	| 'timedOut'
	| 'overloaded'
	| 'duplicateHeight'
	| 'notIndexed';

/** Reason for which a unit is refused. */
export interface Reason {
	/** Machine-readable code. */
	code: LedgerReason | PoolReason;
	/** Human-readable message. */
	message: string;
	/** Time from which sending the unit again may succeed. */
	retryAt?: Date;
}

/** Status report of a unit. */
export interface UnitReport {
	hash: Hash;
	status: UnitStatus;
	block?: BlockRef;
	reason?: Reason;
	/** Receipt of a final unit, if requested. Check it with `verifyReceipt`. */
	receipt?: Hex;
}

/** A unit reached a terminal status other than final; the report gives the reason. */
export class UnitRefusedError extends TopError {
	readonly report: UnitReport;

	constructor(report: UnitReport) {
		super(`unit ${report.hash} is ${report.status}: ${report.reason?.message ?? 'no reason given'}`);
		this.report = report;
	}
}

/** A unit known to the node. */
export interface KnownUnit extends UnitReport {
	/** SCALE of the unit. */
	unit: Hex;
	/** Index in the block's batch of units. */
	index?: number;
}

/** A unit of an account's chain that applied. */
export interface ChainedUnit {
	hash: Hash;
	height: number;
	/** SCALE of the unit. */
	unit: Hex;
	block: BlockRef;
	/** Index in the block's batch of units. */
	index: number;
}

/** Amounts of the metered resources. */
export interface Usage {
	compute: bigint;
	bytes: bigint;
}

/** State of an account. */
export interface AccountReport {
	account: Address;
	/** The account's nonce: the height of its next unit. */
	height: number;
	/** The account's unit head: the parent of its next unit. */
	head: Hash;
	free: bigint;
	reserved: bigint;
	frozen: bigint;
	spendable: bigint;
	/** Number of credits received. */
	received: number;
	receivedHash: Hash;
	/** `null` if the ledger has no quotas. */
	quota: { used: Usage; share: Usage; locked: bigint } | null;
	/** The same values after the units pending in the node's pool. The next unit is built from them. */
	next: { height: number; head: Hash; spendable: bigint; pending: number };
}

/** Parameters of a ledger that apply to all units. */
export interface LatticeInfo {
	/** Domain that unit signatures are bound to. */
	domain: Hash;
	/** First and last table of this ledger. */
	tables: [first: number, last: number];
	existentialDeposit: bigint;
	maxOperations: number;
	/** Maximum number of blocks between the newest block and a unit's `validUntil`. */
	maxValidity: number;
	computePerUnit: bigint;
	computePerOperation: bigint;
	maxUnitsPerCall: number;
}

/** Newest link of a table's chain. */
export interface TableReport {
	table: number;
	height: number;
	hash: Hash;
}

/** A node's verdict on a receipt. */
export interface VerificationReport {
	valid: boolean;
	error?: string;
	block?: BlockRef;
}

type Json = Record<string, unknown>;

/** Replaces the named members, which are decimal strings, by bigints. */
function withBigints<T>(json: unknown, ...names: string[]): T {
	if (typeof json !== 'object' || json === null) throw new ResponseError(`the node returned ${String(json)}`);
	const numbers = names.map((name) => {
		const value = (json as Json)[name];
		if (typeof value !== 'string' || !/^\d+$/.test(value)) {
			throw new ResponseError(`the node returned no number ${name}`);
		}
		return [name, BigInt(value)];
	});
	return { ...json, ...Object.fromEntries(numbers) } as T;
}

/** Reads the result of `lattice_info`. */
export function readInfo(json: unknown): LatticeInfo {
	return withBigints(json, 'existentialDeposit', 'computePerUnit', 'computePerOperation');
}

/** Returns an object without the members that are null. */
function withoutNulls(json: unknown): Json {
	return Object.fromEntries(Object.entries(withBigints<Json>(json)).filter(([, value]) => value !== null));
}

/** Reads a unit's report, alone or as part of a larger object. */
export function readUnitReport<T extends UnitReport>(json: unknown): T {
	const { reason, ...rest } = withoutNulls(json);
	if (reason === undefined) return rest as unknown as T;
	const { retryAt, ...why } = withoutNulls(reason);
	const at = retryAt === undefined ? {} : { retryAt: new Date(Number(retryAt)) };
	return { ...rest, reason: { ...why, ...at } } as unknown as T;
}

/** Reads the result of `lattice_account`. */
export function readAccount(json: unknown): AccountReport {
	const report = withBigints<AccountReport>(json, 'free', 'reserved', 'frozen', 'spendable');
	const { quota } = report;
	const usage = (value: unknown) => withBigints<Usage>(value, 'compute', 'bytes');
	return {
		...report,
		quota: quota && {
			...withBigints<typeof quota>(quota, 'locked'),
			used: usage(quota.used),
			share: usage(quota.share),
		},
		next: withBigints(report.next, 'spendable'),
	};
}
