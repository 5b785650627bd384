// The owners of the main chain's seats, epoch by epoch.

import type { DrawState } from '@top/sdk';
import type { StakeView } from '../../shared/model.js';
import { counted, grouped, percent } from '../format.js';
import { AccountLink, Panel } from '../parts/basics.js';

/** Newest epochs and nodes that are shown. */
const [MOST_EPOCHS, MOST_NODES] = [12, 32];

/** Returns how many seats each node had, by epoch. Seats that root named have no node. */
function seatsOf(draws: DrawState[]): { node: string | undefined; counts: number[]; total: number }[] {
	const rows = new Map<string | undefined, number[]>();
	draws.forEach(({ seats }, at) => {
		for (const { node } of seats) {
			const counts = rows.get(node) ?? draws.map(() => 0);
			counts[at] = (counts[at] ?? 0) + 1;
			rows.set(node, counts);
		}
	});
	return [...rows]
		.map(([node, counts]) => ({ node, counts, total: counts.reduce((sum, count) => sum + count, 0) }))
		.sort((one, other) => other.total - one.total)
		.slice(0, MOST_NODES);
}

/** Seats per epoch: a row a node, a column an epoch. */
export function Draws({ id, stake }: { id: string; stake: StakeView }) {
	const { checked: check, value } = stake.draws;
	const draws = value.slice(-MOST_EPOCHS);
	const rows = seatsOf(draws);
	return (
		<Panel title="Seats by epoch" check={check} testid="draws">
			{rows.length === 0 ? (
				<p class="quiet">No committee was drawn yet: the genesis named the first one.</p>
			) : (
				<>
					<p class="quiet" data-checked={check}>
						Among the nodes with the most stake a verifiable draw deals the seats. Each seat is one vote; the last column is the part of all
						seats in these {counted(draws.length, 'epoch')}.
					</p>
					<div class="scroll" tabIndex={0} role="region" aria-label="Seats by epoch">
						<table class="draws">
							<thead>
								<tr>
									<th scope="col">Node</th>
									{draws.map(({ epoch }) => (
										<th key={String(epoch)} scope="col" class="number">
											{epoch === stake.epoch ? <strong class="next">epoch {grouped(epoch)}</strong> : `epoch ${grouped(epoch)}`}
										</th>
									))}
									<th scope="col" class="number">
										Part
									</th>
								</tr>
							</thead>
							<tbody>
								{rows.map(({ node, counts, total }) => (
									<tr key={node ?? ''} data-checked={check}>
										<td>{node === undefined ? <span class="quiet">named by genesis or root</span> : <AccountLink ledger={id} address={node} />}</td>
										{counts.map((count, at) => (
											<td key={at} class="number">
												{count === 0 ? <span class="quiet">·</span> : count}
											</td>
										))}
										<td class="number">{percent(total / draws.reduce((sum, { seats }) => sum + seats.length, 0))}</td>
									</tr>
								))}
							</tbody>
						</table>
					</div>
				</>
			)}
		</Panel>
	);
}
