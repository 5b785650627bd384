// The frame of the page: its head with search, and the view that the address names.

import { useEffect, useRef, useState } from 'preact/hooks';
import { themeCount } from '../plots/colours.js';
import { go, linkTo, route } from '../router.js';
import { api, currentLedger, ledgers } from '../store.js';
import { keepTheme, storedTheme, type Theme } from '../storage.js';
import { Empty } from '../parts/basics.js';
import { Account } from './account.js';
import { Block } from './block.js';
import { Blocks } from './blocks.js';
import { Committee } from './committee.js';
import { Messages } from './messages.js';
import { Nodes } from './nodes.js';
import { Overview } from './overview.js';
import { Receipt } from './receipt.js';
import { Settings } from './settings.js';
import { TablePage } from './table.js';
import { UnitPage } from './unit.js';
import { Wallet } from './wallet.js';

const NAMES = {
	overview: 'Overview',
	blocks: 'Blocks',
	block: 'Block',
	unit: 'Unit',
	account: 'Account',
	table: 'Table',
	committee: 'Committee',
	messages: 'Messages',
	nodes: 'Nodes and stake',
	receipt: 'Receipt',
	wallet: 'Wallet',
	settings: 'Connections',
	unknown: 'Not found',
};

export function App() {
	const at = route.value;
	useEffect(() => {
		document.title = `${NAMES[at.view]} · TOP`;
	}, [at]);
	const unanchored = ledgers.value.filter(({ isAnchored }) => !isAnchored);
	return (
		<>
			<a class="skip" href="#view" onClick={(event) => (event.preventDefault(), document.getElementById('view')?.focus())}>
				Skip to the view
			</a>
			<Head />
			{unanchored.length > 0 && (
				<p class="banner" role="note" data-testid="unanchored">
					{unanchored.map(({ name }) => name).join(', ')}: no trusted committee is configured, so everything is shown as unchecked.{' '}
					<a href={linkTo({ view: 'settings' })}>Give one under Connections</a>.
				</p>
			)}
			<main id="view" tabIndex={-1}>
				<View />
			</main>
		</>
	);
}

function View() {
	const at = route.value;
	switch (at.view) {
		case 'overview':
			return <Overview />;
		case 'blocks':
			return <Blocks id={at.ledger} />;
		case 'block':
			return <Block id={at.ledger} reference={at.item} />;
		case 'unit':
			return <UnitPage id={at.ledger} hash={at.item.toLowerCase()} />;
		case 'account':
			return <Account id={at.ledger} address={at.item} />;
		case 'table':
			return <TablePage id={at.ledger} item={at.item} />;
		case 'messages':
			return <Messages id={at.ledger} />;
		case 'committee':
			return <Committee id={at.ledger} />;
		case 'nodes':
			return <Nodes id={at.ledger} />;
		case 'receipt':
			return <Receipt />;
		case 'wallet':
			return <Wallet />;
		case 'settings':
			return <Settings />;
		case 'unknown':
			return (
				<Empty title="There is no such view">
					{at.path}. <a href="#/">Go to the overview</a>.
				</Empty>
			);
	}
}

function Head() {
	const at = route.value;
	const { view } = at;
	const links = [
		['overview', 'Overview'],
		['wallet', 'Wallet'],
		['receipt', 'Receipt'],
		['settings', 'Connections'],
	] as ['overview' | 'wallet' | 'receipt' | 'settings', string][];
	return (
		<header class="head">
			<a class="brand" href="#/">
				<svg viewBox="0 0 28 28" aria-hidden="true">
					<path d="M14 2 25 8v12l-11 6L3 20V8z" />
					<path d="M3 8l11 6 11-6M14 14v12" />
				</svg>
				TOP
			</a>
			<nav aria-label="Main">
				{links.map(([name, words]) => (
					<a key={name} href={linkTo({ view: name })} aria-current={view === name ? 'page' : undefined}>
						{words}
					</a>
				))}
			</nav>
			<Search />
			<ThemeButton />
		</header>
	);
}

function Search() {
	const [text, setText] = useState('');
	const [said, setSaid] = useState('');
	const input = useRef<HTMLInputElement>(null);
	/** The newest question. A late answer to an earlier one must not take away what the reader types since. */
	const newest = useRef(0);
	useEffect(() => {
		const listen = (event: KeyboardEvent) => {
			const isTyping = ['INPUT', 'TEXTAREA', 'SELECT'].includes((event.target as HTMLElement).tagName);
			if (event.key === '/' && !isTyping) {
				event.preventDefault();
				input.current?.focus();
			}
		};
		addEventListener('keydown', listen);
		return () => removeEventListener('keydown', listen);
	}, []);
	const submit = async (event: Event) => {
		event.preventDefault();
		if (text.trim() === '') return;
		setSaid('Searching …');
		const question = ++newest.current;
		const result = await api.search(text, currentLedger.value?.id ?? '');
		if (question !== newest.current) return;
		if (!result.ok) return setSaid(`${result.error.title}: ${result.error.detail}`);
		const found = result.value;
		if (found === undefined) {
			return setSaid('Nothing found: no account, unit or block of the connected ledgers has this name.');
		}
		setSaid('');
		setText('');
		if (found.type === 'block') go({ view: 'block', ledger: found.id, item: found.reference });
		else if (found.type === 'unit') go({ view: 'unit', ledger: found.id, item: found.hash });
		else go({ view: 'account', ledger: found.id, item: found.address });
	};
	return (
		<form class="search" role="search" onSubmit={(event) => void submit(event)}>
			<input
				ref={input}
				type="search"
				data-testid="search"
				aria-label="Search an account, a unit or a block"
				placeholder="Account, unit hash, block number or hash"
				value={text}
				onInput={(event) => {
					newest.current += 1;
					setText(event.currentTarget.value);
					setSaid('');
				}}
				spellcheck={false}
				autocomplete="off"
			/>
			<kbd aria-hidden="true">/</kbd>
			<span class="said" role="status" data-testid="search-said">
				{said}
			</span>
		</form>
	);
}

const THEMES: Theme[] = ['system', 'dark', 'light'];

export function applyTheme(theme: Theme): void {
	if (theme === 'system') delete document.documentElement.dataset['theme'];
	else document.documentElement.dataset['theme'] = theme;
	themeCount.value += 1;
}

function ThemeButton() {
	const [theme, setTheme] = useState(storedTheme());
	const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
	const change = () => {
		setTheme(next);
		keepTheme(next);
		applyTheme(next);
	};
	return (
		<button type="button" class="theme" onClick={change} title={`Theme: ${theme}. Change to ${next}.`} data-testid="theme">
			<svg viewBox="0 0 16 16" aria-hidden="true">
				<circle cx="8" cy="8" r="6" />
				<path class="filled" d="M8 2a6 6 0 0 1 0 12Z" />
			</svg>
			<span class="unseen">Theme: {theme}</span>
		</button>
	);
}
