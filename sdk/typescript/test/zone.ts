// A zone of shards as a model: where accounts live, and the messages between shards with their stages.

import { Blake2256 } from '@polkadot-api/substrate-bindings';
import { signerFromSeed, tableOf, toHex, unitHash, type Address, type Hash, type Hex, type Lane, type Signer, type Unit } from '../src/index.js';
import { LedgerNode } from './ledger.js';
import { TestNode, type Answer, type Call } from './node.js';

const DOMAIN = 0xd0;
const MAIN_GENESIS = `0x${'aa'.repeat(32)}`;
const PACE_MS = 8;
const STAGES = ['final', 'sealed', 'credited', 'confirmed'] as const;
const hashOf = (text: string): Hash => toHex(Blake2256(new TextEncoder().encode(text)));

type Stage = (typeof STAGES)[number] | 'returned';

interface Message {
	id: Hex;
	lane: Lane;
	sequence: number;
	initiator: string;
	value: bigint;
	to: Address;
	unit: Hash;
	stage: Stage;
	final: { number: number; hash: Hash };
	outcome: string | null;
}

interface Shard {
	chain: string;
	ledger: LedgerNode;
	endpoints: string[];
}

/** A node that runs the main chain and the shards of a zone. */
export class ZoneNode {
	/** The main chain, which has no units. */
	door!: TestNode;
	readonly shards: Shard[] = [];
	readonly messages = new Map<Hex, Message>();
	/** Accounts that can not be credited. */
	readonly refuses = new Set<Address>();
	/** The stage that no message passes. */
	holds: Stage = 'confirmed';
	/** Height of each shard that the zone has committed, at most. */
	sealsUpTo = Infinity;
	/** Blocks that the committees of shards certified and that are not valid, by shard. */
	readonly invalid = new Map<string, number>();
	/** Proofs that are asked for too early. */
	early = 0;
	/** How often accounts were located. */
	located = 0;
	/** Answers that still name the shards of before the last split. */
	staleAnswers = 0;
	#stale: Shard[] = [];
	readonly #watchers = new Map<object, (message: Message) => void>();
	#timer!: ReturnType<typeof setInterval>;

	/** Starts a zone of two shards, with the accounts of signers. */
	static async start(signers: Signer[]): Promise<ZoneNode> {
		const zone = new ZoneNode();
		zone.door = await TestNode.start((call, answer) => {
			if (!zone.handle(call, answer, undefined)) answer.error(-32601, 'there is no such method');
		});
		zone.door.genesis = MAIN_GENESIS;
		await zone.#add('shard 0/0', 1, [0, 127], signers);
		await zone.#add('shard 0/1', 2, [128, 255], signers);
		zone.#timer = setInterval(() => zone.#advance(), PACE_MS);
		return zone;
	}

