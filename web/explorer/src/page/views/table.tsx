// A table of a ledger: 1/256 of a zone's accounts, whose units make a chain of table blocks.

import { counted, grouped } from '../format.js';
import { BlockLink, Empty, Figure, HashText, Loading, Panel, Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { linkTo } from '../router.js';
import { api, feedOf, ledgerOf } from '../store.js';
import { LedgerFrame } from './frame.js';

/** Newest blocks that are asked for what they did to the table. */
const SHOWN = 40;
const MOST = 255;

export function TablePage({ id, item }: { id: string; item: string }) {
	const table = /^\d{1,3}$/.test(item) && Number(item) <= MOST ? Number(item) : undefined;
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const { blocks } = feedOf(id);
	const head = blocks[blocks.length - 1]?.number;
	const newest = () => blocks.slice(-SHOWN).map(({ number, hash }) => ({ number, hash }));
	const { value, error, isLoading } = useQuery(`${id} ${item} ${isUp}`, () => api.table(id, table ?? 0, newest()), head);
	return (
		<LedgerFrame id={id} title={table === undefined ? 'Table' : <span data-own>Table {table}</span>} testid="table">
			{({ hasUnits, tables, name }) => {
				if (table === undefined) return <Empty title="There is no such table">Tables have the numbers 0 to {MOST}.</Empty>;
				if (head !== undefined && !hasUnits) {
					return <Empty title="This ledger has no tables">Tables are chains of units, and {name} takes transactions alone.</Empty>;
				}
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading || value === undefined) return <Loading what="Reading the table" />;
				const { at, height, hash } = value.head.value;
				const check = value.head.checked;
				const isElsewhere = tables !== undefined && (table < tables.first || table > tables.last);
				const busy = value.blocks.filter(({ done }) => done !== undefined).reverse();
				return (
					<>
						<Panel title="Newest table block" check={check} aside={<span class="quiet">after block {grouped(at.number)}</span>} testid="table-head">
							<div class="figures">
								<Figure name="Table blocks" check={check} note="blocks with units or credits of this table">
									{grouped(height)}
								</Figure>
							</div>
							{height > 0 && (
								<p>
									<Value check={check}>
										<HashText hash={hash} whole what="the hash of the newest table block" />
									</Value>
								</p>
							)}
							<p class="quiet">
								An account is in the table that the first byte of its hash names. The units of one table in one block are a table block, and
								each names the one before it.
							</p>
							{isElsewhere && (
								<p>
									<Value check="none">Another shard has this table.</Value>
								</p>
							)}
							<nav class="steps" aria-label="Neighbours" data-own>
								{table > 0 ? <a href={linkTo({ view: 'table', ledger: id, item: String(table - 1) })}>← Table {table - 1}</a> : <span />}
								{table < MOST && <a href={linkTo({ view: 'table', ledger: id, item: String(table + 1) })}>Table {table + 1} →</a>}
							</nav>
						</Panel>
						<Panel title={`In the newest ${counted(value.blocks.length, 'block')}`} check={check} testid="table-blocks">
							{busy.length === 0 ? (
								<p class="quiet">No unit and no credit of this table in them.</p>
							) : (
								<div class="scroll" tabIndex={0} role="region" aria-label="Blocks with units of this table">
									<table>
										<thead>
											<tr>
												<th scope="col">Block</th>
												<th scope="col" class="number">
													Units
												</th>
												<th scope="col">Root of the units</th>
												<th scope="col" class="number">
													Credits
												</th>
												<th scope="col">Root of the credits</th>
											</tr>
										</thead>
										<tbody>
											{busy.map(({ number, hash: block, done, checked }) => (
												<tr key={block} data-checked={checked}>
													<td>
														<BlockLink ledger={id} number={number} hash={block} />
													</td>
													<td class="number">{grouped(done?.units ?? 0)}</td>
													<td>{done !== undefined && done.units > 0 && <HashText hash={done.unitsRoot} />}</td>
													<td class="number">{grouped(done?.credits ?? 0)}</td>
													<td>{done !== undefined && done.credits > 0 && <HashText hash={done.creditsRoot} />}</td>
												</tr>
											))}
										</tbody>
									</table>
								</div>
							)}
							{value.missing > 0 && <p class="quiet" data-own>This node does not have the state of {counted(value.missing, 'block')} of them.</p>}
						</Panel>
					</>
				);
			}}
		</LedgerFrame>
	);
}
