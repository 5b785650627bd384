// A client of a node of a ledger that takes units.

import { committeeFromReport, type Committee, type CommitteeReport } from './certificate.js';
import { ConnectionError, NoAccountError, UnitRefusedError } from './errors.js';
import { toHex, type Hash, type Hex } from './hex.js';
import type { Signer } from './keys.js';
import {
	isEnd,
	readAccount,
	readInfo,
	readUnitReport,
	type AccountReport,
	type ChainedUnit,
	type KnownUnit,
	type LatticeInfo,
	type TableReport,
	type UnitReport,
	type VerificationReport,
} from './reports.js';
import { RpcConnection, type Subscription, type WebSocketClass } from './rpc.js';
import { encodeUnit, signUnit, unitHash, type Address, type Operation, type Unit } from './unit.js';

/** Options of {@link TopClient.connect}. */
export interface ConnectOptions {
	/** Needed where there is no global one: before Node.js 22, by the package `ws`. */
	webSocket?: WebSocketClass;
}

/** Talks to a node. */
export class TopClient {
	readonly #rpc: RpcConnection;
	#info: Promise<LatticeInfo> | undefined;

	private constructor(rpc: RpcConnection) {
		this.#rpc = rpc;
	}

	/** Connects to a node, such as `ws://127.0.0.1:9944`. A connection that breaks is not made again. */
	static async connect(url: string, options: ConnectOptions = {}): Promise<TopClient> {
		const webSocket = options.webSocket ?? (globalThis.WebSocket as WebSocketClass | undefined);
		if (webSocket === undefined) {
			throw new ConnectionError('there is no global WebSocket: give one, such as that of the package ws');
		}
		return new TopClient(await RpcConnection.open(url, webSocket));
	}

	/** Ends the connection, and with it all that is under way. */
	close(): void {
		this.#rpc.close();
	}

	/** What holds for all units of this ledger. Asked once. */
	info(): Promise<LatticeInfo> {
		this.#info ??= this.#rpc.request('lattice_info', []).then(readInfo);
		// A failure is no answer: the next call asks again.
		this.#info.catch(() => (this.#info = undefined));
		return this.#info;
	}

	/** Sends units. Their reports come in the same order, once signatures were checked. */
	async submit(units: Unit[]): Promise<UnitReport[]> {
		const reports = await this.#rpc.request('lattice_submit', [units.map(toEncoded)]);
		return (reports as unknown[]).map((report) => readUnitReport(report));
	}

	/**
	 * Sends units, and tells each change of their status, until all have come to an end. Sending a unit again is no
	 * harm: its present status comes first.
	 */
	async submitAndWatch(units: Unit[], options: { receipts?: boolean } = {}): Promise<Subscription<UnitReport>> {
		const reports = await this.#rpc.subscribe('lattice_submitAndWatch', 'lattice_unwatch', [
			units.map(toEncoded),
			{ receipts: options.receipts ?? true },
		]);
		return untilAllEnd(new Set(units.map(unitHash)), reports);
	}

	/** Sends units and waits until all are final; fails with a {@link UnitRefusedError} as soon as one cannot be. */
	async submitUntilFinal(units: Unit[], options: { receipts?: boolean } = {}): Promise<UnitReport[]> {
		const final = new Map<Hash, UnitReport>();
		for await (const report of await this.submitAndWatch(units, options)) {
			if (report.status === 'final') final.set(report.hash, report);
			else if (isEnd(report.status)) throw new UnitRefusedError(report);
		}
		return units.map((unit) => final.get(unitHash(unit)) as UnitReport);
	}

	/** An account; `null` if there is none. */
	async account(account: Address): Promise<AccountReport | null> {
		const report = await this.#rpc.request('lattice_account', [account]);
		return report === null ? null : readAccount(report);
	}

	/** Builds units from where an account is now, those that wait in the node's pool included. */
	async builder(signer: Signer): Promise<UnitBuilder> {
		const [{ domain }, account] = await Promise.all([this.info(), this.account(signer.account)]);
		if (account === null) throw new NoAccountError(`${signer.account} does not exist: nobody has paid it yet`);
		return new UnitBuilder(signer, domain, account.next.height, account.next.head);
	}

	/** Units of an account that applied, newest first: below the height `before`, 20 if no `limit` is given. */
	async units(account: Address, options: { before?: number; limit?: number } = {}): Promise<ChainedUnit[]> {
		const { before = null, limit = null } = options;
		return (await this.#rpc.request('lattice_units', [account, before, limit])) as ChainedUnit[];
	}

	/** A unit; `null` if the node does not know it. */
	async unit(hash: Hash): Promise<KnownUnit | null> {
		const report = await this.#rpc.request('lattice_unit', [hash]);
		return report === null ? null : readUnitReport<KnownUnit>(report);
	}

	/** The receipt of a final unit. Check it by `verifyReceipt`. */
	async prove(hash: Hash): Promise<Hex> {
		return (await this.#rpc.request('lattice_prove', [hash])) as Hex;
	}

	/** What the node says of a receipt. Who does not trust the node, uses `verifyReceipt`. */
	async verify(receipt: Hex): Promise<VerificationReport> {
		return (await this.#rpc.request('lattice_verify', [receipt])) as VerificationReport;
	}

	/** The newest link of a table's chain. */
	async table(table: number): Promise<TableReport> {
		return (await this.#rpc.request('lattice_table', [table])) as TableReport;
	}

	/**
	 * The committee that makes the block after `parent` final; the next one's, if left out. For a receipt: that of
	 * `header.parentHash`. It is worth as much trust as the node that names it.
	 */
	async committee(parent?: Hash): Promise<Committee> {
		const report = await this.#rpc.request('pbft_committee', parent === undefined ? [] : [parent]);
		return committeeFromReport(report as CommitteeReport);
	}
}

/** Signs units of an account, each upon the one before. */
export class UnitBuilder {
	readonly #signer: Signer;
	readonly #domain: Hash;
	#height: number;
	#head: Hash;

	/** From the account's next height and its head. */
	constructor(signer: Signer, domain: Hash, height: number, head: Hash) {
		this.#signer = signer;
		this.#domain = domain;
		this.#height = height;
		this.#head = head;
	}

	/** The account's next unit. `validUntil` is the last block that may include it. One at a time: await each. */
	async next(operations: Operation[], options: { validUntil?: number } = {}): Promise<Unit> {
		const { account } = this.#signer;
		const place = { account, height: this.#height, parent: this.#head };
		const unit = await signUnit(
			{ ...place, validUntil: options.validUntil ?? 0, operations },
			this.#domain,
			this.#signer,
		);
		this.#height += 1;
		this.#head = unitHash(unit);
		return unit;
	}
}

function toEncoded(unit: Unit): Hex {
	return toHex(encodeUnit(unit));
}

/** Ends when no unit is left that has not come to an end: the node stops then, and does not say so. */
function untilAllEnd(left: Set<Hash>, reports: Subscription<unknown>): Subscription<UnitReport> {
	const over = async (): Promise<IteratorResult<UnitReport>> => {
		await reports.return();
		return { done: true, value: undefined };
	};
	return {
		next: async () => {
			if (left.size === 0) return over();
			const { done, value } = await reports.next();
			if (done) return over();
			const report = readUnitReport(value);
			if (isEnd(report.status)) left.delete(report.hash);
			return { done: false, value: report };
		},
		return: over,
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
