// What page and worker exchange. All of it can be cloned: bigints and bytes, no classes.

import type {
	AccountState,
	Block,
	BlockHead,
	ChainEvent,
	ChainLink,
	ChainTag,
	Check,
	Checked,
	CommitteeReport,
	CommitteeState,
	DrawState,
	Hash,
	KnownUnit,
	Lanes,
	LedgerState,
	MessageReport,
	NodeState,
	ProvenUnit,
	StakeParameters,
	TableBlock,
	TableHead,
	TableRange,
	Unit,
	UnitStatus,
	VoteState,
} from '@top/sdk';

/** A ledger that the explorer shows, as its configuration names it. */
export interface LedgerConfig {
	/** Part of addresses of the page: letters, digits and `-`. */
	id: string;
	name: string;
	/** Addresses of nodes, such as `ws://127.0.0.1:9944`. The next one is tried when one fails. */
	endpoints: string[];
	/** A committee of the ledger that the server of the page vouches for. */
	anchor?: CommitteeReport;
	/** Where the anchor comes from, in words. */
	anchorSource?: string;
	/** The ledger whose node named this one. */
	beside?: string;
	/** Genesis of a ledger that a node named. */
	genesis?: Hash;
	/** Tables of its accounts, if it is a shard of a node with several ledgers. */
	tables?: TableRange;
}

/** `config.json`, which is served beside the page. */
export interface Config {
	ledgers: LedgerConfig[];
}

/** What went wrong, in words. */
export interface Words {
	title: string;
	detail: string;
	advice: string;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Words };

export type Connection =
	| { type: 'connecting'; endpoint: string }
	/** Its newest blocks are shown as unchecked, until their committee is found. */
	| { type: 'checking'; endpoint: string }
	| { type: 'live'; endpoint: string }
	| { type: 'down'; endpoint: string; words: Words }
	/** The node is of another ledger. */
	| { type: 'wrongChain'; endpoint: string; words: Words }
	/** What the node sent contradicts its committee's signatures. */
	| { type: 'refused'; endpoint: string; words: Words };

/** How final a payment is. Zones add the last two: the zone has committed the block, the destination has credited it. */
export type Finality = 'final' | 'sealed' | 'credited';

/** What the node says about itself: unchecked. */
export interface NodeReport {
	name: string;
	version: string;
	chain: string;
	chainType: string;
	peers: number;
	isSyncing: boolean;
	specVersion: number;
}

/** What a ledger says about its zone and its messages: unchecked. */
export interface ZoneView {
	/** The newest block of it that the zone has committed. */
	sealed: { number: number; hash: Hash } | undefined;
	/** A block of it that its committee certified, and that the node found invalid. */
	invalid: number | undefined;
	/** Messages on their way from it. */
	inFlight: bigint | undefined;
	/** Value on its way from it. */
	inLanes: bigint | undefined;
	/** Its lanes with messages on their way. */
	lanes: { to: string; kind: string; inFlight: bigint }[];
	/** Messages that wait for it, and of it, in percent of what fits. */
	load: { inbox: number; outbox: number } | undefined;
}

/** A block in lists and plots. */
export interface BlockLine {
	number: number;
	hash: Hash;
	parent: Hash;
	author: number | undefined;
	/** View in which it was first proposed: each view below lost its turn. */
	view: number;
	epoch: bigint | undefined;
	signers: number[] | undefined;
	/** Number of units, or of signed extrinsics on ledgers without units; `undefined` while it is not known. */
	transfers: number | undefined;
	/** When it arrived here, in milliseconds since 1970; `undefined` for blocks from before. */
	arrivedAt: number | undefined;
	checked: BlockHead['checked'];
}

/** Proven times and what happened between them. */
export interface Sample {
	/** When it was taken, by the clock of this machine. */
	at: number;
	number: number;
	/** Time of the block, in milliseconds since 1970. */
	time: number;
	/** Units and signed extrinsics in the blocks since the last sample. */
	transfers: number;
	blocks: number;
	/** Milliseconds of chain time since the last sample. */
	span: number;
	/** Milliseconds from the block's time to its arrival here. */
	latency: number;
	checked: BlockHead['checked'];
}

/** A ledger as the page shows it. Every change replaces it. */
export interface LedgerView {
	id: string;
	name: string;
	tag: ChainTag | undefined;
	genesis: Hash | undefined;
	connection: Connection;
	/** Levels of finality that payments of this ledger reach. */
	levels: Finality[];
	isAnchored: boolean;
	anchorSource: string | undefined;
	node: NodeReport | undefined;
	state: Checked<LedgerState> | undefined;
	hasUnits: boolean;
	/** Tables of its accounts, if its node runs several ledgers. */
	tables: TableRange | undefined;
	/** What it says about its zone; `undefined` if its node runs one ledger. */
	zone: ZoneView | undefined;
}

/** What the worker tells the page. */
export type Update =
	| { type: 'ledger'; ledger: LedgerView }
	| { type: 'removed'; id: string }
	/** New blocks, or blocks from before that are checked by now. */
	| { type: 'blocks'; id: string; blocks: BlockLine[] }
	/** What was shown as unchecked until its check did not pass it. */
	| { type: 'withdrawn'; id: string }
	| { type: 'transfers'; id: string; transfers: [number: number, count: number][] }
	| { type: 'sample'; id: string; sample: Sample };

/** A unit with what is known of it. */
export interface UnitView {
	hash: Hash;
	unit: Unit;
	status: UnitStatus;
	reason: KnownUnit['reason'];
	/** The block that has it, if it is final. */
	proven: Checked<ProvenUnit['block']> | undefined;
	receipt: string | undefined;
	/** Why there is no proof. */
	unproven: Words | undefined;
	/** Its messages to other ledgers, as the node says. */
	messages: MessageReport[];
}

