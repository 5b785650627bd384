// A wallet extension with one account, by the interface that Polkadot.js defined. Its key is in the test.

import { fromHex, toHex, type Signer, type SignerPayload } from '@top/sdk';
import type { Page } from 'playwright-core';

const wrapped = (hex: string) => Buffer.concat([Buffer.from('<Bytes>'), Buffer.from(hex.slice(2), 'hex'), Buffer.from('</Bytes>')]);
const little = (hex: string) => fromHex(hex).reverse();

/** Composes what a payload stands for, as extensions do: independent of the page's own code. */
function composed(payload: SignerPayload): Uint8Array {
	const { method, era, nonce, specVersion, transactionVersion, genesisHash, blockHash } = payload;
	const number = Number(nonce);
	const compact = number < 64 ? [number << 2] : [((number << 2) & 0xff) | 1, number >> 6];
	const parts = [fromHex(method), fromHex(era), compact, [0], [0]];
	const added = [little(specVersion), little(transactionVersion), fromHex(genesisHash), fromHex(blockHash), [0]];
	return Uint8Array.from([...parts, ...added].flatMap((part) => [...part]));
}

/** Puts the extension into a page, before the page is loaded. It is named `tester`. */
export async function inject(page: Page, signer: Signer, label: string): Promise<void> {
	await page.exposeFunction('signRawForTest', async (data: string) => toHex(await signer.sign(new Uint8Array(wrapped(data)))));
	await page.exposeFunction(
		'signPayloadForTest',
		async (payload: SignerPayload) => `0x01${toHex(await signer.sign(composed(payload))).slice(2)}`,
	);
	await page.addInitScript(
		([address, name]) => {
			const own = window as unknown as Record<'signRawForTest' | 'signPayloadForTest', (input: unknown) => Promise<string>>;
			const signer = {
				signRaw: async ({ data }: { data: string }) => ({ signature: await own.signRawForTest(data) }),
				signPayload: async (payload: unknown) => ({ signature: await own.signPayloadForTest(payload) }),
			};
			const accounts = { get: async () => [{ address, name, type: 'sr25519' }] };
			Object.assign(window, { injectedWeb3: { tester: { version: '1', enable: async () => ({ accounts, signer }) } } });
		},
		[signer.account, label] as const,
	);
}
