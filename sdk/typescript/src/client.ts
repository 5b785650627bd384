// A client of a node whose ledger accepts units.

import { UnitBuilder } from './builder.js';
import { committeeFromReport, type Committee, type CommitteeReport } from './certificate.js';
import { NoAccountError, OtherLedgerError, ResponseError, TopError } from './errors.js';
import { defaultExpiry } from './expiry.js';
import { Handovers } from './handover.js';
import type { Hash, Hex } from './hex.js';
import type { Signer } from './keys.js';
import { Ledger } from './ledger.js';
import { Link, type ConnectOptions } from './link.js';
import { findAccount, findUnit, findUnits } from './lookup.js';
import { MessageWatch } from './messages.js';
import { Patience } from './patience.js';
import { findProof, type ProofLevel, type UnverifiedProof } from './proofs.js';
import { decodeReceipt, type Receipt } from './receipt.js';
import {
	readInfo,
	readUnitReport,
	withUnits,
	type AccountReport,
	type ChainedUnit,
	type KnownUnit,
	type LatticeInfo,
	type TableReport,
	type UnitReport,
	type VerificationReport,
} from './reports.js';
import type { Subscription } from './stream.js';
import { accepted, findReceipt, Submission } from './submission.js';
import { transfer, unitHash, unitToHex, type Address, type Unit } from './unit.js';
import type { Verifier } from './verifier.js';
import { UnitWatch } from './watch.js';
import {
	findHeads,
	findLanes,
	findLedgers,
	findLevels,
	findMessage,
	findPlace,
	findSent,
	type AccountPlace,
	type Lanes,
	type LedgerPlace,
	type Level,
	type MessageReport,
	type SentMessage,
	type ZoneHeads,
} from './zone.js';

/**
 * A connection to a node. It is pinged. When it breaks, calls and watches go on over another connection to the same
 * ledger, for as long as {@link ConnectOptions} say: reading twice does no harm, and a unit applies at most once however
 * often it is submitted. An error of a call that submits has the signed units, as `units`: **send those again**, and sign no
 * other unit for the same payment.
 */
export class TopClient {
	readonly #link: Link;
	readonly #domain: Hash | undefined;
	#info: Promise<LatticeInfo> | undefined;

	private constructor(link: Link, domain: Hash | undefined) {
		this.#link = link;
		this.#domain = domain?.toLowerCase();
	}

	/** Connects to a node, such as `ws://127.0.0.1:9944`. Of several nodes of one ledger the next one is tried when one fails. */
	static async connect(url: string | string[], options: ConnectOptions = {}): Promise<TopClient> {
		return new TopClient(await Link.open(url, options), options.domain);
	}

	/** The connection, for the other parts of this package. */
	static linkOf(client: TopClient): Link {
		return client.#link;
	}

	/** The address in use. */
	get url(): string {
		return this.#link.url;
	}

	/** Closes the connection. Pending calls and subscriptions fail. */
	close(): void {
		this.#link.close();
	}

	/** Returns the ledger's parameters for units. They are requested once and cached. */
	info(): Promise<LatticeInfo> {
		this.#info ??= this.#requestInfo();
		// A failure is not cached: the next call requests it again.
		this.#info.catch(() => (this.#info = undefined));
		return this.#info;
	}

