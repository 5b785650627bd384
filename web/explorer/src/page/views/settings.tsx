// Which nodes the page asks, and which committees it trusts.

import type { CommitteeReport } from '@top/sdk';
import { useState } from 'preact/hooks';
import type { LedgerConfig } from '../../shared/model.js';
import { HashText, Panel } from '../parts/basics.js';
import { CHECK_WORDS, CheckMark } from '../parts/checks.js';
import { api, configs, ledgers } from '../store.js';
import { keepOwnLedgers, ownLedgers } from '../storage.js';
import { ConnectionProblem, kindBeside, Status } from './status.js';

const ADDRESS = /^wss?:\/\/\S+$/;

export function Settings() {
	const own = ownLedgers();
	const remove = (id: string) => {
		keepOwnLedgers(own.filter((ledger) => ledger.id !== id));
		configs.value = configs.value.filter((ledger) => ledger.id !== id);
		void api.close(id);
	};
	return (
		<div data-testid="settings">
			<h1>Connections</h1>
			<p class="lead">
				The page asks nodes by their RPC, and checks what they answer by the signatures of a committee that it trusts. Without such a
				committee everything is shown as unchecked.
			</p>
			<Panel title="What the marks mean">
				<ul class="plain marks">
					{(['proof', 'certificate', 'none'] as const).map((check) => (
						<li key={check}>
							<CheckMark check={check} />
							<span>{CHECK_WORDS[check].long}</span>
						</li>
					))}
				</ul>
			</Panel>
			{ledgers.value.map((ledger) => (
				<Panel
					key={ledger.id}
					title={
						<>
							{ledger.name} <span class="quiet">{kindBeside(ledger)}</span>
						</>
					}
					aside={<Status ledger={ledger} />}
				>
					<ConnectionProblem ledger={ledger} />
					<dl class="facts">
						<div>
							<dt>Node</dt>
							<dd class="mono">{ledger.connection.endpoint}</dd>
						</div>
						<div>
							<dt>Genesis</dt>
							<dd>{ledger.genesis === undefined ? '–' : <HashText hash={ledger.genesis} whole what="the genesis hash" />}</dd>
						</div>
						<div>
							<dt>Trusted committee</dt>
							<dd>{ledger.isAnchored ? (ledger.anchorSource ?? 'given in the configuration') : 'none: everything is unchecked'}</dd>
						</div>
						<div>
							<dt>Elsewhere</dt>
							<dd>
								<a href={`https://polkadot.js.org/apps/?rpc=${encodeURIComponent(ledger.connection.endpoint)}#/explorer`} rel="noreferrer">
									Open this node in Polkadot.js Apps
								</a>
							</dd>
						</div>
					</dl>
					{own.some(({ id }) => id === ledger.id) && (
						<button type="button" onClick={() => remove(ledger.id)}>
							Remove this connection
						</button>
					)}
				</Panel>
			))}
			<Add />
		</div>
	);
}

function Add() {
	const [name, setName] = useState('');
	const [endpoint, setEndpoint] = useState('');
	const [anchor, setAnchor] = useState('');
	const [problem, setProblem] = useState('');
	const submit = (event: Event) => {
		event.preventDefault();
		if (!ADDRESS.test(endpoint.trim())) return setProblem('The address of a node begins with ws:// or wss://.');
		let report: CommitteeReport | undefined;
		if (anchor.trim() !== '') {
			try {
				report = JSON.parse(anchor) as CommitteeReport;
				if (!Array.isArray(report.members) || typeof report.domain !== 'string') throw new Error('it has no members or no domain');
			} catch (error) {
				return setProblem(`This is no committee: ${error instanceof Error ? error.message : String(error)}`);
			}
		}
		setProblem('');
		const id = `own-${Date.now().toString(36)}`;
		const source = 'given by you';
		const ledger: LedgerConfig = {
			id,
			name: name.trim() || endpoint.trim(),
			endpoints: [endpoint.trim()],
			...(report === undefined ? {} : { anchor: report, anchorSource: source }),
		};
		keepOwnLedgers([...ownLedgers(), ledger]);
		configs.value = [...configs.value, ledger];
		void api.open(ledger);
		setName('');
		setEndpoint('');
		setAnchor('');
	};
	return (
		<Panel title="Add a node">
			<form onSubmit={submit} class="form">
				<label for="node-name">Name</label>
				<input id="node-name" value={name} onInput={(event) => setName(event.currentTarget.value)} placeholder="My shard" />
				<label for="node-address">Address</label>
				<input
					id="node-address"
					required
					class="mono"
					value={endpoint}
					onInput={(event) => setEndpoint(event.currentTarget.value)}
					placeholder="ws://127.0.0.1:9944"
				/>
				<label for="node-anchor">
					Trusted committee <span class="quiet">(the answer of pbft_committee of a node that you trust; optional)</span>
				</label>
				<textarea id="node-anchor" rows={4} class="mono" value={anchor} onInput={(event) => setAnchor(event.currentTarget.value)} />
				{problem !== '' && (
					<p role="alert" class="late">
						{problem}
					</p>
				)}
				<button type="submit" class="main">
					Add
				</button>
			</form>
		</Panel>
	);
}
