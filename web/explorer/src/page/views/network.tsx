// The ledgers of one network in a table, and the way from one to another.

import type { Check } from '@top/sdk';
import { useMemo, useRef } from 'preact/hooks';
import type { LedgerView, Sample } from '../../shared/model.js';
import { counted, grouped, milliseconds, rate } from '../format.js';
import { Amount, BlockLink, Figure, Panel } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useInSight } from '../parts/sight.js';
import { Series, type Point } from '../plots/series.js';
import { go, linkTo, route } from '../router.js';
import { feedNow, feedOf, ledgers, now } from '../store.js';
import { nameWithKind, ratesOf, Status } from './status.js';

/** Rows that are drawn whole, at most. */
const MOST_DRAWN = 16;
/** Seconds that the plot of all transfers shows. */
const PLOTTED_S = 240;

/** Returns the ledgers whose nodes say that they belong together. */
export function ofNetwork(all: LedgerView[]): LedgerView[] {
	const found = all.filter(({ zone, tables }) => zone !== undefined || tables !== undefined);
	return found.length > 1 ? found : [];
}

/** The network as a whole: what it carries, what is on its way, and whether all of it is there. */
export function NetworkSummary({ ledgers: shown }: { ledgers: LedgerView[] }) {
	// Once a second, and not with each block of each ledger.
	const second = Math.floor(now.value / 1_000);
	const feeds = shown.map(({ id }) => feedNow(id).samples);
	const rates = feeds.map((samples) => ratesOf(samples).transfers);
	const known = rates.flatMap((rate) => rate ?? []);
	const isChecked = feeds.every((samples) => samples[samples.length - 1]?.checked === 'proof');
	const check: Check = isChecked ? 'proof' : 'none';
	const load = useMemo(() => totalOf(feeds, second), [second, shown.length]);
	if (shown.length === 0) return null;
	const lanes = shown.flatMap(({ zone }) => (zone?.inFlight === undefined ? [] : [zone]));
	const inFlight = lanes.reduce((sum, { inFlight }) => sum + (inFlight ?? 0n), 0n);
	const live = shown.filter(({ connection }) => connection.type === 'live').length;
	const shards = shown.filter(({ tag }) => tag?.type === 'Shard').length;
	const zones = shown.filter(({ tag }) => tag?.type === 'Zone').length;
	return (
		<Panel title="The network" testid="network-summary" class="network">
			<div class="figures">
				<Figure name="Transfers a second" check={check} note="units and signed transactions of all ledgers">
					{known.length === 0 ? '–' : rate(known.reduce((sum, each) => sum + each, 0))}
				</Figure>
				<Figure name="On their way" check="none" note="messages between ledgers">
					{lanes.length === 0 ? '–' : grouped(inFlight)}
				</Figure>
				<Figure name="Ledgers" note={`${counted(zones, 'zone')}, ${counted(shards, 'shard')}`}>
					{shown.length}
				</Figure>
				<Figure name="Connected" note="of all ledgers">
					{live === shown.length ? 'all' : `${live} of ${shown.length}`}
				</Figure>
			</div>
			<h3>Transfers a second of all ledgers</h3>
			<Series points={load} label="Transfers a second of all ledgers" unit={rate} />
		</Panel>
	);
}

/** Returns the transfers a second of all ledgers together, second by second. A sample holds until the next one of its ledger. */
function totalOf(feeds: Sample[][], until: number): Point[] {
	const begins = feeds.flatMap((samples) => samples.find(({ span }) => span > 0)?.at ?? []);
	if (begins.length === 0) return [];
	const first = Math.max(until - PLOTTED_S, Math.ceil(Math.max(...begins) / 1_000));
	const seconds = Array.from({ length: Math.max(0, until - first) }, (_, at) => first + at + 1);
	const totals = seconds.map((second) => ({ at: second * 1_000, value: 0 }));
	for (const samples of feeds) {
		let next = samples.length - 1;
		for (let at = totals.length - 1; at >= 0; at--) {
			const total = totals[at] as Point;
			while (next >= 0 && (samples[next] as Sample).at > total.at) next -= 1;
			const { transfers = 0, span = 0 } = samples[next] ?? {};
			if (span > 0) total.value += (1_000 * transfers) / span;
		}
	}
	return totals;
}

