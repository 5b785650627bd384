// Merkle paths in blake2-256 trees. Leaves are hashed; the last of an odd number of nodes moves up unchanged.

import { Blake2256, Struct, type Codec } from '@polkadot-api/substrate-bindings';
import { concat, fromHex, toHex, type Hash } from './hex.js';
import { boundedList, hash, u32 } from './scale.js';

/** Height of a tree of 2^32 leaves. */
const MAX_SIBLINGS = 32;

/** Merkle path from a leaf to the root. */
export interface MerklePath {
	/** Siblings, from the leaf up. */
	siblings: Hash[];
	/** Number of leaves of the tree. */
	leaves: number;
	/** Index of the leaf. */
	index: number;
}

export const merklePathCodec: Codec<MerklePath> = Struct({
	siblings: boundedList(hash, MAX_SIBLINGS),
	leaves: u32,
	index: u32,
});

/** Returns whether the path leads from the leaf to the root. */
export function leads(path: MerklePath, leaf: Uint8Array, root: Hash): boolean {
	if (path.index >= path.leaves) return false;
	let { index: position, leaves: width } = path;
	let node = Blake2256(leaf);
	for (const sibling of path.siblings) {
		const other = fromHex(sibling, 32);
		// The last of an odd number of nodes has no sibling at its level: its next sibling is on its left.
		const isRight = position % 2 === 1 || position + 1 === width;
		node = Blake2256(isRight ? concat(other, node) : concat(node, other));
		position = Math.floor(position / 2);
		width = Math.floor((width + 1) / 2);
	}
	return toHex(node) === root;
}

/** Returns the root of a tree: 32 zero bytes without leaves. */
export function rootOf(leaves: Uint8Array[]): Uint8Array {
	let level = leaves.map((leaf) => Blake2256(leaf));
	while (level.length > 1) {
		const above: Uint8Array[] = [];
		for (let at = 0; at < level.length; at += 2) {
			const [left, right] = [level[at] as Uint8Array, level[at + 1]];
			above.push(right === undefined ? left : Blake2256(concat(left, right)));
		}
		level = above;
	}
	return level[0] ?? new Uint8Array(32);
}