	async #requestInfo(): Promise<LatticeInfo> {
		const info = readInfo(await this.#link.request('lattice_info', []));
		if (this.#domain !== undefined && info.domain.toLowerCase() !== this.#domain) {
			throw new OtherLedgerError(this.#domain, info.domain);
		}
		return info;
	}

	/**
	 * Signs and submits a payment. Returns once the node has accepted the unit; the next payment can follow then. Make the
	 * payments of one account one after another.
	 *
	 * If an error has `units`, the payment was signed and may apply: send that unit again by {@link send}. Calling `pay`
	 * again is **another payment**.
	 */
	async pay(signer: Signer, dest: Address, amount: bigint): Promise<Submission> {
		const builder = await this.builder(signer);
		return this.send(await builder.next([transfer(dest, amount)]));
	}

	/**
	 * Submits a unit. Returns once the node has accepted it. A unit that was submitted before is watched from its present
	 * status on.
	 */
	send(unit: Unit): Promise<Submission> {
		return Submission.start(this.#link, unit);
	}

	/** Watches a unit by its hash, such as after a restart of the program. Waits until the node knows the unit. */
	async resume(hash: Hash): Promise<Submission> {
		const patience = new Patience(this.#link.reconnectForMs);
		for (;;) {
			const found = await findUnit(this.#link, hash);
			if (found !== null) return this.send(found.unit);
			if (!(await patience.wait())) throw new TopError(`the node knows no unit ${hash}`);
		}
	}

	/** Submits units. Returns their reports in the same order, once the node has verified the signatures. */
	async submit(units: Unit[]): Promise<UnitReport[]> {
		const encoded = units.map(unitToHex);
		try {
			const json = await this.#link.request('lattice_submit', [encoded]);
			if (!Array.isArray(json)) throw new ResponseError('the node returned no reports');
			const reports = json.map((report) => readUnitReport(report));
			if (reports.length !== units.length || units.some((unit, at) => reports[at]?.hash !== unitHash(unit))) {
				throw new ResponseError('the reports are not those of the units');
			}
			return reports;
		} catch (error) {
			throw withUnits(units, error);
		}
	}

	/**
	 * Submits units and yields each change of their status until all statuses are terminal. Submitting a unit again is
	 * safe: its current status comes first.
	 */
	submitAndWatch(units: Unit[], options: { receipts?: boolean } = {}): Promise<Subscription<UnitReport>> {
		return UnitWatch.start(this.#link, units, options.receipts ?? true);
	}

	/** Submits units and waits until all are final. Throws as soon as one is refused. */
	async submitUntilFinal(units: Unit[], options: { receipts?: boolean } = {}): Promise<UnitReport[]> {
		const byHash = new Map(units.map((unit) => [unitHash(unit), unit]));
		const final = new Map<Hash, UnitReport>();
		for await (const report of await this.submitAndWatch(units, options)) {
			accepted(byHash.get(report.hash) as Unit, report);
			if (report.status === 'final') final.set(report.hash, report);
		}
		return units.map((unit) => final.get(unitHash(unit)) as UnitReport);
	}

	/** Returns an account, or `null` if it does not exist. */
	account(account: Address): Promise<AccountReport | null> {
		return findAccount(this.#link, account);
	}

	/**
	 * Returns a builder that continues the account's chain, after the units pending in the node's pool. Its units expire
	 * after seven eighths of the longest time that the ledger allows, unless `validUntil` sets another limit.
	 */
	async builder(signer: Signer): Promise<UnitBuilder> {
		const [{ domain, maxValidity }, account] = await Promise.all([this.info(), this.account(signer.account)]);
		if (account === null) {
			throw new NoAccountError(`account ${signer.account} does not exist: pay it the existential deposit first`);
		}
		const { height, head } = account.next;
		return new UnitBuilder(signer, domain, height, head, () => defaultExpiry(this.#link, maxValidity));
	}

	/** Returns an account's applied units, newest first, below the height `before`. `limit` defaults to 20. */
	units(account: Address, options: { before?: number; limit?: number } = {}): Promise<ChainedUnit[]> {
		const { before = null, limit = null } = options;
		return findUnits(this.#link, account, before, limit);
	}

	/** Returns a unit, or `null` if the node does not know it. */
	async unit(hash: Hash): Promise<KnownUnit | null> {
		return (await findUnit(this.#link, hash))?.report ?? null;
	}

	/** Returns the receipt of a final unit. It is of that unit, and otherwise unverified: check it with a `Verifier`. */
	prove(hash: Hash): Promise<Hex> {
		return findReceipt(this.#link, hash);
	}

	/** Returns the ledgers that the node runs. Fails with the code -32601 at a node that runs one ledger. */
	ledgers(): Promise<LedgerPlace[]> {
		return findLedgers(this.#link);
	}

	/** Returns the shard of an account. Fails with the code -32601 at a node that runs one ledger. */
	locate(account: Address): Promise<AccountPlace> {
		return findPlace(this.#link, account);
	}

	/** Returns the heads that the zone has committed: blocks up to them are sealed. */
	zoneHeads(): Promise<ZoneHeads> {
		return findHeads(this.#link);
	}

	/** Returns the loads of the zone's shards. */
	levels(): Promise<Level[]> {
		return findLevels(this.#link);
	}

	/** Returns the messages of this ledger that are on their way. */
	lanes(): Promise<Lanes> {
		return findLanes(this.#link);
	}

	/** Returns the messages that a block sent to other ledgers. */
	sentMessages(block: Hash): Promise<SentMessage[]> {
		return findSent(this.#link, block);
	}

	/** Returns a message that this ledger sent; `null` if the node does not know it. */
	message(id: Hex): Promise<MessageReport | null> {
		return findMessage(this.#link, id);
	}

	/** Watches a message that this ledger sent, to its last stage, over new connections if one breaks. */
	watchMessage(id: Hex): Subscription<MessageReport> {
		return new MessageWatch(this.#link, id);
	}

	/** Requests the proof of a message across ledgers, unverified: check it with `verifyMessageReceipt`. */
	proveMessage(id: Hex, level: ProofLevel): Promise<UnverifiedProof> {
		return findProof(this.#link, 'mailbox_prove', id, level);
	}

	/** Returns the node's verdict on a receipt. Use a `Verifier` to check it without trust in the node. */
	async verify(receipt: Hex): Promise<VerificationReport> {
		return (await this.#link.request('lattice_verify', [receipt])) as VerificationReport;
	}

	/** Returns the newest link of a table's chain. */
	async table(table: number): Promise<TableReport> {
		return (await this.#link.request('lattice_table', [table])) as TableReport;
	}

	/**
	 * Follows the ledger from the newest committee of a verifier to that of a receipt. The node only finds the headers, the
	 * verifier checks them: the node cannot name a false committee.
	 */
	follow(verifier: Verifier, receipt: Receipt | Uint8Array | Hex): Promise<void> {
		const read = typeof receipt === 'string' || receipt instanceof Uint8Array ? decodeReceipt(receipt) : receipt;
		return new Handovers(this.#link).follow(verifier, read.certificate.epoch);
	}

	/**
	 * Returns a reader of the ledger that checks what the node says, beginning with a committee that the caller trusts.
	 * Without an anchor it begins with what the node reports: then it finds contradictions, and every value is unchecked.
	 * `others` are further trusted committees, such as {@link Ledger.committees} of an earlier run.
	 */
	async ledger(anchor?: CommitteeReport, others: CommitteeReport[] = []): Promise<Ledger> {
		if (anchor !== undefined) return new Ledger(this.#link, [anchor, ...others], true);
		return new Ledger(this.#link, [await this.committeeReport()], false);
	}

	/** Calls another method of the node. The result is unchecked. */
	request(method: string, params: unknown[] = []): Promise<unknown> {
		return this.#link.request(method, params);
	}

	/**
	 * Returns the committee that finalizes the child of `parent`, by default of the newest block. The result is **as
	 * trustworthy as the node**: as the anchor of a `Verifier`, it only fits a node that you operate.
	 */
	async committee(parent?: Hash): Promise<Committee> {
		return committeeFromReport(await this.committeeReport(parent));
	}

	/** Returns the same committee as JSON, for storage. Read it back with `Verifier.fromReport`. */
	async committeeReport(parent?: Hash): Promise<CommitteeReport> {
		const report = await this.#link.request('pbft_committee', parent === undefined ? [] : [parent]);
		return report as CommitteeReport;
	}
}
