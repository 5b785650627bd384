// What the ledgers store, for values that a proof of the state shows. The layouts are those of the runtimes' pallets.

import {
	AccountId,
	Bytes,
	compactNumber,
	Option,
	str,
	Struct,
	Tuple,
	Vector,
	type Codec,
} from '@polkadot-api/substrate-bindings';
import type { Hash, Hex } from './hex.js';
import { tableHeadCodec } from './receipt.js';
import { boundedList, fixedHex, hash, u128, u16, u32, u64, u8 } from './scale.js';
import type { Address } from './unit.js';

/** Maximum size of a committee. */
const MAX_MEMBERS = 128;

const address: Codec<Address> = AccountId(42);

/** Amounts of the metered resources, in picoseconds and bytes. */
export interface Amounts {
	compute: bigint;
	bytes: bigint;
	state: bigint;
}

/** What an account has used, as stored: see {@link AccountQuota} for the present. */
export interface StoredQuota {
	staked: Amounts;
	free: Amounts;
	/** Milliseconds since 1970. */
	chargedAt: bigint;
	/** Milliseconds since 1970. */
	countedAt: bigint;
	/** Microseconds with a full balance. */
	held: bigint;
	locked: bigint;
}

export interface Balances {
	free: bigint;
	reserved: bigint;
	frozen: bigint;
}

/** `System::Account`. The last four are stored on ledgers with units. */
export interface AccountRecord {
	nonce: number;
	consumers: number;
	providers: number;
	sufficients: number;
	balances: Balances;
	head?: Hash;
	received?: number;
	receivedHash?: Hash;
	quota?: StoredQuota;
}

/** A member of a committee. */
export interface MemberRecord {
	/** Ed25519 vote key. */
	key: Hex;
	/** Sr25519 VRF key. */
	vrf: Hex;
	/** Weight among the primaries. */
	weight: bigint;
}

/** `Committee::CurrentCommittee`. */
export interface CommitteeRecord {
	epoch: bigint;
	members: MemberRecord[];
}

/** Counters of one member in an epoch. */
export interface MemberActivity {
	signed: number;
	authored: number;
	turnsLost: number;
	extraSignatures: number;
}

/** `Committee::CurrentActivity`. */
export interface EpochActivity {
	epoch: bigint;
	blocks: number;
	certified: number;
	members: MemberActivity[];
}

/** `Committee::CurrentPace`, in milliseconds. */
export interface Pace {
	blockInterval: number;
	idleInterval: number;
	baseTimeout: number;
}

export interface NodeKeys {
	pbft: Hex;
	vrf: Hex;
}

/** `ComprehensiveStake::Nodes`. */
export interface NodeRecord {
	/** Bits of the roles edge, router, validator and archive, from the lowest. */
	roles: number;
	keys: NodeKeys;
	keysCountFrom: bigint;
	nextKeys: { keys: NodeKeys; countFrom: bigint } | undefined;
	pastKeys: { keys: NodeKeys; rememberedUntil: bigint }[];
	networkId: Uint8Array;
	deposit: bigint;
	/** Part of the rewards that voters get, in parts of 10^9. */
	dividend: number;
	/** In ten thousandths. */
	reputation: number;
	reputationAt: bigint;
	staysAwayUntil: bigint | undefined;
	removedUntil: bigint | undefined;
	leaving: { notBefore: bigint; afterEpoch: bigint } | undefined;
	seatedUntil: bigint | undefined;
	slashes: number[];
}

/** `ComprehensiveStake::Pools`: the votes for a node. */
export interface PoolRecord {
	tokens: bigint;
	shares: bigint;
	weighedShares: bigint;
	weight: bigint;
}

/** `ComprehensiveStake::Votes`. */
export interface VoteRecord {
	node: Address;
	days: number;
	/** Milliseconds since 1970. */
	unlocksAt: bigint;
	shares: bigint;
	weighedShares: bigint;
	weight: bigint;
	since: bigint;
	past: { node: Address; from: bigint; until: bigint } | undefined;
}

/** `ComprehensiveStake::CurrentParameters`. */
export interface StakeParameters {
	leastDeposits: { edge: bigint; router: bigint; validator: bigint; archive: bigint };
	leastVote: bigint;
	leaveDelayMs: bigint;
	evidenceEpochs: bigint;
	slashDelayEpochs: bigint;
}

/** A seat of `ShardAssignment::Committees`. */
export interface SeatRecord {
	node: Address | undefined;
	member: MemberRecord;
	since: bigint;
}

