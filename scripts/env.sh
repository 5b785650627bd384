# Where everything outside the checkout lives. Sourced by the other scripts.
#
#   TOP_CACHE_DIR     caches and tools outside the checkout (default ~/.cache/top)
#   CARGO_TARGET_DIR  compiled crates (default: target/ of each workspace)

TOP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOP_CACHE_DIR=${TOP_CACHE_DIR:-$HOME/.cache/top}
TOP_TOOLS_DIR=$TOP_CACHE_DIR/tools
# The tools of the version that is asked for come first; rustup's compilers come before a distribution's, which the set-up may install for the wasm toolchain alone.
PATH=$TOP_TOOLS_DIR/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
export TOP_ROOT TOP_CACHE_DIR PATH

# The target folder of the main workspace, and that of the zombienet workspace: another one, because its other SDK
# versions would double the first, and because two builds in one folder wait for each other.
TOP_TARGET_DIR=${CARGO_TARGET_DIR:-$TOP_ROOT/target}
if [ -n "${CARGO_TARGET_DIR:-}" ]; then
	TOP_ZOMBIENET_TARGET_DIR=$CARGO_TARGET_DIR/zombienet
else
	TOP_ZOMBIENET_TARGET_DIR=$TOP_ROOT/zombienet/target
fi
TOP_NODE=${TOP_NODE:-$TOP_TARGET_DIR/release/top-node}
export TOP_TARGET_DIR TOP_ZOMBIENET_TARGET_DIR TOP_NODE

# fail MESSAGE: says why, and ends.
fail() {
	echo "error: $*" >&2
	exit 1
}
