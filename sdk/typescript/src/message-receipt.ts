// Verification of receipts across ledgers. docs/src/formats/receipts.md has the rules, in this order.
//
//   trusted committee ──▶ header of the zone ──▶ head of the source ──▶ block of the message ──▶ unit
//                     └─▶ header of the zone ──▶ head of the destination ──▶ cursor above the message

import { Blake2128Concat, Blake2256, Storage } from '@polkadot-api/substrate-bindings';
import type { Certificate } from './certificate.js';
import { MessageReceiptError, ProofError, ReceiptError } from './errors.js';
import { headerHash, type Header } from './header.js';
import { concat, toHex, type Hash, type Hex } from './hex.js';
import type { BlockRef } from './json.js';
import { leads, type MerklePath } from './merkle.js';
import {
	cursorClaimCodec,
	findCommitments,
	headItemCodec,
	laneClaimCodec,
	laneCodec,
	messageCodec,
	messageReceiptCodec,
	recipientOf,
	sentBy,
	type Commitments,
	type Head,
	type HeadPath,
	type LaneId,
	type Message,
	type MessageReceipt,
	type NamedHeader,
} from './message-format.js';
import { standsInRange } from './mountain.js';
import { unitInBlock } from './receipt.js';
import { decode, u64 } from './scale.js';
import { ProvenTrie } from './trie.js';
import { chainTagCodec, sameAddress, tableOf, type Address, type ChainTag, type Operation } from './unit.js';
import type { Verifier } from './verifier.js';

/** Bytes of a receipt, of a proof of a lane's state, and hashes of a path to a claim, at most. */
const [MAX_BYTES, MAX_PROOF_BYTES, MAX_SIBLINGS] = [2 * 1024 * 1024, 64 * 1024, 16];

const text = (words: string) => new TextEncoder().encode(words);
const outbound = Storage('Mailbox')('OutboundLanes', [laneCodec, Blake2128Concat]);

/** A block of a ledger. */
export interface ChainBlock extends BlockRef {
	chain: ChainTag;
}

/** What a receipt across ledgers proves. */
export interface ProvenMessage {
	lane: LaneId;
	/** Its place in the lane. */
	sequence: bigint;
	initiator: Address;
	/** The account that it pays; `undefined` if it is no payment. */
	to: Address | undefined;
	value: bigint;
	/** The unit that sent it; `undefined` if the receipt has none. */
	unit: Hash | undefined;
	/** The block that sent it. */
	sent: ChainBlock;
	/** The block of the zone that sealed it, if the receipt says so. */
	sealed: ChainBlock | undefined;
	/** A block of the destination by which it was taken, and that of the zone which sealed it, if the receipt says so. */
	taken: { at: ChainBlock; sealed: ChainBlock } | undefined;
}

/** Decodes a receipt across ledgers. The result is unverified until {@link verifyMessageReceipt}. */
export function decodeMessageReceipt(bytes: Uint8Array | Hex): MessageReceipt {
	const length = typeof bytes === 'string' ? (bytes.length - 2) / 2 : bytes.length;
	if (length > MAX_BYTES) throw new MessageReceiptError('tooLong', `the receipt has ${length} bytes, the maximum is ${MAX_BYTES}`);
	return decode(messageReceiptCodec, bytes, 'a receipt across ledgers');
}

/**
 * Checks a receipt across ledgers by verifiers of ledgers that the caller trusts: that of the zone alone if the message is
 * sealed, and that of the source otherwise. Committees that the receipt hands over to are added to the verifiers. Compare
 * initiator, recipient, value and unit with what you expect.
 *
 * A cursor shows that the message was taken. A payment that cannot be credited is taken too, and its value returns.
 */
export function verifyMessageReceipt(receipt: MessageReceipt | Uint8Array | Hex, trusted: Verifier[]): ProvenMessage {
	const read = typeof receipt === 'string' || receipt instanceof Uint8Array ? decodeMessageReceipt(receipt) : receipt;
	const { origin, sending, sealing, crediting, handovers } = read;
	const { header, certificate } = origin.value;
	const { lane } = sending.packet.claim;
	const message = messageIn(sending, header);
	const unit = origin.type === 'Unit' ? sentByUnit(origin, lane, message) : undefined;
	const certify = (chain: ChainTag, header: Header, certificate: Certificate) =>
		certified(trusted, handovers, chain, header, certificate);
	const isTrusted = ({ domain, epochs }: Verifier) => isSame(domain.chain, lane.source) && epochs.includes(certificate.epoch);
	if (sealing === undefined || trusted.some(isTrusted)) {
		certify(lane.source, header, certificate);
	}
	const sent = { chain: lane.source, number: header.number, hash: headerHash(header) };
	const sealed = sealing && sealedBy(sealing, sent, certify);
	const taken = crediting && takenBy(crediting, lane, sending.packet.first, certify);
	if (taken !== undefined) {
		const isOrdered = sealed !== undefined && (!isSame(sealed.chain, taken.sealed.chain) || sealed.number <= taken.sealed.number);
		if (!isOrdered) throw new MessageReceiptError('notTaken', 'the message was taken before it was sealed');
	}
	const { initiator, value } = message;
	return {
		...{ lane, sequence: sending.packet.first, initiator: initiator.account, to: recipientOf(message), value },
		...{ unit, sent, sealed, taken },
	};
}

