// What a node knows of accounts and units, bound to what was asked; and what follows for a unit that it refuses.

import { ResponseError, TopError } from './errors.js';
import type { Hash, Hex } from './hex.js';
import type { Link } from './link.js';
import { decodeReceipt } from './receipt.js';
import {
	readAccount,
	readChainedUnit,
	readUnitReport,
	type AccountReport,
	type ChainedUnit,
	type KnownUnit,
	type UnitReport,
} from './reports.js';
import { decodeUnit, sameAddress, unitHash, type Address, type Unit } from './unit.js';

/** Returns an account, or `null` if it does not exist. */
export async function findAccount(link: Link, account: Address): Promise<AccountReport | null> {
	const json = await link.request('lattice_account', [account]);
	// The height of an account that does not exist says nothing about its units: its last unit may have ended it.
	if (json === null || (json as { exists?: unknown }).exists === false) return null;
	const report = readAccount(json);
	if (!sameAddress(report.account, account)) throw new ResponseError('the node returned another account');
	return report;
}

/** Decodes a unit that a response names. */
function namedUnit(bytes: Hex, hash: Hash): Unit {
	const unit = readForeign('unit', () => decodeUnit(bytes));
	if (unitHash(unit) !== hash) throw new ResponseError('the node returned another unit than it names');
	return unit;
}

function readForeign<T>(what: string, read: () => T): T {
	try {
		return read();
	} catch (cause) {
		if (!(cause instanceof TopError)) throw cause;
		throw new ResponseError(`the node returned no ${what}: ${cause.message}`, { cause });
	}
}

/** Returns a unit with its report, or `null` if the node does not know it. */
export async function findUnit(link: Link, hash: Hash): Promise<{ report: KnownUnit; unit: Unit } | null> {
	const json = await link.request('lattice_unit', [hash]);
	if (json === null) return null;
	const report = readUnitReport<KnownUnit>(json);
	if (report.hash !== hash.toLowerCase()) throw new ResponseError('the node returned another unit');
	return { report, unit: namedUnit(report.unit, report.hash) };
}

/** Returns an account's applied units, newest first, below the height `before`. */
export async function findUnits(
	link: Link,
	account: Address,
	before: number | null,
	limit: number | null,
): Promise<ChainedUnit[]> {
	const json = await link.request('lattice_units', [account, before, limit]);
	if (!Array.isArray(json)) throw new ResponseError('the node returned no units');
	let below = before ?? Infinity;
	return json.map((item) => {
		const chained = readChainedUnit(item);
		const { body } = namedUnit(chained.unit, chained.hash);
		if (!sameAddress(body.account, account) || body.height !== chained.height || body.height >= below) {
			throw new ResponseError('the node returned units of another account or in another order');
		}
		below = body.height;
		return chained;
	});
}

/** Checks that a receipt is of the unit: a valid receipt of another unit would verify later. Returns its bytes. */
export function bindReceipt(receipt: unknown, hash: Hash): Hex {
	if (typeof receipt !== 'string') throw new ResponseError('the node returned no receipt');
	const { unit } = readForeign('receipt', () => decodeReceipt(receipt));
	if (unitHash(unit) !== hash.toLowerCase()) throw new ResponseError('the receipt is of another unit');
	return receipt;
}

/** Returns whether an applied unit that is submitted again can be reported so: its height has passed. */
export function isAmbiguous({ status, reason }: UnitReport): boolean {
	if (status === 'usurped') return true;
	if (status !== 'invalid') return false;
	return reason === undefined || ['height', 'parent', 'expired', 'noAccount'].includes(reason.code);
}

/**
 * Returns the fate of a unit whose refusal is ambiguous: its report if it applied, `refused`, or `unclear` if the
 * node's responses do not tell. A node whose index lags or is missing reports an applied unit like a unit whose height
 * another one took.
 */
export async function fateOf(link: Link, unit: Unit, refusal: UnitReport): Promise<UnitReport | 'refused' | 'unclear'> {
	const hash = unitHash(unit);
	const { account, height } = unit.body;
	const known = await findUnit(link, hash);
	if (known !== null) {
		const { hash, status, block } = known.report;
		if (status === 'final') return block === undefined ? { hash, status } : { hash, status, block };
		return status === 'dropped' || status === 'invalid' || status === 'usurped' ? 'refused' : 'unclear';
	}
	const state = await findAccount(link, account);
	if (state === null) return 'unclear';
	if (state.height <= height) {
		// Its height is free: a refusal because it has passed came from a state that this node does not have yet.
		return refusal.reason?.code === 'parent' || refusal.reason?.code === 'expired' ? 'refused' : 'unclear';
	}
	if (state.height === height + 1) return state.head.toLowerCase() === hash ? { hash, status: 'final' } : 'refused';
	const [found] = await findUnits(link, account, height + 1, 1);
	// An extrinsic took the height, or the index lags.
	if (found === undefined || found.height !== height) return 'unclear';
	return found.hash === hash ? { hash, status: 'final', block: found.block } : 'refused';
}
