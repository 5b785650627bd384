// How long a unit is valid by default.
//
// This is the only place that knows how the span of `validUntil` is counted: in blocks, as `maxValidity` of `lattice_info`.

import type { Link } from './link.js';
import { readHeader } from './header.js';

/**
 * Part of the longest validity that is not used: a node that lags behind refuses a unit whose end is too far ahead of its
 * own newest block.
 */
const SLACK = 8;

/** Returns the last block that may include a unit that is signed now. */
export async function defaultExpiry(link: Link, maxValidity: number): Promise<number> {
	const { number } = readHeader(await link.request('chain_getHeader', []));
	return Math.min(number + maxValidity - Math.floor(maxValidity / SLACK), 2 ** 32 - 1);
}
