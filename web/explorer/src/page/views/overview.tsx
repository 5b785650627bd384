// The whole system at one look: each ledger with its head, pace, load and health.

import type { ChainTag } from '@top/sdk';
import { useMemo } from 'preact/hooks';
import type { BlockLine, Connection, LedgerView, Sample } from '../../shared/model.js';
import { clock, counted, milliseconds, rate, span } from '../format.js';
import { BlockLink, Empty, Figure, Loading, Panel, Problem } from '../parts/basics.js';
import { CheckMark, Value } from '../parts/checks.js';
import { River } from '../plots/river.js';
import { Series } from '../plots/series.js';
import { linkTo } from '../router.js';
import { api, configError, feedOf, ledgers, now } from '../store.js';

/** Without a block for this many times its usual pace, and at least this long, a ledger is shown as standing still. */
const STALE_PACES = 4;
const STALE_MS = 8_000;
/** More ledgers than these are shown as cards. */
const MOST_LARGE = 4;
/** Samples over which the figures are means. */
const WINDOW = 10;

export function Overview() {
	const shown = ledgers.value;
	if (shown.length === 0) {
		return (
			<div data-testid="overview">
				{configError.value === undefined ? (
					<Loading what="Reading the configuration" />
				) : (
					<Empty title="No ledger is configured">
						The server of this page has no configuration ({configError.value}). Add a node under{' '}
						<a href={linkTo({ view: 'settings' })}>Connections</a>.
					</Empty>
				)}
			</div>
		);
	}
	const isCompact = shown.length > MOST_LARGE;
	return (
		<div class={isCompact ? 'overview overview-compact' : 'overview'} data-testid="overview">
			<h1 class="unseen">Overview</h1>
			{shown.map((ledger) =>
				isCompact ? <LedgerCard key={ledger.id} ledger={ledger} /> : <LedgerPanel key={ledger.id} ledger={ledger} />,
			)}
		</div>
	);
}

/** A ledger among many: what matters at one look. Its views have the rest. */
function LedgerCard({ ledger }: { ledger: LedgerView }) {
	const { blocks, samples } = feedOf(ledger.id);
	const newest = blocks[blocks.length - 1];
	const { pace, transfers } = ratesOf(samples);
	const check = newest?.checked ?? 'none';
	return (
		<Panel
			title={<a href={linkTo({ view: 'blocks', ledger: ledger.id })}>{ledger.name}</a>}
			aside={<Status ledger={ledger} />}
			testid={`ledger-${ledger.id}`}
		>
			<ConnectionProblem ledger={ledger} />
			{newest !== undefined && (
				<>
					<p class="card-facts">
						<span>
							block{' '}
							<Value check={check}>
								<BlockLink ledger={ledger.id} number={newest.number} hash={newest.hash} />
							</Value>
						</span>
						<Value check={check}>{transfers === undefined ? '–' : rate(transfers)} a second</Value>
						<Value check={check}>{pace === undefined ? '–' : milliseconds(pace)}</Value>
					</p>
					<River blocks={blocks} ledger={ledger.id} height={36} />
				</>
			)}
		</Panel>
	);
}

/** Returns what a ledger is, in words. */
export function kindOf(tag: ChainTag | undefined): string {
	if (tag === undefined) return '';
	if (tag.type === 'Main') return 'main chain';
	if (tag.type === 'Zone') return `zone ${tag.value}`;
	return `shard ${tag.value.zone}/${tag.value.incarnation}`;
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
	if (last === undefined || connection.type === 'connecting') return undefined;
	const arrived = blocks[blocks.length - 1]?.arrivedAt;
	// A block that was there before has its own time.
	const age = at - (arrived ?? last.time);
	const { pace } = ratesOf(samples);
	return age > Math.max(STALE_MS, STALE_PACES * (pace ?? 0)) ? age : undefined;
}

const STATES: Record<Connection['type'], { words: string; token: string }> = {
	connecting: { words: 'connecting', token: 'quiet' },
	live: { words: 'live', token: 'good' },
	down: { words: 'node down', token: 'bad' },
	wrongChain: { words: 'wrong chain', token: 'bad' },
	refused: { words: 'data refused', token: 'bad' },
};

