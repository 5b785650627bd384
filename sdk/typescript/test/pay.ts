// A program: callers that pay over bad connections to real nodes. The tests of the node start it.
//
// Its argument is a job in JSON. It prints a line of JSON for each final payment, and the errors that it handled to stderr.

import { signerFromSeed, type Hex } from '../src/index.js';
import { connect, payEach, toldNothing } from './caller.js';
import { WebSocket } from './node.js';

interface Job {
	/** A proxy of each node. */
	urls: string[];
	/** The callers. */
	seeds: Hex[];
	/** The account that each of them pays. */
	dests: string[];
	/** The first amount of each caller: later ones are greater by one. */
	first: string;
	/** Payments of each caller. */
	each: number;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const amounts = Array.from({ length: job.each }, (_, at) => BigInt(job.first) + BigInt(at));
const options = {
	webSocket: WebSocket,
	connectionTimeoutMs: 2_000,
	requestTimeoutMs: 5_000,
	silenceMs: 2_000,
	reconnectForMs: 10_000,
};

const all = await Promise.all(
	job.seeds.map(async (seed, caller) => {
		const told = toldNothing();
		const top = await connect(job.urls[caller % job.urls.length]!, options);
		await payEach(top, signerFromSeed(seed, 'Ed25519'), job.dests[caller]!, amounts, told);
		top.close();
		return told;
	}),
);
const sum = (of: 'sentAgain' | 'signedAgain' | 'notSigned') => all.reduce((sum, told) => sum + told[of], 0);
console.error(`${sum('sentAgain')} sent again, ${sum('signedAgain')} signed again, ${sum('notSigned')} before signing`);
const lines = all.flatMap(({ payments }, caller) =>
	payments.map(({ amount, receipt }) => `${JSON.stringify({ caller, amount: Number(amount), receipt })}\n`),
);
// Ending the process does not wait for what is not written yet.
process.stdout.write(lines.join(''), () => process.exit(0));
