// Accounts, tables and messages of the ledgers that the worker of the test stands in for.

import { fromHex, type ChainLink, type CommitteeReport, type MessageReport } from '@top/sdk';
import vectors from '../../../../primitives/lattice/vectors/receipt.json' with { type: 'json' };
import type { AccountView, LatticeUnit, LatticeView, MessagesView, ReceiptView, StakeView, TableView } from '../../src/shared/model.js';
import { checkReceipt } from '../../src/worker/receipts.js';

export const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty';
export const ADDRESSES: Record<string, string> = {
	'//Alice': '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
	'//Bob': BOB,
	'//Charlie': '5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y',
	'//Dave': '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy',
	'//Eve': '5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw',
	'//Ferdie': '5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL',
};
const PEOPLE = Object.values(ADDRESSES);
const hashOf = (number: number) => `0x${number.toString(16).padStart(64, '0')}`;

/** The account and its neighbours pay each other, by a pattern. */
const UNITS: LatticeUnit[] = Array.from({ length: 40 }, (_, at) => ({
	hash: hashOf(900 + at),
	account: PEOPLE[(at * 2) % 3] as string,
	height: Math.floor(at / 3),
	block: 3_000 + Math.floor(at / 2),
	index: at % 2,
	paid: [{ dest: PEOPLE[(at * 2 + 1 + (at % 4)) % 5] as string, amount: 1_500_000n }],
	checked: 'certificate',
}));

export const around = (): LatticeView => ({ lanes: PEOPLE.slice(0, 5), units: UNITS });

export const chain = (): ChainLink[] =>
	UNITS.filter(({ account }) => account === PEOPLE[0])
		.reverse()
		.map(({ hash, account, height, block, index, paid }) => ({
			hash,
			unit: {
				body: {
					account,
					height,
					parent: hashOf(899 + height),
					validUntil: 0,
					operations: paid.map(({ dest }) => ({ type: 'Transfer' as const, value: { dest, amount: 1_500_000n } })),
				},
				signature: { type: 'Sr25519', value: `0x${'00'.repeat(64)}` },
			} as unknown as ChainLink['unit'],
			checked: 'proof' as const,
			block: { number: block, hash: hashOf(block) },
			index,
		}));

export function stateOf(address: string): AccountView {
	const share = { compute: 2_000_000_000_000n, bytes: 65_536n, state: 8_192n };
	const used = { compute: 400_000_000_000n, bytes: 20_000n, state: 990n };
	const left = { compute: share.compute - used.compute, bytes: share.bytes - used.bytes, state: share.state - used.state };
	const quota = { used, share, left, locked: 25_000_000n, lentPercent: 400, fullAt: BigInt(Date.now() + 10_800_000) };
	const value = {
		at: { number: 3_010, hash: hashOf(3_010) },
		nonce: 14,
		balances: { free: 1_666_666_666_539_666n, reserved: 0n, frozen: 25_000_000n },
		head: hashOf(939),
		received: 27,
		quota: quota as unknown as NonNullable<AccountView['state']['value']>['quota'],
		hasFreeShare: true,
	};
	return { address, table: 42, state: { value, checked: 'proof' }, pool: { pending: 0, nextHeight: 14, paymentsLeft: 7n } };
}

export function table(number: number, blocks: { number: number; hash: string }[]): TableView {
	return {
		head: { value: { at: { number: 3_010, hash: hashOf(3_010) }, height: 1_204, hash: hashOf(77) }, checked: 'proof' },
		blocks: blocks.map(({ number: at, hash }) => ({
			...{ number: at, hash, checked: 'proof' as const },
			done: at % 4 === 0 ? { table: number, units: 3, unitsRoot: hashOf(at), credits: at % 3, creditsRoot: hashOf(at + 1) } : undefined,
		})),
		missing: 0,
	};
}

const STAGES = ['final', 'sealed', 'credited', 'confirmed', 'returned'] as const;

export function messages(id: string): MessagesView {
	const lane = { source: id.replace('-', ' ').replace('-', '/'), destination: 'zone 0 table 200', kind: 'user' };
	const of = (stage: MessageReport['stage'], at: number): MessageReport => ({
		...{ id: hashOf(at), lane, sequence: BigInt(at), initiator: PEOPLE[at] as string, value: BigInt(at + 1) * 1_500_000n, to: BOB, stage },
		final: { number: 3_000 - at, hash: hashOf(3_000 - at) },
		sealed: at > 0 ? { number: 2_000 - at, hash: hashOf(2_000 - at) } : undefined,
		taken: at > 1 ? { chain: 'shard 0/1', number: 4_000 - at, hash: hashOf(4_000 - at) } : undefined,
		outcome: undefined,
	});
	return {
		lanes: {
			outbound: [
				{ lane, sent: 1_240n, acknowledged: 1_237n, inFlight: 3n },
				{ lane: { ...lane, destination: 'main' }, sent: 12n, acknowledged: 12n, inFlight: 0n },
			],
			inbound: [{ lane: { source: 'shard 0/1', destination: 'zone 0 table 42', kind: 'user' }, taken: 982n }],
			inLanes: 4_500_000n,
		},
		messages: STAGES.map(of),
	};
}

/** A receipt that the committee of {@link receipt} signed, as hex. */
export const RECEIPT = (vectors.receipts[0] as { receipt: string }).receipt;

/** Checks a receipt as the page's worker does, by the committee of the vectors. It comes as hex text. */
export function receipt(bytes: Uint8Array): ReceiptView {
	const committees = [vectors.committee as unknown as CommitteeReport];
	return checkReceipt(fromHex(new TextDecoder().decode(bytes).trim()), [{ id: 'shard-0-0', name: 'Shard 0/0', committees }]);
}

export function stake(): StakeView {
	const node = (at: number) => ({
		controller: PEOPLE[at] as string,
		record: {
			...{ roles: at % 2 === 0 ? 4 : 6, keysCountFrom: 3n, deposit: 1_000_000_000_000n, dividend: 100_000_000, reputation: 10_000 - 700 * at },
			...{ staysAwayUntil: at === 4 ? 20n : undefined, leaving: undefined, removedUntil: undefined },
		},
		pool: { tokens: BigInt(5 - at) * 250_000_000_000n, shares: 1n, weighedShares: 1n, weight: 1n },
	});
	const nodes = Array.from({ length: 5 }, (_, at) => node(at)) as unknown as StakeView['nodes']['value'];
	const seat = (at: number) => ({ node: PEOPLE[at % 5], member: { key: hashOf(at), vrf: hashOf(at), weight: 1n }, since: 3n });
	const draws = Array.from({ length: 8 }, (_, epoch) => ({
		epoch: BigInt(epoch + 5),
		seats: Array.from({ length: 7 }, (_, at) => seat(at * epoch + at)),
	}));
	const least = 1_000_000_000n;
	const parameters = {
		...{ leastDeposits: { edge: least, router: least, validator: least, archive: least }, leastVote: 1_000_000n },
		...{ leaveDelayMs: 0n, evidenceEpochs: 0n, slashDelayEpochs: 0n },
	};
	return {
		nodes: { value: nodes, checked: 'proof' },
		parameters: { value: parameters, checked: 'proof' },
		epoch: 12n,
		seats: PEOPLE.slice(0, 3),
		draws: { value: draws as unknown as StakeView['draws']['value'], checked: 'proof' },
		power: { value: PEOPLE.slice(0, 4).map((node, at) => ({ node, lanes: 4_000 - 800 * at })), checked: 'proof' },
	};
}
