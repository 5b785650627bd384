// Builds a store of accounts whole, with all its hashes: what a node with the state can prove.

import { accountProofCodec, bucketHash, bucketOf, nodeHash, tableRoot, valueHash, type AccountProof } from '../src/accounts.js';
import { fromHex, toHex, type Hash, type Hex } from '../src/index.js';

/** The levels of a tree, leaves first. */
function levels(leaves: Uint8Array[]): Uint8Array[][] {
	const whole = [leaves];
	for (let below = leaves; below.length > 1; ) {
		below = Array.from({ length: below.length / 2 }, (_, at) => nodeHash(below[2 * at]!, below[2 * at + 1]!));
		whole.push(below);
	}
	return whole;
}

const rootOf = (tree: Uint8Array[][]) => tree[tree.length - 1]![0]!;
const siblings = (tree: Uint8Array[][], position: number) =>
	tree.slice(0, -1).map((level, at) => toHex(level[(position >> at) ^ 1]!));

/** The store of some accounts, by `blake2_128(id) ‖ id`. All tables with accounts have the same number of bits. */
export class Store {
	readonly root: Hash;
	readonly #entries: [Hex, Uint8Array][];
	readonly #bits: number;
	readonly #tables: Uint8Array[][];

	constructor(entries: [Hex, Uint8Array][], bits: number) {
		this.#entries = [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
		this.#bits = bits;
		const empty = tableRoot(0, 0n, bucketHash([], []));
		this.#tables = levels(
			Array.from({ length: 256 }, (_, table) => {
				const count = this.#below(table).length;
				return count === 0 ? empty : tableRoot(bits, BigInt(count), rootOf(this.#table(table)));
			}),
		);
		this.root = toHex(rootOf(this.#tables));
	}

	prove(key: Hex): AccountProof {
		const table = fromHex(key)[0]!;
		const count = this.#below(table).length;
		const bits = count === 0 ? 0 : this.#bits;
		const bucket = bucketOf(fromHex(key), bits);
		return {
			value: this.#entries.find(([found]) => found === key)?.[1],
			bits,
			count: BigInt(count),
			bucket: this.#bucket(table, bits, bucket).map(([key, value]) => ({ key, valueHash: toHex(valueHash(value)) })),
			path: count === 0 ? [] : siblings(this.#table(table), bucket),
			tablePath: siblings(this.#tables, table),
		};
	}

	/** Proves an account, as a node encodes it. */
	encoded(key: Hex): Hex {
		return toHex(accountProofCodec.enc(this.prove(key)));
	}

	#below(table: number): [Hex, Uint8Array][] {
		return this.#entries.filter(([key]) => fromHex(key)[0] === table);
	}

	#bucket(table: number, bits: number, bucket: number): [Hex, Uint8Array][] {
		return this.#below(table).filter(([key]) => bucketOf(fromHex(key), bits) === bucket);
	}

	#table(table: number): Uint8Array[][] {
		return levels(
			Array.from({ length: 2 ** this.#bits }, (_, bucket) => {
				const entries = this.#bucket(table, this.#bits, bucket);
				return bucketHash(
					entries.map(([key]) => fromHex(key)),
					entries.map(([, value]) => valueHash(value)),
				);
			}),
		);
	}
}
