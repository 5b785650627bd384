// What a ledger is, how fast it goes, and whether it is there: what several views say about it.

import type { ChainTag } from '@top/sdk';
import type { BlockLine, Connection, LedgerView, Sample } from '../../shared/model.js';
import { grouped, span } from '../format.js';
import { Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { api, feedNow, now } from '../store.js';

/** Without a block for this many times its usual pace, and at least this long, a ledger is shown as standing still. */
const STALE_PACES = 4;
const STALE_MS = 8_000;
/** Samples over which the figures are means. */
const WINDOW = 10;

/** Returns what a ledger is, in words. */
export function kindOf(tag: ChainTag | undefined): string {
	if (tag === undefined) return '';
	if (tag.type === 'Main') return 'main chain';
	if (tag.type === 'Zone') return `zone ${tag.value}`;
	return `shard ${tag.value.zone}/${tag.value.incarnation}`;
}

/** Returns what a ledger is, unless its name says so. */
export function kindBeside({ name, tag }: LedgerView): string {
	const kind = kindOf(tag);
	return kind === name.toLowerCase() || kind.startsWith(`${name.toLowerCase()} `) ? '' : kind;
}

/** Returns the name of a ledger with what it is. */
export function nameWithKind(ledger: LedgerView): string {
	const kind = kindBeside(ledger);
	return kind === '' ? ledger.name : `${ledger.name} (${kind})`;
}

/** Returns the mean pace in milliseconds of chain time, and transfers a second, over the newest samples. */
export function ratesOf(samples: Sample[]): { pace: number | undefined; transfers: number | undefined } {
	const counted = samples.slice(-WINDOW).filter(({ blocks, span }) => blocks > 0 && span > 0);
	const blocks = counted.reduce((sum, sample) => sum + sample.blocks, 0);
	const time = counted.reduce((sum, sample) => sum + sample.span, 0);
	const transfers = counted.reduce((sum, sample) => sum + sample.transfers, 0);
	if (blocks === 0) return { pace: undefined, transfers: undefined };
	return { pace: time / blocks, transfers: (1000 * transfers) / time };
}

/** Returns for how long a ledger has had no block, if that is longer than usual. */
export function staleFor(blocks: BlockLine[], samples: Sample[], connection: Connection, at: number): number | undefined {
	const last = samples[samples.length - 1];
	if (last === undefined || connection.type === 'connecting' || connection.type === 'checking') return undefined;
	const arrived = blocks[blocks.length - 1]?.arrivedAt;
	// A block that was there before has its own time.
	const age = at - (arrived ?? last.time);
	const { pace } = ratesOf(samples);
	return age > Math.max(STALE_MS, STALE_PACES * (pace ?? 0)) ? age : undefined;
}

const STATES: Record<Connection['type'], { words: string; token: string }> = {
	connecting: { words: 'connecting', token: 'quiet' },
	checking: { words: 'checking', token: 'quiet' },
	live: { words: 'live', token: 'good' },
	down: { words: 'node down', token: 'bad' },
	wrongChain: { words: 'wrong chain', token: 'bad' },
	refused: { words: 'data refused', token: 'bad' },
};

/** Whether a ledger is there, in a word; or that a quorum of its committee is faulty, if the node has found that. */
export function Status({ ledger }: { ledger: LedgerView }) {
	const invalid = ledger.zone?.invalid;
	return invalid === undefined ? <Presence ledger={ledger} /> : <InvalidBlock number={invalid} />;
}

function InvalidBlock({ number }: { number: number }) {
	const title = `The committee of this ledger certified block ${grouped(number)}, which is not valid. The zone seals nothing from it on, and other ledgers take nothing that it sends.`;
	return (
		<Value check="none">
			<span class="status status-bad" data-testid="status" data-status="invalid" title={title}>
				<i aria-hidden="true" />
				invalid block
			</span>
		</Value>
	);
}

function Presence({ ledger }: { ledger: LedgerView }) {
	// Once a second is often enough to see that blocks stay away.
	const { blocks, samples } = feedNow(ledger.id);
	const age = staleFor(blocks, samples, ledger.connection, now.value);
	const isStale = ledger.connection.type === 'live' && age !== undefined;
	const { words, token } = STATES[ledger.connection.type];
	return (
		<span data-own class={`status status-${isStale ? 'warn' : token}`} data-testid="status" data-status={isStale ? 'stale' : ledger.connection.type}>
			<i aria-hidden="true" />
			{isStale ? `last block ${span(age / 1000)} ago` : words}
		</span>
	);
}

export function ConnectionProblem({ ledger }: { ledger: LedgerView }) {
	const { connection } = ledger;
	if (!('words' in connection)) return null;
	const again = (
		<button type="button" onClick={() => void api.retry(ledger.id)}>
			Try again now
		</button>
	);
	const { endpoint } = connection;
	const { detail } = connection.words;
	const words = { ...connection.words, detail: detail.includes(endpoint) ? detail : `${endpoint}: ${detail}` };
	return <Problem words={words} action={again} testid="connection-problem" />;
}
