// One block: who proposed and signed it, and what is in it.

import type { BlockUnit, Call, ChainEvent, Check, Extrinsic } from '@top/sdk';
import { bytes, counted, grouped, time, top } from '../format.js';
import { AccountLink, Amount, BlockLink, Empty, Fact, Facts, HashText, Loading, Panel, Problem, UnitLink } from '../parts/basics.js';
import { CheckMark, Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { VirtualList } from '../parts/virtual-list.js';
import { api, feedOf, ledgerOf } from '../store.js';
import { LedgerFrame } from './frame.js';
import { Operations, REASONS } from './operations.js';

const ROW = 44;

export function Block({ id, reference }: { id: string; reference: string }) {
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const { value, error, isLoading } = useQuery(`${id} ${reference} ${isUp}`, () => api.block(id, reference));
	return (
		<LedgerFrame id={id} title={value === undefined ? 'Block' : <span data-checked={value.block.checked}>Block {grouped(value.block.number)}</span>} testid="block">
			{(ledger) => {
				if (isLoading && ledger.connection.type === 'connecting') return <Loading what="Connecting" />;
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading) return <Loading what="Reading the block" />;
				if (value === undefined) {
					return (
						<Empty title="This node has no such block">
							Its height may not be reached yet, or the node keeps newer blocks only. Bodies of old blocks are on archive nodes.
						</Empty>
					);
				}
				const { block, events } = value;
				const { certificate, author, checked } = block;
				const signed = block.extrinsics.filter(({ signer }) => signer !== undefined);
				const inherents = block.extrinsics.filter(({ signer }) => signer === undefined);
				const newest = feedOf(id).blocks.slice(-1)[0]?.number ?? 0;
				return (
					<>
						<Panel title="Header" check={checked} testid="block-header">
							<Facts>
								<Fact name="Hash" check={checked}>
									<HashText hash={block.hash} whole what="the block's hash" />
								</Fact>
								<Fact name="Time" check={checked}>
									{block.time === undefined ? 'none' : time(block.time)}
								</Fact>
								<Fact name="Parent" check={checked}>
									{block.number === 0 ? 'none: this is the genesis' : <BlockLink ledger={id} number={block.number - 1} hash={block.header.parentHash} />}
								</Fact>
								{author !== undefined && (
									<Fact name="Proposed by" check={checked}>
										member {author.author} in {author.view === 0 ? 'the first view' : `view ${author.view}`}
									</Fact>
								)}
								{certificate !== undefined && (
									<Fact name="Certificate" check={checked}>
										{certificate.signers.length}
										{certificate.members === undefined ? '' : ` of ${certificate.members}`} members signed
										{certificate.quorum === undefined ? '' : ` (${certificate.quorum} decide)`}, epoch {String(certificate.epoch)}, view{' '}
										{certificate.view}: {certificate.signers.join(', ')}
									</Fact>
								)}
								<Fact name="State root" check={checked}>
									<HashText hash={block.header.stateRoot} whole what="the state root" />
								</Fact>
							</Facts>
							<nav class="steps" aria-label="Neighbours" data-checked={checked}>
								{block.number > 0 && <a href={`#/${id}/block/${block.header.parentHash}`}>← Block {grouped(block.number - 1)}</a>}
								{block.number < newest && <a href={`#/${id}/block/${block.number + 1}`}>Block {grouped(block.number + 1)} →</a>}
							</nav>
						</Panel>
						{ledger.hasUnits && <Units ledger={id} units={block.batch} check={block.marks} />}
						<Panel title={counted(signed.length, 'signed transaction')} check={checked} testid="block-extrinsics">
							{signed.length === 0 ? (
								<p class="quiet">This block has no signed transactions.</p>
							) : (
								<ul class="plain">
									{signed.map((extrinsic) => (
										<ExtrinsicLine key={extrinsic.index} ledger={id} extrinsic={extrinsic} events={events} checked={checked} />
									))}
								</ul>
							)}
						</Panel>
						<details class="panel" data-checked={checked}>
							<summary>
								{counted(inherents.length, 'inherent')} <span class="quiet">that the author adds</span>
							</summary>
							<ul class="plain">
								{inherents.map((extrinsic) => (
									<ExtrinsicLine key={extrinsic.index} ledger={id} extrinsic={extrinsic} events={events} checked={checked} />
								))}
							</ul>
						</details>
					</>
				);
			}}
		</LedgerFrame>
	);
}

