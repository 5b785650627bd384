// Results of the node's `lattice_*` methods, read from JSON. Balances and other 64-bit numbers arrive as strings.

import { ResponseError, RpcError, RpcErrorCode, TopError } from './errors.js';
import type { Hash, Hex } from './hex.js';
import { objectOf, readBlock, readHash, readU32, withBigints, withoutNulls, type BlockRef } from './json.js';
import { unitHash, type Address, type Unit } from './unit.js';

const STATUSES = ['future', 'ready', 'inBlock', 'final', 'dropped', 'invalid', 'usurped', 'unknown'] as const;

/**
 * Status of a unit. `final`, `dropped`, `invalid` and `usurped` are terminal. `unknown` is no verdict: the node cannot
 * tell, or this version does not know its status.
 */
export type UnitStatus = (typeof STATUSES)[number];

/** Returns whether a status is terminal. */
export function isEnd(status: UnitStatus): boolean {
	return status === 'final' || status === 'dropped' || status === 'invalid' || status === 'usurped';
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
	| 'unsupported'
	| 'laneFull'
	| 'destinationBusy'
	| 'outboxFull';

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
	| 'extrinsicWaits'
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

/** The node refused a unit; the report gives the reason. */
export class UnitRefusedError extends TopError {
	readonly report: UnitReport;
	/** The unit, for sending the same bytes again. */
	readonly units: Unit[];

	constructor(report: UnitReport, unit: Unit) {
		super(`unit ${report.hash} is ${report.status}: ${report.reason?.message ?? 'no reason given'}`);
		this.report = report;
		this.units = [unit];
	}

	/**
	 * Whether the unit may have applied, or may still apply. If so, another unit for the same payment could pay twice:
	 * send the same one again, or wait until it has expired.
	 */
	get mayStillApply(): boolean {
		const { status, reason } = this.report;
		if (status === 'usurped') return false;
		return reason === undefined || !['empty', 'signature', 'height', 'expired'].includes(reason.code);
	}
}

/**
 * Units were signed and perhaps sent, and whether they apply is not known. `cause` says why.
 *
 * Send **the same units** again. A unit applies at most once, so this is not a second payment. A new unit for the same
 * payment is one.
 */
export class UnsettledError extends TopError {
	/** The units. */
	readonly units: Unit[];
	readonly mayStillApply = true;

	constructor(units: Unit[], cause: unknown) {
		const [first] = units;
		const named = first !== undefined && units.length === 1 ? `unit ${unitHash(first)}` : `each of ${units.length} units`;
		const why = cause instanceof Error ? cause.message : String(cause);
		super(`whether ${named} applies is not known: ${why}; send the same again, and sign no other unit for it`, { cause });
		this.units = units;
	}
}

/** Adds the units of a submission to its failure. Nothing was submitted if the call was too large. */
export function withUnits(units: Unit[], error: unknown): unknown {
	const isLocal = error instanceof RpcError && error.code === RpcErrorCode.tooManyUnits;
	return isLocal || error instanceof UnsettledError ? error : new UnsettledError(units, error);
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
	/** Bytes that stay: new accounts, and what is kept of history for good. Missing from nodes that do not meter them. */
	state?: bigint;
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

/** Reads the result of `lattice_info`. */
export function readInfo(json: unknown): LatticeInfo {
	const info = withBigints<LatticeInfo>(json, 'existentialDeposit', 'computePerUnit', 'computePerOperation');
	readHash(info.domain, 'domain');
	readU32(info.maxValidity, 'longest validity');
	return info;
}

function readReason(json: unknown): Reason {
	const { retryAt, code, message } = withoutNulls(json);
	if (typeof code !== 'string' || typeof message !== 'string') throw new ResponseError('the node returned no reason');
	const reason = { code: code as Reason['code'], message };
	if (retryAt === undefined) return reason;
	const at = new Date(Number(retryAt));
	return Number.isNaN(at.getTime()) ? reason : { ...reason, retryAt: at };
}

/** Reads a unit's report, alone or as part of a larger object. */
export function readUnitReport<T extends UnitReport>(json: unknown): T {
	const { hash, status, block, reason, receipt, ...rest } = withoutNulls(json);
	if (typeof status !== 'string') throw new ResponseError('the node returned no status');
	if (receipt !== undefined && typeof receipt !== 'string') throw new ResponseError('the node returned no receipt');
	const known = STATUSES.find((known) => known === status) ?? 'unknown';
	return {
		...rest,
		hash: readHash(hash, 'unit hash'),
		status: known,
		...(block === undefined ? {} : { block: readBlock(block) }),
		...(reason === undefined ? {} : { reason: readReason(reason) }),
		...(receipt === undefined ? {} : { receipt }),
	} as unknown as T;
}

/** Reads an item of `lattice_units`. */
export function readChainedUnit(json: unknown): ChainedUnit {
	const { hash, height, unit, block, index } = objectOf(json);
	if (typeof unit !== 'string') throw new ResponseError('the node returned no unit');
	return {
		hash: readHash(hash, 'unit hash'),
		height: readU32(height, 'height'),
		unit,
		block: readBlock(block),
		index: readU32(index, 'index'),
	};
}

/** Reads the result of `lattice_account`. */
export function readAccount(json: unknown): AccountReport {
	const report = withBigints<AccountReport>(json, 'free', 'reserved', 'frozen', 'spendable');
	const { quota } = report;
	const usage = (value: unknown) => withBigints<Usage>(value, 'compute', 'bytes');
	const next = withBigints<AccountReport['next']>(report.next, 'spendable');
	readU32(report.height, 'height');
	readHash(report.head, 'head');
	readU32(next.height, 'next height');
	readHash(next.head, 'next head');
	return {
		...report,
		quota: quota && {
			...withBigints<typeof quota>(quota, 'locked'),
			used: usage(quota.used),
			share: usage(quota.share),
		},
		next,
	};
}
