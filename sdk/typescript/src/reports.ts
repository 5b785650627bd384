// What the node's `lattice_*` calls answer, read from JSON: balances and other large numbers come as strings.

import { TopError } from './errors.js';
import type { Hash, Hex } from './hex.js';
import type { Address } from './unit.js';

/** A block. */
export interface BlockRef {
	number: number;
	hash: Hash;
}

/** Where a unit is. The last four are ends. */
export type UnitStatus = 'future' | 'ready' | 'inBlock' | 'final' | 'dropped' | 'invalid' | 'usurped';

/** Whether a unit's status can change no more. */
export function isEnd(status: UnitStatus): boolean {
	return status === 'final' || status === 'dropped' || status === 'invalid' || status === 'usurped';
}

/** Why the ledger does not apply a unit. */
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

/** Why a node's pool does not keep a unit. */
export type PoolReason =
	| 'tooLarge'
	| 'conflict'
	| 'gapTooFar'
	| 'accountFull'
	| 'poolFull'
	| 'replaced'
	| 'timedOut'
	| 'overloaded'
	| 'duplicateHeight';

/** Why a unit is not taken. */
export interface Reason {
	/** For programs. */
	code: LedgerReason | PoolReason;
	/** For people. */
	message: string;
	/** When sending it again may help. */
	retryAt?: Date;
}

/** What has become of a unit. */
export interface UnitReport {
	hash: Hash;
	status: UnitStatus;
	block?: BlockRef;
	reason?: Reason;
	/** Of a final unit, if asked for. Prove it by `verifyReceipt`. */
	receipt?: Hex;
}

/** A unit that the node knows. */
export interface KnownUnit extends UnitReport {
	/** SCALE of the unit. */
	unit: Hex;
	/** Its place in the block. */
	index?: number;
}

/** A unit that applied. */
export interface ChainedUnit {
	hash: Hash;
	height: number;
	/** SCALE of the unit. */
	unit: Hex;
	block: BlockRef;
	/** Its place in the block. */
	index: number;
}

/** Use of what quotas meter. */
export interface Usage {
	compute: bigint;
	bytes: bigint;
}

/** An account. */
export interface AccountReport {
	account: Address;
	/** Its nonce: the height of its next unit. */
	height: number;
	/** Its unit head: the parent of its next unit. */
	head: Hash;
	free: bigint;
	reserved: bigint;
	frozen: bigint;
	spendable: bigint;
	/** Credits received. */
	received: number;
	receivedHash: Hash;
	/** `null` if the ledger meters nothing. */
	quota: { used: Usage; share: Usage; locked: bigint } | null;
	/** The same after the units that wait in the node's pool: what the next unit is made with. */
	next: { height: number; head: Hash; spendable: bigint; pending: number };
}

/** What holds for all units of a ledger. */
export interface LatticeInfo {
	/** What signatures are bound to. */
	domain: Hash;
	/** The first and the last table of this ledger. */
	tables: [first: number, last: number];
	existentialDeposit: bigint;
	maxOperations: number;
	/** Blocks ahead that a unit may set as its end, at most. */
	maxValidity: number;
	computePerUnit: bigint;
	computePerOperation: bigint;
	maxUnitsPerCall: number;
}

/** The newest link of a table's chain. */
export interface TableReport {
	table: number;
	height: number;
	hash: Hash;
}

/** What a node says of a receipt. */
export interface VerificationReport {
	valid: boolean;
	error?: string;
	block?: BlockRef;
}

type Json = Record<string, unknown>;

/** Replaces the members of these names, which are decimal strings, by bigints. */
function withBigints<T>(json: unknown, ...names: string[]): T {
	if (typeof json !== 'object' || json === null) throw new TopError(`the node answers ${String(json)}`);
	const numbers = names.map((name) => {
		const value = (json as Json)[name];
		if (typeof value !== 'string' || !/^\d+$/.test(value)) throw new TopError(`the node answers no number ${name}`);
		return [name, BigInt(value)];
	});
	return { ...json, ...Object.fromEntries(numbers) } as T;
}

/** Reads the answer of `lattice_info`. */
export function readInfo(json: unknown): LatticeInfo {
	return withBigints(json, 'existentialDeposit', 'computePerUnit', 'computePerOperation');
}

/** An object without its members that are null. */
function withoutNulls(json: unknown): Json {
	return Object.fromEntries(Object.entries(withBigints<Json>(json)).filter(([, value]) => value !== null));
}

/** Reads a unit's report, alone or as a part of more. */
export function readUnitReport<T extends UnitReport>(json: unknown): T {
	const { reason, ...rest } = withoutNulls(json);
	if (reason === undefined) return rest as unknown as T;
	const { retryAt, ...why } = withoutNulls(reason);
	const at = retryAt === undefined ? {} : { retryAt: new Date(Number(retryAt)) };
	return { ...rest, reason: { ...why, ...at } } as unknown as T;
}

/** Reads the answer of `lattice_account`. */
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
