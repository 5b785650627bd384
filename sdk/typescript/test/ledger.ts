// The rules of a node for units, as a model: heights, parents, repeats, conflicts, expiry, balances.

import {
	decodeUnit,
	encodeUnit,
	isSigned,
	tableOf,
	toHex,
	unitHash,
	type Address,
	type Hash,
	type Signer,
	type Unit,
	type UnitReport,
} from '../src/index.js';
import { certificateHex, Chain, headerJson, receiptHex } from './chain.js';
import { TestNode, type Answer, type Call } from './node.js';

const MAX_VALIDITY = 2_400;
const PACE_MS = 8;
const UNKNOWN_UNIT = 8102;

interface Holder {
	height: number;
	head: Hash;
	free: bigint;
}

const amountOf = (unit: Unit): bigint => (unit.body.operations[0]?.value as { amount?: bigint }).amount ?? 0n;
const invalid = (hash: Hash, code: string) =>
	({ hash, status: 'invalid', reason: { code, message: `refused: ${code}` } }) as UnitReport;

/** A node with the rules of a ledger. */
export class LedgerNode {
	readonly chain: Chain;
	readonly domain: Hash;
	readonly accounts = new Map<Address, Holder>();
	readonly pool = new Map<string, Unit>();
	readonly applied = new Map<Hash, { number: number; unit: Unit }>();
	/** How often each amount was paid. Payments of the tests differ by their amounts. */
	readonly paid = new Map<bigint, number>();
	/** Blocks that the index is behind; infinite without an index. */
	indexLag = 0;
	/** Calls that are answered as `unknown`. */
	unknowns = 0;
	node!: TestNode;
	/** First and last table of its accounts. */
	tables: [first: number, last: number] = [0, 255];
	/** Answers methods that a ledger alone does not have. Returns whether it did. */
	extra: (call: Call, answer: Answer) => boolean = () => false;
	/** Takes each unit that applied. */
	applies: (unit: Unit, number: number) => void = () => undefined;
	readonly #ended = new Map<Hash, string>();
	readonly #watchers = new Set<() => void>();
	readonly #timer: ReturnType<typeof setInterval>;

	private constructor(salt: number, epochLength: number, signers: Signer[], domain: number) {
		this.chain = new Chain(salt, epochLength);
		this.domain = `0x${domain.toString(16).padStart(2, '0').repeat(32)}`;
		for (const { account } of signers) {
			this.accounts.set(account, { height: 5, head: `0x${'0a'.repeat(32)}`, free: 1n << 60n });
		}
		this.#timer = setInterval(() => this.#makeBlocks(), PACE_MS);
	}

	/** Starts a node. The salt distinguishes ledgers; the shards of a zone have one domain. */
	static async start(salt: number, epochLength: number, signers: Signer[], domain = salt): Promise<LedgerNode> {
		const ledger = new LedgerNode(salt, epochLength, signers, domain);
		ledger.node = await TestNode.start((call, answer) => ledger.#handle(call, answer));
		ledger.node.genesis = ledger.chain.hashes[0];
		return ledger;
	}

	async stop(): Promise<void> {
		clearInterval(this.#timer);
		await this.node.stop();
	}

	#isOwn(account: Address): boolean {
		const [first, last] = this.tables;
		return first <= tableOf(account) && tableOf(account) <= last;
	}

	#next(account: Address): Holder & { pending: number } {
		const next = { ...(this.accounts.get(account) as Holder), pending: 0 };
		for (;;) {
			const unit = this.pool.get(`${account} ${next.height}`);
			if (unit === undefined || unit.body.parent !== next.head || amountOf(unit) > next.free) return next;
			next.height += 1;
			next.head = unitHash(unit);
			next.free -= amountOf(unit);
			next.pending += 1;
		}
	}

