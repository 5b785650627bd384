// What page and worker exchange. All of it can be cloned: bigints and bytes, no classes.

import type {
	AccountState,
	Block,
	BlockHead,
	ChainEvent,
	ChainLink,
	ChainTag,
	Checked,
	CommitteeReport,
	CommitteeState,
	Hash,
	KnownUnit,
	LedgerState,
	NodeState,
	ProvenUnit,
	StakeParameters,
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
}

/** What the worker tells the page. */
export type Update =
	| { type: 'ledger'; ledger: LedgerView }
	| { type: 'removed'; id: string }
	| { type: 'blocks'; id: string; blocks: BlockLine[] }
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
}

export interface BlockView {
	block: Block;
	events: ChainEvent[] | undefined;
}

export interface AccountView {
	address: string;
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
}

export interface HolderView {
	votes: Checked<VoteState[]>;
	claimable: Checked<bigint>;
}

/** A receipt that was checked without a network. */
export interface ReceiptView {
	hash: Hash;
	unit: Unit;
	block: { number: number; hash: Hash };
	epoch: bigint;
	signers: number[];
	members: number;
	/** The ledger whose committee signed; `undefined` if none of the known committees did. */
	ledger: { id: string; name: string } | undefined;
	verdict: { type: 'valid' | 'unanchored' } | { type: 'invalid' | 'unknown'; words: Words };
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
	| {
			type: 'final';
			level: Finality;
			hash: Hash;
			block: { number: number; hash: Hash };
			checked: BlockHead['checked'];
			receipt?: string;
			milliseconds: number;
	  }
	| { type: 'failed'; words: Words; mayStillApply: boolean };

/** The signer: a development key of the worker, or a wallet extension of the page. */
export type SignerRef = { type: 'development'; path: string } | { type: 'extension'; address: string; scheme: string };

export type ChainCall =
	| { type: 'pay'; dest: string; amount: bigint }
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
