// The heads of new blocks, as their certificates come.
//
//   certificates that wait ──▶ the newest is verified ──▶ its ancestors follow from their hashes
//
// So a reader that is slower than the ledger verifies fewer certificates, and never falls behind.

import { headOf, type BlockHead, type BlockReader } from './blocks.js';
import { decodeCertificate, type Certificate } from './certificate.js';
import { ConnectionError, ProofError, ResponseError } from './errors.js';
import { headerHash } from './header.js';
import type { Hash } from './hex.js';
import type { Link } from './link.js';
import type { Stream } from './stream.js';

/** Headers that are fetched at once. */
const PARALLEL = 32;
/** Most heads between two reports that are filled in. A longer gap stays one. */
const LONGEST_GAP = 256;
/** Certificates of one batch that are all verified. Of more, only the newest is. */
const ALL_VERIFIED = 3;

/** New heads, oldest first. A reader that takes them slowly gets several at once. */
export class HeadStream implements AsyncIterableIterator<BlockHead[]> {
	readonly #link: Link;
	readonly #blocks: BlockReader;
	readonly #past: number;
	#stream: Stream | undefined;
	#last: BlockHead | undefined;
	#done = false;

	/** `past` is the number of blocks before the newest that the first batch has. */
	constructor(link: Link, blocks: BlockReader, past: number) {
		this.#link = link;
		this.#blocks = blocks;
		this.#past = Math.min(past, LONGEST_GAP);
	}

	async next(): Promise<IteratorResult<BlockHead[]>> {
		if (this.#stream === undefined) {
			const method = 'pbft_subscribeCertificates';
			this.#stream = await this.#link.subscribe(method, 'pbft_unsubscribeCertificates', []);
			const newest = await this.#newest();
			if (newest !== undefined) return { done: false, value: await this.#upTo(newest, []) };
		}
		while (!this.#done) {
			const item = await this.#stream.next();
			if (item.done === true || this.#done) break;
			const certificates = [item.value, ...this.#stream.takeWaiting()].map(readCertificate);
			const newest = certificates[certificates.length - 1] as Certificate;
			// The first batch has blocks whose certificates may come after it.
			if (newest.height <= (this.#last?.number ?? -1)) continue;
			const header = await this.#blocks.header(newest.hash);
			if (header === undefined) throw new ResponseError(`the node lacks block ${newest.height}, which it announced`);
			const head = await this.#blocks.summary(header, newest);
			return { done: false, value: await this.#upTo(head, certificates.slice(0, -1)) };
		}
		if (!this.#done) throw new ConnectionError('the subscription has ended');
		return { done: true, value: undefined };
	}

	async return(): Promise<IteratorResult<BlockHead[]>> {
		this.#done = true;
		await this.#stream?.return();
		return { done: true, value: undefined };
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async #newest(): Promise<BlockHead | undefined> {
		const hash = await this.#link.request('chain_getFinalizedHead', []);
		if (typeof hash !== 'string') throw new ResponseError('the node names no newest block');
		return this.#blocks.head(hash);
	}

	/** Returns the heads after the last one, up to a new one. */
	async #upTo(head: BlockHead, certificates: Certificate[]): Promise<BlockHead[]> {
		const last = this.#last;
		const first = last === undefined ? Math.max(head.number - this.#past, 0) : last.number + 1;
		const isGap = head.number - first > LONGEST_GAP;
		const between = isGap ? [] : await this.#ancestors(head, first, certificates);
		if (last !== undefined && !isGap && (between[0] ?? head).header.parentHash !== last.hash) {
			throw new ProofError(`block ${last.number + 1} does not follow block ${last.number}: there are two chains`);
		}
		this.#last = head;
		return [...between, head];
	}

	/** Returns the heads from a height to that below a head. Each is named by the header above it. */
	async #ancestors(head: BlockHead, first: number, certificates: Certificate[]): Promise<BlockHead[]> {
		const found: BlockHead[] = [];
		let child = head;
		for (let above = head.number; above > first; above -= PARALLEL) {
			const heights = Array.from({ length: Math.min(PARALLEL, above - first) }, (_, at) => above - 1 - at);
			const hashes = heights.length === 1 ? [child.header.parentHash] : await this.#hashes(heights);
			const headers = await Promise.all(hashes.map((hash) => this.#blocks.header(hash)));
			for (const header of headers) {
				if (header === undefined || headerHash(header) !== child.header.parentHash) {
					throw new ProofError(`the node has no block ${child.number - 1} that block ${child.number} follows`);
				}
				const certificate = certificates.find(({ height }) => height === header.number);
				const isVerified = certificate !== undefined && certificates.length <= ALL_VERIFIED;
				child = isVerified ? await this.#blocks.summary(header, certificate) : headOf(header, head.checked);
				found.unshift(child);
			}
		}
		return found;
	}

	async #hashes(heights: number[]): Promise<Hash[]> {
		const hashes = await this.#link.request('chain_getBlockHash', [heights]);
		if (!Array.isArray(hashes) || hashes.length !== heights.length) {
			throw new ResponseError('the node returned no block hashes');
		}
		return hashes.map((hash) => String(hash));
	}
}

function readCertificate(json: unknown): Certificate {
	const { encoded } = (json ?? {}) as { encoded?: unknown };
	if (typeof encoded !== 'string') throw new ResponseError('the node sent no certificate');
	return decodeCertificate(encoded);
}
