// Which network the tests run against: scripts/with-network.sh names it.

import assert from 'node:assert/strict';

const { TOP_WS: main, TOP_WS_SHARD: shard } = process.env;
assert.ok(main ?? shard, 'there is no network: run the tests by scripts/with-network.sh');

/** Address of a node of the main chain, if that is the network. */
export const MAIN = main;
/** Address of a node of a shard, if that is the network. */
export const SHARD = shard;
/** Address of a node of the network. */
export const NODE = (main ?? shard) as string;

export const onMain = { skip: main === undefined ? 'the network is no main chain' : false };
export const onShard = { skip: shard === undefined ? 'the network is no shard' : false };
