// SCALE codecs that reject values out of range. The codecs of `scale-ts` truncate: they encode an amount of 2^128 as 0,
// and they decode input that ends early.

import {
	Bytes,
	compact,
	createCodec,
	createDecoder,
	enhanceCodec,
	u16 as looseU16,
	u32 as looseU32,
	u64 as looseU64,
	u128 as looseU128,
	u8 as looseU8,
	type Codec,
} from '@polkadot-api/substrate-bindings';
import { CodecError } from './errors.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';

function number(codec: Codec<number>, bits: number): Codec<number> {
	const check = (value: number) => {
		if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits) {
			throw new CodecError(`${value} is not a whole number below 2^${bits}`);
		}
		return value;
	};
	return enhanceCodec(codec, check, check);
}

function bigint(codec: Codec<bigint>, bits: number): Codec<bigint> {
	const check = (value: bigint) => {
		if (typeof value !== 'bigint' || value < 0n || value >> BigInt(bits) !== 0n) {
			throw new CodecError(`${value} is not a bigint from 0 to 2^${bits} - 1`);
		}
		return value;
	};
	return enhanceCodec(codec, check, check);
}

export const u8 = number(looseU8, 8);
export const u16 = number(looseU16, 16);
export const u32 = number(looseU32, 32);
export const u64 = bigint(looseU64, 64);
export const u128 = bigint(looseU128, 128);
/** A u32 in compact encoding. */
export const compactU32 = number(
	enhanceCodec(compact, (value: number) => value, Number),
	32,
);

/** A fixed number of bytes, as hex. */
export function fixedHex(length: number): Codec<Hex> {
	const toBytes = (hex: Hex) => fromHex(hex, length);
	const toChecked = (bytes: Uint8Array) => {
		if (bytes.length !== length) throw new CodecError('the input ends early');
		return toHex(bytes);
	};
	return enhanceCodec(Bytes(length), toBytes, toChecked);
}

export const hash: Codec<Hash> = fixedHex(32);

/** Length-prefixed bytes, at most `max`. */
export function boundedBytes(max: number): Codec<Uint8Array> {
	const check = (bytes: Uint8Array) => {
		if (bytes.length > max) throw new CodecError(`${bytes.length} bytes, the maximum is ${max}`);
		return bytes;
	};
	return enhanceCodec(Bytes(), check, check);
}

/** Length-prefixed items, at most `max`. Decoding reserves no memory for items that are missing from the input. */
export function boundedList<T>(item: Codec<T>, max: number): Codec<T[]> {
	const check = (count: number | bigint) => {
		if (count > max) throw new CodecError(`${count} items, the maximum is ${max}`);
		return Number(count);
	};
	return createCodec(
		(items: T[]) => concat(compact.enc(check(items.length)), ...items.map((value) => item.enc(value))),
		createDecoder((bytes) => {
			const items: T[] = [];
			for (let left = check(compact.dec(bytes)); left > 0; left--) items.push(item.dec(bytes));
			return items;
		}),
	);
}

/** Encodes a value. `what` names it in errors. */
export function encode<T>(codec: Codec<T>, value: T, what: string): Uint8Array {
	try {
		return codec.enc(value);
	} catch (cause) {
		throw new CodecError(`this is not ${what}: ${messageOf(cause)}`, { cause });
	}
}

/** Decodes a value from all of the bytes. Rejects encodings that are not canonical. */
export function decode<T>(codec: Codec<T>, input: Uint8Array | Hex, what: string): T {
	// The copy is needed: the decoders read the whole buffer behind a view.
	const bytes = typeof input === 'string' ? fromHex(input) : Uint8Array.from(input);
	let value: T;
	let again: Uint8Array;
	try {
		value = codec.dec(bytes);
		again = codec.enc(value);
	} catch (cause) {
		throw new CodecError(`these bytes are not ${what}: ${messageOf(cause)}`, { cause });
	}
	if (again.length !== bytes.length || again.some((byte, at) => byte !== bytes[at])) {
		throw new CodecError(`these bytes are not ${what}: the encoding is not canonical`);
	}
	return value;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
