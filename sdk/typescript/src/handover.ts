// From a trusted committee to a later one, by the headers that end the epochs between them.

import { decodeCertificate, type Certificate } from './certificate.js';
import { OfficeError, ResponseError, TopError } from './errors.js';
import { readHeader } from './header.js';
import type { Hash } from './hex.js';
import type { Link } from './link.js';
import type { Verifier } from './verifier.js';

/** Finds the headers that end epochs. The verifier checks each of them. */
export class Handovers {
	readonly #link: Link;

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

	/** Searches the last height of an epoch that has ended, from a height of it or before it. */
	async #lastHeight(epoch: bigint, from: number): Promise<number> {
		const head = await this.#link.request('chain_getFinalizedHead', []);
		const newest = readHeader(await this.#link.request('chain_getHeader', [head])).number;
		// The epochs of heights ascend: `low` is in the epoch or before it, `high` is after it.
		let [low, high] = [from, newest + 1];
		while (low + 1 < high) {
			const middle = low + Math.floor((high - low) / 2);
			const found = await this.#certificate(await this.#hashAt(middle));
			if (found.epoch <= epoch) low = middle;
			else high = middle;
		}
		if (high > newest) {
			throw new OfficeError('unknownEpoch', `the node has no block after epoch ${epoch}, up to block ${newest}`);
		}
		return low;
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
