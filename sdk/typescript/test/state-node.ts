// A node of a ledger with one state, whose chain the test extends. It answers what readers with proofs ask for.

import { reportOfCommittee } from '../src/certificate.js';
import { fromHex, type Hex } from '../src/index.js';
import { orderedRoot } from '../src/trie.js';
import { certificateHex, headerJson, type Chain } from './chain.js';
import { TestNode, type Answer, type Call } from './node.js';
import type { Trie } from './tries.js';

/** A node with one state, and a chain that the test extends. */
export class StateNode {
	readonly chain: Chain;
	readonly #state: Trie;
	readonly #body: Hex[];
	readonly #watchers: ((height: number) => void)[] = [];
	node!: TestNode;
	/** Answers methods that a ledger alone does not have. Returns whether it did. */
	extra: (call: Call, answer: Answer) => boolean = () => false;
	/** Changes a result before it is sent. */
	lie: (call: Call, result: unknown) => unknown = (_, result) => result;

	constructor(chain: Chain, state: Trie, body: Hex[] = []) {
		[this.chain, this.#state, this.#body] = [chain, state, body];
	}

	async start(): Promise<void> {
		this.node = await TestNode.start((call, answer) => this.#handle(call, answer));
		this.node.genesis = this.chain.hashes[0];
		this.append(3);
	}

	append(count: number, notify = true): void {
		const extrinsicsRoot = orderedRoot(this.#body.map((hex) => fromHex(hex)));
		for (let added = 0; added < count; added++) {
			const height = this.chain.append(undefined, { stateRoot: this.#state.root, extrinsicsRoot });
			if (notify) for (const watcher of this.#watchers) watcher(height);
		}
	}

	#certificate(height: number): unknown {
		return height === 0 ? null : { height, encoded: certificateHex(this.chain.certificate(height)) };
	}

	#handle(call: Call, answer: Answer): void {
		const { hashes, headers } = this.chain;
		const [first, second, third] = call.params;
		const at = hashes.indexOf(String(first));
		const reply = (result: unknown) => answer.result(this.lie(call, result));
		switch (call.method) {
			case 'chain_getBlockHash':
				return reply(this.chain.hashesAt(first));
			case 'chain_getFinalizedHead':
				return reply(hashes[this.chain.newest]);
			case 'chain_getHeader':
				return reply(at < 0 ? null : headerJson(headers[at]!));
			case 'chain_getBlock':
				return reply(
					at < 0
						? null
						: {
								block: { header: headerJson(headers[at]!), extrinsics: this.#body },
								justifications: [[[...Buffer.from('PBFT')], [...Buffer.from(certificateHex(this.chain.certificate(at)).slice(2), 'hex')]]],
							},
				);
			case 'pbft_certificate':
				return reply(at < 0 ? null : this.#certificate(at));
			case 'pbft_committee':
				return reply(reportOfCommittee(this.chain.committee(0n)));
			case 'state_getReadProof':
				return reply({ at: second, proof: this.#state.nodes });
			case 'state_getKeysPaged': {
				const below = this.#state.keysBelow(String(first)).filter((key) => third === null || key > String(third));
				return reply(below.slice(0, second as number));
			}
			case 'pbft_subscribeCertificates':
				this.#watchers.push((height) =>
					answer.notify('pbft_certificateImported', 'heads', this.lie(call, this.#certificate(height))),
				);
				return answer.result('heads');
			default:
				if (!this.extra(call, answer)) answer.error(-32601, 'Method not found');
		}
	}
}
