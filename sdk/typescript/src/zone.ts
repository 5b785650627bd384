// What a node says about the ledgers of its zone and the messages between them, read from JSON. All of it is unchecked.

import { ResponseError, RpcError, RpcErrorCode } from './errors.js';
import type { Hash, Hex } from './hex.js';
import { objectOf, readBlock, readHash, readU32, type BlockRef } from './json.js';
import type { Link } from './link.js';
import type { Address } from './unit.js';

/** Code of JSON-RPC for a method that a node does not have, such as a shard that runs alone. */
const METHOD_NOT_FOUND = -32601;
/** Ledgers, heads, lanes or messages of one response, at most: a zone has 256 tables, and a lane 1,024 messages in flight. */
const MAX_ITEMS = 65_536;

/** Returns whether a node refused a call because it does not have the method. */
export function isMethodMissing(error: unknown): boolean {
	return error instanceof RpcError && error.code === METHOD_NOT_FOUND;
}

/** The tables of a shard: accounts are in one of 256 tables. */
export interface TableRange {
	first: number;
	last: number;
}

/** A ledger that a node runs. */
export interface LedgerPlace {
	/** Its tag in words: `main`, `zone 0`, `shard 0/1`. */
	chain: string;
	/** The tables of its accounts; `null` if it is no shard. */
	tables: TableRange | null;
	genesis: Hash;
	/** Addresses of its nodes. */
	endpoints: string[];
}

/** The shard of an account. */
export interface AccountPlace {
	zone: number;
	table: number;
	/** Its tag in words, such as `shard 0/1`. */
	chain: string;
	tables: TableRange;
	/** Addresses of its nodes. */
	endpoints: string[];
}

/** The newest head of a ledger that the zone has committed: blocks up to it are sealed. */
export interface SealedHead extends BlockRef {
	chain: string;
	/** Height of a block above it that the committee certified, and that the node found invalid: the zone seals none from it on. */
	invalid?: number;
}

/** The zone's newest block that a ledger knows, and the heads that it has committed. */
export interface ZoneHeads {
	zone: BlockRef;
	heads: SealedHead[];
}

/** A queue of messages from a ledger to another. */
export interface Lane {
	/** The ledger that sends: `shard 0/0`. */
	source: string;
	/** Where the messages lead: `main`, or a table of a zone as `zone 0 table 5`. */
	destination: string;
	/** `user` for payments, `bounce` for values that return, `system` for messages of the ledger itself. */
	kind: string;
}

/** Load of a shard's messages, as its newest header states it, in percent of what fits. */
export interface Level {
	chain: string;
	/** Height of the header. */
	number: number;
	/** Messages that wait for the shard. */
	inbox: number;
	/** Messages of the shard on their way. */
	outbox: number;
}

/** Messages of a ledger on their way. */
export interface Lanes {
	outbound: { lane: Lane; sent: bigint; acknowledged: bigint; inFlight: bigint }[];
	inbound: { lane: Lane; taken: bigint }[];
	/** Value on the way to other ledgers, in the token's smallest unit. */
	inLanes: bigint;
}

/** A message that a block sent to another ledger. */
export interface SentMessage {
	/** Its name in other calls: bytes of any length. */
	id: Hex;
	lane: Lane;
	sequence: bigint;
	/** The account that sent it. */
	initiator: Address;
	value: bigint;
	/** The account that it pays; `null` if it is no payment. */
	to: Address | null;
	/** The unit that sent it; `null` if no unit did. */
	unit: Hash | null;
}

const STAGES = ['final', 'sealed', 'credited', 'confirmed', 'returned'] as const;

/**
 * How far a message has come. Each stage implies those before it, except that a returned message was not credited:
 *
 * - `final`: a block of the sender's ledger has it;
 * - `sealed`: the zone has committed that block, after its routers executed it;
 * - `credited`: the destination has taken it and credited its value;
 * - `confirmed`: the sender's ledger knows that;
 * - `returned`: the destination could not credit it, and its value went back to the sender.
 */
