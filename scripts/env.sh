# Defines where files outside the checkout are. The other scripts source it.
#
#   TOP_CACHE_DIR     caches and tools outside the checkout (default ~/.cache/top)
#   CARGO_TARGET_DIR  compiled crates (default: target/ of each workspace)

TOP_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOP_CACHE_DIR=${TOP_CACHE_DIR:-$HOME/.cache/top}
TOP_TOOLS_DIR=$TOP_CACHE_DIR/tools
# Tools of the required version come first. The compilers of rustup come before those of a distribution, which the set-up
# may install for the wasm toolchain alone.
PATH=$TOP_TOOLS_DIR/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
export TOP_ROOT TOP_CACHE_DIR PATH

# The target folders of the main workspace and of the zombienet workspace. They are apart because the other SDK versions
# would double the first, and because two builds in one folder wait for each other.
TOP_TARGET_DIR=${CARGO_TARGET_DIR:-$TOP_ROOT/target}
if [ -n "${CARGO_TARGET_DIR:-}" ]; then
	TOP_ZOMBIENET_TARGET_DIR=$CARGO_TARGET_DIR/zombienet
else
	TOP_ZOMBIENET_TARGET_DIR=$TOP_ROOT/zombienet/target
fi
TOP_NODE=${TOP_NODE:-$TOP_TARGET_DIR/release/top-node}
export TOP_TARGET_DIR TOP_ZOMBIENET_TARGET_DIR TOP_NODE

# fail MESSAGE: prints the message and exits.
fail() {
	echo "error: $*" >&2
	exit 1
}
