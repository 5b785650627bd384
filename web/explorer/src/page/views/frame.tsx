// What every view of one ledger has: its name, whether it is there, and its other views.

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { LedgerView } from '../../shared/model.js';
import { Empty, Loading } from '../parts/basics.js';
import { linkTo, route } from '../router.js';
import { current, ledgerOf, ledgers } from '../store.js';
import { LedgerSwitch } from './network.js';
import { ConnectionProblem, kindBeside, Status } from './status.js';

export function LedgerFrame(props: {
	id: string;
	title: ComponentChildren;
	testid: string;
	children: (ledger: LedgerView) => ComponentChildren;
}) {
	const { id, title, testid, children } = props;
	useEffect(() => {
		current.value = id;
	}, [id]);
	const ledger = ledgerOf(id);
	if (ledger === undefined) {
		return ledgers.value.length === 0 ? (
			<Loading what="Reading the configuration" />
		) : (
			<Empty title={`There is no ledger “${id}”`}>
				The address names a ledger that is not configured. <a href="#/">Go to the overview</a>.
			</Empty>
		);
	}
	const views = [
		['blocks', 'Blocks'],
		['committee', 'Committee'],
		...(ledger.zone === undefined ? [] : [['messages', 'Messages']]),
		...(ledger.tag?.type === 'Main' ? [['nodes', 'Nodes and stake']] : []),
	] as ['blocks' | 'committee' | 'messages' | 'nodes', string][];
	return (
		<div data-testid={testid}>
			<div class="crumbs" data-own>
				{ledgers.value.length > 1 ? (
					<LedgerSwitch ledger={ledger} />
				) : (
					<span>
						<strong>{ledger.name}</strong> <span class="quiet">{kindBeside(ledger)}</span>
					</span>
				)}
				<Status ledger={ledger} />
				<nav aria-label={`Views of ${ledger.name}`}>
					{views.map(([view, name]) => (
						<a key={view} href={linkTo({ view, ledger: id })} aria-current={route.value.view === view ? 'page' : undefined}>
							{name}
						</a>
					))}
				</nav>
			</div>
			<h1>{title}</h1>
			<ConnectionProblem ledger={ledger} />
			{children(ledger)}
		</div>
	);
}
