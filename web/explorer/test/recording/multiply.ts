// Many shards from the recorded ones: each plays one of them, from its own place on, as long as the test lasts.

import type { BlockLine, Sample } from '../../src/shared/model.js';
import type { RecordedBlock, RecordedShard } from './shards.js';

/** Time of a sample, as the worker takes them. */
const SAMPLED_MS = 1_000;
/** Digits of a hash that tell the shards and the rounds of a recording apart. */
const DIGITS = 8;
const FIRST = 1_000;

/** What a shard has in a second. */
export interface Pace {
	blocks: number;
	transfers: number;
}

/** Returns the pace of a recorded shard, which a slow machine may have recorded. */
export function paceOf({ blocks, lengthMs }: RecordedShard): Pace {
	const [seconds, transfers] = [lengthMs / 1_000, blocks.reduce((sum, { transfers }) => sum + transfers, 0)];
	return { blocks: blocks.length / seconds, transfers: transfers / seconds };
}

export interface Played {
	block: BlockLine;
	sample: Sample | undefined;
	/** Milliseconds until the next block. */
	pauseMs: number;
}

/** Plays a recorded shard as the shard with an index, without end. Its blocks come faster and its transfers are multiplied, up to a pace. */
export function* played(shard: RecordedShard, index: number, pace: Pace): Generator<Played, never, undefined> {
	const { blocks, lengthMs } = shard;
	const recordedPace = paceOf(shard);
	const speed = pace.blocks / recordedPace.blocks;
	const factor = pace.transfers / (recordedPace.transfers * speed);
	let [due, sampled, transfers, span] = [0, 0, 0, 0];
	let parent = hashOf(blocks[0] as RecordedBlock, index, FIRST - 1);
	for (let number = FIRST; ; number++) {
		// Shards that play the same recording are at other places of it.
		const place = (index * 7 + number - FIRST) % blocks.length;
		const [recorded, next] = [blocks[place], blocks[(place + 1) % blocks.length]] as [RecordedBlock, RecordedBlock];
		const pauseMs = (place + 1 < blocks.length ? next.at - recorded.at : lengthMs / blocks.length) / speed;
		const hash = hashOf(recorded, index, number);
		// Whole transfers, whose sum follows the pace.
		due += recorded.transfers * factor;
		const count = Math.round(due);
		due -= count;
		[sampled, transfers, span] = [sampled + 1, transfers + count, span + pauseMs];
		const { author, view, epoch, signers } = recorded;
		const now = Date.now();
		const block: BlockLine = { number, hash, parent, author, view, epoch: BigInt(epoch), signers, transfers: count, arrivedAt: now, checked: 'certificate' };
		const isSampled = span >= SAMPLED_MS;
		const sample: Sample = { at: now, number, time: now, transfers, blocks: sampled, span, latency: pauseMs, checked: 'proof' };
		yield { block, sample: isSampled ? sample : undefined, pauseMs };
		if (isSampled) [sampled, transfers, span] = [0, 0, 0];
		parent = hash;
	}
}

function hashOf({ hash }: RecordedBlock, index: number, number: number): string {
	const mark = (index * 2 ** 24 + number).toString(16).padStart(DIGITS, '0').slice(-DIGITS);
	return `${hash.slice(0, -DIGITS)}${mark}`;
}
