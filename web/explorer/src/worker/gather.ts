// Gathers what ledgers tell, so that many of them cost the page one message a moment and not one each.

import type { Update } from '../shared/model.js';

/** A moment: shorter than people notice. */
const EVERY_MS = 50;

/** Returns a function that passes updates on in batches, in their order. The first one of a quiet time goes at once. */
export function gathered(pass: (updates: Update[]) => void): (update: Update) => void {
	let waiting: Update[] = [];
	let isDue = false;
	const flush = () => {
		isDue = false;
		if (waiting.length === 0) return;
		const updates = merged(waiting);
		waiting = [];
		isDue = true;
		setTimeout(flush, EVERY_MS);
		pass(updates);
	};
	return (update) => {
		waiting.push(update);
		if (isDue) return;
		isDue = true;
		setTimeout(flush);
	};
}

/** Leaves out what a later update of the same ledger replaces. */
function merged(updates: Update[]): Update[] {
	const kept: Update[] = [];
	const seen = new Set<string>();
	for (const update of updates.reverse()) {
		if (update.type === 'ledger') {
			if (seen.has(update.ledger.id)) continue;
			seen.add(update.ledger.id);
		} else if (update.type === 'removed') seen.add(update.id);
		kept.push(update);
	}
	return kept.reverse();
}
