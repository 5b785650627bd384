// Fills a main chain of an earlier build with nodes' work, votes, claims, quotas and deposits, and saves its state:
//
//   node migration/main.js WS_URL FOLDER

import { blake2AsHex } from '@polkadot/util-crypto';
import { connect, fresh, key, save, send, TOP, until } from './chain.js';

const [url, folder] = process.argv.slice(2);
const chain = await connect(url);
const { api } = chain;
const { tx, query } = api;
const [alice, bob, charlie, dave, eve, ferdie] = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map((name) => key(`//${name}`));
const node = (number) => key(`//Node//${number}`);
const pay = (to, amount) => tx.balances.transferAllowDeath(to.address, amount);
const epochs = async () => (await query.comprehensiveStake.epochsOver()).toNumber();

// Accounts: one that ends, one below the later existential deposit, and one such whose balance is partly reserved.
await send(api, tx.utility.batchAll([
	pay(fresh('ended'), 5n * TOP), pay(fresh('poor'), TOP / 20n), pay(fresh('deposit'), TOP / 5n), pay(fresh('rich'), 50n * TOP),
]), alice);
await send(api, tx.balances.transferAll(bob.address, false), fresh('ended'));
await send(api, tx.proxy.addProxy(bob.address, 'NonTransfer', 0), fresh('deposit'));

// Quotas: rules of the ledger's own, stake, sponsors, and use.
const rules = (await query.quota.rules()).toJSON();
await send(api, tx.sudo.sudo(tx.quota.setRules({ ...rules, blockFree: 25 })), alice);
await send(api, tx.quota.lock(2_000n * TOP), eve);
await send(api, tx.quota.unlock(500n * TOP), eve);
await send(api, tx.quota.sponsor(fresh('sponsored').address, 30n * TOP), bob);
await send(api, tx.quota.sponsor(fresh('sponsored').address, 20n * TOP), charlie);
await send(api, tx.quota.unsponsor(fresh('sponsored').address, 5n * TOP), bob);
await send(api, tx.quota.invite(fresh('invited').address, TOP, 10n * TOP), ferdie);
for (const by of [eve, fresh('rich'), ferdie]) await send(api, tx.system.remark(`0x${'07'.repeat(3_000)}`), by);

// Nodes and votes.
await send(api, tx.comprehensiveStake.addDeposit(100n * TOP), node(2));
await send(api, tx.comprehensiveStake.setDividend(250_000_000), node(4));
await send(api, tx.comprehensiveStake.leave(), node(5));
await send(api, tx.comprehensiveStake.vote(node(1).address, 500n * TOP, 30), bob);
await send(api, tx.comprehensiveStake.vote(node(2).address, 700n * TOP, 400), charlie);
await send(api, tx.comprehensiveStake.vote(node(3).address, 900n * TOP, 30), dave);
const [[moved]] = await query.comprehensiveStake.votes.entries(dave.address);
await send(api, tx.comprehensiveStake.moveVote(moved.args[1], node(1).address), dave);
const own = await query.comprehensiveStake.votes.entries(alice.address);
const [ended] = own.find(([, vote]) => vote.unwrap().node.toString() === node(4).address);
await send(api, tx.comprehensiveStake.withdrawVote(ended.args[1]), alice);

// What wallets leave in the state.
const remark = api.createType('Call', tx.system.remark('0x01'));
await send(api, tx.multisig.approveAsMulti(2, [bob, charlie].map(({ address }) => address).sort(), null, blake2AsHex(remark.toU8a()), { refTime: 0, proofSize: 0 }), dave);
await send(api, tx.preimage.notePreimage(remark.toHex()), charlie);
await send(api, tx.sudo.sudo(tx.scheduler.schedule(100_000, null, 63, remark)), alice);
await send(api, tx.council.propose(4, remark, 1_000), bob);

// Epochs that are paid, and claims. What others have earned stays claimable.
await until('three epochs', async () => (await epochs()) >= 3, 300);
await until('dues', async () => !(await query.rewards.claimable(node(1).address)).isZero());
await send(api, tx.rewards.claim([node(1).address, node(2).address]), alice);
await send(api, tx.rewards.claim([]), node(1));
await send(api, tx.sudo.sudo(tx.committee.setEpochLength(40)), alice);
await save(chain, folder);
