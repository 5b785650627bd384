// Serves the built page on this machine, with the configuration that it reads.
//
//   node serve.mjs [--port PORT] [--node [NAME=]ADDRESS]… [--anchor NAME=FILE]…
//
// The page checks what nodes say by a committee that it trusts, and the server of the page names that committee:
// from a file, or, for a node on this machine, from that node. The reader trusts this machine in any case, because the
// page itself comes from it. A node elsewhere needs a file: without one, the page shows all it says as unchecked.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './server.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'dist/page');

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

const options = read(process.argv.slice(2));
const { address } = await serve({ ...options, folder }).catch((error) => fail(`the page can not be served: ${error.message}`));
console.log(`The explorer is at ${address}`);
