// What the page asks the worker for. All network and all verification is here, so that the page stays free to draw.

import {
	accountBytes,
	decodeUnit,
	fromHex,
	isAddress,
	signerFromSignRaw,
	tableOf,
	timesLeft,
	toHex,
	TopError,
	TopNetwork,
	Verifier,
	type ChainLink,
	type CommitteeReport,
	type LedgerPlace,
	type MessageReport,
	type Scheme,
	type SignPayload,
	type SignRaw,
	type TopClient,
} from '@top/sdk';
import type {
	AccountUnits,
	AccountView,
	BlockView,
	ChainCall,
	CommitteeView,
	Config,
	Found,
	HolderView,
	LatticeView,
	LedgerConfig,
	MessagesView,
	ReceiptView,
	Result,
	SignerRef,
	StakeView,
	Step,
	TableView,
	UnitView,
	Update,
} from '../shared/model.js';
import { chainOf, nameOf } from '../shared/zones.js';
import { gathered } from './gather.js';
import { Lattice } from './lattice.js';
import { developmentSigner, payByUnit, transact } from './payments.js';
import { checkReceipt } from './receipts.js';
import { genesisOf, Session } from './session.js';
import { wordsOf } from './words.js';
import { configBeside, vouches } from './zones.js';

/** Bytes of a payment's unit with an sr25519 signature. */
const PAYMENT_BYTES = 215n;
/** Bytes that stay of a unit. */
const LINK_BYTES = 33n;
/** Messages of the newest blocks that are asked for. */
const MOST_MESSAGES = 40;
/** Accounts whose chains of units are kept, for paging. */
const MOST_CHAINS = 8;
const HASH = /^0x[0-9a-fA-F]{64}$/;

/** A wallet extension of the page. */
export interface ExtensionSigner {
	signRaw: SignRaw;
	signPayload: SignPayload;
}

interface Chain {
	pages: AsyncGenerator<ChainLink[], void, undefined>;
	units: ChainLink[];
	isComplete: boolean;
}

/** The worker's interface. Methods return errors as words: exceptions lose their class on the way. */
export class ExplorerApi {
	readonly #sessions = new Map<string, Session>();
	readonly #chains = new Map<string, Chain>();
	readonly #lattices = new Map<string, Lattice>();
	#tell: (update: Update) => void = () => undefined;
	#keep: (genesis: string, committees: CommitteeReport[]) => void = () => undefined;
	#stored: Record<string, CommitteeReport[]> = {};

	/** Connects to all ledgers. `stored` are committees of earlier visits, by genesis. */
	start(
		config: Config,
		stored: Record<string, CommitteeReport[]>,
		tell: (updates: Update[]) => void,
		keep: (genesis: string, committees: CommitteeReport[]) => void,
	): void {
		[this.#tell, this.#stored] = [gathered(tell), { ...stored }];
		this.#keep = (genesis, committees) => {
			this.#stored[genesis] = committees;
			keep(genesis, committees);
		};
		for (const ledger of config.ledgers) this.open(ledger);
	}

