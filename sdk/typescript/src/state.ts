// The state of a ledger at a block whose header is known, by proofs.
//
//   state root ──▶ trie ──▶ values
//                   └─────▶ root of the accounts, if they are in a store beside it ──▶ accounts
//
// On a ledger with such a store, the trie proves of every account that it does not exist. So no absence of an account is
// believed unless the trie has no root of a store either.

import { AccountId, Blake2128Concat, Storage, Tuple, Twox64Concat, Vector, type Codec } from '@polkadot-api/substrate-bindings';
import {
	ACCOUNT_PREFIX,
	accountIdOf,
	accountKeyOf,
	decodeAccountProof,
	isAccountKey,
	ROOT_KEY,
	verifyAccountProof,
} from './accounts.js';
import { NotInTrieError, ProofError, ResponseError } from './errors.js';
import { fromHex, toHex, type Hash, type Hex } from './hex.js';
import type { Link } from './link.js';
import {
	activityCodec,
	blockRecordCodec,
	committeeCodec,
	nodeCodec,
	paceCodec,
	plainAccountCodec,
	poolCodec,
	quotaCodec,
	quotaRulesCodec,
	seatsCodec,
	stakeParametersCodec,
	unitAccountCodec,
	upgradeCodec,
	voteCodec,
} from './records.js';
import { tableHeadCodec } from './receipt.js';
import { decode, hash, u128, u32, u64, u8 } from './scale.js';
import { ProvenTrie } from './trie.js';
import { chainTagCodec } from './unit.js';

/** Maximum number of entries of a map that are read. */
export const MAX_ENTRIES = 4_000;
/** Keys in one call. */
const PAGE = 500;

const account = AccountId(42);

/** A storage item: how its keys and its values are encoded. */
interface Item<Keys extends unknown[], Value> {
	name: string;
	enc(...keys: Keys): Hex;
	prefix: Hex;
	dec(key: Hex): Keys;
	value: Codec<Value>;
}

type Keyed<Keys extends unknown[]> = { [at in keyof Keys]: [Codec<Keys[at]>, (bytes: Uint8Array) => Uint8Array] };

function item<Keys extends unknown[], Value>(pallet: string, name: string, value: Codec<Value>, ...keys: Keyed<Keys>) {
	const storage = Storage(pallet);
	const whole = storage(name, ...(keys as [Codec<unknown>, typeof Blake2128Concat][]));
	const found: Item<Keys, Value> = {
		name: `${pallet}.${name}`,
		enc: (...values) => whole.enc(...values),
		prefix: storage(name).enc(),
		dec: (key) => whole.dec(key) as Keys,
		value,
	};
	return found;
}

/** The storage items that this package reads. */
export const items = {
	now: item<[], bigint>('Timestamp', 'Now', u64),
	upgrade: item('System', 'LastRuntimeUpgrade', upgradeCodec),
	issuance: item<[], bigint>('Balances', 'TotalIssuance', u128),
	plainAccount: item('System', 'Account', plainAccountCodec, [account, Blake2128Concat]),
	unitAccount: item('System', 'Account', unitAccountCodec, [account, Blake2128Concat]),
	quota: item('Quota', 'Quotas', quotaCodec, [account, Blake2128Concat]),
	quotaRules: item('Quota', 'Rules', quotaRulesCodec),
	lentPercent: item<[], number>('Quota', 'LentPercent', u32),
	committee: item('Committee', 'CurrentCommittee', committeeCodec),
	nextSeed: item<[], Hash>('Committee', 'NextSeed', hash),
	epochStart: item<[], number>('Committee', 'EpochStart', u32),
	epochMs: item<[], bigint>('Committee', 'EpochMs', u64),
	closingBlocks: item<[], number>('Committee', 'ClosingBlocks', u32),
	closesAt: item<[], bigint>('Committee', 'ClosesAt', u64),
	lastHeight: item<[], number>('Committee', 'LastHeight', u32),
	pace: item('Committee', 'CurrentPace', paceCodec),
	activity: item('Committee', 'CurrentActivity', activityCodec),
	blockRecord: item('Lattice', 'LastBlock', blockRecordCodec),
	tableHeads: item('Lattice', 'TableHeads', Vector(Tuple(u8, tableHeadCodec))),
	stakeParameters: item('ComprehensiveStake', 'CurrentParameters', stakeParametersCodec),
	nodes: item('ComprehensiveStake', 'Nodes', nodeCodec, [account, Blake2128Concat]),
	pools: item('ComprehensiveStake', 'Pools', poolCodec, [account, Blake2128Concat]),
	votes: item('ComprehensiveStake', 'Votes', voteCodec, [account, Blake2128Concat], [u64, Twox64Concat]),
	claimable: item<[string], bigint>('Rewards', 'Claimable', u128, [account, Blake2128Concat]),
	power: item<[bigint, string], number>('ComputingPower', 'Proved', u32, [u64, Twox64Concat], [account, Blake2128Concat]),
	seats: item('ShardAssignment', 'Committees', seatsCodec, [chainTagCodec, Blake2128Concat], [u64, Blake2128Concat]),
};

/** A question for one value. */
export interface Question<Value> {
	key: Hex;
	read(bytes: Uint8Array | undefined): Value;
}

/** Asks for a value of the state; `undefined` if there is none. */
export function value<Keys extends unknown[], Value>(of: Item<Keys, Value>, ...keys: Keys): Question<Value | undefined> {
	const read = (bytes: Uint8Array | undefined) => bytes && decode(of.value, bytes, of.name);
	return { key: of.enc(...keys), read };
}

