// Merkle mountain ranges: a lane's messages in a row. docs/src/formats/mailbox.md defines the root.
//
//   count 7:   ∧        peaks from the left: 4 leaves, 2 leaves, 1 leaf, one for each bit of the count
//            ∧   ∧   ∧
//           0 1 2 3 4 5 6

import { Blake2256 } from '@polkadot-api/substrate-bindings';
import { concat, fromHex, toHex, type Hash } from './hex.js';
import { u64 } from './scale.js';

const NODE = Uint8Array.of(1);
const ROOT = Uint8Array.of(2);

/**
 * Returns whether a leaf stands at an index of a range with this count and root. `siblings` are the largest subtrees without
 * the leaf, from the left. The root has the count, so exactly one proof of each leaf is valid.
 */
export function standsInRange(leaf: Uint8Array, index: bigint, count: bigint, root: Hash, siblings: Hash[]): boolean {
	if (index < 0n || index >= count) return false;
	const left = siblings.map((sibling) => fromHex(sibling, 32));
	const take = (): Uint8Array => left.shift() ?? new Uint8Array(0);
	/** Returns the hash of the subtree with the leaf, whose first leaf and height are given. */
	const climb = (first: bigint, height: bigint): Uint8Array => {
		if (height === 0n) return leaf;
		const middle = first + (1n << (height - 1n));
		if (index >= middle) {
			const sibling = take();
			return Blake2256(concat(NODE, sibling, climb(middle, height - 1n)));
		}
		const below = climb(first, height - 1n);
		return Blake2256(concat(NODE, below, take()));
	};
	const peaks: Uint8Array[] = [];
	let first = 0n;
	for (let height = 63n; height >= 0n; height--) {
		const size = 1n << height;
		if ((count & size) === 0n) continue;
		peaks.push(first <= index && index < first + size ? climb(first, height) : take());
		first += size;
	}
	const isWhole = left.length === 0 && peaks.every((peak) => peak.length === 32);
	return isWhole && toHex(Blake2256(concat(ROOT, u64.enc(count), ...peaks))) === root;
}
