// From a trusted committee to a later one, by the headers that end the epochs between them.
//
//   epochs of heights far apart ──▶ of heights between them ──▶ … ──▶ the last height of each epoch ──▶ its header
//
// A round asks for all epochs at once, and many epochs take no more rounds than a single epoch.

import { decodeCertificate, type Certificate } from './certificate.js';
import { OfficeError, ResponseError, TopError } from './errors.js';
import { readHeader, type Header } from './header.js';
import type { Hash } from './hex.js';
import type { Link } from './link.js';
import type { Verifier } from './verifier.js';

/** Heights that a round asks for: two questions, one after the other. */
const PROBES = 64;
/** Heights that a round asks for within one gap, at least. */
const LEAST_PROBES = 7;
/** Epochs that are searched at once. */
const MOST_EPOCHS = 32;

/** The last height that is known to be in an epoch or before it, and the first one after it. */
type Gap = [low: number, high: number];

/** Finds the headers that end epochs. The verifier checks each of them. */
export class Handovers {
	readonly #link: Link;

	constructor(link: Link) {
		this.#link = link;
	}

	/**
	 * Follows the ledger from the newest committee of a verifier to the committee of an epoch. `height` is one of that epoch, if
	 * the caller knows one; a false one leads to a header that the verifier refuses.
	 */
	async follow(verifier: Verifier, epoch: bigint, height?: number): Promise<void> {
		while (verifier.newest.epoch < epoch) {
			const above = height ?? (await this.#newest()) + 1;
			const { epoch: begun, first = 1 } = verifier.newest;
			const count = Math.min(Number(epoch - begun), MOST_EPOCHS);
			const epochs = Array.from({ length: count }, (_, at) => begun + BigInt(at));
			const gaps = await this.#search(epochs, first, above);
			const unended = height === undefined ? gaps.findIndex(([, high]) => high === above) : -1;
			if (unended >= 0) {
				throw new OfficeError('unknownEpoch', `the node has no block after epoch ${epochs[unended]}, up to block ${above - 1}`);
			}
			const ends = await this.#heads(gaps.map(([low]) => low));
			for (const { header, certificate } of ends) verifier.follow(header, certificate);
		}
	}

	/**
	 * Searches the last heights of epochs that follow each other. `from` is a height of the first epoch or before it, and `above`
	 * one after the last epoch. What the node says only leads the search: it cannot make the verifier take another header.
	 */
	async #search(epochs: bigint[], from: number, above: number): Promise<Gap[]> {
		const gaps = epochs.map((): Gap => [from, Math.max(above, from + 1)]);
		// The block that began an epoch has most often led here, so the epoch before it ended just below.
		let probes = above - 1 > from ? [above - 1] : [];
		for (;;) {
			const found = await this.#epochsOf(probes);
			for (const gap of gaps.keys()) narrow(gaps[gap] as Gap, epochs[gap] as bigint, probes, found);
			const open = new Map(gaps.filter(([low, high]) => low + 1 < high).map((gap) => [gap.join(), gap]));
			if (open.size === 0) return gaps;
			const count = Math.max(LEAST_PROBES, Math.floor(PROBES / open.size));
			probes = [...open.values()].flatMap(([low, high]) => spread(low, high, count));
		}
	}

	/** Returns the epochs of heights, as the node says. */
	async #epochsOf(heights: number[]): Promise<bigint[]> {
		const hashes = await this.#hashes(heights);
		const certificates = await Promise.all(hashes.map((hash) => this.#certificate(hash)));
		return certificates.map(({ epoch }) => epoch);
	}

	async #heads(heights: number[]): Promise<{ header: Header; certificate: Certificate }[]> {
		const hashes = await this.#hashes(heights);
		return Promise.all(
			hashes.map(async (hash) => {
				const [json, certificate] = await Promise.all([
					this.#link.request('chain_getHeader', [hash]),
					this.#certificate(hash),
				]);
				return { header: readHeader(json), certificate };
			}),
		);
	}

	async #newest(): Promise<number> {
		const head = await this.#link.request('chain_getFinalizedHead', []);
		return readHeader(await this.#link.request('chain_getHeader', [head])).number;
	}

	async #hashes(heights: number[]): Promise<Hash[]> {
		if (heights.length === 0) return [];
		const hashes = await this.#link.request('chain_getBlockHash', [heights]);
		if (!Array.isArray(hashes) || hashes.length !== heights.length) {
			throw new ResponseError('the node returned no block hashes');
		}
		return hashes.map((hash, at) => {
			if (typeof hash !== 'string') throw new ResponseError(`the node has no block ${heights[at]}`);
			return hash;
		});
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

/** Narrows the gap at the end of an epoch by the epochs of some heights. Epochs ascend, unless the node lies. */
function narrow(gap: Gap, epoch: bigint, heights: number[], epochs: bigint[]): void {
	heights.forEach((height, at) => {
		const [low, high] = gap;
		if (height <= low || height >= high) return;
		if ((epochs[at] as bigint) <= epoch) gap[0] = height;
		else gap[1] = height;
	});
}

/** Returns heights that divide those between two others. */
function spread(low: number, high: number, count: number): number[] {
	const parts = Math.min(count + 1, high - low);
	return Array.from({ length: parts - 1 }, (_, at) => low + Math.floor(((at + 1) * (high - low)) / parts));
}
