// Values of a node's responses, read from JSON: what does not have the expected form is a ResponseError.

import { ResponseError } from './errors.js';
import { fromHex, type Hash } from './hex.js';

/** A block. */
export interface BlockRef {
	number: number;
	hash: Hash;
}

/** An object of a response. */
export type Json = Record<string, unknown>;

/** Returns a value that must be an object. */
export function objectOf(json: unknown): Json {
	if (typeof json !== 'object' || json === null || Array.isArray(json)) {
		throw new ResponseError(`the node returned ${String(json).slice(0, 80)}`);
	}
	return json as Json;
}

/** Replaces the named members, which are decimal strings, by bigints. */
export function withBigints<T>(json: unknown, ...names: string[]): T {
	const members = objectOf(json);
	const numbers = names.map((name) => {
		const value = members[name];
		if (typeof value !== 'string' || !/^\d{1,40}$/.test(value)) {
			throw new ResponseError(`the node returned no number ${name}`);
		}
		return [name, BigInt(value)];
	});
	return { ...members, ...Object.fromEntries(numbers) } as T;
}

/** Reads a hash. */
export function readHash(value: unknown, what: string): Hash {
	if (typeof value !== 'string') throw new ResponseError(`the node returned no ${what}`);
	try {
		fromHex(value, 32);
	} catch (cause) {
		throw new ResponseError(`the node returned no ${what}`, { cause });
	}
	return value.toLowerCase();
}

/** Reads a whole number below 2^32. */
export function readU32(value: unknown, what: string): number {
	if (!Number.isInteger(value) || (value as number) < 0 || (value as number) >= 2 ** 32) {
		throw new ResponseError(`the node returned no ${what}`);
	}
	return value as number;
}

/** Returns an object without the members that are null. */
export function withoutNulls(json: unknown): Json {
	return Object.fromEntries(Object.entries(objectOf(json)).filter(([, value]) => value !== null));
}

/** Reads a block's number and hash. */
export function readBlock(json: unknown): BlockRef {
	const block = objectOf(json);
	return { number: readU32(block['number'], 'block number'), hash: readHash(block['hash'], 'block hash') };
}