	#isIndexed(hash: Hash): boolean {
		const applied = this.applied.get(hash);
		return applied !== undefined && applied.number + this.indexLag <= this.chain.newest;
	}

	#status(hash: Hash): UnitReport | undefined {
		const applied = this.applied.get(hash);
		if (applied !== undefined) {
			const { number } = applied;
			return { hash, status: 'final', block: { number, hash: this.chain.hashes[number] as Hash } };
		}
		const ended = this.#ended.get(hash);
		if (ended !== undefined) return invalid(hash, ended);
		const unit = [...this.pool.values()].find((unit) => unitHash(unit) === hash);
		if (unit === undefined) return undefined;
		return { hash, status: unit.body.height < this.#next(unit.body.account).height ? 'ready' : 'future' };
	}

	#submit(unit: Unit): UnitReport {
		const hash = unitHash(unit);
		const { account, height, parent, validUntil } = unit.body;
		const number = this.chain.newest + 1;
		if (!isSigned(unit, this.domain)) return invalid(hash, 'signature');
		const waiting = this.pool.get(`${account} ${height}`);
		const isWaiting = waiting !== undefined && unitHash(waiting) === hash;
		if (isWaiting || this.#isIndexed(hash)) return this.#status(hash) as UnitReport;
		if (validUntil !== 0 && validUntil < number) return invalid(hash, 'expired');
		if (validUntil > number + MAX_VALIDITY) return invalid(hash, 'tooLong');
		if (!this.#isOwn(account)) return invalid(hash, 'elsewhere');
		const holder = this.accounts.get(account);
		if (holder === undefined) return invalid(hash, 'noAccount');
		if (height < holder.height) return invalid(hash, 'height');
		if (waiting !== undefined) return { hash, status: 'dropped' };
		const next = this.#next(account);
		if (height === next.height && parent !== next.head) return invalid(hash, 'parent');
		if (height === next.height && amountOf(unit) > next.free) return invalid(hash, 'balance');
		this.pool.set(`${account} ${height}`, unit);
		return this.#status(hash) as UnitReport;
	}

	#makeBlocks(): void {
		for (const [place, unit] of this.pool) {
			if (unit.body.validUntil === 0 || unit.body.validUntil > this.chain.newest) continue;
			this.pool.delete(place);
			this.#ended.set(unitHash(unit), 'expired');
		}
		for (const [place, unit] of this.pool) {
			if (this.#isOwn(unit.body.account)) continue;
			this.pool.delete(place);
			this.#ended.set(unitHash(unit), 'elsewhere');
		}
		let isFirst = true;
		for (const [place, unit] of this.pool) {
			const holder = this.accounts.get(unit.body.account) as Holder;
			if (holder.height !== unit.body.height || holder.head !== unit.body.parent) continue;
			this.pool.delete(place);
			this.accounts.set(unit.body.account, {
				height: holder.height + 1,
				head: unitHash(unit),
				free: holder.free - amountOf(unit),
			});
			this.paid.set(amountOf(unit), (this.paid.get(amountOf(unit)) ?? 0) + 1);
			this.applied.set(unitHash(unit), { number: this.chain.append(unit), unit });
			this.applies(unit, this.chain.newest);
			isFirst = false;
		}
		if (isFirst) this.chain.append();
		for (const watcher of this.#watchers) watcher();
	}

	#handle(call: Call, answer: Answer): void {
		if (this.extra(call, answer)) return;
		const { method, params } = call;
		const [first, second] = params as [never, never];
		switch (method) {
			case 'lattice_info':
				return answer.result({
					domain: this.domain,
					tables: this.tables,
					existentialDeposit: '1',
					maxOperations: 16,
					maxValidity: MAX_VALIDITY,
					computePerUnit: '1',
					computePerOperation: '1',
					maxUnitsPerCall: 1_000,
				});
			case 'lattice_account': {
				const now = this.accounts.get(first);
				if (now === undefined || !this.#isOwn(first)) return answer.result(null);
				const next = this.#next(first);
				const free = String(now.free);
				return answer.result({
					...{ account: first, height: now.height, head: now.head, free, reserved: '0', frozen: '0' },
					...{ spendable: free, received: 0, receivedHash: this.domain, quota: null },
					next: { height: next.height, head: next.head, spendable: String(next.free), pending: next.pending },
				});
			}
			case 'lattice_submit':
				return answer.result((first as string[]).map((unit) => this.#submit(decodeUnit(unit))));
			case 'lattice_submitAndWatch':
				return this.#watch((first as string[]).map((unit) => decodeUnit(unit)), answer);
			case 'lattice_unwatch':
				return answer.result(true);
			case 'lattice_unit': {
				const applied = this.#isIndexed(first) ? this.applied.get(first)?.unit : undefined;
				const unit = applied ?? [...this.pool.values()].find((unit) => unitHash(unit) === first);
				if (unit === undefined) return answer.result(null);
				return answer.result({ ...this.#status(first), unit: toHex(encodeUnit(unit)) });
			}
			case 'lattice_units': {
				const chained = [...this.applied].filter(
					([hash, { unit }]) =>
						this.#isIndexed(hash) && unit.body.account === first && unit.body.height < (second ?? Infinity),
				);
				chained.sort(([, one], [, other]) => other.unit.body.height - one.unit.body.height);
				const json = chained.slice(0, 20).map(([hash, { number, unit }]) => ({
					...{ hash, height: unit.body.height, unit: toHex(encodeUnit(unit)), index: 0 },
					block: { number, hash: this.chain.hashes[number] },
				}));
				return answer.result(json);
			}
			case 'lattice_prove': {
				if (!this.#isIndexed(first)) return answer.error(UNKNOWN_UNIT, 'not final');
				const { unit, number } = this.applied.get(first)!;
				return answer.result(receiptHex(this.chain.receipt(unit, number)));
			}
			case 'chain_getBlockHash':
				return answer.result(this.chain.hashesAt(first));
			case 'chain_getFinalizedHead':
				return answer.result(this.chain.hashes[this.chain.newest]);
			case 'chain_getHeader': {
				const number = first === undefined ? this.chain.newest : this.chain.hashes.indexOf(first);
				return answer.result(headerJson(this.chain.headers[number]!));
			}
			case 'pbft_certificate':
				return answer.result({ encoded: certificateHex(this.chain.certificate(this.chain.hashes.indexOf(first))) });
			default:
				return answer.error(-32601, 'there is no such method');
		}
	}

	#watch(units: Unit[], answer: Answer): void {
		const subscription = `watch ${this.#watchers.size} ${this.applied.size} ${Math.random()}`;
		answer.result(subscription);
		const tell = (report: UnitReport) => answer.notify('lattice_unitStatus', subscription, report);
		if (this.unknowns > 0) {
			this.unknowns -= 1;
			return units.forEach((unit) => tell({ hash: unitHash(unit), status: 'parked' } as never));
		}
		const open = new Map(units.map((unit) => [unitHash(unit), '']));
		const look = (first?: Map<Hash, UnitReport>) => {
			for (const [hash, told] of open) {
				const report = first?.get(hash) ?? this.#status(hash);
				if (report === undefined || report.status === told) continue;
				open.set(hash, report.status);
				const applied = report.status === 'final' ? this.applied.get(hash) : undefined;
				if (applied !== undefined) report.receipt = receiptHex(this.chain.receipt(applied.unit, applied.number));
				tell(report);
				if (['final', 'invalid', 'dropped'].includes(report.status)) open.delete(hash);
			}
			if (open.size === 0) this.#watchers.delete(look);
		};
		this.#watchers.add(look);
		look(new Map(units.map((unit) => [unitHash(unit), this.#submit(unit)])));
	}
}
