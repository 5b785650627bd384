// From a trusted committee to a later one, by the headers that end the epochs between them.

import { decodeCertificate, type Certificate } from './certificate.js';
import { OfficeError, ResponseError, TopError } from './errors.js';
import { readHeader } from './header.js';
import type { Hash } from './hex.js';
import type { Link } from './link.js';
import type { Verifier } from './verifier.js';

/** Heights that are asked for at once: a round is two questions, one after the other. */
const PROBES = 8;
/** Heights whose epochs are remembered. */
const MOST_KNOWN = 1_024;

/** Finds the headers that end epochs. The verifier checks each of them. */
export class Handovers {
	readonly #link: Link;
	/** Length of the epoch that was found last. */
	#length = 1;
	/** Epochs of further heights, as the node says: they only shorten the search. */
	readonly #epochs = new Map<number, bigint>();

	constructor(link: Link) {
		this.#link = link;
	}

	/** Follows the ledger from the newest committee of a verifier to the committee of an epoch. */
	async follow(verifier: Verifier, epoch: bigint): Promise<void> {
		while (verifier.newest.epoch < epoch) {
			const { epoch: newest, first } = verifier.newest;
			const hash = await this.#hashAt(await this.#lastHeight(newest, first ?? 1));
			const header = readHeader(await this.#link.request('chain_getHeader', [hash]));
			verifier.follow(header, await this.#certificate(hash));
		}
	}

	/**
	 * Searches the last height of an epoch that has ended, from a height of it or before it. Epochs are about as long as the
	 * one before, so the first probes are there. Each round asks for some heights at once, and what it finds of other epochs
	 * shortens the search for those.
	 */
	async #lastHeight(epoch: bigint, from: number): Promise<number> {
		const head = await this.#link.request('chain_getFinalizedHead', []);
		const newest = readHeader(await this.#link.request('chain_getHeader', [head])).number;
		// The epochs of heights ascend: `low` is in the epoch or before it, `high` is after it.
		let [low, high] = [from, newest + 1];
		for (const [height, found] of this.#epochs) {
			if (found <= epoch && height <= newest) low = Math.max(low, height);
			else if (height > from) high = Math.min(high, height);
		}
		let probes = [from + this.#length - 1, from + this.#length].filter((height) => height > low && height < high);
		while (low + 1 < high) {
			if (probes.length === 0) probes = spread(low, high);
			const epochs = await Promise.all(probes.map((height) => this.#epochOf(height)));
			probes.forEach((height, at) => {
				if ((epochs[at] as bigint) <= epoch) low = Math.max(low, height);
				else high = Math.min(high, height);
			});
			probes = [];
		}
		if (high > newest) {
			throw new OfficeError('unknownEpoch', `the node has no block after epoch ${epoch}, up to block ${newest}`);
		}
		this.#length = low + 1 - from;
		for (const height of this.#epochs.keys()) if (height <= low) this.#epochs.delete(height);
		return low;
	}

	/** Returns the epoch of a height, as the node says. */
	async #epochOf(height: number): Promise<bigint> {
		const { epoch } = await this.#certificate(await this.#hashAt(height));
		if (this.#epochs.size < MOST_KNOWN) this.#epochs.set(height, epoch);
		return epoch;
	}

	async #hashAt(height: number): Promise<Hash> {
		const hash = await this.#link.request('chain_getBlockHash', [height]);
		if (typeof hash !== 'string') throw new ResponseError(`the node has no block ${height}`);
		return hash;
	}

	async #certificate(block: Hash): Promise<Certificate> {
		const json = await this.#link.request('pbft_certificate', [block]);
		const { encoded } = (json ?? {}) as { encoded?: unknown };
		if (typeof encoded !== 'string') throw new ResponseError(`the node has no certificate of block ${block}`);
		try {
			return decodeCertificate(encoded);
		} catch (cause) {
			if (!(cause instanceof TopError)) throw cause;
			throw new ResponseError(`the node returned no certificate: ${cause.message}`, { cause });
		}
	}
}

/** Returns heights that divide those between two others. */
function spread(low: number, high: number): number[] {
	const parts = Math.min(PROBES + 1, high - low);
	return Array.from({ length: parts - 1 }, (_, at) => low + Math.floor(((at + 1) * (high - low)) / parts));
}
