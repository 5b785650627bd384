// An account's chain of units among the chains that it pays and is paid by: from its own chain, those of its neighbours, and
// the newest blocks, which name payers that no index lists.

import type { Block, BlockUnit, ChainLink, Check, Ledger, Operation } from '@top/sdk';
import type { LatticeUnit, LatticeView } from '../shared/model.js';

/** Units of one chain, accounts in one drawing, and units in it, at most. */
const [MOST_OF_CHAIN, MOST_LANES, MOST_UNITS] = [40, 6, 80];
/** Blocks whose bodies are kept. */
const MOST_BLOCKS = 96;

export class Lattice {
	readonly ledger: Ledger;
	readonly #blocks = new Map<string, Promise<Block | undefined>>();

	constructor(ledger: Ledger) {
		this.ledger = ledger;
	}

	/** Returns the drawing around an account. `hashes` are the newest blocks with units. */
	async around(address: string, hashes: string[]): Promise<LatticeView> {
		const [own, ...blocks] = await Promise.all([this.#chain(address), ...hashes.slice(-MOST_BLOCKS).map((hash) => this.#block(hash))]);
		const seen = blocks.flatMap((block) => (block === undefined ? [] : unitsOf(block)));
		const touching = seen.filter(({ account, paid }) => account === address || paid.some(({ dest }) => dest === address));
		const lanes = [address, ...neighboursOf(address, [...own, ...touching])];
		const theirs = await Promise.all(lanes.slice(1).map((neighbour) => this.#chain(neighbour)));
		const all = new Map<string, LatticeUnit>();
		// A unit that a body has shown is known better than by the index of a node.
		for (const unit of [...own, ...theirs.flat(), ...seen]) if (lanes.includes(unit.account)) all.set(unit.hash, unit);
		const units = [...all.values()].sort((one, other) => one.block - other.block || one.index - other.index);
		return { lanes, units: units.slice(-MOST_UNITS) };
	}

	async #chain(address: string): Promise<LatticeUnit[]> {
		for await (const page of this.ledger.chain(address)) return page.slice(0, MOST_OF_CHAIN).map(unitOf);
		return [];
	}

	#block(hash: string): Promise<Block | undefined> {
		const known = this.#blocks.get(hash);
		if (known !== undefined) return known;
		const asked = this.ledger.block(hash).catch(() => undefined);
		this.#blocks.set(hash, asked);
		const [oldest] = this.#blocks.keys();
		if (this.#blocks.size > MOST_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
		return asked;
	}
}

function paidBy(operations: Operation[]): LatticeUnit['paid'] {
	return operations.flatMap((operation): LatticeUnit['paid'] => {
		switch (operation.type) {
			case 'Transfer':
			case 'TransferKeepAlive':
				return [{ dest: operation.value.dest, amount: operation.value.amount }];
			case 'TransferAll':
				return [{ dest: operation.value.dest, amount: undefined }];
			default:
				return [];
		}
	});
}

function unitOf({ hash, unit, block, index }: ChainLink): LatticeUnit {
	const { account, height, operations } = unit.body;
	// Which block has a unit is the word of the node, and so is the place in the drawing.
	return { hash, account, height, block: block.number, index, paid: paidBy(operations), checked: 'none' };
}

function unitsOf({ number, batch, marks }: Block): LatticeUnit[] {
	const read = ({ hash, unit, mark }: BlockUnit, index: number) => {
		const { account, height, operations } = unit.body;
		const checked: Check = mark === undefined ? 'none' : marks;
		return { hash, account, height, block: number, index, paid: paidBy(operations), checked, mark };
	};
	// Refused units change no chain.
	return batch.map(read).flatMap(({ mark, ...unit }) => (mark === 0 || mark === undefined ? [unit] : []));
}

/** Returns the accounts with which an account had most to do, the most recent first among equals. */
function neighboursOf(address: string, units: LatticeUnit[]): string[] {
	const counts = new Map<string, { count: number; newest: number }>();
	const note = (account: string, block: number) => {
		if (account === address) return;
		const known = counts.get(account) ?? { count: 0, newest: 0 };
		counts.set(account, { count: known.count + 1, newest: Math.max(known.newest, block) });
	};
	const hashes = new Set<string>();
	for (const { hash, account, paid, block } of units) {
		if (hashes.has(hash)) continue;
		hashes.add(hash);
		if (account === address) for (const { dest } of paid) note(dest, block);
		else note(account, block);
	}
	const sorted = [...counts].sort(([, one], [, other]) => other.count - one.count || other.newest - one.newest);
	return sorted.slice(0, MOST_LANES - 1).map(([account]) => account);
}
