// A client of a node whose ledger accepts units.

import { committeeFromReport, type Committee, type CommitteeReport } from './certificate.js';
import { ConnectionError, NoAccountError } from './errors.js';
import { toHex, type Hash, type Hex } from './hex.js';
import type { Signer } from './keys.js';
import {
	isEnd,
	readAccount,
	readInfo,
	readUnitReport,
	UnitRefusedError,
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
	/** WebSocket class. Required without a global one: before Node.js 22, pass that of the package `ws`. */
	webSocket?: WebSocketClass;
}

/** A connection to a node. */
export class TopClient {
	readonly #rpc: RpcConnection;
	#info: Promise<LatticeInfo> | undefined;

	private constructor(rpc: RpcConnection) {
		this.#rpc = rpc;
	}

	/** Connects to a node, such as `ws://127.0.0.1:9944`. A broken connection is not restored. */
	static async connect(url: string, options: ConnectOptions = {}): Promise<TopClient> {
		const webSocket = options.webSocket ?? (globalThis.WebSocket as WebSocketClass | undefined);
		if (webSocket === undefined) {
			throw new ConnectionError('there is no global WebSocket: pass one as `webSocket`, such as that of ws');
		}
		return new TopClient(await RpcConnection.open(url, webSocket));
	}

	/** Closes the connection. Pending calls and subscriptions fail. */
	close(): void {
		this.#rpc.close();
	}

	/** Returns the ledger's parameters for units. They are requested once and cached. */
	info(): Promise<LatticeInfo> {
		this.#info ??= this.#rpc.request('lattice_info', []).then(readInfo);
		// A failure is not cached: the next call requests it again.
		this.#info.catch(() => (this.#info = undefined));
		return this.#info;
	}

	/** Submits units. Returns their reports in the same order, once the node has verified the signatures. */
	async submit(units: Unit[]): Promise<UnitReport[]> {
		const reports = await this.#rpc.request('lattice_submit', [units.map(toEncoded)]);
		return (reports as unknown[]).map((report) => readUnitReport(report));
	}

	/**
	 * Submits units and yields each change of their status until all statuses are terminal. Submitting a unit again is
	 * safe: its current status comes first.
	 */
	async submitAndWatch(units: Unit[], options: { receipts?: boolean } = {}): Promise<Subscription<UnitReport>> {
		const reports = await this.#rpc.subscribe('lattice_submitAndWatch', 'lattice_unwatch', [
			units.map(toEncoded),
			{ receipts: options.receipts ?? true },
		]);
		return untilAllEnd(new Set(units.map(unitHash)), reports);
	}

	/** Submits units and waits until all are final. Throws a {@link UnitRefusedError} as soon as one is refused. */
	async submitUntilFinal(units: Unit[], options: { receipts?: boolean } = {}): Promise<UnitReport[]> {
		const final = new Map<Hash, UnitReport>();
		for await (const report of await this.submitAndWatch(units, options)) {
			if (report.status === 'final') final.set(report.hash, report);
			else if (isEnd(report.status)) throw new UnitRefusedError(report);
		}
		return units.map((unit) => final.get(unitHash(unit)) as UnitReport);
	}

	/** Returns an account, or `null` if it does not exist. */
	async account(account: Address): Promise<AccountReport | null> {
		const report = await this.#rpc.request('lattice_account', [account]);
		return report === null ? null : readAccount(report);
	}

	/** Returns a builder that continues the account's chain, after the units pending in the node's pool. */
	async builder(signer: Signer): Promise<UnitBuilder> {
		const [{ domain }, account] = await Promise.all([this.info(), this.account(signer.account)]);
		if (account === null) {
			throw new NoAccountError(`account ${signer.account} does not exist: pay it the existential deposit first`);
		}
		return new UnitBuilder(signer, domain, account.next.height, account.next.head);
	}

	/** Returns an account's applied units, newest first, below the height `before`. `limit` defaults to 20. */
	async units(account: Address, options: { before?: number; limit?: number } = {}): Promise<ChainedUnit[]> {
		const { before = null, limit = null } = options;
		return (await this.#rpc.request('lattice_units', [account, before, limit])) as ChainedUnit[];
	}

	/** Returns a unit, or `null` if the node does not know it. */
	async unit(hash: Hash): Promise<KnownUnit | null> {
		const report = await this.#rpc.request('lattice_unit', [hash]);
		return report === null ? null : readUnitReport<KnownUnit>(report);
	}

	/** Returns the receipt of a final unit. Check it with `verifyReceipt`. */
	async prove(hash: Hash): Promise<Hex> {
		return (await this.#rpc.request('lattice_prove', [hash])) as Hex;
	}

	/** Returns the node's verdict on a receipt. Use `verifyReceipt` to check it without trust in the node. */
	async verify(receipt: Hex): Promise<VerificationReport> {
		return (await this.#rpc.request('lattice_verify', [receipt])) as VerificationReport;
	}

	/** Returns the newest link of a table's chain. */
	async table(table: number): Promise<TableReport> {
		return (await this.#rpc.request('lattice_table', [table])) as TableReport;
	}

	/**
	 * Returns the committee that finalizes the child of `parent`, by default of the newest block. For a receipt, pass
	 * `header.parentHash`. The result is as trustworthy as the node.
	 */
	async committee(parent?: Hash): Promise<Committee> {
		return committeeFromReport(await this.committeeReport(parent));
	}

	/** Returns the same committee as JSON, for storage. Read it back with `committeeFromReport`. */
	async committeeReport(parent?: Hash): Promise<CommitteeReport> {
		const report = await this.#rpc.request('pbft_committee', parent === undefined ? [] : [parent]);
		return report as CommitteeReport;
	}
}

/** Builds and signs consecutive units of one account. */
export class UnitBuilder {
	readonly #signer: Signer;
	readonly #domain: Hash;
	#height: number;
	#head: Hash;

	/** Starts at the account's next height, with its head as parent. */
	constructor(signer: Signer, domain: Hash, height: number, head: Hash) {
		this.#signer = signer;
		this.#domain = domain;
		this.#height = height;
		this.#head = head;
	}

	/** Signs the next unit. `validUntil` is the last block that may include it. Await each call before the next. */
	async next(operations: Operation[], options: { validUntil?: number } = {}): Promise<Unit> {
		const { account } = this.#signer;
		const position = { account, height: this.#height, parent: this.#head };
		const unit = await signUnit(
			{ ...position, validUntil: options.validUntil ?? 0, operations },
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

/** Ends once the status of every unit is terminal. The node sends no further reports then, and does not signal it. */
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
