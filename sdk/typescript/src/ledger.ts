// A ledger as a reader sees it who trusts its committee and no node: every value says how it was checked.
//
//   certificate ──▶ header ──▶ state root ──▶ proofs of accounts, committees, nodes
//                     └──────▶ roots over the body ──▶ extrinsics, units

import { AccountId, Storage } from '@polkadot-api/substrate-bindings';
import { BlockReader, type Block, type BlockHead } from './blocks.js';
import type { CommitteeReport } from './certificate.js';
import { chainOf, type ChainLink } from './chain.js';
import { checked, type Check, type Checked } from './checked.js';
import { OfficeError, ProofError } from './errors.js';
import { EventReader, type ChainEvent } from './events.js';
import type { Extrinsic } from './extrinsic.js';
import { Handovers } from './handover.js';
import { HeadStream, type HeadOptions } from './heads.js';
import { toHex, type Hash, type Hex } from './hex.js';
import type { Link } from './link.js';
import { primariesOf } from './primaries.js';
import { DEFAULT_RULES, quotaAt, type AccountQuota } from './quota.js';
import { decodeReceipt, type ProvenUnit, type TableHead } from './receipt.js';
import type {
	Balances,
	CommitteeRecord,
	EpochActivity,
	NodeRecord,
	Pace,
	PoolRecord,
	SeatRecord,
	StakeParameters,
	StoredQuota,
	TableBlock,
	VoteRecord,
} from './records.js';
import { decode, u128 } from './scale.js';
import { items, StateReader, value, type Question } from './state.js';
import {
	prepareTransaction,
	signTransaction,
	submitTransaction,
	transactionHash,
	type TransactionSigner,
	type TransactionStatus,
} from './transaction.js';
import { Trust } from './trust.js';
import type { Address, ChainTag } from './unit.js';

const NO_ACCOUNT: StoredQuota = {
	staked: { compute: 0n, bytes: 0n, state: 0n },
	free: { compute: 0n, bytes: 0n, state: 0n },
	chargedAt: 0n,
	countedAt: 0n,
	held: 0n,
	locked: 0n,
};
const account = AccountId(42);
const NO_HASH: Hash = `0x${'00'.repeat(32)}`;
/** `System::Events`. */
const EVENTS = Storage('System')('Events').enc();

/** The block whose state a value is of. */
export interface Place {
	number: number;
	hash: Hash;
}

/** An account after a block. */
export interface AccountState {
	at: Place;
	/** Height of its next unit, and nonce of its next extrinsic. */
	nonce: number;
	balances: Balances;
	/** Hash of its newest unit, on ledgers with units. */
	head: Hash | undefined;
	/** Number of credits by units. */
	received: number | undefined;
	quota: AccountQuota;
	/** Whether its own balance keeps it in the state. */
	hasFreeShare: boolean;
}

/** The committee of the next block, and its epoch. */
export interface CommitteeState {
	at: Place;
	committee: CommitteeRecord;
	quorum: number;
	/** Member indices in the order in which they are primaries of the next block. */
	primaries: number[];
	activity: EpochActivity | undefined;
	/** First height of the epoch. */
	first: number;
	/** Last height of the epoch, once its tickets are closed. */
	last: number | undefined;
	epochMs: bigint;
	closingBlocks: number;
	/** Time at which the tickets of the epoch close, in milliseconds since 1970. */
	closesAt: bigint | undefined;
	pace: Pace | undefined;
	/** The owners of the seats, on the main chain. */
	seats: SeatRecord[] | undefined;
}

/** A node of the main chain. */
export interface NodeState {
	controller: Address;
	record: NodeRecord;
	pool: PoolRecord | undefined;
}

/** A committee of an epoch with the owners of its seats. */
export interface DrawState {
	epoch: bigint;
	seats: SeatRecord[];
}

/** A vote of a holder. */
export interface VoteState {
	id: bigint;
	record: VoteRecord;
}

