// Merkle paths in trees of blake2-256: leaves are hashed, an odd node moves up as it is.

import { Blake2256, Struct, type Codec } from '@polkadot-api/substrate-bindings';
import { concat, fromHex, toHex, type Hash } from './hex.js';
import { boundedList, hash, u32 } from './scale.js';

/** A tree of 2^32 leaves is as high. */
const MOST_SIBLINGS = 32;

/** The way from a leaf to its root. */
export interface MerklePath {
	/** Siblings, from the leaf up. */
	siblings: Hash[];
	/** Leaves of the tree. */
	leaves: number;
	/** Which of them it is. */
	index: number;
}

export const merklePathCodec: Codec<MerklePath> = Struct({
	siblings: boundedList(hash, MOST_SIBLINGS),
	leaves: u32,
	index: u32,
});

/** Whether the path leads from the leaf to the root. */
export function leads(path: MerklePath, leaf: Uint8Array, root: Hash): boolean {
	if (path.index >= path.leaves) return false;
	let { index: position, leaves: width } = path;
	let node = Blake2256(leaf);
	for (const sibling of path.siblings) {
		const other = fromHex(sibling, 32);
		// The last of an odd number has no sibling of its own: the next node that it meets is on its left.
		const isRight = position % 2 === 1 || position + 1 === width;
		node = Blake2256(isRight ? concat(other, node) : concat(node, other));
		position = Math.floor(position / 2);
		width = Math.floor((width + 1) / 2);
	}
	return toHex(node) === root;
}