type Certify = (chain: ChainTag, header: Header, certificate: Certificate) => void;

const isSame = (one: ChainTag, other: ChainTag) => toHex(chainTagCodec.enc(one)) === toHex(chainTagCodec.enc(other));

/** Checks a header by a committee of its ledger that is trusted, or that handovers lead to. */
function certified(trusted: Verifier[], handovers: NamedHeader[], chain: ChainTag, header: Header, certificate: Certificate): void {
	const verifier = trusted.find(({ domain }) => isSame(domain.chain, chain));
	if (verifier === undefined) {
		throw new MessageReceiptError('noAnchor', `no committee of ${chain.type} ${JSON.stringify(chain.value ?? '')} is trusted`);
	}
	for (const handover of handovers) {
		const { epoch } = handover.certificate;
		const leadsOn = verifier.epochs.includes(epoch) && !verifier.epochs.includes(epoch + 1n);
		if (isSame(handover.chain, chain) && epoch < certificate.epoch && leadsOn) {
			verifier.follow(handover.header, handover.certificate);
		}
	}
	verifier.certify(header, certificate);
}

/** Returns whether a path leads from a claim of a kind to a root. */
function isBelow(path: MerklePath, kind: string, claim: Uint8Array, root: Hash): boolean {
	return path.siblings.length <= MAX_SIBLINGS && leads(path, concat(text(kind), claim), root);
}

/** Returns the message, if the block of the header sent it. */
function messageIn({ packet, parent, before }: MessageReceipt['sending'], header: Header): Message {
	const { first, messages, range, claim, path, head } = packet;
	const [message] = messages;
	const refuse = (why: string) => new MessageReceiptError('notSent', why);
	if (message === undefined || messages.length !== 1 || head.length > 0) throw refuse('the receipt is not of one message');
	const commitments = findCommitments(header);
	if (commitments === undefined) throw refuse('the block of this header has no mailbox');
	if (!isBelow(path, 'LANE', laneClaimCodec.enc(claim), commitments.outbox)) throw refuse('the lane is not in the outbox of the block');
	const leaf = Blake2256(concat(text('TOP-MSG-1'), laneCodec.enc(claim.lane), u64.enc(first), messageCodec.enc(message)));
	if (!standsInRange(leaf, first, claim.count, claim.root, range)) throw refuse('the message is not in the lane');
	if (parent.number + 1 !== header.number || headerHash(parent) !== header.parentHash) {
		throw refuse('the header before is not that of the parent');
	}
	if (before.reduce((sum, node) => sum + node.length, 0) > MAX_PROOF_BYTES) {
		throw new MessageReceiptError('tooLong', 'the proof of the state before is longer than any that is needed');
	}
	try {
		const value = new ProvenTrie(parent.stateRoot, before.map(toHex)).get(outbound.enc(claim.lane) as Hex);
		if (value !== undefined && sentBy(value) > first) throw refuse('an earlier block sent the message');
	} catch (error) {
		if (error instanceof ProofError) throw refuse(`the proof of the state before shows nothing: ${error.message}`);
		throw error;
	}
	return message;
}

/** Returns the hash of the unit, if it sent the message. */
function sentByUnit(origin: MessageReceipt['origin'] & { type: 'Unit' }, lane: LaneId, message: Message): Hash {
	const { body } = origin.value.unit;
	let hash: Hash;
	try {
		hash = unitInBlock(origin.value);
	} catch (error) {
		if (!(error instanceof ReceiptError)) throw error;
		throw new MessageReceiptError('otherUnit', error.message);
	}
	const { home, account } = message.initiator;
	const isSender = sameAddress(account, body.account) && home.type === homeOf(lane.source).type && home.value === homeOf(lane.source).value;
	const isFirst = lane.class.type === 'User' && message.hop === 0;
	if (!isSender || !isFirst || !body.operations.some((operation) => asksFor(operation, lane, message))) {
		throw new MessageReceiptError('otherUnit', 'the unit did not send this message');
	}
	return hash;
}

function homeOf(chain: ChainTag): Message['initiator']['home'] {
	if (chain.type === 'Main') return { type: 'Main' };
	return { type: 'Zone', value: chain.type === 'Zone' ? chain.value : chain.value.zone };
}