	async #add(chain: string, salt: number, tables: [number, number], signers: Signer[]): Promise<Shard> {
		const ledger = await LedgerNode.start(salt, 1_000, signers, DOMAIN);
		ledger.tables = tables;
		const shard = { chain, ledger, endpoints: [ledger.node.url] };
		ledger.extra = (call, answer) => this.handle(call, answer, shard);
		ledger.applies = (unit, number) => this.#pay(shard, unit, number);
		this.shards.push(shard);
		return shard;
	}

	async stop(): Promise<void> {
		clearInterval(this.#timer);
		await Promise.all([this.door.stop(), ...this.shards.map(({ ledger }) => ledger.stop())]);
	}

	/** Returns the shard that has a table. */
	shardOf(account: Address, shards = this.shards): Shard {
		const table = tableOf(account);
		return shards.find(({ ledger: { tables } }) => tables[0] <= table && table <= tables[1]) as Shard;
	}

	/** Moves all tables of the first shard, with their accounts, to a new one. */
	async move(): Promise<void> {
		const [first] = this.shards as [Shard];
		this.#stale = this.shards.map((shard) => ({ ...shard }));
		const tables = first.ledger.tables;
		const next = await this.#add('shard 0/2', 3, tables, []);
		for (const [account, holder] of first.ledger.accounts) next.ledger.accounts.set(account, { ...holder });
		first.ledger.tables = [256, 256];
	}

	/** How often each amount was paid, on all shards. */
	get paid(): [bigint, number][] {
		return this.shards.flatMap(({ ledger }) => [...ledger.paid]);
	}

	#pay(from: Shard, unit: Unit, number: number): void {
		for (const { type, value } of unit.body.operations) {
			if (type !== 'Transfer') continue;
			const { dest, amount } = value;
			if (this.shardOf(dest) === from) {
				this.#credit(dest, amount);
				continue;
			}
			const hash = unitHash(unit);
			const sequence = this.messages.size;
			const id = `0x0042${hash.slice(2, 20)}${sequence.toString(16).padStart(4, '0')}`;
			const final = { number, hash: from.ledger.chain.hashes[number] as Hash };
			const lane = { source: from.chain, destination: `zone 0 table ${tableOf(dest)}`, kind: 'user' };
			const account = unit.body.account;
			const message: Message = { id, lane, sequence, initiator: account, value: amount, to: dest, unit: hash, stage: 'final', final, outcome: null };
			this.messages.set(id, message);
		}
	}

	#credit(account: Address, amount: bigint): void {
		const { accounts } = this.shardOf(account).ledger;
		const holder = accounts.get(account) ?? { height: 0, head: `0x${'00'.repeat(32)}`, free: 0n };
		accounts.set(account, { ...holder, free: holder.free + amount });
	}

	#advance(): void {
		for (const message of this.messages.values()) {
			if (message.stage === this.holds || message.stage === 'returned') continue;
			const next = STAGES[STAGES.indexOf(message.stage) + 1];
			if (next === undefined) continue;
			message.stage = next;
			if (next === 'credited' && this.refuses.has(message.to)) {
				message.stage = 'returned';
				message.outcome = 'returned';
				this.#credit(message.initiator, message.value);
			} else if (next === 'credited') {
				message.outcome = 'credited';
				this.#credit(message.to, message.value);
			}
			for (const watcher of this.#watchers.values()) watcher(message);
		}
	}

	#report({ id, lane, sequence, initiator, value, to, stage, final, outcome }: Message): object {
		const at = (...stages: Stage[]) => (stages.includes(stage) ? { number: 7, hash: hashOf(stage) } : null);
		const sealed = at('sealed', 'credited', 'confirmed', 'returned');
		const taken = at('credited', 'confirmed', 'returned') && { chain: this.shardOf(to).chain, number: 8, hash: hashOf('taken') };
		return { id, lane, sequence, initiator, value: String(value), to, stage, final, sealed, taken, outcome };
	}

	/** Answers the methods of a zone. Returns whether it is one of them. */
	handle({ method, params }: Call, answer: Answer, shard: Shard | undefined): boolean {
		const [first] = params as [never];
		const tablesOf = ({ ledger: { tables } }: Shard) => ({ first: tables[0], last: tables[1] });
		const live = this.shards.filter(({ ledger }) => ledger.tables[1] < 256);
		switch (method) {
			case 'zone_ledgers':
				answer.result([
					{ chain: 'main', tables: null, genesis: MAIN_GENESIS, endpoints: [this.door.url] },
					...live.map((shard) => ({
						chain: shard.chain,
						tables: tablesOf(shard),
						genesis: shard.ledger.chain.hashes[0],
						endpoints: shard.endpoints,
					})),
				]);
				return true;
			case 'zone_locate': {
				this.located += 1;
				const isStale = this.staleAnswers > 0;
				if (isStale) this.staleAnswers -= 1;
				const found = this.shardOf(first, live);
				const named = isStale ? (this.#stale[0] as Shard) : found;
				answer.result({ zone: 0, table: tableOf(first), chain: named.chain, tables: tablesOf(found), endpoints: named.endpoints });
				return true;
			}
			case 'zone_heads':
				answer.result({
					zone: { number: 9, hash: hashOf('zone') },
					heads: live.map(({ chain, ledger }) => {
						const number = Math.min(ledger.chain.newest, this.sealsUpTo);
						return { chain, number, hash: ledger.chain.hashes[number], invalid: this.invalid.get(chain) };
					}),
				});
				return true;
			case 'zone_levels':
				answer.result(live.map(({ chain }) => ({ chain, number: 3, inbox: 20, outbox: 5 })));
				return true;
			case 'mailbox_lanes': {
				const open = [...this.messages.values()].filter(({ stage }) => stage !== 'confirmed' && stage !== 'returned');
				answer.result({
					outbound: open.map(({ lane }) => ({ lane, sent: 1, acknowledged: 0, inFlight: 1 })),
					inbound: [],
					inLanes: String(open.reduce((sum, { value }) => sum + value, 0n)),
				});
				return true;
			}
			case 'mailbox_sent': {
				const sent = [...this.messages.values()].filter(({ final }) => final.hash === first);
				answer.result(
					sent.map(({ id, lane, sequence, initiator, value, to, unit }) => ({ id, lane, sequence, initiator, value: String(value), to, unit })),
				);
				return true;
			}
			case 'mailbox_message': {
				const message = this.messages.get(first);
				if (message === undefined) answer.error(8203, 'there is no such message');
				else answer.result(this.#report(message));
				return true;
			}
			case 'mailbox_watchMessage': {
				const subscription = `message ${Math.random()}`;
				answer.result(subscription);
				this.#watchers.set({}, (message) => {
					if (message.id === first) answer.notify('mailbox_messageStage', subscription, this.#report(message));
				});
				return true;
			}
			case 'mailbox_unwatchMessage':
				answer.result(true);
				return true;
			case 'mailbox_prove':
				if (this.#isEarly(answer)) return true;
				if (this.messages.has(first)) answer.result(first);
				else answer.error(8203, 'there is no such message');
				return true;
			case 'lattice_prove':
				if (shard === undefined || params.length < 2) return false;
				if (this.#isEarly(answer)) return true;
				answer.result(`0x${params[1] === 'sealed' ? '5e' : 'c4'}`);
				return true;
			default:
				return false;
		}
	}

	/** Refuses a proof whose block no zone block includes yet. */
	#isEarly(answer: Answer): boolean {
		if (this.early === 0) return false;
		this.early -= 1;
		answer.error(8204, 'its taking is not sealed: ask again');
		return true;
	}
}

/** Returns signers whose accounts are in tables of a range. */
export function signersIn(first: number, last: number, count: number): Signer[] {
	const found: Signer[] = [];
	for (let seed = 1; found.length < count; seed++) {
		const signer = signerFromSeed(`0x${seed.toString(16).padStart(64, '0')}`, 'Ed25519');
		const table = tableOf(signer.account);
		if (first <= table && table <= last) found.push(signer);
	}
	return found;
}