/** `Quota::Rules`. */
export interface QuotaRules {
	free: Amounts;
	perStakeUnit: Amounts;
	stakeUnit: bigint;
	fullBalance: bigint;
	/** Percent. */
	blockFree: number;
	sustained: Amounts;
}

const amounts: Codec<Amounts> = Struct({ compute: u64, bytes: u64, state: u64 });

export const quotaCodec: Codec<StoredQuota> = Struct({
	staked: amounts,
	free: amounts,
	chargedAt: u64,
	countedAt: u64,
	held: u64,
	locked: u128,
});

const references = { nonce: u32, consumers: u32, providers: u32, sufficients: u32 };
const balances = { free: u128, reserved: u128, frozen: u128, flags: u128 };

/** An account of a ledger without units. */
export const plainAccountCodec = Struct({ ...references, data: Struct(balances) });
/** An account of a ledger with units. */
export const unitAccountCodec = Struct({
	...references,
	data: Struct({ ...balances, unitHead: hash, received: u32, receivedHash: hash, quota: quotaCodec }),
});

export const memberCodec: Codec<MemberRecord> = Struct({ key: fixedHex(32), vrf: fixedHex(32), weight: u64 });
export const committeeCodec: Codec<CommitteeRecord> = Struct({
	epoch: u64,
	members: boundedList(memberCodec, MAX_MEMBERS),
});
export const activityCodec: Codec<EpochActivity> = Struct({
	epoch: u64,
	blocks: u32,
	certified: u32,
	members: boundedList(Struct({ signed: u32, authored: u32, turnsLost: u32, extraSignatures: u32 }), MAX_MEMBERS),
});
export const paceCodec: Codec<Pace> = Struct({ blockInterval: u32, idleInterval: u32, baseTimeout: u32 });

const keys: Codec<NodeKeys> = Struct({ pbft: fixedHex(32), vrf: fixedHex(32) });
export const nodeCodec: Codec<NodeRecord> = Struct({
	roles: u8,
	keys,
	keysCountFrom: u64,
	nextKeys: Option(Struct({ keys, countFrom: u64 })),
	pastKeys: Vector(Struct({ keys, rememberedUntil: u64 })),
	networkId: Bytes(),
	deposit: u128,
	dividend: u32,
	reputation: u16,
	reputationAt: u64,
	staysAwayUntil: Option(u64),
	removedUntil: Option(u64),
	leaving: Option(Struct({ notBefore: u64, afterEpoch: u64 })),
	seatedUntil: Option(u64),
	slashes: Vector(u32),
});
export const poolCodec: Codec<PoolRecord> = Struct({ tokens: u128, shares: u128, weighedShares: u128, weight: u128 });
export const voteCodec: Codec<VoteRecord> = Struct({
	node: address,
	days: u32,
	unlocksAt: u64,
	shares: u128,
	weighedShares: u128,
	weight: u128,
	since: u64,
	past: Option(Struct({ node: address, from: u64, until: u64 })),
});
export const stakeParametersCodec: Codec<StakeParameters> = Struct({
	leastDeposits: Struct({ edge: u128, router: u128, validator: u128, archive: u128 }),
	leastVote: u128,
	leaveDelayMs: u64,
	evidenceEpochs: u64,
	slashDelayEpochs: u64,
});
export const seatsCodec: Codec<SeatRecord[]> = boundedList(
	Struct({ node: Option(address), member: memberCodec, since: u64 }),
	MAX_MEMBERS,
);
export const quotaRulesCodec: Codec<QuotaRules> = Struct({
	free: amounts,
	perStakeUnit: amounts,
	stakeUnit: u128,
	fullBalance: u128,
	blockFree: u8,
	sustained: amounts,
});
/** `System::LastRuntimeUpgrade`. */
export const upgradeCodec = Struct({ specVersion: compactNumber, specName: str });

/** What a block did to one table. */
export interface TableBlock {
	table: number;
	/** Units of accounts of the table. */
	units: number;
	unitsRoot: Hash;
	/** Credits to accounts of the table. */
	credits: number;
	creditsRoot: Hash;
}

/** Reasons of refused units, as numbers: see the formats. */
const refused = Vector(Tuple(u32, u8));
const tableBlock: Codec<TableBlock> = Struct({ table: u8, units: u32, unitsRoot: hash, credits: u32, creditsRoot: hash });
/** `Lattice::LastBlock`: the effects of a block's units. */
export const blockRecordCodec = Struct({
	outcome: Struct({ units: u32, refused, tables: Vector(tableBlock), dust: u128, free: amounts }),
	previous: Vector(tableHeadCodec),
});
