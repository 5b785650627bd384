// The whole system at one look: each ledger with its head, pace, load and health.

import { useRef } from 'preact/hooks';
import type { LedgerView } from '../../shared/model.js';
import { clock, counted, milliseconds, rate } from '../format.js';
import { BlockLink, Empty, Figure, Loading, Panel } from '../parts/basics.js';
import { CheckMark, Value } from '../parts/checks.js';
import { useInSight } from '../parts/sight.js';
import { Plots } from '../plots/plots.js';
import { River } from '../plots/river.js';
import { linkTo } from '../router.js';
import { configError, feedNow, feedOf, ledgers } from '../store.js';
import { NetworkSummary, NetworkTable, ofNetwork } from './network.js';
import { ConnectionProblem, kindBeside, ratesOf, Status } from './status.js';

/** More ledgers than these are shown as cards. */
const MOST_LARGE = 4;

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
	const network = ofNetwork(shown);
	const isCompact = shown.length > MOST_LARGE || network.length > 0;
	return (
		<div class={isCompact ? 'overview overview-compact' : 'overview'} data-testid="overview">
			<h1 class="unseen">Overview</h1>
			<NetworkSummary ledgers={network} />
			<NetworkTable ledgers={network} />
			{shown.map((ledger) =>
				isCompact ? <LedgerCard key={ledger.id} ledger={ledger} /> : <LedgerPanel key={ledger.id} ledger={ledger} />,
			)}
		</div>
	);
}

/** A ledger among many: what matters at one look. Its views have the rest. */
function LedgerCard({ ledger }: { ledger: LedgerView }) {
	const card = useRef<HTMLDivElement>(null);
	const { blocks, samples } = useInSight(card) ? feedOf(ledger.id) : feedNow(ledger.id);
	const newest = blocks[blocks.length - 1];
	const { pace, transfers } = ratesOf(samples);
	const check = newest?.checked ?? 'none';
	return (
		<div ref={card} class="card">
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
		</div>
	);
}

function LedgerPanel({ ledger }: { ledger: LedgerView }) {
	const { blocks, samples } = feedOf(ledger.id);
	const newest = blocks[blocks.length - 1];
	const sample = samples[samples.length - 1];
	const { pace, transfers } = ratesOf(samples);
	const check = newest?.checked ?? 'none';
	const title = (
		<>
			<a data-own href={linkTo({ view: 'blocks', ledger: ledger.id })}>
				{ledger.name}
			</a>
			<span class="quiet" data-checked={ledger.isAnchored ? 'certificate' : 'none'}> {kindBeside(ledger)}</span>
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
					<Plots samples={samples} />
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
