#!/usr/bin/env bash
# Copies the template of a service chain to a folder outside the workspace, with the given name:
#
#   scripts/new-chain.sh NAME FOLDER
#
# NAME has lower-case letters, digits and hyphens: it is the name of the node's program, of the crates and of the
# runtime (spec_name). The copy is a separate Cargo workspace. It depends on the crates of this checkout by their paths.
# Its Cargo.lock derives from the one of this checkout, so that both use the same versions.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

name=${1:-}
folder=${2:-}
[ -n "$name" ] && [ -n "$folder" ] && [ $# = 2 ] || fail "usage: scripts/new-chain.sh NAME FOLDER"
[[ $name =~ ^[a-z][a-z0-9]*(-[a-z0-9]+)*$ ]] ||
	fail "the name $name is invalid: use lower-case letters, digits and hyphens, such as acme-chain"
case $name in
top-* | tc-* | tp-* | sc-* | sp-* | frame-* | pallet-* | template*)
	fail "the name $name is reserved: the prefixes of TOP, of the Polkadot SDK and of the template are taken"
	;;
esac
if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
	fail "the folder $folder is not empty"
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
case $folder/ in
"$TOP_ROOT"/*) fail "the folder $folder is inside the checkout: choose one outside" ;;
esac

template=$TOP_ROOT/templates/service-chain
identifier=${name//-/_}
# acme-chain: Acme Chain
title=$(sed -E 's/(^|-)([a-z0-9])/\1\U\2/g; s/-/ /g' <<<"$name")
# Compiled and installed files are not copied.
for part in runtime node client README.md; do
	(cd "$template" && find "$part" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0) |
		while IFS= read -r -d '' file; do
			mkdir -p "$folder/$(dirname "$file")"
			cp "$template/$file" "$folder/$file"
		done
done
cp -r "$TOP_ROOT/templates/pallet" "$folder/pallet"
rm "$folder/pallet/README.md"
cp "$template/gitignore" "$folder/.gitignore"
for shared in rustfmt.toml rust-toolchain.toml .editorconfig .cargo/config.toml; do
	[ ! -e "$TOP_ROOT/$shared" ] || install -D -m 644 "$TOP_ROOT/$shared" "$folder/$shared"
done

# Names, and the part of the README that is about the template.
find "$folder" -type f -print0 | xargs -0 sed -i \
	-e "s/template-chain/$name/g; s/template_chain/$identifier/g; s/Template Chain/$title/g" \
	-e "s/Template of a pallet/The pallet of $title/" \
	-e "s/pallet-template/pallet-$name/g; s/pallet_template/pallet_$identifier/g"
sed -i '/^<!-- begin template -->$/,/^<!-- end template -->$/d' "$folder/README.md"

# Paths to the TypeScript SDK. npm's lock file names linked packages by relative paths.
sdk=$TOP_ROOT/sdk/typescript
relative=$(realpath --relative-to="$folder/client" "$sdk")
sed -i "s|\.\./\.\./\.\./sdk/typescript|$relative|g" "$folder/client/package.json" "$folder/client/package-lock.json"
sed -i "s|\.\./\.\./sdk/typescript|$sdk|g; s|TOP=\.\./\.\.$|TOP=$TOP_ROOT|" "$folder/README.md"

# section NAME: prints a table of this checkout's Cargo.toml.
section() {
	awk -v heading="[$1]" '$0 == heading { inside = 1; print; next } /^\[/ { inside = 0 } inside && NF' "$TOP_ROOT/Cargo.toml"
}

# Dependencies of the copied crates: `name.workspace = true` and `name = { workspace = true, … }`.
used=$(sed -nE 's/^([a-z0-9_-]+)(\.workspace = true| = \{ workspace = true).*/\1/p' "$folder"/{runtime,node,pallet}/Cargo.toml |
	grep -vxE 'version|edition|rust-version|license|publish|lints' | sort -u)
{
	cat <<-END
		[workspace]
		resolver = "2"
		members = ["node", "pallet", "runtime"]

	END
	section workspace.package
	printf '\n'
	printf '%s\n' '[workspace.dependencies]' '# The crates of this chain' \
		"pallet-$name = { path = \"pallet\", default-features = false }" \
		"$name-runtime = { path = \"runtime\", default-features = false }" \
		'# TOP, and the versions of the SDK that it uses'
	section workspace.dependencies | awk -v used=" $(tr '\n' ' ' <<<"$used")" 'index(used, " " $1 " ")' |
		sed "s|path = \"|path = \"$TOP_ROOT/|"
	printf '\n'
	section patch.crates-io | grep -v '^#' | sed "s|path = \"|path = \"$TOP_ROOT/|"
	printf '\n'
	section profile.release | grep -v '^#'
	printf '\n'
	section profile.release.package | grep -vE '^(#|top-)'
	printf '\n'
	section workspace.lints.rust
	printf '\n'
	section workspace.lints.clippy | grep -v disallowed_methods
} >"$folder/Cargo.toml"

# cargo removes from the lock file what the new workspace does not use, and keeps the versions of the rest.
cp "$TOP_ROOT/Cargo.lock" "$folder/Cargo.lock"
(cd "$folder" && cargo metadata --format-version 1 --quiet >/dev/null)

echo "The chain $title is in $folder: see its README.md"
