// One account: what it has, what it may still use, and its chain of units.

import type { Amounts, ChainLink, Check } from '@top/sdk';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AccountView } from '../../shared/model.js';
import { bytes, compute, grouped, percent, span } from '../format.js';
import { Amount, Badge, BlockLink, Copy, Empty, Fact, Facts, Figure, Loading, Panel, Problem, UnitLink } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { VirtualList } from '../parts/virtual-list.js';
import { LatticeDrawing } from '../plots/lattice.js';
import { linkTo } from '../router.js';
import { api, feedOf, ledgerOf } from '../store.js';
import { LedgerFrame } from './frame.js';
import { Operations } from './operations.js';

const ROW = 44;
/** Further units that are read when the end of the list comes into sight. */
const MORE = 500;
const FIRST = 100;
/** Newest blocks with units that are searched for payers of the account. */
const BUSY_BLOCKS = 48;

export function Account({ id, address }: { id: string; address: string }) {
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const head = feedOf(id).blocks.slice(-1)[0]?.number;
	const { value, error, isLoading } = useQuery(`${id} ${address} ${isUp}`, () => api.account(id, address), head);
	return (
		<LedgerFrame id={id} title="Account" testid="account">
			{(ledger) => {
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading || value === undefined) return <Loading what="Reading the account" />;
				const { state } = value;
				return (
					<>
						<p class="address" data-own>
							<Badge address={address} size={36} />
							<span class="mono">{address}</span>
							<Copy text={address} what="the address" />
							{ledger.hasUnits && <a href={linkTo({ view: 'table', ledger: id, item: String(value.table) })}>Table {value.table}</a>}
						</p>
						{state.value === undefined ? (
							<Empty title="This account does not exist on this ledger">
								<Value check={state.checked}>The state has no entry for it.</Value> Its first payment creates it.
							</Empty>
						) : (
							<>
								<Balance view={value} />
								<Quota view={value} hasUnits={ledger.hasUnits} />
								{ledger.hasUnits && <LatticePanel id={id} address={address} />}
								{ledger.hasUnits && <Chain id={id} address={address} head={state.value.head} check={state.checked} />}
							</>
						)}
					</>
				);
			}}
		</LedgerFrame>
	);
}

function Balance({ view }: { view: AccountView }) {
	const { checked: check, value } = view.state;
	if (value === undefined) return null;
	const { balances, at, nonce, received } = value;
	const kept = balances.frozen > balances.reserved ? balances.frozen - balances.reserved : 0n;
	return (
		<Panel title="Balance" check={check} aside={<span class="quiet">after block {grouped(at.number)}</span>} testid="balance">
			<div class="figures">
				<Figure name="Free" check={check}>
					<Amount of={balances.free} />
				</Figure>
				<Figure name="Held" check={check} note="deposits and locked stake">
					<Amount of={balances.reserved} />
				</Figure>
				<Figure name="Frozen" check={check} note="of the free balance">
					<Amount of={kept} />
				</Figure>
				<Figure name="Sent" check={check} note="units and transactions in this life">
					{grouped(nonce)}
				</Figure>
				{received !== undefined && (
					<Figure name="Payments received" check={check}>
						{grouped(received)}
					</Figure>
				)}
			</div>
			{view.pool !== undefined && view.pool.pending > 0 && (
				<p>
					<Value check="none">{grouped(view.pool.pending)}</Value> units of this account wait for a block.
				</p>
			)}
		</Panel>
	);
}

/** Returns the quota in words. */
export function quotaWords(view: AccountView): { left: string; full: string } | undefined {
	const { value } = view.state;
	if (value === undefined) return undefined;
	const { quota, hasFreeShare } = value;
	const left =
		view.pool === undefined ? '' : view.pool.paymentsLeft === 1n ? '1 payment left now' : `${grouped(view.pool.paymentsLeft)} payments left now`;
	const wait = quota.fullAt === undefined ? undefined : Number(quota.fullAt) - Date.now();
	const isUnused = quota.used.compute === 0n && quota.used.bytes === 0n && quota.used.state === 0n;
	if (isUnused) return { left, full: 'nothing is used' };
	if (wait === undefined) {
		return { left, full: hasFreeShare ? 'it does not regrow' : 'it regrows once the account holds a balance' };
	}
	return { left, full: `full again in ${span(wait / 1000)}` };
}

const RESOURCES: [keyof Amounts, string, (amount: bigint) => string][] = [
	['compute', 'Computing time', compute],
	['bytes', 'Bytes in blocks', bytes],
	['state', 'Bytes that stay', bytes],
];

