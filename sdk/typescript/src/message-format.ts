// The parts of a receipt across ledgers. docs/src/formats/mailbox.md and docs/src/formats/receipts.md define them.

import { _void, AccountId, Bytes, Option, Struct, Variant, type Codec } from '@polkadot-api/substrate-bindings';
import { certificateCodec, type Certificate } from './certificate.js';
import { CodecError } from './errors.js';
import { headerCodec, type Header } from './header.js';
import { toHex, type Hash } from './hex.js';
import { merklePathCodec, type MerklePath } from './merkle.js';
import { receiptCodec, type Receipt } from './receipt.js';
import { boundedBytes, boundedList, decode, hash, u128, u16, u32, u64, u8 } from './scale.js';
import { chainTagCodec, type Address, type ChainTag } from './unit.js';

/** Bytes of a message, headers between a block and its sealed head, last headers of epochs, and nodes of a proof, at most. */
const [MAX_MESSAGE_BYTES, MAX_LINKS, MAX_HANDOVERS, MAX_PROOF_NODES] = [16 * 1024, 1_024, 256, 48];
/** Steps from a header to a head, and hashes beside a message, at most. */
const [MAX_HEAD_STEPS, MAX_PEAKS] = [2, 128];
/** `MAIL`: engine id of the mailbox in digests. */
const MAILBOX_ENGINE = toHex(new TextEncoder().encode('MAIL'));

/** Where accounts live. */
export type Home = { type: 'Main'; value?: undefined } | { type: 'Zone'; value: number };

/** Where a lane leads. */
export type Destination =
	| { type: 'Main'; value?: undefined }
	| { type: 'Table'; value: { zone: number; table: number } };

/** The lane of a message, as it is encoded. */
export interface LaneId {
	source: ChainTag;
	destination: Destination;
	class: { type: 'System' | 'Bounce' | 'User'; value?: undefined };
}

/** A message from one ledger to another. */
export interface Message {
	initiator: { home: Home; account: Address };
	/** Number of messages before it in its chain. */
	hop: number;
	weight: bigint;
	budget: bigint;
	value: bigint;
	payload: Uint8Array;
}

interface Tally {
	messages: bigint;
	bytes: bigint;
	value: bigint;
}

/** What a header says to other ledgers. */
export interface Commitments {
	outbox: Hash;
	inbox: Hash;
	heads: Hash;
	levels: { inbox: number; outbox: number; turn: ChainTag | undefined };
}

/** The head of a ledger, as another ledger includes it. */
export interface Head {
	ledger: { chain: ChainTag; tables: { first: number; last: number } | undefined };
	height: number;
	hash: Hash;
	commitments: Commitments;
}

/** The way from a header down to a head. */
export type HeadPath = { head: Head; path: MerklePath }[];

/** A header with its ledger and its certificate. */
export interface NamedHeader {
	chain: ChainTag;
	header: Header;
	certificate: Certificate;
}

/** The way of a message across ledgers, as far as it has come. */
export interface MessageReceipt {
	origin: { type: 'Unit'; value: Receipt } | { type: 'Block'; value: { header: Header; certificate: Certificate } };
	sending: {
		packet: {
			first: bigint;
			messages: Message[];
			range: Hash[];
			claim: { lane: LaneId; root: Hash; count: bigint };
			path: MerklePath;
			head: HeadPath;
		};
		parent: Header;
		before: Uint8Array[];
	};
	sealing: { links: Header[]; head: HeadPath; by: NamedHeader } | undefined;
	crediting:
		| { cursor: { claim: { lane: LaneId; taken: Tally }; path: MerklePath; head: HeadPath }; by: NamedHeader }
		| undefined;
	handovers: NamedHeader[];
}

export const homeCodec = Variant({ Main: _void, Zone: u16 }) as Codec<Home>;
const destination = Variant({ Main: _void, Table: Struct({ zone: u16, table: u8 }) }) as Codec<Destination>;
export const laneCodec: Codec<LaneId> = Struct({
	source: chainTagCodec,
	destination,
	class: Variant({ System: _void, Bounce: _void, User: _void }) as Codec<LaneId['class']>,
});
export const messageCodec: Codec<Message> = Struct({
	initiator: Struct({ home: homeCodec, account: AccountId(42) }),
	hop: u8,
	weight: u64,
	budget: u64,
	value: u128,
	payload: boundedBytes(MAX_MESSAGE_BYTES),
});
const tally: Codec<Tally> = Struct({ messages: u64, bytes: u64, value: u128 });
export const laneClaimCodec = Struct({ lane: laneCodec, root: hash, count: u64 });
export const cursorClaimCodec = Struct({ lane: laneCodec, taken: tally });
const commitments: Codec<Commitments> = Struct({
	outbox: hash,
	inbox: hash,
	heads: hash,
	levels: Struct({ inbox: u8, outbox: u8, turn: Option(chainTagCodec) }),
});
export const headItemCodec: Codec<Head> = Struct({
	ledger: Struct({ chain: chainTagCodec, tables: Option(Struct({ first: u8, last: u8 })) }),
	height: u32,
	hash,
	commitments,
});
const headPath: Codec<HeadPath> = boundedList(Struct({ head: headItemCodec, path: merklePathCodec }), MAX_HEAD_STEPS);
const signed = { header: headerCodec, certificate: certificateCodec };
const named: Codec<NamedHeader> = Struct({ chain: chainTagCodec, ...signed });
const hashes = boundedList(hash, MAX_PEAKS);

/** SCALE codec of {@link MessageReceipt}. */
export const messageReceiptCodec = Struct({
	origin: Variant({ Unit: receiptCodec, Block: Struct(signed) }),
	sending: Struct({
		packet: Struct({
			first: u64,
			messages: boundedList(messageCodec, 1),
			range: hashes,
			claim: laneClaimCodec,
			path: merklePathCodec,
			head: headPath,
		}),
		parent: headerCodec,
		before: boundedList(Bytes(), MAX_PROOF_NODES),
	}),
	sealing: Option(Struct({ links: boundedList(headerCodec, MAX_LINKS), head: headPath, by: named })),
	crediting: Option(
		Struct({ cursor: Struct({ claim: cursorClaimCodec, path: merklePathCodec, head: headPath }), by: named }),
	),
	handovers: boundedList(named, MAX_HANDOVERS),
}) as Codec<MessageReceipt>;

const outboundLane = Struct({
	mountain: Struct({ count: u64, peaks: hashes }),
	root: hash,
	sent: tally,
	acknowledged: tally,
});

/** Returns how many messages a lane had, by its value in the state of its source. */
export const sentBy = (value: Uint8Array): bigint => decode(outboundLane, value, 'a lane').sent.messages;

const payment = Variant({ Pay: AccountId(42) });

/** Returns the account that a message pays; `undefined` if it is no payment. */
export function recipientOf({ payload }: Message): Address | undefined {
	try {
		return decode(payment, payload, 'a payment').value;
	} catch (error) {
		if (error instanceof CodecError) return undefined;
		throw error;
	}
}

/** Returns what a header says to other ledgers; `undefined` if that is absent, repeated, or does not decode. */
export function findCommitments(header: Header): Commitments | undefined {
	const [item, ...others] = header.digest.flatMap((item) =>
		item.type === 'Consensus' && item.value.engine === MAILBOX_ENGINE ? [item.value.payload] : [],
	);
	if (item === undefined || others.length > 0) return undefined;
	try {
		return decode(commitments, item, 'the digest of the mailbox');
	} catch (error) {
		if (error instanceof CodecError) return undefined;
		throw error;
	}
}
