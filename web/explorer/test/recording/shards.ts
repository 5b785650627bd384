// The blocks of the shards in recorded traffic, as the page shows them.

import { decodeCertificate, findAuthor, findLatticeDigest, headerHash, readHeader, signersOf, type Header } from '@top/sdk';
import type { Traffic } from './format.js';

/** A block of a shard. `at` is when it came, in milliseconds since the first one. */
export interface RecordedBlock {
	at: number;
	number: number;
	hash: string;
	author: number;
	view: number;
	epoch: number;
	signers: number[];
	transfers: number;
}

/** The blocks of one shard, oldest first. */
export interface RecordedShard {
	lengthMs: number;
	blocks: RecordedBlock[];
}

/** Returns the shards of recorded traffic: the ledgers whose blocks have units. */
export function shardsOf({ calls, nodes }: Traffic): RecordedShard[] {
	return nodes.flatMap((_, node) => {
		const own = calls.filter((call) => call.node === node);
		const headers = new Map<string, Header>();
		for (const { method, answers } of own) {
			const result = answers[0]?.result;
			if (method !== 'chain_getHeader' || typeof result !== 'object' || result === null) continue;
			const header = readHeader(result);
			headers.set(headerHash(header), header);
		}
		const notices = own.flatMap(({ answers }) => answers.flatMap(({ notices }) => notices ?? []));
		const blocks = notices.flatMap(({ at, result }) => {
			const certificate = decodeCertificate((result as { encoded: string }).encoded);
			const header = headers.get(certificate.hash);
			if (header === undefined) return [];
			const { author, view } = findAuthor(header) ?? { author: 0, view: 0 };
			const transfers = findLatticeDigest(header)?.units ?? 0;
			const { height: number, hash, epoch } = certificate;
			return [{ at, number, hash, author, view, epoch: Number(epoch), signers: signersOf(certificate), transfers }];
		});
		const [first, last] = [blocks[0], blocks[blocks.length - 1]];
		if (first === undefined || last === undefined || blocks.every(({ transfers }) => transfers === 0)) return [];
		const began = first.at;
		return [{ lengthMs: last.at - began, blocks: blocks.map((block) => ({ ...block, at: block.at - began })) }];
	});
}