/** All ledgers of a network at one look: heads, pace, load, and messages on their way. */
export function NetworkTable({ ledgers: shown }: { ledgers: LedgerView[] }) {
	if (shown.length === 0) return null;
	return (
		<Panel title="Ledgers of this network" testid="network" class="network">
			<div class="scroll ledgers" tabIndex={0} role="region" aria-label="Ledgers of this network">
				<table>
					<thead>
						<tr>
							<th scope="col">Ledger</th>
							<th scope="col">Accounts in tables</th>
							<th scope="col">Newest block</th>
							<th scope="col">Sealed by the zone</th>
							<th scope="col">A block every</th>
							<th scope="col">Transfers a second</th>
							<th scope="col">Load in, out</th>
							<th scope="col">On their way</th>
							<th scope="col">State</th>
						</tr>
					</thead>
					<tbody>
						{shown.map((ledger) => (
							<Row key={ledger.id} ledger={ledger} isOfMany={shown.length > MOST_DRAWN} />
						))}
					</tbody>
				</table>
			</div>
		</Panel>
	);
}

function Row({ ledger, isOfMany }: { ledger: LedgerView; isOfMany: boolean }) {
	const { id, name, tables, zone } = ledger;
	const line = useRef<HTMLTableRowElement>(null);
	const isInSight = useInSight(line);
	// The rows of many ledgers follow the clock: a table is painted as a whole.
	const second = isOfMany && isInSight ? now.value : 0;
	const { blocks, samples } = isInSight && second === 0 ? feedOf(id) : feedNow(id);
	const newest = blocks[blocks.length - 1];
	const check = newest?.checked ?? 'none';
	const { pace, transfers } = ratesOf(samples);
	// Of many rows those out of sight have their name alone, until they are scrolled to.
	if (isOfMany && !isInSight) {
		return (
			<tr ref={line} data-testid={`network-${id}`}>
				<th scope="row">
					<a href={linkTo({ view: 'blocks', ledger: id })}>{name}</a>
				</th>
				<td colSpan={8} />
			</tr>
		);
	}
	return (
		<tr ref={line} data-testid={`network-${id}`}>
			<th scope="row">
				<a href={linkTo({ view: 'blocks', ledger: id })}>{name}</a>
			</th>
			<td>{tables === undefined ? '–' : <Value check="none">{`${tables.first} to ${tables.last}`}</Value>}</td>
			<td>
				{newest === undefined ? (
					'–'
				) : (
					<Value check={check}>
						<BlockLink ledger={id} number={newest.number} hash={newest.hash} />
					</Value>
				)}
			</td>
			<td data-testid={`sealed-${id}`}>
				{zone?.sealed === undefined ? (
					'–'
				) : (
					<Value check="none">
						<BlockLink ledger={id} number={zone.sealed.number} hash={zone.sealed.hash} />
					</Value>
				)}
			</td>
			<td>{pace === undefined ? '–' : <Value check={check}>{milliseconds(pace)}</Value>}</td>
			<td>{transfers === undefined ? '–' : <Value check={check}>{rate(transfers)}</Value>}</td>
			<td>{zone?.load === undefined ? '–' : <Value check="none">{`${zone.load.inbox} %, ${zone.load.outbox} %`}</Value>}</td>
			<td data-testid={`lanes-${id}`}>
				<OnTheirWay ledger={ledger} />
			</td>
			<td>
				<Status ledger={ledger} />
			</td>
		</tr>
	);
}

/** Messages on their way from a ledger, with the value that they carry. */
function OnTheirWay({ ledger }: { ledger: LedgerView }) {
	const { zone } = ledger;
	if (zone?.inFlight === undefined) return <>–</>;
	if (zone.inFlight === 0n) return <Value check="none">none</Value>;
	return (
		<Value check="none">
			<span title={zone.lanes.map(({ to, kind, inFlight }) => `${inFlight} to ${to} (${kind})`).join('\n')}>
				{String(zone.inFlight)} with <Amount of={zone.inLanes ?? 0n} />
			</span>
		</Value>
	);
}

/** Leads to the same view of another ledger. */
export function LedgerSwitch({ ledger }: { ledger: LedgerView }) {
	const at = route.value;
	const all = ledgers.value;
	const change = (id: string) => {
		const to = all.find((each) => each.id === id);
		const has = {
			committee: true,
			messages: to?.zone !== undefined,
			nodes: to?.tag?.type === 'Main',
		};
		const view = at.view === 'committee' || at.view === 'messages' || at.view === 'nodes' ? at.view : 'blocks';
		go({ view: view !== 'blocks' && has[view] ? view : 'blocks', ledger: id });
	};
	return (
		<select aria-label="Ledger" class="switch" data-testid="ledger-switch" value={ledger.id} onChange={(event) => change(event.currentTarget.value)}>
			{all.map((each) => (
				<option key={each.id} value={each.id}>
					{nameWithKind(each)}
				</option>
			))}
		</select>
	);
}
