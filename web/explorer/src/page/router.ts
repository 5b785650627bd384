// Addresses of views, in the fragment of the page's address: the server needs to know one file only.
//
//   #/            #/receipt     #/wallet     #/settings
//   #/<ledger>/blocks | block/<reference> | unit/<hash> | account/<address> | table/<number> | committee | messages | nodes

import { signal } from '@preact/signals';

export type Route =
	| { view: 'overview' | 'receipt' | 'wallet' | 'settings' }
	| { view: 'blocks' | 'committee' | 'messages' | 'nodes'; ledger: string }
	| { view: 'block' | 'unit' | 'account' | 'table'; ledger: string; item: string }
	| { view: 'unknown'; path: string };

const OF_PAGE = ['receipt', 'wallet', 'settings'] as const;
const OF_LEDGER = ['blocks', 'committee', 'messages', 'nodes'] as const;
const OF_ITEM = ['block', 'unit', 'account', 'table'] as const;

export function parse(fragment: string): Route {
	const path = fragment.replace(/^#?\/?/, '');
	if (path === '') return { view: 'overview' };
	const [first = '', second, third] = path.split('/').map(decodeURIComponent);
	const ofPage = OF_PAGE.find((view) => view === first);
	if (ofPage !== undefined && second === undefined) return { view: ofPage };
	const ofLedger = OF_LEDGER.find((view) => view === second);
	if (ofLedger !== undefined && third === undefined) return { view: ofLedger, ledger: first };
	const ofItem = OF_ITEM.find((view) => view === second);
	if (ofItem !== undefined && third !== undefined && third !== '') return { view: ofItem, ledger: first, item: third };
	return { view: 'unknown', path };
}

export function linkTo(route: Exclude<Route, { view: 'unknown' }>): string {
	if (route.view === 'overview') return '#/';
	if ('item' in route) return `#/${route.ledger}/${route.view}/${encodeURIComponent(route.item)}`;
	if ('ledger' in route) return `#/${route.ledger}/${route.view}`;
	return `#/${route.view}`;
}

export const route = signal<Route>(parse(location.hash));

addEventListener('hashchange', () => {
	route.value = parse(location.hash);
	scrollTo(0, 0);
	// A reader of the screen, and the keyboard, begin at the new view.
	document.getElementById('view')?.focus({ preventScroll: true });
});

export function go(to: Exclude<Route, { view: 'unknown' }>): void {
	location.hash = linkTo(to);
}
