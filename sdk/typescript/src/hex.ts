// Strict hex strings: anything else is an error and never reads as zero.

import { CodecError } from './errors.js';

const HEX = /^0x(?:[0-9a-fA-F]{2})*$/;

/** Bytes as a string: `0x`, then two hex digits per byte. */
export type Hex = string;
/** 32 bytes as {@link Hex}. */
export type Hash = Hex;

/** Decodes a hex string. If `length` is given, the number of bytes must match. */
export function fromHex(hex: Hex, length?: number): Uint8Array {
	if (typeof hex !== 'string' || !HEX.test(hex)) {
		throw new CodecError(`${String(hex).slice(0, 80)} is not a hex string with 0x`);
	}
	const bytes = new Uint8Array((hex.length - 2) / 2);
	for (let at = 0; at < bytes.length; at++) {
		bytes[at] = Number.parseInt(hex.slice(2 + 2 * at, 4 + 2 * at), 16);
	}
	if (length !== undefined && bytes.length !== length) {
		throw new CodecError(`got ${bytes.length} bytes, expected ${length}`);
	}
	return bytes;
}

/** Encodes bytes as a lower-case hex string. */
export function toHex(bytes: Uint8Array): Hex {
	return '0x' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Concatenates byte arrays. */
export function concat(...parts: Uint8Array[]): Uint8Array {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
