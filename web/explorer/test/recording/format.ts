// The RPC traffic of a network, as a page has it with its nodes: what it asked, what they answered, and when.

import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Config } from '../../src/shared/model.js';

/** A call with the answers that it got in turn. An answer that repeats the one before is left out. */
export interface Call {
	/** Index of the node's address. */
	node: number;
	method: string;
	params: unknown[];
	answers: Answer[];
}

export interface Answer {
	/** Milliseconds since the begin of the recording. */
	at: number;
	result?: unknown;
	error?: unknown;
	/** What a subscription brought. */
	notices?: Notice[];
}

export interface Notice {
	at: number;
	method: string;
	result: unknown;
}

export interface Traffic {
	/** The configuration with which the page began. */
	config: Config;
	/** Addresses of the nodes. */
	nodes: string[];
	lengthMs: number;
	calls: Call[];
}

/** The recording that the tests replay: `npm run record` makes it. */
export const FILE = new URL('../../test/recording/network.json.br', import.meta.url);
/** Proofs of one second after the other have most nodes in common, far apart. */
const WINDOW = 24;

export function write(traffic: Traffic): number {
	const params = { [constants.BROTLI_PARAM_LGWIN]: WINDOW, [constants.BROTLI_PARAM_QUALITY]: 9 };
	const bytes = brotliCompressSync(JSON.stringify(traffic), { params });
	writeFileSync(FILE, bytes);
	return bytes.length;
}

export function read(): Traffic {
	return JSON.parse(brotliDecompressSync(readFileSync(FILE)).toString()) as Traffic;
}
