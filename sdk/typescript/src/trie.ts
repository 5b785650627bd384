// Proofs of the state, and roots over lists: the SDK's tries of state version 0, which have all values inline.

import { Blake2256, compact, trieNodeDec } from '@polkadot-api/substrate-bindings';
import { CodecError, ProofError } from './errors.js';
import { concat, fromHex, toHex, type Hash, type Hex } from './hex.js';

/** A node of a trie. Keys are strings of nibbles: hex without `0x`. */
interface TrieNode {
	partialKey: string;
	value: Uint8Array | undefined;
	/** By nibble: the hash of a node, or a node of less than 32 bytes. */
	children: Record<string, Hex>;
}

/** Maximum number of nibbles of a key that a proof follows. */
const MAX_NIBBLES = 1024;
const HASH_DIGITS = 2 + 64;

/** Removes the length in front of bytes, which must be all there is. */
function withoutLength(bytes: Uint8Array): Uint8Array {
	const length = Number(compact.dec(bytes));
	const start = compact.enc(length).length;
	if (bytes.length !== start + length) throw new CodecError('the value of a trie node has another length');
	return bytes.subarray(start);
}

function readNode(bytes: Uint8Array): TrieNode {
	try {
		const node = trieNodeDec(bytes);
		const { partialKey } = node;
		switch (node.type) {
			case 'Leaf':
				return { partialKey, value: withoutLength(fromHex(node.value)), children: {} };
			case 'Branch':
				return { partialKey, value: undefined, children: node.children };
			case 'BranchWithVal':
				return { partialKey, value: fromHex(node.value), children: node.children };
			case 'Empty':
				return { partialKey: '', value: undefined, children: {} };
			default:
				throw new CodecError('a trie node is of another state version');
		}
	} catch (cause) {
		throw new ProofError(`a node of the proof does not decode: ${String(cause)}`, { cause });
	}
}

/** A part of a trie, by its root. It answers only what the proof shows. */
export class ProvenTrie {
	readonly #root: Hash;
	readonly #nodes: Map<Hash, Uint8Array>;

	/** Takes the nodes of a `state_getReadProof`, in any order. */
	constructor(root: Hash, proof: Hex[]) {
		this.#root = root;
		this.#nodes = new Map(
			proof.map((hex) => {
				const bytes = fromHex(hex);
				return [toHex(Blake2256(bytes)), bytes];
			}),
		);
	}

	/** Returns the value of a key, or `undefined` if the proof shows that there is none. Throws if it shows neither. */
	get(key: Hex): Uint8Array | undefined {
		let rest = key.slice(2).toLowerCase();
		let node = this.#resolve(this.#root);
		for (;;) {
			if (!rest.startsWith(node.partialKey)) return undefined;
			rest = rest.slice(node.partialKey.length);
			if (rest === '') return node.value;
			const child = node.children[rest[0] as string];
			if (child === undefined) return undefined;
			rest = rest.slice(1);
			node = this.#resolve(child);
		}
	}

	/** Returns all entries whose keys begin with a prefix, by ascending key. Throws unless the proof shows all of them. */
	entries(prefix: Hex): [Hex, Uint8Array][] {
		const wanted = prefix.slice(2).toLowerCase();
		const found: [Hex, Uint8Array][] = [];
		const visit = (node: TrieNode, path: string) => {
			const key = path + node.partialKey;
			if (key.length > MAX_NIBBLES) throw new ProofError('a key of the proof is too long');
			const isBelow = key.startsWith(wanted);
			if (!isBelow && !wanted.startsWith(key)) return;
			if (isBelow && node.value !== undefined) found.push([`0x${key}`, node.value]);
			for (const nibble of Object.keys(node.children).sort()) {
				const next = key + nibble;
				if (next.startsWith(wanted) || wanted.startsWith(next)) {
					visit(this.#resolve(node.children[nibble] as Hex), next);
				}
			}
		};
		visit(this.#resolve(this.#root), '');
		return found;
	}

	#resolve(reference: Hex): TrieNode {
		if (reference.length < HASH_DIGITS) return readNode(fromHex(reference));
		const bytes = this.#nodes.get(reference.toLowerCase());
		if (bytes === undefined) throw new ProofError(`the proof lacks the node ${reference}`);
		return readNode(bytes);
	}
}

type Entry = [key: string, value: Uint8Array];

/** Returns the root of a list, such as the extrinsics of a block: the key of an item is its index. */
export function orderedRoot(items: Uint8Array[]): Hash {
	const entries: Entry[] = items.map((item, index) => [toHex(compact.enc(index)).slice(2), item]);
	entries.sort(([one], [other]) => (one < other ? -1 : 1));
	return toHex(Blake2256(entries.length === 0 ? Uint8Array.of(0) : encodeNode(entries, 0)));
}

/** Encodes the trie of some entries, whose keys are equal up to `depth`. */
function encodeNode(entries: Entry[], depth: number): Uint8Array {
	const [[first, value], [last]] = [entries[0] as Entry, entries[entries.length - 1] as Entry];
	if (entries.length === 1) return concat(head(0b01, first.slice(depth)), withLength(value));
	// The entries are sorted: what the first and the last have in common, all have.
	let fork = depth;
	while (fork < first.length && first[fork] === last[fork]) fork++;
	const hasValue = first.length === fork;
	const below = hasValue ? entries.slice(1) : entries;
	let bitmap = 0;
	const children: Uint8Array[] = [];
	for (let nibble = 0; nibble < 16; nibble++) {
		const digit = nibble.toString(16);
		const child = below.filter(([key]) => key[fork] === digit);
		if (child.length === 0) continue;
		bitmap |= 1 << nibble;
		const encoded = encodeNode(child, fork + 1);
		children.push(withLength(encoded.length < 32 ? encoded : Blake2256(encoded)));
	}
	return concat(
		head(hasValue ? 0b11 : 0b10, first.slice(depth, fork)),
		Uint8Array.of(bitmap & 0xff, bitmap >> 8),
		...(hasValue ? [withLength(value)] : []),
		...children,
	);
}

function withLength(bytes: Uint8Array): Uint8Array {
	return concat(compact.enc(bytes.length), bytes);
}

/** Encodes kind and partial key of a node. */
function head(kind: number, nibbles: string): Uint8Array {
	const size = [];
	if (nibbles.length < 63) size.push((kind << 6) | nibbles.length);
	else {
		size.push((kind << 6) | 63);
		let left = nibbles.length - 63;
		for (; left >= 255; left -= 255) size.push(255);
		size.push(left);
	}
	return concat(Uint8Array.from(size), fromHex(`0x${nibbles.length % 2 ? '0' : ''}${nibbles}`));
}