/** Whether a ledger is there, in a word. */
export function Status({ ledger }: { ledger: LedgerView }) {
	const { blocks, samples } = feedOf(ledger.id);
	const age = staleFor(blocks, samples, ledger.connection, now.value);
	const isStale = ledger.connection.type === 'live' && age !== undefined;
	const { words, token } = STATES[ledger.connection.type];
	return (
		<span class={`status status-${isStale ? 'warn' : token}`} data-testid="status" data-status={isStale ? 'stale' : ledger.connection.type}>
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

function LedgerPanel({ ledger }: { ledger: LedgerView }) {
	const { blocks, samples } = feedOf(ledger.id);
	const newest = blocks[blocks.length - 1];
	const sample = samples[samples.length - 1];
	const { pace, transfers } = ratesOf(samples);
	const check = newest?.checked ?? 'none';
	const load = useMemo(
		() => samples.filter(({ span }) => span > 0).map(({ at, transfers, span }) => ({ at, value: (1000 * transfers) / span })),
		[samples],
	);
	const paces = useMemo(
		() => samples.filter(({ blocks }) => blocks > 0).map(({ at, span, blocks }) => ({ at, value: span / blocks })),
		[samples],
	);
	const title = (
		<>
			<a href={linkTo({ view: 'blocks', ledger: ledger.id })}>{ledger.name}</a>
			<span class="quiet"> {kindOf(ledger.tag)}</span>
		</>
	);
	return (
		<Panel title={title} aside={<Status ledger={ledger} />} testid={`ledger-${ledger.id}`} class="ledger">
			<ConnectionProblem ledger={ledger} />
			{newest === undefined ? (
				!('words' in ledger.connection) && <Loading what={`Connecting to ${ledger.connection.endpoint}`} />
			) : (
				<>
					<div class="figures">
						<Figure name="Newest block" check={check} note={sample && `${clock(sample.time)} by the chain`}>
							<BlockLink ledger={ledger.id} number={newest.number} hash={newest.hash} />
						</Figure>
						<Figure name="A block every" check={sample?.checked ?? check} note="mean of chain time">
							{pace === undefined ? '–' : milliseconds(pace)}
						</Figure>
						<Figure name="Transfers a second" check={sample?.checked ?? check} note={ledger.hasUnits ? 'units' : 'signed transactions'}>
							{transfers === undefined ? '–' : rate(transfers)}
						</Figure>
						<Figure name="From block time to here" check={sample?.checked ?? check} note="with both clocks">
							{sample === undefined ? '–' : milliseconds(sample.latency)}
						</Figure>
					</div>
					<River blocks={blocks} ledger={ledger.id} />
					<div class="plots">
						<div>
							<h3>Transfers a second</h3>
							<Series points={load} label="Transfers a second" unit={rate} />
						</div>
						<div>
							<h3>Time between blocks</h3>
							<Series points={paces} label="Time between blocks" unit={milliseconds} token="second" />
						</div>
					</div>
					<Health ledger={ledger} />
				</>
			)}
		</Panel>
	);
}

function Health({ ledger }: { ledger: LedgerView }) {
	const { node, state } = ledger;
	const version = state?.value.specVersion;
	return (
		<footer class="health">
			<nav aria-label={`Views of ${ledger.name}`}>
				<a href={linkTo({ view: 'blocks', ledger: ledger.id })}>Blocks</a>
				<a href={linkTo({ view: 'committee', ledger: ledger.id })}>Committee</a>
				{ledger.tag?.type === 'Main' && <a href={linkTo({ view: 'nodes', ledger: ledger.id })}>Nodes and stake</a>}
			</nav>
			{version !== undefined && state !== undefined && (
				<span>
					Runtime{' '}
					<Value check={state.checked}>
						{state.value.specName} {version}
					</Value>
				</span>
			)}
			{node !== undefined && (
				<Value check="none" class="node">
					{node.isSyncing ? 'node is syncing' : 'node is in sync'}, {counted(node.peers, 'peer')}, version {node.version}
				</Value>
			)}
			<CheckMark check={feedOf(ledger.id).blocks.slice(-1)[0]?.checked ?? 'none'} />
		</footer>
	);
}
