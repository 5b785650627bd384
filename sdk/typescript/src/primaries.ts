// The order in which members are primaries at a height. docs/src/formats/consensus.md defines it.

import { Blake2256 } from '@polkadot-api/substrate-bindings';
import { concat, fromHex, type Hash } from './hex.js';
import { u64 } from './scale.js';

/** Draws for each member, after which the others follow by index. */
const MAX_DRAWS_PER_MEMBER = 64;

/** Returns the indices of all members in the order in which they are primaries. */
export function primariesOf(weights: bigint[], seed: Hash): number[] {
	const positive = weights.map((weight) => (weight === 0n ? 1n : weight));
	const total = positive.reduce((sum, weight) => sum + weight, 0n);
	const order: number[] = [];
	for (let k = 0; order.length < weights.length && k < MAX_DRAWS_PER_MEMBER * weights.length; k++) {
		let point = drawOf(seed, k) % total;
		const member = positive.findIndex((weight) => {
			if (point < weight) return true;
			point -= weight;
			return false;
		});
		if (!order.includes(member)) order.push(member);
	}
	return [...order, ...[...weights.keys()].filter((member) => !order.includes(member))];
}

function drawOf(seed: Hash, k: number): bigint {
	const bytes = Blake2256(concat(fromHex(seed, 32), u64.enc(BigInt(k))));
	return bytes.slice(0, 16).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}
