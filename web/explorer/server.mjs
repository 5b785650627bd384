// The server of the page: its files, and the configuration that it reads.

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.map': 'application/json',
};
/** Epochs that a page follows from the genesis. On an older chain it begins with the newest committee. */
const MOST_EPOCHS = 24;
const PATIENCE_MS = 3_000;

/** Calls a method of a node by HTTP, which nodes serve on the same port. */
async function call(address, method, params) {
	const answer = await fetch(address.replace(/^ws/, 'http'), {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	const { result, error } = await answer.json();
	if (error) throw new Error(error.message);
	return result;
}

const isHere = (address) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);

/** Returns a committee that this machine's own node names: the first, so that the page can check all blocks. */
async function anchorOf(address) {
	const [genesis, newest] = await Promise.all([call(address, 'chain_getBlockHash', [0]), call(address, 'pbft_committee', [])]);
	return newest.epoch > MOST_EPOCHS ? newest : call(address, 'pbft_committee', [genesis]);
}

async function ledgerOf({ name, address }, index, anchors) {
	const ledger = { id: index === 0 ? 'main' : `ledger-${index + 1}`, name: name ?? 'Ledger', endpoints: [address] };
	if (name !== undefined) ledger.id = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
	const file = name && anchors.get(name);
	if (file) {
		return { ...ledger, anchor: JSON.parse(readFileSync(file, 'utf8')), anchorSource: 'a file of the server of this page' };
	}
	if (!isHere(address)) return ledger;
	try {
		const [anchor, chain] = await Promise.all([anchorOf(address), call(address, 'system_chain', [])]);
		const named = name === undefined ? { name: String(chain) } : {};
		return { ...ledger, ...named, anchor, anchorSource: 'the node on the machine that serves this page' };
	} catch {
		// The page says that the node is down, and reads this configuration again when it is reloaded.
		return ledger;
	}
}

/** Starts the server. Returns it with its address. */
export async function serve({ port, nodes, anchors, folder }) {
	if (!existsSync(join(folder, 'index.html'))) throw new Error('it is not built: npm run build');
	const server = createServer((request, response) => {
		void answer(request, response).catch((error) => {
			response.writeHead(500).end(String(error));
		});
	});
	async function answer(request, response) {
		const path = new URL(request.url ?? '/', 'http://localhost').pathname;
		if (path === '/config.json') {
			const ledgers = await Promise.all(nodes.map((node, index) => ledgerOf(node, index, anchors)));
			response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
			return response.end(JSON.stringify({ ledgers }));
		}
		const file = normalize(join(folder, path === '/' ? 'index.html' : path));
		if (!file.startsWith(join(folder, '/')) || !existsSync(file) || !statSync(file).isFile()) {
			response.writeHead(404, { 'content-type': 'text/plain' });
			return response.end('there is no such file');
		}
		response.writeHead(200, {
			'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
			'cache-control': 'no-cache',
			'x-content-type-options': 'nosniff',
			'x-frame-options': 'DENY',
		});
		createReadStream(file).pipe(response);
	}
	await new Promise((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve));
	return { server, address: `http://127.0.0.1:${server.address().port}` };
}
