// Which network the tests run against: scripts/with-network.sh names it.

import assert from 'node:assert/strict';

const { TOP_WS: main, TOP_WS_SHARD: shard, TOP_WS_NETWORK: network } = process.env;
assert.ok(main ?? shard ?? network, 'there is no network: run the tests by scripts/with-network.sh');

/** Address of a node of the main chain, if that is the network. */
export const MAIN = main;
/** Address of a node of a shard, if that is the network. */
export const SHARD = shard;
/** Address of a node that runs a zone with shards, if the network has one. */
export const NETWORK = network;
/** Address of the page that a node serves, if the network has one. */
export const SERVED = process.env['TOP_UI'];
/** Address of a node of the network. */
export const NODE = (main ?? shard ?? network) as string;

export const onMain = { skip: main === undefined ? 'the network is no main chain' : false };
export const onShard = { skip: shard === undefined ? 'the network is no shard' : false };
export const onNetwork = { skip: network === undefined ? 'the network has no shards' : false };