export type MessageStage = (typeof STAGES)[number];

/** A message, as its sender's ledger reports it. */
export interface MessageReport extends Omit<SentMessage, 'unit'> {
	stage: MessageStage;
	/** The block that sent it. */
	final: BlockRef | undefined;
	/** The block of the zone that has committed that block. */
	sealed: BlockRef | undefined;
	/** The block of the destination that took it. */
	taken: SealedHead | undefined;
	/** What the destination did, in the node's words: `credited` or `returned`. */
	outcome: string | undefined;
}

/** Returns the rank of a stage: it grows. */
export function rankOf(stage: MessageStage): number {
	return STAGES.indexOf(stage);
}

/** Returns whether a message in this stage stays in it. */
export function isLastStage(stage: MessageStage): boolean {
	return stage === 'confirmed' || stage === 'returned';
}

function readText(value: unknown, what: string): string {
	if (typeof value === 'string') return value;
	throw new ResponseError(`the node returned no ${what}`);
}

/** Reads a number that is written as one, or as a decimal string because it can be large. */
function readCount(value: unknown, what: string): bigint {
	if (typeof value === 'string' && /^\d{1,40}$/.test(value)) return BigInt(value);
	if (Number.isSafeInteger(value) && (value as number) >= 0) return BigInt(value as number);
	throw new ResponseError(`the node returned no number ${what}`);
}

function readList<T>(json: unknown, what: string, read: (item: unknown) => T): T[] {
	if (!Array.isArray(json) || json.length > MAX_ITEMS) throw new ResponseError(`the node returned no ${what}`);
	return json.map((item) => read(item));
}

function readTables(json: unknown): TableRange {
	const [first, last] = Array.isArray(json) ? (json as unknown[]) : [objectOf(json)['first'], objectOf(json)['last']];
	const tables = { first: readU32(first, 'first table'), last: readU32(last, 'last table') };
	if (tables.first > tables.last || tables.last > 255) throw new ResponseError('the node returned no tables');
	return tables;
}