function Units({ ledger, units, check }: { ledger: string; units: BlockUnit[]; check: Check }) {
	return (
		<Panel title={counted(units.length, 'unit')} check={check} testid="block-units">
			{units.length === 0 ? (
				<p class="quiet">This block has no units.</p>
			) : (
				<VirtualList
					count={units.length}
					rowHeight={ROW}
					height={440}
					label="Units of this block"
					row={(index) => {
						const { hash, unit, mark } = units[index] as BlockUnit;
						return (
							<div class="row units-row" data-checked={check}>
								<UnitLink ledger={ledger} hash={hash} />
								<AccountLink ledger={ledger} address={unit.body.account} />
								<span class="wide">
									<Operations ledger={ledger} operations={unit.body.operations} />
								</span>
								<Value check={check}>{mark === undefined ? 'unknown' : mark === 0 ? 'applied' : (REASONS[mark] ?? `refused (${mark})`)}</Value>
							</div>
						);
					}}
				/>
			)}
		</Panel>
	);
}

function ExtrinsicLine(props: {
	ledger: string;
	extrinsic: Extrinsic;
	events: ChainEvent[] | undefined;
	checked: Check;
}) {
	const { ledger, extrinsic, events, checked } = props;
	const { call, signer, hash, index } = extrinsic;
	const own = events?.filter((event) => event.extrinsic === index);
	const hasFailed = own?.some(({ name }) => name === 'ExtrinsicFailed') === true;
	return (
		<li class="extrinsic" data-checked={checked}>
			<div class="extrinsic-head">
				<strong>{nameOf(call)}</strong>
				{signer !== undefined && (
					<>
						<span class="quiet">by</span> <AccountLink ledger={ledger} address={signer} />
					</>
				)}
				{hasFailed && (
					<Value check="none" class="late">
						failed
					</Value>
				)}
				<span class="quiet">{bytes(extrinsic.bytes)}</span>
				<span class="grow" />
				<HashText hash={hash} />
			</div>
			<Value check={checked}>
				<Arguments ledger={ledger} call={call} />
			</Value>
			{own !== undefined && own.length > 0 && (
				<details>
					<summary>
						{counted(own.length, 'event')} <CheckMark check="none" label="words of the node's metadata" />
					</summary>
					<ul class="plain events">
						{own.map((event, at) => (
							<li key={at}>
								<Value check="none">
									{event.pallet}.{event.name}
								</Value>{' '}
								<code>{shown(event.values)}</code>
							</li>
						))}
					</ul>
				</details>
			)}
		</li>
	);
}

function nameOf({ name, pallet, index }: Call): string {
	return name ?? `${pallet}, call ${index[1]}`;
}

function Arguments({ ledger, call }: { ledger: string; call: Call }) {
	const { name, values } = call;
	if (values === undefined) return call.encoded.length > 2 ? <code class="cut">{call.encoded.slice(0, 160)}</code> : null;
	if (name?.startsWith('Balances.transfer')) {
		const dest = (values['dest'] as { value: string }).value;
		return (
			<span>
				{typeof values['value'] === 'bigint' || typeof values['value'] === 'number' ? <Amount of={BigInt(values['value'])} /> : 'the whole balance'} to{' '}
				<AccountLink ledger={ledger} address={dest} />
			</span>
		);
	}
	if (name === 'Timestamp.set') return <span>{time(Number(values['now']))}</span>;
	if (name === 'ComprehensiveStake.vote') {
		return (
			<span>
				{top(values['amount'] as bigint)} TOP for <AccountLink ledger={ledger} address={String(values['node'])} />, locked for{' '}
				{counted(values['days'] as number, 'day')}
			</span>
		);
	}
	return <code class="cut">{shown(values)}</code>;
}

/** Returns values of any form as text. */
function shown(values: unknown): string {
	const plain = (_: string, value: unknown) => {
		if (typeof value === 'bigint') return String(value);
		if (value instanceof Uint8Array) return `0x${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
		return value;
	};
	return JSON.stringify(values, plain) ?? '';
}
