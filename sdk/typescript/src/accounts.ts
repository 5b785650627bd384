// Proofs of accounts on ledgers that keep them in a store beside the trie. `docs/src/formats/account-store.md` defines the
// format; `tp-account-store` is its other implementation.

import { blake3 } from '@noble/hashes/blake3.js';
import { Option, Storage, Struct, type Codec } from '@polkadot-api/substrate-bindings';
import { AccountProofError, ProofError, type AccountProofFault } from './errors.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';
import { boundedBytes, boundedList, decode, fixedHex, hash, u64, u8 } from './scale.js';

/** The prefix of `System::Account`: `twox_128("System") ‖ twox_128("Account")`. */
export const ACCOUNT_PREFIX: Hex = Storage('System')('Account').enc();
/** The key under which the trie holds the root of the accounts. A trie without it holds the accounts themselves. */
export const ROOT_KEY: Hex = toHex(new TextEncoder().encode(':account_store_root'));

/** Size of an account's key, `blake2_128(id) ‖ id`. */
const KEY_BYTES = 48;
/** Depth of the tree of tables. */
const TABLE_BITS = 8;
/** Maximum number of bits of a table. */
const MAX_BITS = 24;
/** Maximum size of an account's value. */
const MAX_VALUE_BYTES = 4_096;
/** Maximum number of accounts of a bucket: more do not fit in the response of a node. */
const MAX_BUCKET = 100_000;

/** An account in a bucket. */
export interface BucketEntry {
	/** `blake2_128(id) ‖ id`. */
	key: Hex;
	valueHash: Hash;
}

/** Proves the value of an account, or its absence. */
export interface AccountProof {
	/** The value; `undefined` if the account does not exist. */
	value: Uint8Array | undefined;
	/** Number of bits of its table. */
	bits: number;
	/** Number of accounts in its table. */
	count: bigint;
	/** The bucket in which the account is, or would be, by ascending key. */
	bucket: BucketEntry[];
	/** Siblings from the bucket to the root of the table's tree, lowest first. */
	path: Hash[];
	/** Siblings from the table to the root of the store, lowest first. */
	tablePath: Hash[];
}

export const accountProofCodec: Codec<AccountProof> = Struct({
	value: Option(boundedBytes(MAX_VALUE_BYTES)),
	bits: u8,
	count: u64,
	bucket: boundedList(Struct({ key: fixedHex(KEY_BYTES), valueHash: hash }), MAX_BUCKET),
	path: boundedList(hash, MAX_BITS),
	tablePath: boundedList(hash, TABLE_BITS),
});

/** Returns whether a key of the state is one of an account, or begins as they do. */
export function isAccountKey(key: Hex): boolean {
	return key.toLowerCase().startsWith(ACCOUNT_PREFIX);
}

/** Returns the account's part of a key of the state: `blake2_128(id) ‖ id`. */
export function accountKeyOf(key: Hex): Hex {
	return toHex(fromHex(`0x${key.slice(ACCOUNT_PREFIX.length)}`, KEY_BYTES));
}

/** Returns the id of the account of a key `blake2_128(id) ‖ id`. */
export function accountIdOf(key: Hex): Uint8Array {
	return fromHex(key, KEY_BYTES).slice(KEY_BYTES - 32);
}

/** Decodes a proof. */
export function decodeAccountProof(encoded: Hex): AccountProof {
	try {
		return decode(accountProofCodec, encoded, 'the proof of an account');
	} catch (cause) {
		throw new ProofError(`the proof of an account does not decode: ${String(cause)}`, { cause });
	}
}

/**
 * Verifies a proof against the root of the store. Returns the value of the account with the key `blake2_128(id) ‖ id`, or
 * `undefined` if the account does not exist. Throws {@link AccountProofError} with the first rule that the proof breaks.
 */
export function verifyAccountProof(proof: AccountProof, root: Hash, key: Hex): Uint8Array | undefined {
	const { value, bits, count, bucket, path, tablePath } = proof;
	if (bits > MAX_BITS || path.length !== bits || tablePath.length !== TABLE_BITS) {
		throw broken('shape', 'the proof has a path of the wrong length');
	}
	// Hex of one length is ordered as its bytes are.
	if (bucket.some((entry, at) => at > 0 && (bucket[at - 1] as BucketEntry).key >= entry.key)) {
		throw broken('order', "the keys of the proof's bucket do not ascend");
	}
	const entry = bucket.find((entry) => entry.key === key.toLowerCase());
	if ((entry === undefined) !== (value === undefined)) {
		throw broken('existence', "the proof's bucket and its value disagree on whether the account exists");
	}
	if (entry !== undefined && value !== undefined && toHex(valueHash(value)) !== entry.valueHash) {
		throw broken('value', 'the value of the proof is not what its bucket commits to');
	}
	const bytes = fromHex(key, KEY_BYTES);
	const hashed = bucketHash(
		bucket.map((entry) => fromHex(entry.key)),
		bucket.map((entry) => fromHex(entry.valueHash)),
	);
	const table = tableRoot(bits, count, climb(hashed, bucketOf(bytes, bits), path));
	if (toHex(climb(table, bytes[0] as number, tablePath)) !== root.toLowerCase()) {
		throw broken('root', 'the proof leads to another root: it is for another block or another ledger, or it is forged');
	}
	return value;
}

function broken(fault: AccountProofFault, message: string): AccountProofError {
	return new AccountProofError(fault, message);
}

function keyed(kind: string): (...parts: Uint8Array[]) => Uint8Array {
	const key = new TextEncoder().encode(`TOP account store 1: ${kind}`.padEnd(32));
	return (...parts) => blake3(concat(...parts), { key });
}

const hashOfBucket = keyed('bucket');
const hashOfTable = keyed('table');

/** Returns the hash of an account's value. */
export const valueHash: (value: Uint8Array) => Uint8Array = keyed('value');

/** Returns the hash of an inner node: of the tree of buckets, and of the tree of tables. */
export const nodeHash: (left: Uint8Array, right: Uint8Array) => Uint8Array = keyed('node');

/** Returns the hash of a bucket from its keys in ascending order, and the hashes of their values in the same order. */
export function bucketHash(keys: Uint8Array[], valueHashes: Uint8Array[]): Uint8Array {
	return hashOfBucket(...keys, ...valueHashes);
}

/** Returns the root of a table from its number of bits, its number of accounts and the root of its tree of buckets. */
export function tableRoot(bits: number, count: bigint, tree: Uint8Array): Uint8Array {
	return hashOfTable(u8.enc(bits), u64.enc(count), tree);
}

/** Returns the bucket of a key in a table with `2^bits` buckets: the bits after the first byte, which names the table. */
export function bucketOf(key: Uint8Array, bits: number): number {
	const next = new DataView(key.buffer, key.byteOffset).getUint32(1);
	// JavaScript shifts by 32 as by 0.
	return bits === 0 ? 0 : next >>> (32 - bits);
}

/** Returns the root that follows from a leaf and its siblings. */
function climb(leaf: Uint8Array, position: number, siblings: Hash[]): Uint8Array {
	return siblings.reduce((below, sibling, level) => {
		const beside = fromHex(sibling, 32);
		return (position >>> level) % 2 === 0 ? nodeHash(below, beside) : nodeHash(beside, below);
	}, leaf);
}
