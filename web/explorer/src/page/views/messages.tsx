// Messages between ledgers: the lanes in which they wait, and how far those of the newest blocks have come.

import type { MessageReport } from '@top/sdk';
import { counted, grouped } from '../format.js';
import { AccountLink, Amount, BlockLink, Empty, Loading, Panel, Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { idOf } from '../../shared/zones.js';
import { api, feedOf, ledgerOf, ledgers } from '../store.js';
import { LedgerFrame } from './frame.js';

/** Newest blocks whose messages are shown. */
const SHOWN = 60;

export function Messages({ id }: { id: string }) {
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const { blocks } = feedOf(id);
	const head = blocks[blocks.length - 1]?.number;
	const newest = () => blocks.slice(-SHOWN).map(({ hash }) => hash);
	const { value, error, isLoading } = useQuery(`${id} ${isUp}`, () => api.messages(id, newest()), head);
	return (
		<LedgerFrame id={id} title="Messages" testid="messages">
			{() => {
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading || value === undefined) return <Loading what="Reading the lanes" />;
				const { lanes, messages } = value;
				const outbound = [...lanes.outbound].sort((one, other) => Number(other.inFlight - one.inFlight));
				return (
					<>
						<p class="lead">
							A payment to another ledger leaves by a lane, is sealed with the zone’s next block, and is credited where the lane ends. What
							nodes say about it is unchecked: the receipt of a payment proves it.
						</p>
						<Panel title="Sent in the newest blocks" check="none" testid="messages-sent">
							{messages.length === 0 ? (
								<Empty title="No message in the newest blocks">Pay an account of another ledger in the wallet to see one.</Empty>
							) : (
								<div class="scroll" tabIndex={0} role="region" aria-label="Messages of the newest blocks">
									<table>
										<thead>
											<tr>
												<th scope="col">Stage</th>
												<th scope="col">From</th>
												<th scope="col">To</th>
												<th scope="col" class="number">
													Value
												</th>
												<th scope="col">Left in block</th>
												<th scope="col">Taken by</th>
											</tr>
										</thead>
										<tbody>
											{messages.map((message) => (
												<MessageRow key={message.id} id={id} message={message} />
											))}
										</tbody>
									</table>
								</div>
							)}
						</Panel>
						<div class="two">
							<Panel title="Lanes out" check="none" testid="lanes-out">
								<p>
									On their way:{' '}
									<Value check="none">
										{counted(
											outbound.reduce((sum, { inFlight }) => sum + inFlight, 0n),
											'message',
										)}{' '}
										with <Amount of={lanes.inLanes} />
									</Value>
								</p>
								<LaneTable
									name="Lanes out"
									columns={['Leads to', 'Kind', 'Sent', 'On their way']}
									rows={outbound.map(({ lane, sent, inFlight }) => [lane.destination, lane.kind, grouped(sent), grouped(inFlight)])}
								/>
							</Panel>
							<Panel title="Lanes in" check="none" testid="lanes-in">
								<LaneTable
									name="Lanes in"
									columns={['Comes from', 'Leads to', 'Kind', 'Taken']}
									rows={lanes.inbound.map(({ lane, taken }) => [lane.source, lane.destination, lane.kind, grouped(taken)])}
								/>
							</Panel>
						</div>
					</>
				);
			}}
		</LedgerFrame>
	);
}

const TONES: Record<string, string> = { returned: 'tag-warn', credited: 'tag-good', confirmed: 'tag-good' };

function MessageRow({ id, message }: { id: string; message: MessageReport }) {
	const { stage, initiator, to, value, lane, final, taken } = message;
	const other = taken && ledgers.value.find(({ id: each }) => each === idOf(taken.chain, []));
	return (
		<tr data-checked="none" data-testid="message-row">
			<td>
				<span class={`tag ${TONES[stage] ?? ''}`}>{stage}</span>
			</td>
			<td>
				<AccountLink ledger={id} address={initiator} />
			</td>
			<td>{to === null ? lane.destination : <AccountLink ledger={other?.id ?? id} address={to} />}</td>
			<td class="number">
				<Amount of={value} />
			</td>
			<td>{final === undefined ? '–' : <BlockLink ledger={id} number={final.number} hash={final.hash} />}</td>
			<td>
				{taken === undefined ? (
					'–'
				) : (
					<>
						{taken.chain} {other !== undefined && <BlockLink ledger={other.id} number={taken.number} hash={taken.hash} />}
					</>
				)}
			</td>
		</tr>
	);
}

function LaneTable({ name, columns, rows }: { name: string; columns: string[]; rows: string[][] }) {
	if (rows.length === 0) return <p class="quiet">None is open.</p>;
	const isNumber = (column: number) => column >= columns.length - (name === 'Lanes out' ? 2 : 1);
	return (
		<div class="scroll lanes" tabIndex={0} role="region" aria-label={name}>
			<table>
				<thead>
					<tr>
						{columns.map((column, at) => (
							<th key={column} scope="col" class={isNumber(at) ? 'number' : ''}>
								{column}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((row) => (
						<tr key={row.join()} data-checked="none">
							{row.map((cell, at) => (
								<td key={at} class={isNumber(at) ? 'number' : ''}>
									{cell}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
