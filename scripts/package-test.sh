#!/usr/bin/env bash
# Packs the TypeScript SDK, installs the package in an empty project, and uses it there: it verifies a receipt, signs a unit, and
# compiles the examples that come with it. No node is needed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

project=$(mktemp -d "${TMPDIR:-/tmp}/top-package-XXXXXX")
trap 'rm -rf "$project"' EXIT
sdk=$TOP_ROOT/sdk/typescript
# The programs that npm runs before it packs write to its output.
package=$(npm --prefix "$sdk" pack "$sdk" --silent --pack-destination "$project" | tail -1)

cd "$project"
mkdir user
cd user
echo '{ "name": "user", "private": true, "type": "module" }' >package.json
# The versions of the examples.
npm install --no-audit --no-fund --silent --ignore-scripts "../$package" ws@8.23.0 polkadot-api@2.2.2 \
	typescript@5.9.3 @types/node@22.20.5 @types/ws@8.18.2

installed=node_modules/@top/sdk
for file in README.md docs/receipts.md docs/lattice.md examples/pay.ts dist/index.js dist/index.d.ts; do
	[ -s "$installed/$file" ] || fail "the package has no $file"
done
[ ! -e "$installed/test" ] && [ ! -e "$installed/src" ] || fail "the package has files that users do not need"

cp "$TOP_ROOT/primitives/lattice/vectors/receipt.json" .
cat >use.mjs <<'END'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decodeUnit, encodeUnit, isSigned, signerFromSeed, signUnit, transfer, unitHash, Verifier, verifyReceipt, committeeFromReport } from '@top/sdk';

const { committee, receipts, broken } = JSON.parse(readFileSync('receipt.json', 'utf8'));
for (const { receipt, unitHash: hash, block } of receipts) {
	const proven = verifyReceipt(receipt, committeeFromReport(committee));
	assert.equal(proven.hash, hash);
	assert.equal(proven.block.number, block.number);
	assert.equal(Verifier.fromReport(committee).verify(receipt).hash, hash);
}
for (const { receipt } of broken) assert.throws(() => verifyReceipt(receipt, committeeFromReport(committee)));

const signer = signerFromSeed(new Uint8Array(32).fill(7));
const domain = `0x${'11'.repeat(32)}`;
const body = { account: signer.account, height: 0, parent: `0x${'00'.repeat(32)}`, validUntil: 0, operations: [transfer(signer.account, 5n)] };
const unit = await signUnit(body, domain, signer);
assert.ok(isSigned(unit, domain));
assert.equal(unitHash(decodeUnit(encodeUnit(unit))), unitHash(unit));
console.log(`${receipts.length} receipts and a unit of ${signer.account}`);
END
node use.mjs

# The examples compile as a user's own programs, by the types of the package.
cp -r $installed/examples src
cat >tsconfig.json <<'END'
{ "compilerOptions": { "target": "ES2022", "module": "NodeNext", "strict": true, "skipLibCheck": true, "outDir": "out", "types": ["node"] }, "include": ["src"] }
END
npx tsc -p tsconfig.json
# Without a committee of its own the program says how it is used.
said=$(node out/verify-receipt.js 2>&1 || true)
[[ $said == *"usage: "* ]] || fail "a compiled example does not run: $said"
echo "$package works in an empty project"
