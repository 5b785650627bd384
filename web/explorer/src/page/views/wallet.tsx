// The wallet: the reader's accounts, what each has on each ledger, and payments.

import { useEffect, useState } from 'preact/hooks';
import type { ChainCall, LedgerView } from '../../shared/model.js';
import { parseTop, short } from '../format.js';
import { AccountLink, Amount, Badge, Empty, Loading, Panel, Problem } from '../parts/basics.js';
import { Value } from '../parts/checks.js';
import { useQuery } from '../parts/query.js';
import { linkTo } from '../router.js';
import { accounts, addDevelopmentKeys, choose, chosenAccount, connect, extensions, hasDevelopment } from '../signers.js';
import { api, currentLedger, feedOf, ledgers } from '../store.js';
import { keepReceipt } from '../storage.js';
import { quotaWords } from './account.js';
import { Steps, useSending } from './sending.js';
import { kindBeside, nameWithKind } from './status.js';

export function Wallet() {
	const account = chosenAccount.value;
	const live = ledgers.value.filter(({ connection }) => connection.type === 'live');
	// An account of a zone is in one of its shards.
	const places = live.map(({ id, tables }) => `${id} ${tables?.first} ${tables?.last}`).join();
	const asked = useQuery(`${account?.address} ${places}`, () => api.homes(account?.address ?? ''));
	const homes = asked.value === undefined ? live : live.filter(({ id }) => asked.value?.includes(id));
	return (
		<div data-testid="wallet">
			<h1>Wallet</h1>
			<div class="two">
				<Accounts />
				<div>
					{account === undefined ? (
						<Empty title="No account yet">Connect a wallet to see what it has, and to pay.</Empty>
					) : live.length === 0 ? (
						<Empty title="No ledger is connected">
							See <a href={linkTo({ view: 'settings' })}>Connections</a>.
						</Empty>
					) : (
						<>
							{account.source === 'development' && (
								<p class="banner" role="note" data-testid="development-warning">
									{account.name} is a development key. Its secret is public: anyone can spend what it holds. Use it on development networks only.
								</p>
							)}
							<Holdings key={account.address} address={account.address} live={homes} />
							<Pay live={homes.length > 0 ? homes : live} />
						</>
					)}
				</div>
			</div>
		</div>
	);
}

