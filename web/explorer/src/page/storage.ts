// What the page keeps in this browser: committees that were verified, ledgers that the reader added, receipts, the theme.

import type { CommitteeReport } from '@top/sdk';
import type { LedgerConfig } from '../shared/model.js';

const COMMITTEES = 'top.committees';
const LEDGERS = 'top.ledgers';
const RECEIPTS = 'top.receipts';
const THEME = 'top.theme';
const ACCOUNT = 'top.account';
/** Committees of one ledger that are kept, the newest: a few hundred bytes to some kilobytes each. */
const MOST_COMMITTEES = 32;
/** Receipts that are kept, about one kilobyte each. */
const MOST_RECEIPTS = 200;

/** A receipt of a payment from this browser. */
export interface StoredReceipt {
	ledger: string;
	hash: string;
	dest: string;
	amount: string;
	at: number;
	receipt: string;
	/** How far the receipt leads, if it is one across ledgers. */
	level?: 'sealed' | 'credited';
}

function read<T>(key: string, otherwise: T): T {
	try {
		return (JSON.parse(localStorage.getItem(key) ?? 'null') as T | null) ?? otherwise;
	} catch {
		return otherwise;
	}
}

function write(key: string, value: unknown): void {
	try {
		localStorage.setItem(key, JSON.stringify(value));
	} catch {
		// A browser that stores nothing shows everything all the same.
	}
}

/** Returns the committees of earlier visits, by genesis. They were verified from an anchor then. */
export const committeesOfBefore = () => read<Record<string, CommitteeReport[]>>(COMMITTEES, {});

export function keepCommittees(genesis: string, committees: CommitteeReport[]): void {
	write(COMMITTEES, { ...committeesOfBefore(), [genesis]: committees.slice(-MOST_COMMITTEES) });
}

/** Returns the ledgers that the reader added. */
export const ownLedgers = () => read<LedgerConfig[]>(LEDGERS, []);
export const keepOwnLedgers = (ledgers: LedgerConfig[]) => write(LEDGERS, ledgers);

export const storedReceipts = () => read<StoredReceipt[]>(RECEIPTS, []);
export const keepReceipt = (receipt: StoredReceipt) =>
	write(RECEIPTS, [receipt, ...storedReceipts().filter(({ hash }) => hash !== receipt.hash)].slice(0, MOST_RECEIPTS));

export type Theme = 'dark' | 'light' | 'system';
export const storedTheme = () => read<Theme>(THEME, 'system');
export const keepTheme = (theme: Theme) => write(THEME, theme);

export const storedAccount = () => read<string | undefined>(ACCOUNT, undefined);
export const keepAccount = (account: string) => write(ACCOUNT, account);