	/** Connects to a ledger, in place of one with the same id. The committee is the word of a node only where `vouches` says so. */
	open(config: LedgerConfig, vouches: (endpoint: string) => boolean = () => false): void {
		this.#sessions.get(config.id)?.close();
		const genesis = (config.anchor && genesisOf(config.anchor)) ?? config.genesis;
		const session = new Session(config, {
			vouches,
			stored: genesis === undefined ? [] : (this.#stored[genesis] ?? []),
			tell: this.#tell,
			keep: (committees) => genesis !== undefined && this.#keep(genesis, committees),
			tellLedgers: (endpoint, ledgers) => this.#discover(config, endpoint, ledgers),
		});
		this.#sessions.set(config.id, session);
	}

	/** Connects to the other ledgers of a node, all at once, and leaves ledgers that it does not run any more. */
	#discover(parent: LedgerConfig, endpoint: string, ledgers: LedgerPlace[]): void {
		// The ledgers that a ledger led to do not lead further: they name the same ones.
		if (parent.beside !== undefined || !this.#sessions.has(parent.id)) return;
		for (const [id, { config }] of this.#sessions) {
			if (config.beside === parent.id && !ledgers.some(({ genesis }) => genesis === config.genesis)) this.close(id);
		}
		for (const place of ledgers) {
			const isKnown = [...this.#sessions.values()].some(({ genesis }) => genesis === place.genesis);
			if (isKnown) continue;
			const config = configBeside(place, parent, endpoint, [...this.#sessions.keys()]);
			if (config.endpoints.length === 0) continue;
			this.open(config, (beside) => vouches(parent, beside, globalThis.location?.hostname));
		}
	}

	/** Disconnects from a ledger. */
	close(id: string): void {
		this.#sessions.get(id)?.close();
		this.#sessions.delete(id);
		for (const { config } of [...this.#sessions.values()]) if (config.beside === id) this.close(config.id);
	}

	/** Tries to connect again at once. */
	retry(id: string): void {
		this.#sessions.get(id)?.retry();
	}

	block(id: string, reference: string): Promise<Result<BlockView | undefined>> {
		return this.#answer(id, async ({ ledger }) => {
			const block = await ledger.block(HASH.test(reference) ? reference : Number(reference));
			if (block === undefined) return undefined;
			// The state of old blocks is pruned.
			const events = await ledger.events(block).catch(() => undefined);
			return { block, events };
		});
	}

	account(id: string, address: string): Promise<Result<AccountView>> {
		return this.#answer(id, async ({ ledger, client }) => {
			const state = await ledger.account(address);
			const table = tableOf(address);
			if (!ledger.hasUnits || state.value === undefined) return { address, table, state, pool: undefined };
			const [info, report] = await Promise.all([client.info(), client.account(address)]);
			const compute = info.computePerUnit + info.computePerOperation;
			const paymentsLeft = timesLeft(state.value.quota.left, {
				compute,
				bytes: PAYMENT_BYTES,
				state: LINK_BYTES,
			});
			const { pending = 0, height = state.value.nonce } = report?.next ?? {};
			return { address, table, state, pool: { pending, nextHeight: height, paymentsLeft } };
		});
	}

	/** Returns the newest units of an account, at least `count` if there are that many. */
	accountUnits(id: string, address: string, count: number, isAgain: boolean): Promise<Result<AccountUnits>> {
		return this.#answer(id, async ({ ledger }) => {
			const key = `${id} ${address}`;
			let chain = isAgain ? undefined : this.#chains.get(key);
			if (chain === undefined) {
				chain = { pages: ledger.chain(address), units: [], isComplete: false };
				this.#chains.delete(key);
				this.#chains.set(key, chain);
				const [oldest] = this.#chains.keys();
				if (this.#chains.size > MOST_CHAINS && oldest !== undefined) this.#chains.delete(oldest);
			}
			while (chain.units.length < count && !chain.isComplete) {
				const { done, value } = await chain.pages.next();
				if (done === true) chain.isComplete = true;
				else chain.units.push(...value);
			}
			return { units: chain.units, isComplete: chain.isComplete };
		});
	}

	/** Returns an account's chain among the chains that it pays and is paid by. `blocks` are the newest blocks with units. */
	lattice(id: string, address: string, blocks: string[]): Promise<Result<LatticeView>> {
		return this.#answer(id, ({ ledger }) => {
			const known = this.#lattices.get(id);
			const lattice = known?.ledger === ledger ? known : new Lattice(ledger);
			this.#lattices.set(id, lattice);
			return lattice.around(address, blocks);
		});
	}

	/** Returns the newest link of a table's chain, and what `blocks` did to the table. */
	table(id: string, table: number, blocks: { number: number; hash: string }[]): Promise<Result<TableView>> {
		return this.#answer(id, async ({ ledger }) => {
			const [head, ...done] = await Promise.all([
				ledger.table(table),
				// The state of old blocks is pruned.
				...blocks.map(({ hash }) => ledger.tablesOf(hash).catch(() => undefined)),
			]);
			const found = blocks.flatMap(({ number, hash }, at) => {
				const tables = done[at];
				if (tables === undefined) return [];
				return [{ number, hash, done: tables.value.find((each) => each.table === table), checked: tables.checked }];
			});
			return { head, blocks: found, missing: blocks.length - found.length };
		});
	}

	/** Returns what waits in the lanes of a ledger, and the messages that blocks sent. */
	messages(id: string, blocks: string[]): Promise<Result<MessagesView>> {
		return this.#answer(id, async ({ client }) => {
			const [lanes, ...sent] = await Promise.all([client.lanes(), ...blocks.map((hash) => client.sentMessages(hash).catch(() => []))]);
			const newest = sent.flat().slice(-MOST_MESSAGES);
			const reports = await Promise.all(newest.map((message) => client.message(message.id)));
			return { lanes, messages: reports.flatMap((report) => report ?? []).reverse() };
		});
	}

	unit(id: string, hash: string): Promise<Result<UnitView | undefined>> {
		return this.#answer(id, async ({ ledger, client }) => {
			const report = await client.unit(hash);
			if (report === null) return undefined;
			const view: UnitView = {
				hash,
				unit: decodeUnit(report.unit),
				status: report.status,
				reason: report.reason,
				proven: undefined,
				receipt: undefined,
				unproven: undefined,
				messages: [],
			};
			if (report.status !== 'final') return view;
			if (report.block !== undefined) view.messages = await messagesOf(client, report.block.hash, hash);
			try {
				const receipt = await client.prove(hash);
				const { value, checked } = await ledger.verify(receipt, hash);
				return { ...view, receipt, proven: { value: value.block, checked } };
			} catch (error) {
				return { ...view, unproven: wordsOf(error) };
			}
		});
	}

	committee(id: string): Promise<Result<CommitteeView>> {
		return this.#answer(id, async ({ ledger, client }) => {
			const [state, status] = await Promise.all([ledger.committee(), client.request('pbft_status').catch(() => null)]);
			const { view, primary, height, peers, member } = (status ?? {}) as Record<string, number | null | undefined>;
			const engine =
				typeof view === 'number'
					? { view, primary: primary ?? null, height: height ?? 0, peers: peers ?? 0, member: member ?? null }
					: undefined;
			return { state, engine };
		});
	}

	/** Returns the certificates of blocks by hash, for the plot of votes. */
	signers(id: string, hashes: string[]): Promise<Result<Record<string, number[]>>> {
		return this.#answer(id, async ({ ledger }) => {
			const heads = await Promise.all(hashes.map((hash) => ledger.head(hash)));
			return Object.fromEntries(heads.flatMap((head) => (head?.certificate ? [[head.hash, head.certificate.signers]] : [])));
		});
	}

	stake(id: string): Promise<Result<StakeView>> {
		return this.#answer(id, async ({ ledger }) => {
			const [nodes, parameters, committee, draws] = await Promise.all([
				ledger.nodes(),
				ledger.stakeParameters(),
				ledger.committee(),
				ledger.draws(),
			]);
			const { epoch } = committee.value.committee;
			const seats = committee.value.seats?.flatMap(({ node }) => node ?? []) ?? [];
			return { nodes, parameters, epoch, seats, draws, power: await ledger.power(epoch) };
		});
	}

	holder(id: string, address: string): Promise<Result<HolderView>> {
		return this.#answer(id, async ({ ledger }) => {
			const [votes, claimable] = await Promise.all([ledger.votes(address), ledger.claimable(address)]);
			return { votes, claimable };
		});
	}

	/** Asks the node for new keys of a node that an account controls: only a node that its operator runs answers. */
	newKeys(id: string, owner: string): Promise<Result<{ keys: string; proof: string; networkId: string }>> {
		return this.#answer(id, async ({ client }) => {
			const { keys, proof } = (await client.request('author_rotateKeysWithOwner', [toHex(accountBytes(owner))])) as Record<string, string>;
			const networkId = String(await client.request('system_localPeerId'));
			return { keys: String(keys), proof: String(proof), networkId };
		});
	}

	/** Checks a receipt without any network. */
	async receipt(bytes: Uint8Array): Promise<Result<ReceiptView>> {
		const connected = [...this.#sessions.values()].map(({ config, committees }) => ({ id: config.id, name: config.name, committees }));
		// Ledgers that a node named in an earlier visit: without a network no node names them.
		const known = new Set(connected.flatMap(({ committees: [first] }) => (first === undefined ? [] : [genesisOf(first)])));
		const before = Object.entries(this.#stored).flatMap(([genesis, committees]) =>
			known.has(genesis) ? [] : [{ id: '', name: nameOf(chainNamed(committees) ?? 'ledger'), committees }],
		);
		const trusted = [...connected, ...before];
		return settle(async () => checkReceipt(readReceipt(bytes), trusted));
	}

	/** Finds what an account, a hash or a number names, on any of the ledgers; `undefined` if nothing. */
	async search(text: string, preferred: string): Promise<Result<Found | undefined>> {
		const wanted = text.trim();
		const live = [...this.#sessions.values()].filter(({ isLive }) => isLive);
		const sessions = live.sort((one, other) => rank(one, preferred) - rank(other, preferred));
		return settle(async () => {
			if (sessions.length === 0) throw new TopError('no ledger is connected, so nothing can be found');
			for (const { ledger, client, config } of sessions) {
				const { id } = config;
				if (/^[\d,_ ]+$/.test(wanted)) {
					const reference = wanted.replace(/[,_ ]/g, '');
					if (Number(reference) <= (ledger.newest?.number ?? -1)) return { type: 'block', id, reference };
				} else if (HASH.test(wanted)) {
					const hash = wanted.toLowerCase();
					if ((await ledger.head(hash)) !== undefined) return { type: 'block', id, reference: hash };
					if (ledger.hasUnits && (await client.unit(hash)) !== null) return { type: 'unit', id, hash };
				} else if (isAddress(wanted)) {
					const { value } = await ledger.account(wanted);
					if (value !== undefined) return { type: 'account', id, address: wanted };
				}
			}
			return undefined;
		});
	}

	/** Pays or calls, and reports each step. */
	async send(
		id: string,
		signer: SignerRef,
		call: ChainCall,
		tell: (step: Step) => void,
		extension?: ExtensionSigner,
	): Promise<void> {
		const session = this.#sessions.get(id);
		try {
			if (session === undefined) throw new TopError('there is no such ledger');
			const { client, ledger, chain } = session;
			const zone = [...this.#sessions.values()].find(({ chain }) => chain?.startsWith('zone'))?.committees ?? [];
			if (call.type === 'pay' && call.home === undefined && ledger.hasUnits) {
				const unitSigner =
					signer.type === 'development'
						? developmentSigner(signer.path)
						: signerFromSignRaw(signer.address, (extension as ExtensionSigner).signRaw, signer.scheme as Scheme);
				const find = (chain: string | undefined) => {
					const found = [...this.#sessions.values()].find((each) => each.isLive && each.chain === chain) ?? session;
					return chain === undefined || found.chain === chain ? { id: found.config.id, ledger: found.ledger } : undefined;
				};
				// Its own connections: a payment goes on while the page connects again.
				const network = await TopNetwork.connect(client.url);
				try {
					await payByUnit(network, find, zone, unitSigner, call.dest, call.amount, tell);
				} finally {
					network.close();
				}
			} else {
				const callSigner =
					signer.type === 'development'
						? developmentSigner(signer.path)
						: { account: signer.address, signPayload: (extension as ExtensionSigner).signPayload };
				await transact({ ledger, client, chain, zone }, callSigner, call, tell);
			}
		} catch (error) {
			tell({ type: 'failed', words: wordsOf(error), mayStillApply: false });
		}
	}

	/** Returns the ids of the ledgers in which an account can be: of the shards of a zone, only the one with its table. */
	async homes(address: string): Promise<Result<string[]>> {
		return settle(async () => {
			if (!isAddress(address)) return [];
			const table = tableOf(address);
			const isHome = ({ tables, chain }: Session) =>
				tables === undefined ? chain?.startsWith('zone') !== true : tables.first <= table && table <= tables.last;
			return [...this.#sessions.values()].filter(isHome).map(({ config }) => config.id);
		});
	}

	/** Returns the addresses of development accounts. */
	developmentAddresses(paths: string[]): string[] {
		return paths.map((path) => developmentSigner(path).account);
	}

	async #answer<T>(id: string, ask: (session: Session) => Promise<T>): Promise<Result<T>> {
		return settle(async () => {
			const session = this.#sessions.get(id);
			if (session === undefined) throw new TopError('there is no such ledger');
			return ask(session);
		});
	}
}

/** Returns the messages that a unit sent; none where a node knows no mailbox. */
async function messagesOf(client: TopClient, block: string, unit: string): Promise<MessageReport[]> {
	try {
		const sent = await client.sentMessages(block);
		const own = sent.filter((message) => message.unit === unit);
		const reports = await Promise.all(own.map(({ id }) => client.message(id)));
		return reports.flatMap((report) => report ?? []);
	} catch {
		// What is missing here is not known, and shown as such: the unit itself is.
		return [];
	}
}

/** Returns the ledger of committees in words. */
function chainNamed([first]: CommitteeReport[]): string | undefined {
	return first && chainOf(Verifier.fromReport(first).domain.chain);
}

const rank = ({ config }: Session, preferred: string) => (config.id === preferred ? 0 : 1);

async function settle<T>(ask: () => Promise<T>): Promise<Result<T>> {
	try {
		return { ok: true, value: await ask() };
	} catch (error) {
		return { ok: false, error: wordsOf(error) };
	}
}

/** Reads a receipt from a file: its bytes, or the same as hex text. */
function readReceipt(bytes: Uint8Array): Uint8Array {
	const text = new TextDecoder().decode(bytes).trim().replace(/^"|"$/g, '');
	const binary = /^0x[0-9a-fA-F]+$/.test(text) ? fromHex(text) : bytes;
	return binary;
}
