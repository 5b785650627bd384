// One ledger in the worker: connects, follows its heads, measures, and tries again when the node is lost.
//
//   connected ──▶ newest head, unchecked ──▶ its committee is found: live, and all heads are checked
//       └───────▶ what the node says of itself and of its zone, meanwhile

import {
	CertificateError,
	ConnectionError,
	isMethodMissing,
	OfficeError,
	OtherLedgerError,
	ProofError,
	TopClient,
	type BlockHead,
	type Checked,
	type CommitteeReport,
	type Ledger,
	type LedgerPlace,
	type LedgerState,
	type TableRange,
} from '@top/sdk';
import type { BlockLine, Connection, Finality, LedgerConfig, LedgerView, NodeReport, Update, ZoneView } from '../shared/model.js';
import { chainOf } from '../shared/zones.js';
import { Sampler } from './sampler.js';
import { wordsOf } from './words.js';
import { askZone, committeeAt, EVERY_MS, zoneView } from './zones.js';

/** Blocks before the newest that the page begins with. */
const PAST = 60;
const NODE_EVERY_MS = 5_000;
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** Where a committee comes from that a node on this machine named. */
const BY_NODE = 'the node on the machine that serves this page';

/** What a session needs of the worker. */
export interface Surroundings {
	/** Whether the node at an address may name the committee with which checks begin. */
	vouches: (endpoint: string) => boolean;
	/** Committees that were verified in an earlier visit. */
	stored: CommitteeReport[];
	tell: (update: Update) => void;
	/** Keeps committees that were verified, for later visits. */
	keep: (committees: CommitteeReport[]) => void;
	/** Takes the ledgers that the node runs. */
	tellLedgers: (endpoint: string, ledgers: LedgerPlace[]) => void;
}

export class Session {
	readonly config: LedgerConfig;
	readonly #outside: Surroundings;
	/** The committee with which checks begin: it is configured, or a node on the machine of the page named it. */
	#anchor: CommitteeReport | undefined;
	#anchorSource: string | undefined;
	/** Committees that were verified, in this visit or an earlier one: receipts are checked by them without a connection. */
	#stored: CommitteeReport[];
	#client: TopClient | undefined;
	#ledger: Ledger | undefined;
	#connection: Connection;
	#node: NodeReport | undefined;
	#state: Checked<LedgerState> | undefined;
	#tables: TableRange | undefined;
	#zone: ZoneView | undefined;
	#isClosed = false;
	#timer: ReturnType<typeof setInterval> | undefined;
	#zoneTimer: ReturnType<typeof setInterval> | undefined;
	#wake: (() => void) | undefined;

