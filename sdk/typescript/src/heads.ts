// The heads of new blocks, as their certificates come.
//
//   certificates that wait ──▶ the newest is verified ──▶ its ancestors follow from their hashes
//
// So a reader that is slower than the ledger verifies fewer certificates, and never falls behind. The check of the first one may have
// to search for later committees: a reader that shows what is unchecked gets it before that.

import { headOf, type BlockHead, type BlockReader } from './blocks.js';
import { decodeCertificate, type Certificate } from './certificate.js';
import { ConnectionError, ProofError, ResponseError } from './errors.js';
import type { Hash } from './hex.js';
import type { Link } from './link.js';
import type { Stream } from './stream.js';

/** Headers that are fetched at once. */
const PARALLEL = 64;
/** Most heads between two reports that are filled in. A longer gap stays one. */
const LONGEST_GAP = 256;
/** Certificates of one batch that are all verified. Of more, only the newest is. */
const ALL_VERIFIED = 3;

/** What a reader of heads asks for. */
export interface HeadOptions {
	/** Blocks before the newest that come first. */
	past?: number;
	/** Whether the first heads come unchecked too, before they come checked: at once the newest, and then those before it. */
	early?: boolean;
}

/** New heads, oldest first. A reader that takes them slowly gets several at once. */
export class HeadStream implements AsyncIterableIterator<BlockHead[]> {
	readonly #link: Link;
	readonly #blocks: BlockReader;
	readonly #past: number;
	readonly #early: boolean;
	#first: AsyncIterator<BlockHead[]> | undefined;
	#stream: Stream | undefined;
	#last: BlockHead | undefined;
	#done = false;

	constructor(link: Link, blocks: BlockReader, { past = 0, early = false }: HeadOptions) {
		this.#link = link;
		this.#blocks = blocks;
		this.#past = Math.min(past, LONGEST_GAP);
		this.#early = early;
	}

	async next(): Promise<IteratorResult<BlockHead[]>> {
		this.#first ??= this.#begin();
		const first = await this.#first.next();
		if (first.done !== true) return first;
		while (!this.#done) {
			const item = await (this.#stream as Stream).next();
			if (item.done === true || this.#done) break;
			const certificates = [item.value, ...(this.#stream as Stream).takeWaiting()].map(readCertificate);
			const newest = certificates[certificates.length - 1] as Certificate;
			// The first batch has blocks whose certificates may come after it.
			if (newest.height <= (this.#last?.number ?? -1)) continue;
			const header = await this.#blocks.header(newest.hash);
			if (header === undefined) throw new ResponseError(`the node lacks block ${newest.height}, which it announced`);
			const head = await this.#blocks.summary(header, newest.hash, newest);
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

	/** Subscribes, and yields the blocks up to the newest: checked, and with {@link HeadOptions.early} unchecked before. */
	async *#begin(): AsyncGenerator<BlockHead[], void, undefined> {
		const method = 'pbft_subscribeCertificates';
		const [stream, hash] = await Promise.all([
			this.#link.subscribe(method, 'pbft_unsubscribeCertificates', []),
			this.#link.request('chain_getFinalizedHead', []),
		]);
		this.#stream = stream;
		if (typeof hash !== 'string') throw new ResponseError('the node names no newest block');
		const [header, certificate] = await Promise.all([this.#blocks.header(hash), this.#blocks.certificate(hash)]);
		if (header === undefined) return;
		let head: BlockHead | undefined;
		const checking = this.#blocks.summary(header, hash, certificate).then((found) => (head = found));
		// Its failure is that of the last batch.
		checking.catch(() => undefined);
		if (certificate === undefined || this.#blocks.knowsCommittee(certificate)) await checking;
		const unchecked = headOf(header, hash, 'none', certificate);
		if (this.#early) yield [head ?? unchecked];
		const heads = await this.#upTo(head ?? unchecked, []);
		if (this.#early && head === undefined) yield heads;
		const newest = await checking;
		yield [...heads.slice(0, -1).map((each) => ({ ...each, checked: newest.checked })), newest];
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
			for (const [at, header] of headers.entries()) {
				// The header has the hash by which it was asked for.
				const hash = child.header.parentHash;
				if (header === undefined || hashes[at]?.toLowerCase() !== hash) {
					throw new ProofError(`the node has no block ${child.number - 1} that block ${child.number} follows`);
				}
				const certificate = certificates.find(({ height }) => height === header.number);
				const isVerified = certificate !== undefined && certificates.length <= ALL_VERIFIED;
				child = isVerified ? await this.#blocks.summary(header, hash, certificate) : headOf(header, hash, head.checked);
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