/** What the newest proven block says about the ledger. */
export interface LedgerState {
	at: Place;
	/** Time of the block, in milliseconds since 1970. */
	time: number;
	specName: string | undefined;
	specVersion: number | undefined;
	issuance: bigint;
}

/** Reads one ledger. Made by `TopClient.ledger`. */
export class Ledger {
	readonly #link: Link;
	readonly #trust: Trust;
	readonly #state: StateReader;
	readonly #blocks: BlockReader;
	#newest: BlockHead | undefined;
	#events: Promise<EventReader> | undefined;

	constructor(link: Link, anchors: CommitteeReport[], isAnchored: boolean) {
		this.#link = link;
		this.#trust = new Trust(new Handovers(link), anchors, isAnchored);
		this.#state = new StateReader(link);
		this.#blocks = new BlockReader(link, this.#trust, this.#state);
	}

	/** Whether the committee came from the reader. If the node named it, every value is unchecked. */
	get isAnchored(): boolean {
		return this.#trust.isAnchored;
	}

	/** Tag and genesis, which all signatures of the committee are bound to. */
	get domain(): { chain: ChainTag; genesis: Hash } {
		return this.#trust.verifier.domain;
	}

	/** Known committees, for storage as anchors. Oldest first. */
	get committees(): CommitteeReport[] {
		const { verifier } = this.#trust;
		return verifier.epochs.flatMap((epoch) => verifier.report(epoch) ?? []);
	}

	/** Whether accounts of this ledger have chains of units: its tag says so. */
	get hasUnits(): boolean {
		return this.domain.chain.type === 'Shard';
	}

	/** The newest head that {@link heads} has returned. Values of the state are those after it. */
	get newest(): BlockHead | undefined {
		return this.#newest;
	}

