// Pace and load of a ledger, by the proven times of its blocks.

import type { BlockHead, Checked, Ledger, LedgerState } from '@top/sdk';
import type { Sample } from '../shared/model.js';

/** Least time between two samples. Each is one proof. */
const EVERY_MS = 1_000;
/** Bodies that are read at once, to count transfers on ledgers without units. */
const MOST_BODIES = 64;

/** Takes samples as heads come, at most one a second. */
export class Sampler {
	readonly #ledger: Ledger;
	readonly #tell: (sample: Sample, state: Checked<LedgerState>) => void;
	#last: { number: number; time: number } | undefined;
	#heads: BlockHead[] = [];
	#isBusy = false;
	/** Takes the counts of blocks whose bodies were read. */
	tellTransfers: (transfers: [number: number, count: number][]) => void = () => undefined;
	#isDue = true;

	constructor(ledger: Ledger, tell: (sample: Sample, state: Checked<LedgerState>) => void) {
		this.#ledger = ledger;
		this.#tell = tell;
	}

	/** Notes new heads. */
	add(heads: BlockHead[]): void {
		// The heads from before the first sample have no time to compare with.
		this.#heads.push(...heads);
		if (!this.#isBusy && this.#isDue) void this.#sample();
	}

	/** Counts the transfers of blocks from before the first sample. */
	async addPast(heads: BlockHead[]): Promise<void> {
		// A count that fails is left out: the loop over the heads notices a broken connection.
		await this.#transfers(heads).catch(() => undefined);
	}

	async #sample(): Promise<void> {
		this.#isBusy = true;
		this.#isDue = false;
		setTimeout(() => {
			this.#isDue = true;
			if (this.#heads.length > 0 && !this.#isBusy) void this.#sample();
		}, EVERY_MS);
		const heads = this.#heads.splice(0);
		try {
			const arrival = Date.now();
			const state = await this.#ledger.state();
			const { time, at } = state.value;
			// The state can be of a later block than the heads that were noted.
			const later = this.#heads.filter(({ number }) => number <= at.number);
			this.#heads = this.#heads.filter(({ number }) => number > at.number);
			const counted = [...heads, ...later];
			const last = this.#last;
			this.#last = { number: at.number, time };
			const transfers = await this.#transfers(counted);
			this.#tell(
				{
					at: Date.now(),
					number: at.number,
					time,
					transfers: last === undefined ? 0 : transfers,
					blocks: last === undefined ? 0 : at.number - last.number,
					span: last === undefined ? 0 : time - last.time,
					latency: arrival - time,
					checked: state.checked,
				},
				state,
			);
		} catch {
			// A sample that fails is left out: the loop over the heads notices a broken connection.
		} finally {
			this.#isBusy = false;
		}
	}

	/** Counts transfers: units by the headers; on ledgers without units the signed extrinsics of the bodies. */
	async #transfers(heads: BlockHead[]): Promise<number> {
		if (this.#ledger.hasUnits) return heads.reduce((sum, { units }) => sum + (units ?? 0), 0);
		const counted = heads.slice(-MOST_BODIES);
		const bodies = await Promise.all(counted.map((head) => this.#ledger.extrinsics(head)));
		const counts = bodies.flatMap((extrinsics, at): [number, number][] =>
			extrinsics === undefined ? [] : [[(counted[at] as BlockHead).number, extrinsics.filter(({ signer }) => signer).length]],
		);
		this.tellTransfers(counts);
		return counts.reduce((sum, [, count]) => sum + count, 0);
	}
}