export interface BlockView {
	block: Block;
	events: ChainEvent[] | undefined;
}

export interface AccountView {
	address: string;
	/** It follows from the address. */
	table: number;
	state: Checked<AccountState | undefined>;
	/** What one payment costs and what waits in the node's pool, as the node says; on ledgers with units. */
	pool: { pending: number; nextHeight: number; paymentsLeft: bigint } | undefined;
}

export interface AccountUnits {
	units: ChainLink[];
	isComplete: boolean;
}

export interface CommitteeView {
	state: Checked<CommitteeState>;
	engine: { view: number; primary: number | null; height: number; peers: number; member: number | null } | undefined;
}

export interface StakeView {
	nodes: Checked<NodeState[]>;
	parameters: Checked<StakeParameters | undefined>;
	epoch: bigint;
	seats: string[];
	/** The committees of the epochs that the ledger remembers, oldest first. */
	draws: Checked<DrawState[]>;
	/** Proved computing power of this epoch, in lanes. */
	power: Checked<{ node: string; lanes: number }[]>;
}

export interface HolderView {
	votes: Checked<VoteState[]>;
	claimable: Checked<bigint>;
}

/** What a receipt is worth. */
export type Verdict = { type: 'valid' } | { type: 'invalid' | 'unknown'; words: Words };

/** A receipt of a unit that was checked without a network. */
export interface UnitReceiptView {
	type: 'unit';
	hash: Hash;
	unit: Unit;
	block: { number: number; hash: Hash };
	epoch: bigint;
	signers: number[];
	members: number;
	/** The ledger whose committee signed; `undefined` if none of the known committees did. */
	ledger: { id: string; name: string } | undefined;
	verdict: Verdict;
}

/** A block of a ledger, named in words such as `shard 0/1`. */
export interface BlockOf {
	chain: string;
	number: number;
	hash: Hash;
}

/** A receipt of a payment to another ledger that was checked without a network. */
export interface MessageReceiptView {
	type: 'message';
	from: string;
	/** `undefined` if the message is no payment. */
	to: string | undefined;
	value: bigint;
	source: string;
	destination: string;
	/** The unit that sent it; `undefined` if no unit did. */
	unit: Hash | undefined;
	/** The blocks that the receipt proves; `undefined` while it proves nothing, or does not lead so far. */
	sent: BlockOf | undefined;
	sealed: BlockOf | undefined;
	taken: BlockOf | undefined;
	verdict: Verdict;
}

export type ReceiptView = UnitReceiptView | MessageReceiptView;

/** A table of a ledger: the newest link of its chain, and what blocks did to it. */
export interface TableView {
	head: Checked<TableHead & { at: { number: number; hash: Hash } }>;
	blocks: { number: number; hash: Hash; done: TableBlock | undefined; checked: Check }[];
	/** Blocks that were asked for and whose states the node does not have. */
	missing: number;
}

/** Messages of a ledger: what waits in its lanes, and those of its newest blocks. All of it is unchecked. */
export interface MessagesView {
	lanes: Lanes;
	messages: MessageReport[];
}

/** A unit in the drawing of an account among others. */
export interface LatticeUnit {
	hash: Hash;
	account: string;
	height: number;
	/** Number of its block, and its place there. */
	block: number;
	index: number;
	/** The accounts that it pays; without an amount it is the whole balance. */
	paid: { dest: string; amount: bigint | undefined }[];
	checked: Check;
}

/** An account's chain of units and its credits, with the chains that they lead to and come from. */
export interface LatticeView {
	/** The account first, then those with which it had most to do. */
	lanes: string[];
	/** In the order of blocks. */
	units: LatticeUnit[];
}

/** What a search leads to. */
export type Found =
	| { type: 'block'; id: string; reference: string }
	| { type: 'unit'; id: string; hash: Hash }
	| { type: 'account'; id: string; address: string };

/** A step of a payment or a call. */
export type Step =
	| { type: 'signing' }
	| { type: 'signed'; hash: Hash }
	| { type: 'waiting'; status: string }
	/** Where the payment goes, and how far it can be followed. */
	| { type: 'route'; from: string; to: string; levels: Finality[] }
	| {
			type: 'final';
			level: 'final';
			/** The ledger that has the payment, if it is another one than the reader chose. */
			ledger?: string;
			hash: Hash;
			block: { number: number; hash: Hash };
			checked: BlockHead['checked'];
			receipt?: string;
			milliseconds: number;
	  }
	/** A later level: proved by a receipt across ledgers, or as the node says. */
	| { type: 'level'; level: 'sealed' | 'credited'; checked: Check; milliseconds: number; receipt?: string }
	/** The payment is final, and its later levels are not known. */
	| { type: 'unfollowed'; words: Words }
	| { type: 'failed'; words: Words; mayStillApply: boolean };

/** The signer: a development key of the worker, or a wallet extension of the page. */
export type SignerRef = { type: 'development'; path: string } | { type: 'extension'; address: string; scheme: string };

export type ChainCall =
	/** `home` says where the recipient lives if that is not the payer's own zone or chain: `main` or `zone 0`. */
	| { type: 'pay'; dest: string; amount: bigint; home?: string }
	| { type: 'vote'; node: string; amount: bigint; days: number }
	| { type: 'unvote'; vote: bigint }
	| { type: 'claim'; nodes: string[] }
	| {
			type: 'register';
			roles: number;
			keys: string;
			proof: string;
			networkId: string;
			deposit: bigint;
			dividend: number;
	  }
	| { type: 'leave' }
	| { type: 'withdrawDeposit' };