/** Reads addresses of nodes. Others than those of WebSockets are left out. */
function readEndpoints(json: unknown): string[] {
	const texts = readList(json, 'addresses', (item) => readText(item, 'address'));
	return texts.filter((text) => /^wss?:\/\//.test(text));
}

function readLane(json: unknown): Lane {
	const { source, destination, kind } = objectOf(json);
	return {
		source: readText(source, 'source of a lane'),
		destination: readText(destination, 'destination of a lane'),
		kind: readText(kind, 'kind of a lane'),
	};
}

/** Reads bytes of any length. */
export function readHex(value: unknown, what: string): Hex {
	if (typeof value === 'string' && /^0x([0-9a-fA-F]{2})+$/.test(value)) return value.toLowerCase();
	throw new ResponseError(`the node returned no ${what}`);
}

function readHead(json: unknown): SealedHead {
	const { chain, invalid } = objectOf(json);
	const head = { chain: readText(chain, 'ledger'), ...readBlock(json) };
	return invalid === null || invalid === undefined ? head : { ...head, invalid: readU32(invalid, 'height') };
}

function readBlockIfAny(json: unknown): BlockRef | undefined {
	return json === null || json === undefined ? undefined : readBlock(json);
}

/** Returns the ledgers that a node runs. */
export async function findLedgers(link: Link): Promise<LedgerPlace[]> {
	return readList(await link.request('zone_ledgers', []), 'ledgers', (json) => {
		const { chain, tables, genesis, endpoints } = objectOf(json);
		return {
			chain: readText(chain, 'ledger'),
			tables: tables === null || tables === undefined ? null : readTables(tables),
			genesis: readHash(genesis, 'genesis'),
			endpoints: readEndpoints(endpoints),
		};
	});
}

/** Returns the shard of an account. */
export async function findPlace(link: Link, account: Address): Promise<AccountPlace> {
	const { zone, table, chain, tables, endpoints } = objectOf(await link.request('zone_locate', [account]));
	return {
		zone: readU32(zone, 'zone'),
		table: readU32(table, 'table'),
		chain: readText(chain, 'ledger'),
		tables: readTables(tables),
		endpoints: readEndpoints(endpoints),
	};
}

/** Returns the heads that the zone has committed. */
export async function findHeads(link: Link): Promise<ZoneHeads> {
	const { zone, heads } = objectOf(await link.request('zone_heads', []));
	return {
		zone: readBlock(zone),
		heads: readList(heads, 'heads', readHead),
	};
}

/** Returns the loads of the zone's shards. */
export async function findLevels(link: Link): Promise<Level[]> {
	return readList(await link.request('zone_levels', []), 'levels', (json) => {
		const { chain, number, inbox, outbox } = objectOf(json);
		return {
			chain: readText(chain, 'ledger'),
			number: readU32(number, 'height'),
			inbox: readU32(inbox, 'inbox level'),
			outbox: readU32(outbox, 'outbox level'),
		};
	});
}

/** Returns the messages of a ledger that are on their way. */
export async function findLanes(link: Link): Promise<Lanes> {
	const { outbound, inbound, inLanes } = objectOf(await link.request('mailbox_lanes', []));
	return {
		outbound: readList(outbound, 'lanes', (json) => {
			const { lane, sent, acknowledged, inFlight } = objectOf(json);
			return {
				lane: readLane(lane),
				sent: readCount(sent, 'sent'),
				acknowledged: readCount(acknowledged, 'acknowledged'),
				inFlight: readCount(inFlight, 'in flight'),
			};
		}),
		inbound: readList(inbound, 'lanes', (json) => {
			const { lane, taken } = objectOf(json);
			return { lane: readLane(lane), taken: readCount(taken, 'taken') };
		}),
		inLanes: readCount(inLanes, 'in lanes'),
	};
}

function readMessage(json: unknown): Omit<SentMessage, 'unit'> {
	const { id, lane, sequence, initiator, value, to } = objectOf(json);
	return {
		id: readHex(id, 'message'),
		lane: readLane(lane),
		sequence: readCount(sequence, 'sequence'),
		initiator: readText(initiator, 'initiator'),
		value: readCount(value, 'value'),
		to: to === null || to === undefined ? null : readText(to, 'recipient'),
	};
}

/** Returns the messages that a block sent. */
export async function findSent(link: Link, block: Hash): Promise<SentMessage[]> {
	return readList(await link.request('mailbox_sent', [block]), 'messages', (json) => {
		const { unit } = objectOf(json);
		return { ...readMessage(json), unit: unit === null || unit === undefined ? null : readHash(unit, 'unit hash') };
	});
}

/** Reads the report of the message that was asked for. */
export function readMessageReport(json: unknown, id: Hex): MessageReport {
	const { stage, final, sealed, taken, outcome } = objectOf(json);
	const known = STAGES.find((known) => known === stage);
	if (known === undefined) throw new ResponseError(`the node returned no stage that this version knows: ${String(stage)}`);
	const message = readMessage(json);
	if (message.id !== id.toLowerCase()) throw new ResponseError('the node returned another message');
	return {
		...message,
		stage: known,
		final: readBlockIfAny(final),
		sealed: readBlockIfAny(sealed),
		taken: taken === null || taken === undefined ? undefined : readHead(taken),
		outcome: outcome === null || outcome === undefined ? undefined : readText(outcome, 'outcome'),
	};
}

/** Returns a message; `null` if the node does not know it. */
export async function findMessage(link: Link, id: Hex): Promise<MessageReport | null> {
	try {
		const json = await link.request('mailbox_message', [id]);
		return json === null ? null : readMessageReport(json, id);
	} catch (error) {
		if (error instanceof RpcError && error.code === RpcErrorCode.unknownMessage) return null;
		throw error;
	}
}