function Quota({ view, hasUnits }: { view: AccountView; hasUnits: boolean }) {
	const { checked: check, value } = view.state;
	const words = quotaWords(view);
	if (value === undefined || words === undefined) return null;
	const { quota } = value;
	return (
		<Panel title="Quota" check={check} testid="quota">
			<p class="lead">
				{hasUnits && words.left !== '' && (
					<>
						<Value check="none">{words.left}</Value>,{' '}
					</>
				)}
				<Value check={check}>{words.full}</Value>. <span class="quiet">Nothing costs a fee: use is limited, and grows back.</span>
			</p>
			<div class="meters">
				{RESOURCES.map(([resource, name, show]) => {
					const [used, share] = [quota.used[resource], quota.share[resource]];
					const part = share === 0n ? (used > 0n ? 1 : 0) : Math.min(1, Number((used * 10_000n) / share) / 10_000);
					return (
						<div key={resource} class="meter">
							<span>{name}</span>
							<Value check={check}>
								{show(used)} of {show(share)} used ({percent(part)})
							</Value>
							<meter min={0} max={1} value={part} aria-label={`${name} used`} />
						</div>
					);
				})}
			</div>
			<Facts>
				<Fact name="Stake behind it" check={check}>
					<Amount of={quota.locked} />
				</Fact>
				<Fact name="Shares are worth" check={check}>
					{quota.lentPercent} % <span class="quiet">more while blocks have room</span>
				</Fact>
			</Facts>
		</Panel>
	);
}

/** The account's chain among the chains that it pays and is paid by, growing as blocks come. */
function LatticePanel({ id, address }: { id: string; address: string }) {
	const { blocks } = feedOf(id);
	const busy = blocks.flatMap(({ hash, transfers }) => ((transfers ?? 0) > 0 ? [hash] : [])).slice(-BUSY_BLOCKS);
	const { value, error } = useQuery(`${id} ${address}`, () => api.lattice(id, address, busy), busy[busy.length - 1]);
	if (error !== undefined && value === undefined) return <Problem words={error} />;
	if (value === undefined) return <Loading what="Reading the chains around this account" />;
	// That there is nothing is the node's word.
	const all = value.units.length > 0 && value.units.every(({ checked }) => checked !== 'none');
	return (
		<Panel title="Among other accounts" check={all ? 'certificate' : 'none'} testid="lattice">
			{value.units.length === 0 ? (
				<p class="quiet">This account has made no payment yet, and the newest blocks do not pay it.</p>
			) : (
				<>
					<LatticeDrawing view={value} ledger={id} />
					<p class="legend">
						<span>
							<i class="key key-disc" /> a unit
						</span>
						<span>
							<i class="key key-diamond" /> its credit
						</span>
						<span>
							<i class="key key-diamond key-second" /> a credit to this account
						</span>
						<span>numbers below are blocks</span>
					</p>
				</>
			)}
		</Panel>
	);
}

function Chain(props: { id: string; address: string; head: string | undefined; check: Check }) {
	const { id, address, head, check } = props;
	const [wanted, setWanted] = useState(FIRST);
	// The head that the shown chain leads to. A reader who has read on asks for newer units.
	const shown = useRef<string | undefined>(undefined);
	const [asked, setAsked] = useState(head);
	useEffect(() => {
		if (wanted === FIRST) setAsked(head);
	}, [head, wanted]);
	const ask = () => {
		const isAgain = shown.current !== asked;
		shown.current = asked;
		return api.accountUnits(id, address, wanted, isAgain);
	};
	const { value, error } = useQuery(`${id} ${address}`, ask, `${asked} ${wanted}`);
	if (error !== undefined && value === undefined) return <Problem words={error} />;
	if (value === undefined) return <Loading what="Reading the chain of units" />;
	const { units, isComplete } = value;
	const all = units.every(({ checked }) => checked !== 'none');
	const title = `Chain of units: ${grouped(units.length)}${isComplete ? '' : ' and more'}`;
	const newer = asked !== head && (
		<button type="button" onClick={() => setAsked(head)}>
			Show newer units
		</button>
	);
	return (
		<Panel title={title} check={all ? check : 'none'} aside={newer} testid="chain">
			{units.length === 0 ? (
				<p class="quiet">This account has sent no units.</p>
			) : (
				<>
					<p class="quiet">Each unit names the one before it by hash, up to the head that the state proves. Which block has a unit is this node's word: open the unit for its proof.</p>
					<VirtualList
						count={units.length}
						rowHeight={ROW}
						height={480}
						label="Units of this account, newest first"
						testid="chain-list"
						onEnd={() => !isComplete && setWanted(units.length + MORE)}
						row={(index) => <ChainRow id={id} link={units[index] as ChainLink} />}
					/>
				</>
			)}
		</Panel>
	);
}

function ChainRow({ id, link }: { id: string; link: ChainLink }) {
	const { unit, hash, checked, block } = link;
	return (
		<div class="row chain-row" data-checked={checked}>
			<Value check={checked}>{grouped(unit.body.height)}</Value>
			<UnitLink ledger={id} hash={hash} />
			<span class="wide">
				<Operations ledger={id} operations={unit.body.operations} />
			</span>
			<Value check="none">
				<BlockLink ledger={id} number={block.number} hash={block.hash} />
			</Value>
		</div>
	);
}
