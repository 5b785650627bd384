// What the page keeps of a ledger: its newest blocks and samples, as updates come.

import type { Check } from '@top/sdk';
import type { BlockLine, Sample, Update } from '../shared/model.js';

/** Blocks of a ledger that the page keeps: more than any list or plot shows. */
const MOST_BLOCKS = 600;
/** Samples that the page keeps: one a second for eight minutes, twice of what the plot of all ledgers shows. */
const MOST_SAMPLES = 480;

export interface Feed {
	/** By number, ascending. */
	blocks: BlockLine[];
	samples: Sample[];
}

export const EMPTY: Feed = { blocks: [], samples: [] };

const STRENGTH: Record<Check, number> = { none: 0, certificate: 1, proof: 2 };

/** Returns what is kept after an update. */
export function fedBy(feed: Feed, update: Exclude<Update, { type: 'ledger' | 'removed' }>): Feed {
	switch (update.type) {
		case 'blocks':
			return { ...feed, blocks: withBlocks(feed.blocks, update.blocks) };
		case 'withdrawn':
			return { blocks: feed.blocks.filter(isChecked), samples: feed.samples.filter(isChecked) };
		case 'sample':
			return { ...feed, samples: [...feed.samples, update.sample].slice(-MOST_SAMPLES) };
		case 'transfers': {
			const counts = new Map(update.transfers);
			const blocks = feed.blocks.map((block) => {
				const transfers = counts.get(block.number);
				return transfers === undefined ? block : { ...block, transfers };
			});
			return { ...feed, blocks };
		}
	}
}

const isChecked = ({ checked }: { checked: Check }) => checked !== 'none';

/** Returns blocks with others: new ones, and blocks that came before and are checked by now. */
function withBlocks(known: BlockLine[], added: BlockLine[]): BlockLine[] {
	const [first, last] = [added[0], added[added.length - 1]];
	if (first === undefined || last === undefined) return known;
	const newest = known[known.length - 1];
	if (newest === undefined || newest.number < first.number) return [...known, ...added].slice(-MOST_BLOCKS);
	const before = new Map(known.map((block) => [block.number, block]));
	const [older, later] = [known.filter(({ number }) => number < first.number), known.filter(({ number }) => number > last.number)];
	return [...older, ...added.map((block) => joined(before.get(block.number), block)), ...later].slice(-MOST_BLOCKS);
}

/** Returns a block of two that came for its number: the second one, if it is checked better. A reconnection tells less about the first. */
function joined(known: BlockLine | undefined, block: BlockLine): BlockLine {
	if (known === undefined) return block;
	if (STRENGTH[block.checked] <= STRENGTH[known.checked]) return known;
	if (block.hash !== known.hash) return block;
	return { ...block, arrivedAt: known.arrivedAt, transfers: known.transfers ?? block.transfers };
}