function Accounts() {
	const [problem, setProblem] = useState('');
	// Extensions put themselves into the page after it has loaded.
	const [found, setFound] = useState(extensions());
	useEffect(() => {
		const timer = setInterval(() => setFound(extensions()), 1_000);
		return () => clearInterval(timer);
	}, []);
	const open = async (name: string) => {
		setProblem('');
		try {
			await connect(name);
		} catch (error) {
			setProblem(`${name} gave no accounts: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	return (
		<Panel title="Accounts" testid="accounts">
			<div role="radiogroup" aria-label="Account in use" class="accounts">
				{accounts.value.map(({ address, name, source, via }) => (
					<label key={address} class="account-choice">
						<input type="radio" name="account" checked={chosenAccount.value?.address === address} onChange={() => choose(address)} />
						<Badge address={address} size={28} />
						<span>
							<strong>{name}</strong>
							<span class="mono quiet">{short(address)}</span>
						</span>
						<span class={source === 'development' ? 'tag tag-warn' : 'tag'}>{source === 'development' ? 'development key' : via}</span>
					</label>
				))}
			</div>
			<div class="buttons">
				{found.map((name) => (
					<button key={name} type="button" onClick={() => void open(name)} data-testid={`connect-${name}`}>
						Connect {name}
					</button>
				))}
				{hasDevelopment.value && !accounts.value.some(({ source }) => source === 'development') && (
					<button type="button" onClick={() => void addDevelopmentKeys()} data-testid="development-keys">
						Use development keys
					</button>
				)}
			</div>
			{found.length === 0 && <p class="quiet">This browser has no wallet extension. Any wallet with the Polkadot.js interface works.</p>}
			{problem !== '' && (
				<p role="alert" class="late">
					{problem}
				</p>
			)}
		</Panel>
	);
}

function Holdings({ address, live }: { address: string; live: LedgerView[] }) {
	return (
		<Panel title="What it has" testid="holdings">
			<ul class="plain holdings">
				{live.map((ledger) => (
					<Holding key={ledger.id} ledger={ledger} address={address} />
				))}
			</ul>
		</Panel>
	);
}

function Holding({ ledger, address }: { ledger: LedgerView; address: string }) {
	const head = feedOf(ledger.id).blocks.slice(-1)[0]?.number;
	const { value, error } = useQuery(`${ledger.id} ${address}`, () => api.account(ledger.id, address), head);
	const words = value && quotaWords(value);
	return (
		<li data-testid={`holding-${ledger.id}`}>
			<span>
				<strong>{ledger.name}</strong> <span class="quiet">{kindBeside(ledger)}</span>
			</span>
			{value === undefined ? (
				error === undefined ? (
					<Loading what="Reading" />
				) : (
					<Problem words={error} />
				)
			) : value.state.value === undefined ? (
				<Value check={value.state.checked}>does not exist here</Value>
			) : (
				<>
					<Value check={value.state.checked} class="big">
						<Amount of={value.state.value.balances.free} />
					</Value>
					<span class="quiet">
						{words?.left !== '' && <Value check="none">{words?.left}</Value>}
						{words?.left !== '' && ', '}
						<Value check={value.state.checked}>{words?.full}</Value>
					</span>
					<AccountLink ledger={ledger.id} address={address} />
				</>
			)}
		</li>
	);
}

/** Returns where accounts can live that a ledger pays, in words: its own place first. */
function homesFrom({ tag, zone }: LedgerView, all: LedgerView[]): string[] {
	// A ledger without a mailbox has no way to others.
	if (tag === undefined || zone === undefined) return [''];
	const zones = all.flatMap(({ tag }) => (tag?.type === 'Zone' ? [`zone ${tag.value}`] : []));
	return tag.type === 'Main' ? ['main', ...zones] : [`zone ${tag.type === 'Zone' ? tag.value : tag.value.zone}`, 'main'];
}

function Pay({ live }: { live: LedgerView[] }) {
	const [id, setId] = useState('');
	const [dest, setDest] = useState('');
	const [amount, setAmount] = useState('');
	const [place, setPlace] = useState('');
	const [problem, setProblem] = useState('');
	const sending = useSending();
	const ledger = live.find((each) => each.id === id) ?? live.find((each) => each.id === currentLedger.value?.id) ?? (live[0] as LedgerView);
	const homes = homesFrom(ledger, ledgers.value);
	const home = homes.includes(place) ? place : homes[0];
	const isUnit = ledger.hasUnits && home === homes[0];
	const submit = (event: Event) => {
		event.preventDefault();
		const value = parseTop(amount);
		if (value === undefined || value === 0n) return setProblem('Give an amount above zero with at most six decimals, such as 1.5.');
		if (!/^[1-9A-HJ-NP-Za-km-z]{40,60}$/.test(dest.trim())) return setProblem('This is no address.');
		setProblem('');
		const call: ChainCall = { type: 'pay', dest: dest.trim(), amount: value, ...(home === homes[0] ? {} : { home }) };
		let hash = '';
		sending.start(ledger.id, call, (step) => {
			if (step.type === 'final') hash = step.hash;
			if ((step.type !== 'final' && step.type !== 'level') || step.receipt === undefined) return;
			const level = step.type === 'level' ? { level: step.level } : {};
			const kept = { ledger: ledger.id, hash: step.type === 'level' ? `${hash}-${step.level}` : hash, dest: call.dest };
			keepReceipt({ ...kept, amount: String(value), at: Date.now(), receipt: step.receipt, ...level });
		});
	};
	return (
		<Panel title="Pay" testid="pay">
			<form onSubmit={submit} class="form">
				{live.length > 1 && (
					<>
						<label for="pay-ledger">On</label>
						<select id="pay-ledger" value={ledger.id} onChange={(event) => setId(event.currentTarget.value)}>
							{live.map((each) => (
								<option key={each.id} value={each.id}>
									{nameWithKind(each)}
								</option>
							))}
						</select>
					</>
				)}
				<label for="pay-dest">To</label>
				<input
					id="pay-dest"
					required
					class="mono"
					value={dest}
					spellcheck={false}
					autocomplete="off"
					placeholder="5…"
					onInput={(event) => setDest(event.currentTarget.value)}
				/>
				{homes.length > 1 && (
					<>
						<label for="pay-home">The recipient’s account is on</label>
						<select id="pay-home" value={home} onChange={(event) => setPlace(event.currentTarget.value)}>
							{homes.map((each) => (
								<option key={each} value={each}>
									{each === 'main' ? 'the main chain' : `${each}, in the shard of its table`}
								</option>
							))}
						</select>
					</>
				)}
				<label for="pay-amount">Amount in TOP</label>
				<input
					id="pay-amount"
					required
					inputMode="decimal"
					autocomplete="off"
					value={amount}
					placeholder="1.5"
					onInput={(event) => setAmount(event.currentTarget.value)}
				/>
				{problem !== '' && (
					<p role="alert" class="late">
						{problem}
					</p>
				)}
				<button type="submit" class="main" disabled={sending.isBusy} data-testid="pay-send">
					{sending.isBusy ? 'Paying …' : `Pay by ${isUnit ? 'unit' : 'transaction'}`}
				</button>
				<p class="quiet">
					No fee. The payment is final with the block that has it.
					{homes.length > 1 && isUnit && ' The recipient can be in any shard of the zone.'}
					{home !== homes[0] && ' It is credited on the other ledger some blocks later, and comes back if it cannot be.'}
				</p>
			</form>
			<Steps steps={sending.steps} ledger={ledger} />
		</Panel>
	);
}