type Answers<Questions extends Question<unknown>[]> = {
	[at in keyof Questions]: Questions[at] extends Question<infer Value> ? Value : never;
};

/** Reads the state after a block. The node cannot change what a proof shows: it can only withhold it. */
export class StateReader {
	readonly #link: Link;

	constructor(link: Link) {
		this.#link = link;
	}

	/** Returns values of the state with this root, which is that after the block `at`. */
	async values<Questions extends Question<unknown>[]>(
		at: Hash,
		root: Hash,
		...questions: Questions
	): Promise<Answers<Questions>> {
		const keys = questions.map(({ key }) => key);
		const get = keys.some(isAccountKey) ? await this.#proveAccounts(at, root, keys) : await this.#prove(at, root, keys);
		return questions.map(({ key, read }) => read(get(key))) as Answers<Questions>;
	}

	/**
	 * Returns the entries of a map with these first keys. The proof shows that none is missing. A map with more entries than
	 * {@link MAX_ENTRIES} is refused, and so are the accounts of a ledger that has them in a store: {@link NotInTrieError}.
	 */
	async entries<Keys extends unknown[], Value>(
		at: Hash,
		root: Hash,
		of: Item<Keys, Value>,
		...first: Partial<Keys>
	): Promise<[Keys, Value][]> {
		const prefix = of.enc(...(first as unknown as Keys));
		if (isAccountKey(prefix) || ACCOUNT_PREFIX.startsWith(prefix.toLowerCase())) {
			const trie = new ProvenTrie(root, await this.#proof(at, [ROOT_KEY]));
			if (trie.get(ROOT_KEY) !== undefined) {
				throw new NotInTrieError('the accounts of this ledger are not in its trie, so no proof lists them: ask for each');
			}
		}
		const keys = await this.#keys(at, prefix);
		// The prefix is no key: its proof shows what is there if there are no entries.
		const proven = new ProvenTrie(root, await this.#proof(at, [prefix, ...keys])).entries(prefix);
		return proven.map(([key, bytes]) => [of.dec(key), decode(of.value, bytes, of.name)]);
	}

	async #keys(at: Hash, prefix: Hex): Promise<Hex[]> {
		const keys: Hex[] = [];
		for (;;) {
			const page = await this.#link.request('state_getKeysPaged', [prefix, PAGE, keys[keys.length - 1] ?? null, at]);
			if (!Array.isArray(page) || page.some((key) => typeof key !== 'string')) {
				throw new ResponseError('the node returned no keys');
			}
			keys.push(...(page as Hex[]));
			if (page.length < PAGE) return keys;
			if (keys.length > MAX_ENTRIES) throw new ProofError(`there are more than ${MAX_ENTRIES} entries`);
		}
	}

	/** Returns what a proof of the trie shows of keys that are none of accounts. */
	async #prove(at: Hash, root: Hash, keys: Hex[]): Promise<Shown> {
		const trie = new ProvenTrie(root, await this.#proof(at, keys));
		return (key) => trie.get(key);
	}

	/** Returns what proofs show of keys some of which are of accounts. */
	async #proveAccounts(at: Hash, root: Hash, keys: Hex[]): Promise<Shown> {
		const accounts = keys.filter(isAccountKey);
		// A node whose trie has no accounts refuses to prove them by it, so they are asked for apart.
		const nodes = await this.#proof(at, [ROOT_KEY, ...keys.filter((key) => !isAccountKey(key))]);
		const others = new ProvenTrie(root, nodes);
		const accountRoot = others.get(ROOT_KEY);
		if (accountRoot === undefined) {
			const trie = new ProvenTrie(root, [...nodes, ...(await this.#proof(at, accounts))]);
			return (key) => trie.get(key);
		}
		if (accountRoot.length !== 32) throw new ProofError('the root of the accounts in the trie is not a hash');
		const proven = await Promise.all(accounts.map((key) => this.#account(at, toHex(accountRoot), key)));
		return (key) => (isAccountKey(key) ? proven[accounts.indexOf(key)] : others.get(key));
	}

	/** Returns the value of an account in a store with this root. */
	async #account(at: Hash, accountRoot: Hash, key: Hex): Promise<Uint8Array | undefined> {
		const accountKey = accountKeyOf(key);
		const json = await this.#link.request('lattice_accountProof', [account.dec(accountIdOf(accountKey)), at]);
		const { proof } = (json ?? {}) as { proof?: unknown };
		if (typeof proof !== 'string') throw new ResponseError('the node returned no proof of the account');
		return verifyAccountProof(decodeAccountProof(proof), accountRoot, accountKey);
	}

	/** Returns nodes of the trie: those on the ways to some keys, if the node is honest. */
	async #proof(at: Hash, keys: Hex[]): Promise<Hex[]> {
		const nodes: Hex[] = [];
		for (let start = 0; start < keys.length; start += PAGE) {
			const json = await this.#link.request('state_getReadProof', [keys.slice(start, start + PAGE), at]);
			const { proof } = (json ?? {}) as { proof?: unknown };
			if (!Array.isArray(proof)) throw new ResponseError('the node returned no proof');
			for (const node of proof) fromHex(node as Hex);
			nodes.push(...(proof as Hex[]));
		}
		return nodes;
	}
}

/** Returns the proven value of a key, or `undefined` if it is proven that there is none. Throws if neither is. */
type Shown = (key: Hex) => Uint8Array | undefined;
