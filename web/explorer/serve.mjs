// Serves the built page on this machine, with the configuration that it reads.
//
//   node serve.mjs [--port PORT] [--node [NAME=]ADDRESS]… [--anchor NAME=FILE]…
//
// The page checks what nodes say by a committee that it trusts, and the server of the page names that committee:
// from a file, or, for a node on this machine, from that node. The reader trusts this machine in any case, because the
// page itself comes from it. A node elsewhere needs a file: without one, the page shows all it says as unchecked.

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const page = join(dirname(fileURLToPath(import.meta.url)), 'dist/page');
const TYPES = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.map': 'application/json',
};
/** Epochs that a page follows from the genesis. On an older chain it begins with the newest committee. */
const MOST_EPOCHS = 64;
const PATIENCE_MS = 3_000;

function fail(message) {
	console.error(`error: ${message}`);
	process.exit(1);
}

function read(args) {
	const options = { port: 8080, nodes: [], anchors: new Map() };
	for (let at = 0; at < args.length; at += 2) {
		const [option, given] = [args[at], args[at + 1]];
		if (given === undefined) fail(`${option} needs a value`);
		const named = /^([^=:/]+)=(.+)$/.exec(given);
		if (option === '--port') options.port = Number(given);
		else if (option === '--node') options.nodes.push({ name: named?.[1], address: named?.[2] ?? given });
		else if (option === '--anchor' && named) options.anchors.set(named[1], named[2]);
		else fail(`unknown option ${option} ${given}: see the head of serve.mjs`);
	}
	if (options.nodes.length === 0) options.nodes.push({ address: 'ws://127.0.0.1:9944' });
	for (const { address } of options.nodes) if (!/^wss?:\/\/./.test(address)) fail(`${address} is no address of a node`);
	return options;
}

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
	const genesis = await call(address, 'chain_getBlockHash', [0]);
	const newest = await call(address, 'pbft_committee', []);
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
export async function serve({ port, nodes, anchors, folder = page }) {
	if (!existsSync(join(folder, 'index.html'))) fail('the page is not built: npm run build');
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
		if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const options = read(process.argv.slice(2));
	const { address } = await serve(options).catch((error) => fail(`the page can not be served: ${error.message}`));
	console.log(`The explorer is at ${address}`);
}