	/** Returns new heads as they are certified, in batches. The first batch has the `past` blocks before the newest. */
	async *heads(options: HeadOptions = {}): AsyncGenerator<BlockHead[], void, undefined> {
		for await (const heads of new HeadStream(this.#link, this.#blocks, options)) {
			this.#newest = heads[heads.length - 1];
			yield heads;
		}
	}

	/** Returns a block by height or hash with its body; `undefined` if the node does not have it. */
	async block(reference: number | Hash): Promise<Block | undefined> {
		const isHash = typeof reference === 'string';
		const hash = isHash ? reference : await this.#blocks.hashAt(reference);
		const block = hash === undefined ? undefined : await this.#blocks.block(hash);
		if (block !== undefined && !isHash && block.number !== reference) {
			throw new ProofError(`the node returned block ${block.number}, not ${reference}`);
		}
		return block;
	}

	/** Returns the head of a block by its hash. */
	head(hash: Hash): Promise<BlockHead | undefined> {
		return this.#blocks.head(hash);
	}

	/**
	 * Returns the extrinsics of a block whose head is known. They are as checked as the head: its certificate is not asked for
	 * again. `undefined` if the node does not have them.
	 */
	extrinsics(head: BlockHead): Promise<Extrinsic[] | undefined> {
		return this.#blocks.extrinsics(head);
	}

	/** Returns time and version of the newest block. */
	async state(): Promise<Checked<LedgerState>> {
		const { at, check, read } = await this.#reader();
		const [now, upgrade, issuance] = await read(value(items.now), value(items.upgrade), value(items.issuance));
		const { specName, specVersion } = upgrade ?? {};
		return checked({ at, time: Number(now ?? 0n), specName, specVersion, issuance: issuance ?? 0n }, check);
	}

	/** Returns an account after the newest block; the value is `undefined` if it does not exist. */
	async account(address: Address): Promise<Checked<AccountState | undefined>> {
		const { at, check, read } = await this.#reader();
		const [plain, unit, stored, rules, lent, now] = await read(
			this.hasUnits ? nothing : value(items.plainAccount, address),
			this.hasUnits ? value(items.unitAccount, address) : nothing,
			value(items.quota, address),
			value(items.quotaRules),
			value(items.lentPercent),
			value(items.now),
		);
		const record = plain ?? unit;
		if (record === undefined) return checked(undefined, check);
		const { free, reserved, frozen } = record.data;
		const hasFreeShare = record.providers > 0;
		const quota = quotaAt(
			unit?.data.quota ?? stored ?? NO_ACCOUNT,
			now ?? 0n,
			free + reserved,
			hasFreeShare,
			rules ?? DEFAULT_RULES,
			lent ?? 400,
		);
		const { nonce } = record;
		const balances = { free, reserved, frozen };
		const { unitHead: head, received } = unit?.data ?? {};
		return checked({ at, nonce, balances, head, received, quota, hasFreeShare }, check);
	}

	/** Returns the committee of the next block. */
	async committee(): Promise<Checked<CommitteeState>> {
		const { at, check, read } = await this.#reader();
		const [committee, seed, first, last, epochMs, closingBlocks, closesAt, pace, activity] = await read(
			value(items.committee),
			value(items.nextSeed),
			value(items.epochStart),
			value(items.lastHeight),
			value(items.epochMs),
			value(items.closingBlocks),
			value(items.closesAt),
			value(items.pace),
			value(items.activity),
		);
		if (committee === undefined || seed === undefined) throw new ProofError('the state names no committee');
		const [seats] = await read(value(items.seats, this.domain.chain, committee.epoch));
		const size = committee.members.length;
		const state: CommitteeState = {
			at,
			committee,
			quorum: size - Math.floor(Math.max(size - 1, 0) / 3),
			primaries: primariesOf(
				committee.members.map(({ weight }) => weight),
				seed,
			),
			activity: activity?.epoch === committee.epoch ? activity : undefined,
			first: first ?? 0,
			last,
			epochMs: epochMs ?? 0n,
			closingBlocks: closingBlocks ?? 0,
			closesAt,
			pace,
			seats,
		};
		return checked(state, check);
	}

	/** Returns all registered nodes of the main chain with the votes for them. The proof shows that none is missing. */
	async nodes(): Promise<Checked<NodeState[]>> {
		const { at, root, check } = await this.#place();
		const [nodes, pools] = await Promise.all([
			this.#state.entries(at.hash, root, items.nodes),
			this.#state.entries(at.hash, root, items.pools),
		]);
		const votes = new Map(pools.map(([[node], pool]) => [node, pool]));
		return checked(
			nodes.map(([[controller], record]) => ({ controller, record, pool: votes.get(controller) })),
			check,
		);
	}

	/** Returns the committees of this ledger that the main chain remembers, with the owners of their seats. Oldest first. */
	async draws(): Promise<Checked<DrawState[]>> {
		const { at, root, check } = await this.#place();
		const draws = await this.#state.entries(at.hash, root, items.seats, this.domain.chain);
		const found = draws.map(([[, epoch], seats]) => ({ epoch, seats }));
		return checked(
			found.sort((one, other) => Number(one.epoch - other.epoch)),
			check,
		);
	}

	/** Returns the computing power that nodes have proved in an epoch, in lanes. */
	async power(epoch: bigint): Promise<Checked<{ node: Address; lanes: number }[]>> {
		const { at, root, check } = await this.#place();
		const proved = await this.#state.entries(at.hash, root, items.power, epoch);
		return checked(
			proved.map(([[, node], lanes]) => ({ node, lanes })),
			check,
		);
	}

	/** Returns the newest link of a table's chain, on ledgers with units. Its height is 0 before its first block. */
	async table(table: number): Promise<Checked<TableHead & { at: Place }>> {
		const { at, check, read } = await this.#reader();
		const [heads] = await read(value(items.tableHeads));
		const head = heads?.find(([of]) => of === table)?.[1];
		return checked({ at, height: head?.height ?? 0, hash: head?.hash ?? NO_HASH }, check);
	}

	/** Returns what a block did to tables; `undefined` if the node does not have its state. */
	async tablesOf(block: Hash): Promise<Checked<TableBlock[]> | undefined> {
		const head = await this.#blocks.head(block);
		if (head === undefined) return undefined;
		const [record] = await this.#state.values(block, head.header.stateRoot, value(items.blockRecord));
		return checked(record?.outcome.tables ?? [], head.checked === 'none' ? 'none' : 'proof');
	}

	/** Returns the parameters of deposits and votes. */
	async stakeParameters(): Promise<Checked<StakeParameters | undefined>> {
		const { check, read } = await this.#reader();
		const [parameters] = await read(value(items.stakeParameters));
		return checked(parameters, check);
	}

	/** Returns all votes of a holder. */
	async votes(holder: Address): Promise<Checked<VoteState[]>> {
		const { at, root, check } = await this.#place();
		const votes = await this.#state.entries(at.hash, root, items.votes, holder);
		return checked(
			votes.map(([[, id], record]) => ({ id, record })),
			check,
		);
	}

	/** Returns the rewards that an account may claim, as the node's runtime computes them: unchecked. */
	async claimable(address: Address): Promise<Checked<bigint>> {
		const parameters = toHex(account.enc(address));
		const bytes = await this.#link.request('state_call', ['StakeApi_claimable', parameters]);
		return checked(decode(u128, String(bytes), 'a balance'), 'none');
	}

	/** Verifies a receipt, after following the ledger to its committee. `unit` is the hash of the expected unit. */
	verify(receipt: Hex | Uint8Array, unit?: Hash): Promise<Checked<ProvenUnit>> {
		return this.#trust.verify(decodeReceipt(receipt), unit);
	}

	/** Yields the units of an account, newest first, in pages. The account's head proves them. */
	async *chain(address: Address): AsyncGenerator<ChainLink[], void, undefined> {
		const { value: state, checked: check } = await this.account(address);
		yield* chainOf(this.#link, address, state?.head, check);
	}

	/** Returns the events of a block, in the words of the node's metadata: unchecked. `undefined` if the state is pruned. */
	async events({ hash, header }: BlockHead): Promise<ChainEvent[] | undefined> {
		this.#events ??= this.#link.request('state_getMetadata', []).then((hex) => new EventReader(String(hex)));
		// A failure is not kept: the next call asks again.
		this.#events.catch(() => (this.#events = undefined));
		const reader = await this.#events;
		const read = (bytes: Uint8Array | undefined) => bytes && reader.read(toHex(bytes));
		const [events] = await this.#state.values(hash, header.stateRoot, { key: EVENTS, read });
		return events;
	}

	/** Signs a call and submits it. Yields its statuses, beginning with its hash. */
	async *transact(
		signer: TransactionSigner,
		call: Uint8Array,
	): AsyncGenerator<TransactionStatus | { type: 'signed'; hash: Hash }, void, undefined> {
		const { genesis } = this.domain;
		const transaction = await prepareTransaction(this.#link, genesis, signer.account, call);
		const encoded = await signTransaction(transaction, signer);
		yield { type: 'signed', hash: transactionHash(encoded) };
		yield* submitTransaction(this.#link, encoded);
	}

	async #reader(): Promise<{ at: Place; check: Check; read: StateQuestions }> {
		const { at, root, check } = await this.#place();
		const read: StateQuestions = (...questions) => this.#state.values(at.hash, root, ...questions);
		return { at, check, read };
	}

	async #place(): Promise<{ at: Place; root: Hash; check: Check }> {
		const newest = this.#newest;
		if (newest === undefined) throw new OfficeError('unknownEpoch', 'no block is certified yet: read the heads first');
		const { number, hash, header, checked: check } = newest;
		return { at: { number, hash }, root: header.stateRoot, check: check === 'none' ? 'none' : 'proof' };
	}
}

type StateQuestions = <Questions extends Question<unknown>[]>(
	...questions: Questions
) => Promise<{ [at in keyof Questions]: Questions[at] extends Question<infer Value> ? Value : never }>;

/** Asks for nothing: the item does not occur on this ledger. */
const nothing: Question<undefined> = { key: items.now.enc(), read: () => undefined };
