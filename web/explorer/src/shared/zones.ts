// Ledgers of one zone in words and addresses of the page.

import type { ChainTag } from '@top/sdk';

/** Returns a ledger's tag as nodes write it: `main`, `zone 0`, `shard 0/1`. */
export function chainOf(tag: ChainTag | undefined): string | undefined {
	switch (tag?.type) {
		case 'Main':
			return 'main';
		case 'Zone':
			return `zone ${tag.value}`;
		case 'Shard':
			return `shard ${tag.value.zone}/${tag.value.incarnation}`;
		case undefined:
			return undefined;
	}
}

/** Returns the name of a ledger that a node names, for people. */
export function nameOf(chain: string): string {
	return chain === 'main' ? 'Main chain' : chain.charAt(0).toUpperCase() + chain.slice(1);
}

/** Returns the part of addresses that names a ledger: letters, digits and `-`. `taken` are those in use. */
export function idOf(chain: string, taken: string[]): string {
	const plain = chain.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'ledger';
	let id = plain;
	for (let number = 2; taken.includes(id); number++) id = `${plain}-${number}`;
	return id;
}
