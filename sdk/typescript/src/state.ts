// The state of a ledger at a block whose header is known, by proofs.

import { AccountId, Blake2128Concat, Storage, Twox64Concat, type Codec } from '@polkadot-api/substrate-bindings';
import { ProofError, ResponseError } from './errors.js';
import { fromHex, type Hash, type Hex } from './hex.js';
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
import { decode, hash, u128, u32, u64 } from './scale.js';
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
	stakeParameters: item('ComprehensiveStake', 'CurrentParameters', stakeParametersCodec),
	nodes: item('ComprehensiveStake', 'Nodes', nodeCodec, [account, Blake2128Concat]),
	pools: item('ComprehensiveStake', 'Pools', poolCodec, [account, Blake2128Concat]),
	votes: item('ComprehensiveStake', 'Votes', voteCodec, [account, Blake2128Concat], [u64, Twox64Concat]),
	claimable: item<[string], bigint>('Rewards', 'Claimable', u128, [account, Blake2128Concat]),
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
		const trie = await this.#prove(at, root, questions.map(({ key }) => key));
		return questions.map(({ key, read }) => read(trie.get(key))) as Answers<Questions>;
	}

	/**
	 * Returns the entries of a map with these first keys. The proof shows that none is missing. A map with more entries than
	 * {@link MAX_ENTRIES} is refused.
	 */
	async entries<Keys extends unknown[], Value>(
		at: Hash,
		root: Hash,
		of: Item<Keys, Value>,
		...first: Partial<Keys>
	): Promise<[Keys, Value][]> {
		const prefix = of.enc(...(first as unknown as Keys));
		const keys = await this.#keys(at, prefix);
		// The prefix is no key: its proof shows what is there if there are no entries.
		const proven = (await this.#prove(at, root, [prefix, ...keys])).entries(prefix);
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

	async #prove(at: Hash, root: Hash, keys: Hex[]): Promise<ProvenTrie> {
		const proofs: Hex[] = [];
		for (let start = 0; start < keys.length; start += PAGE) {
			const json = await this.#link.request('state_getReadProof', [keys.slice(start, start + PAGE), at]);
			const { proof } = (json ?? {}) as { proof?: unknown };
			if (!Array.isArray(proof)) throw new ResponseError('the node returned no proof');
			for (const node of proof) fromHex(node as Hex);
			proofs.push(...(proof as Hex[]));
		}
		return new ProvenTrie(root, proofs);
	}
}
