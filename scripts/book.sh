#!/usr/bin/env bash
# Builds the book from docs/ into target/book, and fails for a warning. Installs mdBook into the tools folder first, unless
# it is there. The links are checked by the tests of testing/architecture.
#
#   scripts/book.sh          builds
#   scripts/book.sh install  installs mdBook only
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

MDBOOK_VERSION=0.5.4

if [ "$(mdbook --version 2>/dev/null || true)" != "mdbook v$MDBOOK_VERSION" ]; then
	echo "compiling mdBook $MDBOOK_VERSION into $TOP_TOOLS_DIR (a few minutes, once)" >&2
	# It runs for seconds: fast to compile matters more than fast code. The features that are left out serve and watch.
	env -u CARGO_TARGET_DIR CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false \
		cargo install --quiet --locked --no-default-features --version $MDBOOK_VERSION --root "$TOP_TOOLS_DIR" mdbook
fi
[ "${1:-build}" = build ] || exit 0

output=$(mdbook build --dest-dir "$TOP_TARGET_DIR/book" "$TOP_ROOT/docs" 2>&1) || fail "$output"
echo "$output"
! grep -qE '\b(WARN|ERROR)\b' <<<"$output" || fail "mdBook has warnings"
echo "The book: $TOP_TARGET_DIR/book/index.html"
