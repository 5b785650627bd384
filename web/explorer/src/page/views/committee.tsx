// The committee of the next block: members, seats, primaries, and how the epoch goes.

import { useEffect, useMemo, useState } from 'preact/hooks';
import { grouped, milliseconds, percent, span, time } from '../format.js';
import { AccountLink, Fact, Facts, Figure, HashText, Loading, Panel, Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { Votes } from '../plots/votes.js';
import { api, feedOf, ledgerOf, now } from '../store.js';
import { LedgerFrame } from './frame.js';

/** Blocks whose certificates the plot of votes shows. */
const SHOWN = 60;

export function Committee({ id }: { id: string }) {
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const { blocks } = feedOf(id);
	const head = blocks[blocks.length - 1]?.number;
	const { value, error, isLoading } = useQuery(`${id} ${isUp}`, () => api.committee(id), head);
	const signers = useSigners(id);
	return (
		<LedgerFrame id={id} title="Committee" testid="committee">
			{() => {
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading || value === undefined) return <Loading what="Reading the committee" />;
				const { state, engine } = value;
				const { checked: check, value: found } = state;
				const { committee, quorum, primaries, activity, seats, pace } = found;
				const size = committee.members.length;
				const faulty = Math.floor((size - 1) / 3);
				return (
					<>
						<Panel title={`Epoch ${committee.epoch}`} check={check} testid="epoch">
							<div class="figures">
								<Figure name="Members" check={check} note={`${quorum} decide, ${faulty} may fail`}>
									{size}
								</Figure>
								<Figure name="Blocks of this epoch" check={check}>
									{grouped(Math.max(0, found.at.number + 1 - found.first))}
								</Figure>
								<Figure name="Turns lost" check={check} note="views that ended without a block">
									{activity === undefined ? '–' : grouped(activity.members.reduce((sum, { turnsLost }) => sum + turnsLost, 0))}
								</Figure>
								{pace !== undefined && (
									<Figure name="Least time between blocks" check={check} note={`${milliseconds(pace.idleInterval)} without work`}>
										{milliseconds(pace.blockInterval)}
									</Figure>
								)}
							</div>
							<Progress closesAt={found.closesAt} epochMs={found.epochMs} last={found.last} at={found.at.number} check={check} />
							{engine !== undefined && (
								<p>
									This node:{' '}
									<Value check="none">
										decides block {grouped(engine.height)} in view {engine.view}, primary is member {engine.primary ?? 'unknown'},{' '}
										{engine.member === null ? 'it is no member' : `it is member ${engine.member}`}
									</Value>
								</p>
							)}
						</Panel>
						<Panel title="Who signed the last blocks" testid="votes">
							<Votes blocks={blocks} members={size} signers={signers} />
							<p class="legend">
								<span>
									<i class="key key-author" /> proposed
								</span>
								<span>
									<i class="key" /> signed
								</span>
								<span>
									<i class="key key-bad" /> not in the certificate (a quorum is enough)
								</span>
							</p>
						</Panel>
						<Panel title="Members" check={check} testid="members">
							<div class="scroll">
								<table class="members">
									<thead>
										<tr>
											<th scope="col">Member</th>
											<th scope="col">Turn</th>
											{seats !== undefined && <th scope="col">Node</th>}
											<th scope="col">Vote key</th>
											<th scope="col" class="number">
												Weight
											</th>
											<th scope="col" class="number">
												Signed
											</th>
											<th scope="col" class="number">
												Proposed
											</th>
											<th scope="col" class="number">
												Turns lost
											</th>
											{seats !== undefined && (
												<th scope="col" class="number">
													Since epoch
												</th>
											)}
										</tr>
									</thead>
									<tbody>
										{committee.members.map((member, index) => {
											const own = activity?.members[index];
											const seat = seats?.[index];
											const turn = primaries.indexOf(index);
											return (
												<tr key={member.key} data-checked={check}>
													<td>{index}</td>
													<td>{turn === 0 ? <strong class="next">next primary</strong> : turn + 1}</td>
													{seats !== undefined && (
														<td>{seat?.node === undefined ? <span class="quiet">named by root</span> : <AccountLink ledger={id} address={seat.node} />}</td>
													)}
													<td>
														<HashText hash={member.key} />
													</td>
													<td class="number">{grouped(member.weight)}</td>
													<td class="number">
														{own === undefined || activity === undefined
															? '–'
															: `${grouped(own.signed)}${activity.certified === 0 ? '' : ` (${percent(own.signed / activity.certified)})`}`}
													</td>
													<td class="number">{own === undefined ? '–' : grouped(own.authored)}</td>
													<td class={`number ${own !== undefined && own.turnsLost > 0 ? 'late' : ''}`}>{own === undefined ? '–' : grouped(own.turnsLost)}</td>
													{seats !== undefined && <td class="number">{seat === undefined ? '–' : String(seat.since)}</td>}
												</tr>
											);
										})}
									</tbody>
								</table>
							</div>
						</Panel>
					</>
				);
			}}
		</LedgerFrame>
	);
}

function Progress(props: {
	closesAt: bigint | undefined;
	epochMs: bigint;
	last: number | undefined;
	at: number;
	check: 'proof' | 'certificate' | 'none';
}) {
	const { closesAt, epochMs, last, at, check } = props;
	if (last !== undefined) {
		return (
			<p>
				<Value check={check}>
					Tickets are closed: the epoch ends with block {grouped(last)}, in {grouped(Math.max(0, last - at))} blocks.
				</Value>
			</p>
		);
	}
	if (closesAt === undefined) return null;
	const left = Number(closesAt) - now.value;
	const part = Math.min(1, Math.max(0, 1 - left / Number(epochMs)));
	return (
		<Facts>
			<Fact name="Tickets close" check={check}>
				{left > 0 ? `in ${span(left / 1000)}` : 'with the next block'} <span class="quiet">({time(Number(closesAt))})</span>
				<meter min={0} max={1} value={part} aria-label="Part of the epoch that is over" />
			</Fact>
		</Facts>
	);
}

/** Reads the certificates that the feed does not have: those of blocks from before the page was opened. */
function useSigners(id: string): Record<string, number[]> {
	const { blocks } = feedOf(id);
	const [known, setKnown] = useState<Record<string, number[]>>({});
	const missing = useMemo(
		() => blocks.slice(-SHOWN).flatMap(({ hash, signers, number }) => (signers === undefined && known[hash] === undefined && number > 0 ? [hash] : [])),
		[blocks, known],
	);
	const [isBusy, setBusy] = useState(false);
	useEffect(() => {
		if (missing.length === 0 || isBusy) return;
		setBusy(true);
		void api.signers(id, missing).then((result) => {
			if (result.ok) setKnown((old) => ({ ...old, ...result.value }));
			// A node that lacks a certificate is not asked for it again at once.
			setTimeout(() => setBusy(false), 500);
		});
	}, [missing, isBusy, id]);
	return known;
}
