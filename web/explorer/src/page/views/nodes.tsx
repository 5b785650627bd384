// Nodes of the main chain, the votes for them, and what an operator and a holder do.

import type { NodeState } from '@top/sdk';
import { useState } from 'preact/hooks';
import type { LedgerView, StakeView } from '../../shared/model.js';
import { grouped, parseTop, percent, span, top } from '../format.js';
import { AccountLink, Amount, Empty, Fact, Facts, Loading, Panel, Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { linkTo } from '../router.js';
import { chosenAccount, type WalletAccount } from '../signers.js';
import { api, feedOf, ledgerOf, now } from '../store.js';
import { Draws } from './draws.js';
import { LedgerFrame } from './frame.js';
import { Steps, useSending } from './sending.js';

const ROLES = ['edge', 'router', 'validator', 'archive'] as const;
const DIVIDEND = 1_000_000_000;
const LEAST_DAYS = 30;
const MOST_DAYS = 600;

const rolesOf = (bits: number) => ROLES.filter((_, at) => bits & (1 << at));

export function Nodes({ id }: { id: string }) {
	const isUp = ledgerOf(id)?.connection.type === 'live';
	const head = feedOf(id).blocks.slice(-1)[0]?.number;
	const { value, error, isLoading } = useQuery(`${id} ${isUp}`, () => api.stake(id), head);
	return (
		<LedgerFrame id={id} title="Nodes and stake" testid="nodes">
			{(ledger) => {
				if (error !== undefined && value === undefined) return <Problem words={error} />;
				if (isLoading || value === undefined) return <Loading what="Reading the nodes" />;
				return (
					<>
						<NodeTable id={id} stake={value} />
						<Draws id={id} stake={value} />
						<Holder ledger={ledger} stake={value} />
					</>
				);
			}}
		</LedgerFrame>
	);
}

function NodeTable({ id, stake }: { id: string; stake: StakeView }) {
	const { checked: check, value: nodes } = stake.nodes;
	const parameters = stake.parameters.value;
	const lanes = new Map(stake.power.value.map(({ node, lanes }) => [node, lanes]));
	const weigh = ({ record, pool }: NodeState) => record.deposit + (pool?.tokens ?? 0n);
	const sorted = [...nodes].sort((one, other) => (weigh(one) < weigh(other) ? 1 : -1));
	return (
		<Panel title={nodes.length === 1 ? '1 node' : `${grouped(nodes.length)} nodes`} check={check} testid="node-table">
			{nodes.length === 0 ? (
				<Empty title="No node is registered">
					The members of the committee were named by the genesis. A node registers with a deposit
					{parameters === undefined ? '' : ` of at least ${top(parameters.leastDeposits.validator)} TOP as validator`}.
				</Empty>
			) : (
				<div class="scroll" tabIndex={0} role="region" aria-label="Registered nodes">
					<table>
						<thead>
							<tr>
								<th scope="col">Node</th>
								<th scope="col">Roles</th>
								<th scope="col" class="number">
									Deposit
								</th>
								<th scope="col" class="number">
									Votes
								</th>
								<th scope="col" class="number">
									Reputation
								</th>
								<th scope="col" class="number">
									Proved lanes
								</th>
								<th scope="col" class="number">
									Voters get
								</th>
								<th scope="col">State</th>
							</tr>
						</thead>
						<tbody>
							{sorted.map(({ controller, record, pool }) => (
								<tr key={controller} data-checked={check}>
									<td>
										<AccountLink ledger={id} address={controller} />
									</td>
									<td>{rolesOf(record.roles).join(', ')}</td>
									<td class="number">{top(record.deposit)}</td>
									<td class="number">{top(pool?.tokens ?? 0n)}</td>
									<td class="number">{percent(record.reputation / 10_000)}</td>
									<td class="number">{grouped(lanes.get(controller) ?? 0)}</td>
									<td class="number">{percent(record.dividend / DIVIDEND)}</td>
									<td>{stateOf(record, stake, controller)}</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
			{parameters !== undefined && (
				<Facts>
					<Fact name="Least deposits" check={stake.parameters.checked}>
						edge {top(parameters.leastDeposits.edge)}, router {top(parameters.leastDeposits.router)}, validator{' '}
						{top(parameters.leastDeposits.validator)}, archive {top(parameters.leastDeposits.archive)} TOP
					</Fact>
					<Fact name="Least vote" check={stake.parameters.checked}>
						<Amount of={parameters.leastVote} />
					</Fact>
				</Facts>
			)}
		</Panel>
	);
}

function stateOf(record: NodeState['record'], { seats, epoch }: StakeView, controller: string): string {
	if (seats.includes(controller)) return 'has a seat';
	if (record.leaving !== undefined) return 'is leaving';
	if (record.staysAwayUntil !== undefined && record.staysAwayUntil > epoch) return `stays away until epoch ${record.staysAwayUntil}`;
	if (record.keysCountFrom > epoch) return `stands from epoch ${record.keysCountFrom} on`;
	return 'stands for draws';
}

function Holder({ ledger, stake }: { ledger: LedgerView; stake: StakeView }) {
	const account = chosenAccount.value;
	if (account === undefined) {
		return (
			<Panel title="Vote, claim, register">
				<p>
					<a href={linkTo({ view: 'wallet' })}>Connect an account in the wallet</a> to vote for a node, to claim rewards, or to register a
					node.
				</p>
			</Panel>
		);
	}
	return (
		<>
			{account.source === 'development' && (
				<p class="banner" role="note">
					In use: {account.name}, a development key. Its secret is public.
				</p>
			)}
			<div class="two">
				<div>
					<VoteForm ledger={ledger} stake={stake} />
					<Votes ledger={ledger} account={account} stake={stake} />
				</div>
				<OwnNode ledger={ledger} stake={stake} account={account} />
			</div>
		</>
	);
}

function VoteForm({ ledger, stake }: { ledger: LedgerView; stake: StakeView }) {
	const nodes = stake.nodes.value;
	const [node, setNode] = useState('');
	const [amount, setAmount] = useState('');
	const [days, setDays] = useState('30');
	const [problem, setProblem] = useState('');
	const sending = useSending();
	const wanted = node === '' ? (nodes[0]?.controller ?? '') : node;
	const submit = (event: Event) => {
		event.preventDefault();
		const value = parseTop(amount);
		const span = Number(days);
		if (value === undefined || value === 0n) return setProblem('Give an amount above zero, such as 1000.');
		if (!Number.isInteger(span) || span < LEAST_DAYS || span > MOST_DAYS) return setProblem(`Give ${LEAST_DAYS} to ${MOST_DAYS} whole days.`);
		setProblem('');
		sending.start(ledger.id, { type: 'vote', node: wanted, amount: value, days: span });
	};
	return (
		<Panel title="Vote for a node" testid="vote">
			{nodes.length === 0 ? (
				<p class="quiet">There is no node to vote for yet.</p>
			) : (
				<form class="form" onSubmit={submit}>
					<label for="vote-node">Node</label>
					<select id="vote-node" value={wanted} onChange={(event) => setNode(event.currentTarget.value)}>
						{nodes.map(({ controller }) => (
							<option key={controller} value={controller}>
								{controller}
							</option>
						))}
					</select>
					<label for="vote-amount">Amount in TOP</label>
					<input id="vote-amount" required inputMode="decimal" value={amount} onInput={(event) => setAmount(event.currentTarget.value)} />
					<label for="vote-days">Locked for days</label>
					<input id="vote-days" required inputMode="numeric" value={days} onInput={(event) => setDays(event.currentTarget.value)} />
					{problem !== '' && (
						<p role="alert" class="late">
							{problem}
						</p>
					)}
					<button type="submit" class="main" disabled={sending.isBusy} data-testid="vote-send">
						Lock and vote
					</button>
				</form>
			)}
			<Steps steps={sending.steps} ledger={ledger} />
		</Panel>
	);
}

function Votes({ ledger, account, stake }: { ledger: LedgerView; account: WalletAccount; stake: StakeView }) {
	const head = feedOf(ledger.id).blocks.slice(-1)[0]?.number;
	const { value, error } = useQuery(`${ledger.id} ${account.address}`, () => api.holder(ledger.id, account.address), head);
	const sending = useSending();
	if (error !== undefined && value === undefined) return <Problem words={error} />;
	if (value === undefined) return <Loading what="Reading the votes" />;
	const { votes, claimable } = value;
	const pools = new Map(stake.nodes.value.map(({ controller, pool }) => [controller, pool]));
	const nodes = [...new Set(votes.value.map(({ record }) => record.node))].slice(0, 64);
	return (
		<Panel title="Your votes and rewards" check={votes.checked} testid="votes-own">
			{votes.value.length === 0 ? (
				<p class="quiet">{account.name} has no votes.</p>
			) : (
				<ul class="plain">
					{votes.value.map(({ id, record }) => {
						const pool = pools.get(record.node);
						const worth = pool === undefined || pool.shares === 0n ? 0n : (record.shares * pool.tokens) / pool.shares;
						const left = Number(record.unlocksAt) - now.value;
						return (
							<li key={String(id)} class="vote-line" data-checked={votes.checked}>
								<span>
									<Amount of={worth} /> for <AccountLink ledger={ledger.id} address={record.node} />
								</span>
								<span class="quiet">{left > 0 ? `unlocks in ${span(left / 1000)}` : 'unlocked'}</span>
								<button type="button" disabled={left > 0 || sending.isBusy} onClick={() => sending.start(ledger.id, { type: 'unvote', vote: id })}>
									Take back
								</button>
							</li>
						);
					})}
				</ul>
			)}
			<p>
				Rewards to claim:{' '}
				<Value check={claimable.checked}>
					<Amount of={claimable.value} />
				</Value>{' '}
				<button type="button" disabled={sending.isBusy} data-testid="claim" onClick={() => sending.start(ledger.id, { type: 'claim', nodes })}>
					Claim
				</button>
			</p>
			<Steps steps={sending.steps} ledger={ledger} />
		</Panel>
	);
}

function OwnNode({ ledger, stake, account }: { ledger: LedgerView; stake: StakeView; account: WalletAccount }) {
	const own = stake.nodes.value.find(({ controller }) => controller === account.address);
	const sending = useSending();
	if (own === undefined) return <Register ledger={ledger} stake={stake} account={account} />;
	const { record } = own;
	return (
		<Panel title="Your node" check={stake.nodes.checked} testid="own-node">
			<Facts>
				<Fact name="Roles" check={stake.nodes.checked}>
					{rolesOf(record.roles).join(', ')}
				</Fact>
				<Fact name="Deposit" check={stake.nodes.checked}>
					<Amount of={record.deposit} />
				</Fact>
				<Fact name="State" check={stake.nodes.checked}>
					{stateOf(record, stake, own.controller)}
				</Fact>
			</Facts>
			<div class="buttons">
				<button
					type="button"
					disabled={sending.isBusy || record.leaving !== undefined}
					onClick={() => sending.start(ledger.id, { type: 'leave' })}
				>
					Leave
				</button>
				<button
					type="button"
					disabled={sending.isBusy || record.leaving === undefined}
					onClick={() => sending.start(ledger.id, { type: 'withdrawDeposit' })}
				>
					Withdraw the deposit
				</button>
			</div>
			<Steps steps={sending.steps} ledger={ledger} />
		</Panel>
	);
}

function Register({ ledger, stake, account }: { ledger: LedgerView; stake: StakeView; account: WalletAccount }) {
	const parameters = stake.parameters.value;
	const [roles, setRoles] = useState(1 << 2);
	const [keys, setKeys] = useState('');
	const [proof, setProof] = useState('');
	const [networkId, setNetworkId] = useState('');
	const [deposit, setDeposit] = useState('');
	const [dividend, setDividend] = useState('10');
	const [problem, setProblem] = useState('');
	const sending = useSending();
	const least = parameters === undefined ? 0n : ROLES.reduce((sum, role, at) => (roles & (1 << at) ? sum + parameters.leastDeposits[role] : sum), 0n);

	const fill = async () => {
		setProblem('');
		const result = await api.newKeys(ledger.id, account.address);
		if (!result.ok) return setProblem(`${result.error.detail}. Only a node with --rpc-methods unsafe, which is your own, makes keys.`);
		setKeys(result.value.keys);
		setProof(result.value.proof);
		setNetworkId(result.value.networkId);
	};
	const submit = (event: Event) => {
		event.preventDefault();
		const amount = deposit === '' ? least : parseTop(deposit);
		const part = Number(dividend);
		if (roles === 0) return setProblem('Choose a role.');
		if (!/^0x[0-9a-fA-F]{128}$/.test(keys.trim())) return setProblem('The keys have 64 bytes: 0x and 128 digits.');
		if (!/^0x([0-9a-fA-F]{2})+$/.test(proof.trim())) return setProblem('The proof is bytes as hex with 0x.');
		if (networkId.trim() === '') return setProblem('Give the node’s network id.');
		if (amount === undefined || amount < least) return setProblem(`The deposit is at least ${top(least)} TOP for these roles.`);
		if (!(part >= 0 && part <= 100)) return setProblem('The part for voters is 0 to 100 percent.');
		setProblem('');
		sending.start(ledger.id, {
			type: 'register',
			roles,
			keys: keys.trim(),
			proof: proof.trim(),
			networkId: networkId.trim(),
			deposit: amount,
			dividend: Math.round((part / 100) * DIVIDEND),
		});
	};
	return (
		<Panel title="Register a node" testid="register">
			<form class="form" onSubmit={submit}>
				<fieldset>
					<legend>Roles</legend>
					{ROLES.map((role, at) => (
						<label key={role} class="check">
							<input type="checkbox" checked={(roles & (1 << at)) !== 0} onChange={() => setRoles(roles ^ (1 << at))} /> {role}
						</label>
					))}
				</fieldset>
				<div class="buttons">
					<button type="button" onClick={() => void fill()} data-testid="new-keys">
						Let this node make its keys
					</button>
				</div>
				<label for="register-keys">Vote key and VRF key</label>
				<input id="register-keys" class="mono" value={keys} onInput={(event) => setKeys(event.currentTarget.value)} placeholder="0x…" />
				<label for="register-proof">Proof that the node has them</label>
				<input id="register-proof" class="mono" value={proof} onInput={(event) => setProof(event.currentTarget.value)} placeholder="0x…" />
				<label for="register-network">Network id</label>
				<input id="register-network" class="mono" value={networkId} onInput={(event) => setNetworkId(event.currentTarget.value)} placeholder="12D3…" />
				<label for="register-deposit">Deposit in TOP (at least {top(least)})</label>
				<input id="register-deposit" inputMode="decimal" value={deposit} placeholder={top(least)} onInput={(event) => setDeposit(event.currentTarget.value)} />
				<label for="register-dividend">Part of the rewards for voters, in percent</label>
				<input id="register-dividend" inputMode="decimal" value={dividend} onInput={(event) => setDividend(event.currentTarget.value)} />
				{problem !== '' && (
					<p role="alert" class="late">
						{problem}
					</p>
				)}
				<button type="submit" class="main" disabled={sending.isBusy} data-testid="register-send">
					Register
				</button>
			</form>
			<Steps steps={sending.steps} ledger={ledger} />
		</Panel>
	);
}
