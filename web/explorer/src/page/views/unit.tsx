// One unit: what it does, and how far it has come.

import type { MessageReport, UnitStatus } from '@top/sdk';
import { AccountLink, Amount, BlockLink, Empty, Fact, Facts, HashText, Loading, Panel, Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { grouped } from '../format.js';
import { chainOf } from '../../shared/zones.js';
import { api, feedOf, ledgerOf, ledgers } from '../store.js';
import { LedgerFrame } from './frame.js';
import { Operations } from './operations.js';
import { saveReceipt } from './receipt-file.js';

const STEPS: Partial<Record<UnitStatus, string>> = {
	future: 'waits for units of the account before it',
	ready: 'waits for the next block',
	final: 'final',
	invalid: 'refused by the ledger',
	dropped: 'not kept by this node; others may have it',
	usurped: 'another unit took its height',
	unknown: 'this node cannot tell at present',
};
const WAITING: UnitStatus[] = ['future', 'ready', 'inBlock', 'unknown'];

/** Stages of a message, in order. */
const LINE = ['final', 'sealed', 'credited'] as const;

/** A message to another ledger, with its stages as the node says. */
function Message({ message }: { message: MessageReport }) {
	const { stage, to, value, lane, taken } = message;
	const place = taken && ledgers.value.find(({ tag }) => chainOf(tag) === taken.chain);
	const reached = stage === 'returned' ? 1 : stage === 'confirmed' ? 2 : LINE.indexOf(stage);
	return (
		<div data-testid="message" data-stage={stage}>
			<p>
				<Value check="none">
					<Amount of={value} /> to {to === null ? lane.destination : <AccountLink ledger={place?.id ?? ''} address={to} />}
					{taken !== undefined && `, ${stage === 'returned' ? 'refused' : 'taken'} by ${taken.chain} in block ${grouped(taken.number)}`}
				</Value>
			</p>
			<ol class="stages stages-line" aria-label="Stages of the message">
				{LINE.map((name, at) => (
					<li key={name} class={at <= reached ? 'done' : at > reached + 1 ? '' : stage === 'returned' ? 'broken' : 'now'}>
						{at <= reached ? <Value check="none">{name}</Value> : name === 'credited' && stage === 'returned' ? 'returned to the sender' : name}
					</li>
				))}
			</ol>
		</div>
	);
}

export function UnitPage({ id, hash }: { id: string; hash: string }) {
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const head = feedOf(id).blocks.slice(-1)[0]?.number;
	const asked = useQuery(`${id} ${hash} ${isUp}`, () => api.unit(id, hash), head);
	const { value, error, isLoading } = asked;
	return (
		<LedgerFrame id={id} title="Unit" testid="unit">
			{() => {
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading && isUp) return <Loading what="Looking for the unit" />;
				if (value === undefined) {
					return (
						<Empty title="This node knows no such unit">
							It may not have been sent yet, or this node keeps newer blocks only. Ask another node before you pay again.
						</Empty>
					);
				}
				const { unit, status, reason, proven, receipt, unproven } = value;
				const { body } = unit;
				const isWaiting = WAITING.includes(status);
				const check = proven?.checked ?? 'none';
				return (
					<>
						<Panel title="Status" check={check} testid="unit-status">
							<ol class="stages" aria-label="Stages of the payment">
								<li class="done">signed</li>
								<li class={isWaiting ? 'now' : 'done'}>{isWaiting ? (STEPS[status] ?? status) : 'accepted'}</li>
								<li class={status === 'final' ? 'done' : isWaiting ? '' : 'broken'}>
									<Value check={check}>{isWaiting ? 'final' : (STEPS[status] ?? status)}</Value>
								</li>
							</ol>
							{proven !== undefined && (
								<p>
									In block{' '}
									<Value check={proven.checked}>
										<BlockLink ledger={id} number={proven.value.number} hash={proven.value.hash} />
									</Value>
									. It cannot be undone.
								</p>
							)}
							{reason !== undefined && (
								<p>
									<Value check="none">{reason.message}</Value>
									{reason.retryAt !== undefined && <> Accepted from {reason.retryAt.toLocaleString()} on.</>}
								</p>
							)}
							{unproven !== undefined && <Problem words={unproven} />}
							{receipt !== undefined && (
								<button type="button" onClick={() => saveReceipt(hash, receipt)}>
									Save the receipt
								</button>
							)}
						</Panel>
						{value.messages.length > 0 && (
							<Panel title="Beyond this shard" check="none" testid="unit-messages">
								{value.messages.map((message) => (
									<Message key={message.id} message={message} />
								))}
							</Panel>
						)}
						<Panel title="Contents" check={check} testid="unit-contents">
							<Facts>
								<Fact name="Hash" check={check}>
									<HashText hash={value.hash} whole what="the unit's hash" />
								</Fact>
								<Fact name="From" check={check}>
									<AccountLink ledger={id} address={body.account} />
								</Fact>
								<Fact name="Does" check={check}>
									<Operations ledger={id} operations={body.operations} />
								</Fact>
								<Fact name="Height in its chain" check={check}>
									{grouped(body.height)}
								</Fact>
								<Fact name="Parent" check={check}>
									<HashText hash={body.parent} whole what="the parent's hash" />
								</Fact>
								<Fact name="Valid until" check={check}>
									{body.validUntil === 0 ? 'no limit' : `block ${grouped(body.validUntil)}`}
								</Fact>
							</Facts>
							<p class="quiet">The contents are those of this hash: checked by hashing them. Whether the unit applied is another question: see its status.</p>
						</Panel>
					</>
				);
			}}
		</LedgerFrame>
	);
}