/** Returns whether an operation asks for a message: the same recipient in the same place, and the same value. */
function asksFor(operation: Operation, lane: LaneId, message: Message): boolean {
	const { destination } = lane;
	const paid = recipientOf(message);
	const isPaid = (dest: Address) => {
		const own = homeOf(lane.source);
		const isPlace =
			destination.type === 'Main' ? own.type === 'Main' : destination.value.zone === own.value && destination.value.table === tableOf(dest);
		return isPlace && paid !== undefined && sameAddress(paid, dest);
	};
	switch (operation.type) {
		case 'Transfer':
		case 'TransferKeepAlive':
			return message.value === operation.value.amount && isPaid(operation.value.dest);
		case 'TransferAll':
			return isPaid(operation.value.dest);
		case 'Remote': {
			const to = homeOf(operation.value.chain);
			const isPlace = destination.type === 'Main' ? to.type === 'Main' : to.value === destination.value.zone;
			return isPlace && toHex(operation.value.payload) === toHex(message.payload);
		}
		case 'Service':
			return false;
	}
}

/** Follows the way from a certified header down to a head. */
function headBelow(way: HeadPath, { chain, header }: NamedHeader): Head | undefined {
	let [by, commitments]: [ChainTag, Commitments | undefined] = [chain, findCommitments(header)];
	let found: Head | undefined;
	for (const [depth, { head, path }] of way.entries()) {
		const isNeighbour = vouches(by, head.ledger.chain, depth === 0);
		if (!isNeighbour || commitments === undefined || !isBelow(path, 'HEAD', headItemCodec.enc(head), commitments.heads)) {
			return undefined;
		}
		[by, commitments, found] = [head.ledger.chain, head.commitments, head];
	}
	return found;
}

/** Returns whether a ledger includes the heads of another one. Below a head, only the shards of that zone can be reached. */
function vouches(by: ChainTag, of: ChainTag, isAtHeader: boolean): boolean {
	if (by.type === 'Zone' && of.type === 'Shard') return by.value === of.value.zone;
	if (by.type === 'Zone' && of.type === 'Zone') return isAtHeader && by.value !== of.value;
	return isAtHeader && ((by.type === 'Zone' && of.type === 'Main') || (by.type === 'Main' && of.type === 'Zone'));
}

const blockOf = ({ chain, header }: NamedHeader): ChainBlock => ({ chain, number: header.number, hash: headerHash(header) });

/** Returns the block of the zone that has included the block of the message. */
function sealedBy({ links, head, by }: NonNullable<MessageReceipt['sealing']>, sent: ChainBlock, certify: Certify): ChainBlock {
	certify(by.chain, by.header, by.certificate);
	const found = headBelow(head, by);
	if (found === undefined || !isSame(found.ledger.chain, sent.chain)) {
		throw new MessageReceiptError('notSealed', 'the header of the zone does not include a head of the source');
	}
	let { number, hash } = sent;
	for (const link of links) {
		if (link.parentHash !== hash || link.number !== number + 1) {
			throw new MessageReceiptError('notSealed', `block ${link.number} does not follow block ${number}`);
		}
		[number, hash] = [link.number, headerHash(link)];
	}
	if (number !== found.height || hash !== found.hash) {
		throw new MessageReceiptError('notSealed', `the head that the zone includes is not block ${number} of the receipt`);
	}
	return blockOf(by);
}

/** Returns the block of the destination by which the message was taken, with that of the zone. */
function takenBy(
	{ cursor, by }: NonNullable<MessageReceipt['crediting']>,
	lane: LaneId,
	sequence: bigint,
	certify: Certify,
): { at: ChainBlock; sealed: ChainBlock } {
	certify(by.chain, by.header, by.certificate);
	const refuse = (why: string) => new MessageReceiptError('notTaken', why);
	const found = headBelow(cursor.head, by);
	if (found === undefined) throw refuse('the header of the zone does not include the head of the destination');
	const { chain, tables } = found.ledger;
	const { destination } = lane;
	const isOwner =
		destination.type === 'Main'
			? chain.type === 'Main'
			: chain.type === 'Shard' &&
				chain.value.zone === destination.value.zone &&
				tables !== undefined &&
				tables.first <= destination.value.table &&
				destination.value.table <= tables.last;
	if (!isOwner) throw refuse('the lane does not end at this ledger');
	const { claim, path } = cursor;
	if (!isBelow(path, 'CURS', cursorClaimCodec.enc(claim), found.commitments.inbox)) throw refuse('the cursor is not in the inbox');
	if (toHex(laneCodec.enc(claim.lane)) !== toHex(laneCodec.enc(lane))) throw refuse('the cursor is of another lane');
	if (claim.taken.messages <= sequence) throw refuse(`the destination has taken ${claim.taken.messages} messages, this is ${sequence}`);
	return { at: { chain, number: found.height, hash: found.hash }, sealed: blockOf(by) };
}