	constructor(config: LedgerConfig, outside: Surroundings) {
		this.config = config;
		this.#outside = outside;
		[this.#anchor, this.#anchorSource] = [config.anchor, config.anchorSource];
		this.#stored = outside.stored;
		this.#tables = config.tables;
		this.#connection = { type: 'connecting', endpoint: config.endpoints[0] ?? '' };
		this.#show();
		void this.#run();
	}

	/** The connected client. Throws while there is none. */
	get client(): TopClient {
		if (this.#client === undefined) throw new ConnectionError(`there is no connection to ${this.config.name}`);
		return this.#client;
	}

	/** The connected ledger. Throws while there is none. */
	get ledger(): Ledger {
		if (this.#ledger === undefined) throw new ConnectionError(`there is no connection to ${this.config.name}`);
		return this.#ledger;
	}

	/** Whether a call can succeed. */
	get isLive(): boolean {
		return this.#connection.type === 'live';
	}

	/** Genesis of the ledger, if it is known. */
	get genesis(): string | undefined {
		return this.#ledger?.domain.genesis ?? (this.#anchor && genesisOf(this.#anchor)) ?? this.config.genesis;
	}

	/** Its tag in words, such as `shard 0/1`; `undefined` while it is not connected. */
	get chain(): string | undefined {
		return chainOf(this.#ledger?.domain.chain);
	}

	/** Tables of its accounts, if its node runs several ledgers. */
	get tables(): TableRange | undefined {
		return this.#tables;
	}

	/** Whether its node knows its zone. */
	get hasZone(): boolean {
		return this.#zone !== undefined;
	}

	/** Committees that the reader trusts: the anchor, and the committees that it handed over to. */
	get committees(): CommitteeReport[] {
		return this.#anchor === undefined ? [] : [this.#anchor, ...this.#stored];
	}

	/** Tries again at once. */
	retry(): void {
		this.#wake?.();
	}

	close(): void {
		this.#isClosed = true;
		this.#disconnect();
		this.#wake?.();
		this.#outside.tell({ type: 'removed', id: this.config.id });
	}

	async #run(): Promise<void> {
		for (let attempt = 0; !this.#isClosed; attempt++) {
			const endpoint = this.config.endpoints[attempt % this.config.endpoints.length] as string;
			try {
				await this.#follow(endpoint, () => (attempt = 0));
			} catch (error) {
				if (this.#isClosed) return;
				if (this.#connection.type === 'checking') this.#withdraw();
				this.#connection = connectionOf(error, endpoint);
				this.#disconnect();
				this.#show();
			}
			const pause = PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)] as number;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
				setTimeout(resolve, pause);
			});
		}
	}

	/** Follows the heads until the connection breaks. */
	async #follow(endpoint: string, isUp: () => void): Promise<void> {
		const { genesis } = this;
		const options = { reconnectForMs: 0, requestTimeoutMs: 10_000, ...(genesis === undefined ? {} : { genesis }) };
		const client = await TopClient.connect(endpoint, options);
		this.#client = client;
		const opening = this.#open(client, endpoint);
		this.#watchNode();
		this.#watchZone(opening);
		const ledger = await opening;
		const sampler = this.#sampler(ledger);
		/** Number of the block that was the newest at the beginning. */
		let begin: number | undefined;
		for await (const heads of ledger.heads({ past: PAST, early: true })) {
			if (this.#isClosed) return;
			const newest = heads[heads.length - 1] as BlockHead;
			const isFirst = begin === undefined;
			begin ??= newest.number;
			const arrivedAt = newest.number > begin ? Date.now() : undefined;
			this.#tellBlocks(heads.map((head) => lineOf(head, arrivedAt, ledger.hasUnits)));
			if (isFirst || newest.number > begin) sampler.add(heads);
			else if (heads.length > 1 && newest.checked !== 'none') void sampler.addPast(heads.slice(0, -1));
			if (ledger.isAnchored && newest.checked === 'none') this.#connect({ type: 'checking', endpoint });
			else this.#connect({ type: 'live', endpoint }, isUp);
			this.#keepCommittees(ledger);
		}
		throw new ConnectionError('the node ended the subscription');
	}

	/** Returns the ledger, with the committee that the reader trusts or that this node may name. */
	async #open(client: TopClient, endpoint: string): Promise<Ledger> {
		const { genesis } = this;
		if (this.#anchor === undefined && genesis !== undefined && this.#outside.vouches(endpoint)) {
			this.#anchor = await committeeAt(client, genesis);
			this.#anchorSource = this.#anchor && BY_NODE;
		}
		const ledger = await client.ledger(this.#anchor, this.#anchor === undefined ? [] : this.#stored);
		this.#ledger = ledger;
		return ledger;
	}

	#sampler(ledger: Ledger): Sampler {
		const { id } = this.config;
		const sampler = new Sampler(ledger, (sample, state) => {
			this.#state = state;
			this.#outside.tell({ type: 'sample', id, sample });
			this.#show();
		});
		sampler.tellTransfers = (transfers) => this.#outside.tell({ type: 'transfers', id, transfers });
		return sampler;
	}

