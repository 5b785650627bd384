// Builds tries whole, with all their nodes: what a node with the state can prove.

import { Blake2256, compact } from '@polkadot-api/substrate-bindings';
import { fromHex, toHex, type Hash, type Hex } from '../src/index.js';
import { concat } from '../src/hex.js';

const withLength = (bytes: Uint8Array) => concat(compact.enc(bytes.length), bytes);

/** The trie of a state. */
export class Trie {
	readonly entries: Map<Hex, Uint8Array>;
	readonly nodes: Hex[] = [];
	readonly root: Hash;

	constructor(entries: [Hex, Uint8Array][]) {
		this.entries = new Map(entries);
		const keyed = entries.map(([key, value]) => [key.slice(2), value] as [string, Uint8Array]);
		const root = this.#node(keyed, 0);
		this.nodes.push(toHex(root));
		this.root = toHex(Blake2256(root));
	}

	keysBelow(prefix: Hex): Hex[] {
		return [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort();
	}

	#node(entries: [string, Uint8Array][], depth: number): Uint8Array {
		const [first] = entries;
		if (first === undefined) return Uint8Array.of(0);
		if (entries.length === 1) return concat(this.#head(1, first[0].slice(depth)), withLength(first[1]));
		let end = depth;
		while (entries.every(([key]) => key.length > end && key[end] === first[0][end])) end += 1;
		const own = entries.find(([key]) => key.length === end);
		let bitmap = 0;
		const children = [...'0123456789abcdef'].flatMap((nibble, at) => {
			const below = entries.filter(([key]) => key[end] === nibble);
			if (below.length === 0) return [];
			bitmap += 2 ** at;
			const child = this.#node(below, end + 1);
			if (child.length < 32) return [withLength(child)];
			this.nodes.push(toHex(child));
			return [withLength(Blake2256(child))];
		});
		const value = own === undefined ? [] : [withLength(own[1])];
		const head = this.#head(own === undefined ? 2 : 3, first[0].slice(depth, end));
		return concat(head, Uint8Array.of(bitmap % 256, Math.floor(bitmap / 256)), ...value, ...children);
	}

	#head(kind: number, nibbles: string): Uint8Array {
		const size = nibbles.length < 63 ? [64 * kind + nibbles.length] : [64 * kind + 63, nibbles.length - 63];
		return concat(Uint8Array.from(size), fromHex(`0x${nibbles.length % 2 === 1 ? '0' : ''}${nibbles}`));
	}
}
