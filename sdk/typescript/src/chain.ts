// The chain of units of one account, newest first. Each unit names its parent by hash, so the account's head, which a proof
// of the state shows, proves the whole chain. Which block has a unit is the node's word: a receipt proves it.

import type { Check } from './checked.js';
import type { Hash } from './hex.js';
import type { BlockRef } from './json.js';
import type { Link } from './link.js';
import { findUnits } from './lookup.js';
import { decodeUnit, type Address, type Unit } from './unit.js';

/** Units in one call, at most. */
const PAGE = 100;

/** A unit of an account's chain. */
export interface ChainLink {
	hash: Hash;
	unit: Unit;
	/** Whether the account's head leads to it. */
	checked: Check;
	/** The block that has it, as the node says. */
	block: BlockRef;
	/** Its index in the block's batch. */
	index: number;
}

/** Yields an account's units in pages. `head` is its newest unit, with how that was checked. */
export async function* chainOf(
	link: Link,
	account: Address,
	head: Hash | undefined,
	check: Check,
): AsyncGenerator<ChainLink[], void, undefined> {
	let expected = head;
	let before: number | null = null;
	for (;;) {
		const units = await findUnits(link, account, before, PAGE);
		const page: ChainLink[] = [];
		for (const { hash, unit: bytes, block, index } of units) {
			const unit = decodeUnit(bytes);
			// Units above the head applied after the block that proves it.
			const isLinked = hash === expected;
			if (isLinked) expected = unit.body.parent;
			page.push({ hash, unit, checked: isLinked ? check : 'none', block, index });
		}
		const last = page[page.length - 1];
		if (last !== undefined) yield page;
		if (last === undefined || page.length < PAGE) return;
		before = last.unit.body.height;
	}
}
