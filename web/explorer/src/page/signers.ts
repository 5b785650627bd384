// The reader's accounts: those of wallet extensions, and development keys on development networks.

import { computed, signal } from '@preact/signals';
import type { SignPayload, SignRaw } from '@top/sdk';
import { proxy } from 'comlink';
import type { ChainCall, LedgerView, SignerRef, Step } from '../shared/model.js';
import { keepAccount, storedAccount } from './storage.js';
import { api, ledgers } from './store.js';

/** What wallet extensions put into the page: the interface that Polkadot.js defined. */
interface InjectedExtension {
	version?: string;
	enable(origin: string): Promise<{
		accounts: { get(): Promise<{ address: string; name?: string; type?: string }[]> };
		signer: { signRaw?: SignRaw; signPayload?: SignPayload };
	}>;
}

declare global {
	interface Window {
		injectedWeb3?: Record<string, InjectedExtension>;
	}
}

export interface WalletAccount {
	address: string;
	name: string;
	source: 'extension' | 'development';
	/** Name of the extension, or the path of the development key. */
	via: string;
	scheme: string;
}

const PATHS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'];
const extensionSigners = new Map<string, { signRaw: SignRaw; signPayload: SignPayload }>();

export const accounts = signal<WalletAccount[]>([]);
export const chosen = signal<string | undefined>(storedAccount());
export const chosenAccount = computed(() => accounts.value.find(({ address }) => address === chosen.value));

/** Names of the extensions that the browser has. */
export function extensions(): string[] {
	return Object.keys(window.injectedWeb3 ?? {});
}

/** Whether a ledger is of a development network: its node says so. Only there development keys have tokens. */
export function isDevelopment(ledger: LedgerView): boolean {
	return ledger.node?.chainType === 'Development' || ledger.node?.chainType === 'Local';
}

export const hasDevelopment = computed(() => ledgers.value.some(isDevelopment));

export function choose(address: string): void {
	chosen.value = address;
	keepAccount(address);
}

/** Asks an extension for its accounts. The extension asks its owner. */
export async function connect(name: string): Promise<void> {
	const extension = await window.injectedWeb3?.[name]?.enable('TOP explorer');
	if (extension === undefined) throw new Error('the extension is not there any more');
	const { signRaw, signPayload } = extension.signer;
	if (signRaw === undefined || signPayload === undefined) throw new Error('the extension signs no messages');
	const found = await extension.accounts.get();
	for (const { address } of found) {
		extensionSigners.set(address, {
			signRaw: (request) => signRaw.call(extension.signer, request),
			signPayload: (payload) => signPayload.call(extension.signer, payload),
		});
	}
	add(
		found.map(({ address, name: label, type }) => ({
			address,
			name: label ?? 'Account',
			source: 'extension',
			via: name,
			scheme: type === 'ed25519' ? 'Ed25519' : 'Sr25519',
		})),
	);
}

/** Adds the development keys. */
export async function addDevelopmentKeys(): Promise<void> {
	const addresses = await api.developmentAddresses(PATHS);
	add(
		addresses.map((address, at) => ({
			address,
			name: (PATHS[at] as string).slice(2),
			source: 'development',
			via: PATHS[at] as string,
			scheme: 'Sr25519',
		})),
	);
}

function add(found: WalletAccount[]): void {
	const fresh = found.filter(({ address }) => !accounts.value.some((known) => known.address === address));
	accounts.value = [...accounts.value, ...fresh];
	const [first] = found;
	if (chosenAccount.value === undefined && first !== undefined) choose(first.address);
}

/** Signs as an account and sends; reports each step. */
export async function send(ledger: string, account: WalletAccount, call: ChainCall, tell: (step: Step) => void): Promise<void> {
	if (account.source === 'development') {
		return api.send(ledger, { type: 'development', path: account.via }, call, proxy(tell));
	}
	const signer: SignerRef = { type: 'extension', address: account.address, scheme: account.scheme };
	const extension = extensionSigners.get(account.address);
	if (extension === undefined) throw new Error('the extension is not connected');
	return api.send(ledger, signer, call, proxy(tell), proxy(extension));
}
