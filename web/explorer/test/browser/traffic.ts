// Payments that go on while a test looks: within shards, between them, and with the main chain.

import { encodeCall, TopNetwork, type Signer } from '@top/sdk';
import type { Browser, Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { developmentAccount, launch, open, servePage, untilLive, type Served } from './harness.js';

const PAUSE_MS = 350;
/** Pauses between two payments with the main chain, which are transactions. */
const CROSSING = 6;

export interface Traffic {
	/** Stops, and returns the number of payments that were final. Throws if one failed. */
	stop(): Promise<number>;
}

/** A browser in front of a node with a zone and shards, with traffic. */
export interface Scene {
	browser: Browser;
	served: Served;
	network: TopNetwork;
	traffic: Traffic;
	page: Page;
	errors: string[];
	/** Stops all. Returns the number of payments that went on beside the test. */
	end(): Promise<number>;
}

/** Opens the page at a node with a zone and shards, and lets payments begin. */
export async function beginScene(address: string): Promise<Scene> {
	const [browser, served, network] = await Promise.all([
		launch(),
		servePage(address, 'main'),
		TopNetwork.connect(address, { webSocket: WebSocket as never }),
	]);
	const traffic = startTraffic(network);
	const { page, errors } = await open(browser, served.address);
	await untilLive(page);
	const end = async () => {
		const paid = await traffic.stop();
		await browser.close();
		served.stop();
		network.close();
		return paid;
	};
	return { browser, served, network, traffic, page, errors, end };
}

/** Lets accounts of both shards pay each other, one after another. Charlie and Ferdie do nothing else. */
export function startTraffic(network: TopNetwork): Traffic {
	const senders: [Signer, string][] = [
		[developmentAccount('//Charlie'), developmentAccount('//Ferdie').account],
		[developmentAccount('//Ferdie'), developmentAccount('//Charlie').account],
		[developmentAccount('//Charlie'), developmentAccount('//Dave').account],
		[developmentAccount('//Ferdie'), developmentAccount('//Bob').account],
	];
	let isOver = false;
	let paid = 0;
	const payments = (async () => {
		for (let round = 0; !isOver; round++) {
			const [signer, dest] = senders[round % senders.length] as [Signer, string];
			await (await network.pay(signer, dest, 1_000n)).finalized();
			paid += 1;
			await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		}
	})();
	const crossings = (async () => {
		const main = await (await network.client('main')).ledger();
		for await (const _ of main.heads()) break;
		const call = encodeCall('Mailbox.transfer', {
			home: { type: 'Zone', value: 0 },
			to: developmentAccount('//Dave').account,
			value: 1_000n,
		});
		while (!isOver) {
			for await (const { type } of main.transact(developmentAccount('//Charlie'), call)) if (type === 'finalized') break;
			paid += 1;
			for (let pause = 0; pause < CROSSING && !isOver; pause++) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
		}
	})();
	// Failures are those of `stop`.
	for (const part of [payments, crossings]) part.catch(() => undefined);
	return {
		stop: async () => {
			isOver = true;
			await Promise.all([payments, crossings]);
			return paid;
		},
	};
}
