// What the worker has told, for the views. Updates are gathered and shown once a frame, however many come.

import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { proxy, wrap, type Remote } from 'comlink';
import type { Config, LedgerConfig, LedgerView, Update } from '../shared/model.js';
import type { ExplorerApi } from '../worker/api.js';
import { EMPTY, fedBy, type Feed } from './feed.js';
import { committeesOfBefore, keepCommittees, ownLedgers } from './storage.js';

/** By id, in the order of the configuration. */
export const ledgers = signal<LedgerView[]>([]);
/** One signal a ledger: a new block of one does not draw the others again. */
const feeds = new Map<string, Signal<Feed>>();
/** The time, once a second, for ages. */
export const now = signal(Date.now());
/** Whether the configuration could be read. */
export const configError = signal<string | undefined>(undefined);
/** What the page was configured with, by its server and by its reader. */
export const configs = signal<LedgerConfig[]>([]);

function feedSignal(id: string): Signal<Feed> {
	let feed = feeds.get(id);
	if (feed === undefined) {
		feed = signal(EMPTY);
		feeds.set(id, feed);
	}
	return feed;
}

export function feedOf(id: string): Feed {
	return feedSignal(id).value;
}

/** Returns the same without following its changes: for what is drawn once a second. */
export function feedNow(id: string): Feed {
	return feedSignal(id).peek();
}

export function ledgerOf(id: string): LedgerView | undefined {
	return ledgers.value.find((ledger) => ledger.id === id);
}

/** The ledger that the reader looked at last: searches and payments begin there. */
export const current = signal('');
export const currentLedger: ReadonlySignal<LedgerView | undefined> = computed(
	() => ledgers.value.find(({ id }) => id === current.value) ?? ledgers.value[0],
);

/** Time of a frame that is used for updates. The rest is for the browser, and for the reader's own actions. */
const FRAME_MS = 5;
/** Ledgers that a frame draws again, at first and at most. */
const FIRST_IN_FRAME = 2;
const MOST_IN_FRAME = 4;
/** A few ledgers show each block as it comes. If there are more, none is drawn again within this time. */
const FEW = 6;
const PAUSE_MS = 400;
/** A hidden page draws no frames, and must not gather updates without end. */
const HIDDEN_MS = 1_000;

/** Updates that wait, by ledger. A ledger that was drawn goes to the end, so that all have their turn. */
const waiting = new Map<string, Update[]>();
const shownAt = new Map<string, number>();
let isDue = false;
let inFrame = FIRST_IN_FRAME;

function take(updates: Update[]): void {
	for (const update of updates) {
		const id = update.type === 'ledger' ? update.ledger.id : update.id;
		const own = waiting.get(id);
		if (own === undefined) waiting.set(id, [update]);
		else own.push(update);
	}
	if (!isDue) nextFrame();
}

function nextFrame(): void {
	isDue = true;
	if (document.hidden) setTimeout(() => flush(waiting.size), HIDDEN_MS);
	else requestAnimationFrame(() => flush(inFrame));
}

function flush(count: number): void {
	const began = performance.now();
	const updates: Update[] = [];
	let left = count;
	for (const [id, own] of waiting) {
		if (left === 0) break;
		const isEarly = waiting.size > FEW || shownAt.size > FEW ? began - (shownAt.get(id) ?? -Infinity) < PAUSE_MS : false;
		if (isEarly && !document.hidden) continue;
		updates.push(...own);
		waiting.delete(id);
		shownAt.set(id, began);
		left -= 1;
	}
	if (updates.length > 0) show(updates);
	// The views are drawn at the end of this task. How long all of it took decides how much the next frame takes on.
	setTimeout(() => {
		const tookMs = performance.now() - began;
		inFrame = tookMs > FRAME_MS ? Math.max(1, Math.floor(inFrame / 2)) : Math.min(MOST_IN_FRAME, inFrame + 1);
		isDue = false;
		if (waiting.size > 0) nextFrame();
	});
}

function show(updates: Update[]): void {
	batch(() => {
		let shown = ledgers.value;
		const fed = new Map<string, Feed>();
		for (const update of updates) {
			if (update.type === 'ledger') {
				const { ledger } = update;
				const isKnown = shown.some(({ id }) => id === ledger.id);
				shown = isKnown ? shown.map((old) => (old.id === ledger.id ? ledger : old)) : [...shown, ledger];
			} else if (update.type === 'removed') {
				shown = shown.filter(({ id }) => id !== update.id);
				fed.set(update.id, EMPTY);
			} else {
				const feed = fed.get(update.id) ?? feedSignal(update.id).peek();
				fed.set(update.id, fedBy(feed, update));
			}
		}
		ledgers.value = shown;
		for (const [id, feed] of fed) feedSignal(id).value = feed;
	});
}

const worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module', name: 'explorer' });
/** The worker. */
export const api: Remote<ExplorerApi> = wrap<ExplorerApi>(worker);

async function readConfig(): Promise<Config> {
	const answer = await fetch('config.json', { cache: 'no-store' });
	if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
	return (await answer.json()) as Config;
}

/** Reads the configuration and connects. */
export async function start(): Promise<void> {
	setInterval(() => (now.value = Date.now()), 1_000);
	let config: Config = { ledgers: [] };
	try {
		config = await readConfig();
	} catch (error) {
		configError.value = error instanceof Error ? error.message : String(error);
	}
	configs.value = [...config.ledgers, ...ownLedgers()];
	await api.start({ ledgers: configs.value }, committeesOfBefore(), proxy(take), proxy(keepCommittees));
	effect(() => void anchorLate(config));
}

/** Asks again for the committee of a ledger whose node was down when the server of the page was asked for it. */
async function anchorLate(config: Config): Promise<void> {
	const missing = ledgers.value.filter(
		({ id, isAnchored, connection }) =>
			!isAnchored && connection.type === 'live' && config.ledgers.some((ledger) => ledger.id === id) && !asked.has(id),
	);
	if (missing.length === 0) return;
	for (const { id } of missing) asked.add(id);
	const { ledgers: found } = await readConfig().catch(() => ({ ledgers: [] }));
	for (const ledger of found.filter(({ id, anchor }) => anchor !== undefined && missing.some((each) => each.id === id))) {
		configs.value = configs.value.map((old) => (old.id === ledger.id ? ledger : old));
		await api.open(ledger);
	}
}

const asked = new Set<string>();