	#tellBlocks(blocks: BlockLine[]): void {
		this.#outside.tell({ type: 'blocks', id: this.config.id, blocks });
	}

	/** Shows a new state of the connection. */
	#connect(connection: Connection, isUp: () => void = () => undefined): void {
		if (this.#connection.type === connection.type && this.#connection.endpoint === connection.endpoint) return;
		isUp();
		this.#connection = connection;
		this.#show();
	}

	/** Takes back what was shown before its check, and did not pass it. */
	#withdraw(): void {
		this.#state = undefined;
		this.#outside.tell({ type: 'withdrawn', id: this.config.id });
	}

	#keepCommittees(ledger: Ledger): void {
		if (!ledger.isAnchored || ledger.committees.length === this.#stored.length) return;
		this.#stored = ledger.committees;
		this.#outside.keep(this.#stored);
	}

	#disconnect(): void {
		clearInterval(this.#timer);
		clearInterval(this.#zoneTimer);
		this.#client?.close();
		this.#client = undefined;
		this.#ledger = undefined;
	}

	#watchNode(): void {
		clearInterval(this.#timer);
		const ask = async () => {
			const client = this.#client;
			if (client === undefined) return;
			try {
				this.#node = await reportOf(client);
				this.#show();
			} catch {
				// The loop over the heads notices a broken connection.
			}
		};
		void ask();
		this.#timer = setInterval(() => void ask(), NODE_EVERY_MS);
	}

	/**
	 * Asks for the other ledgers of the node, and for what this one says about its zone. Ends at a node with one ledger. `opening` is
	 * over before an answer is used: it says which ledger this is.
	 */
	#watchZone(opening: Promise<Ledger>): void {
		clearInterval(this.#zoneTimer);
		let isBusy = false;
		const ask = async () => {
			const client = this.#client;
			if (client === undefined || isBusy) return;
			isBusy = true;
			try {
				const [ledgers, zone] = await Promise.all([client.ledgers(), askZone(client), opening]);
				this.#tables = ledgers.find(({ genesis }) => genesis === this.genesis)?.tables ?? undefined;
				this.#zone = zoneView(this.chain, zone);
				this.#outside.tellLedgers(client.url, ledgers);
				this.#show();
			} catch (error) {
				if (isMethodMissing(error)) clearInterval(this.#zoneTimer);
				// The loop over the heads notices a broken connection.
			} finally {
				isBusy = false;
			}
		};
		this.#zoneTimer = setInterval(() => void ask(), EVERY_MS);
		void ask();
	}

	#show(): void {
		const { id, name } = this.config;
		const domain = this.#ledger?.domain;
		const ledger: LedgerView = {
			id,
			name,
			tag: domain?.chain,
			genesis: domain?.genesis,
			connection: this.#connection,
			levels: this.#levels,
			isAnchored: this.#anchor !== undefined,
			anchorSource: this.#anchorSource,
			node: this.#node,
			state: this.#state,
			hasUnits: this.#ledger?.hasUnits ?? false,
			tables: this.#tables,
			zone: this.#zone,
		};
		this.#outside.tell({ type: 'ledger', ledger });
	}

	get #levels(): Finality[] {
		return this.#zone !== undefined && this.#ledger?.hasUnits === true ? ['final', 'sealed'] : ['final'];
	}
}

/** Returns the genesis of a committee's ledger: the last 32 bytes of its domain. */
export function genesisOf(anchor: CommitteeReport): string {
	return `0x${anchor.domain.slice(-64).toLowerCase()}`;
}

function lineOf(head: BlockHead, arrivedAt: number | undefined, hasUnits: boolean): BlockLine {
	return {
		number: head.number,
		hash: head.hash,
		parent: head.header.parentHash,
		author: head.author?.author,
		view: head.author?.view ?? 0,
		epoch: head.certificate?.epoch,
		signers: head.certificate?.signers,
		transfers: head.units ?? (hasUnits ? 0 : undefined),
		arrivedAt,
		checked: head.checked,
	};
}

function connectionOf(error: unknown, endpoint: string): Connection {
	const words = wordsOf(error);
	if (error instanceof OtherLedgerError) return { type: 'wrongChain', endpoint, words };
	const isRefusal = [CertificateError, ProofError, OfficeError].some((kind) => error instanceof kind);
	return { type: isRefusal ? 'refused' : 'down', endpoint, words };
}

async function reportOf(client: TopClient): Promise<NodeReport> {
	const methods = ['system_health', 'system_name', 'system_version', 'system_chain', 'system_chainType'];
	const answers = await Promise.all([...methods, 'state_getRuntimeVersion'].map((method) => client.request(method)));
	const [health, name, version, chain, chainType, runtime] = answers as [
		{ peers?: number; isSyncing?: boolean },
		unknown,
		unknown,
		unknown,
		unknown,
		{ specVersion?: number },
	];
	return {
		name: String(name),
		version: String(version),
		chain: String(chain),
		chainType: typeof chainType === 'string' ? chainType : 'Custom',
		peers: Number(health?.peers ?? 0),
		isSyncing: health?.isSyncing === true,
		specVersion: Number(runtime?.specVersion ?? 0),
	};
}
