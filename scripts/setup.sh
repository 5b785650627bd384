#!/usr/bin/env bash
# Installs what building and testing need, and says so. Running it again is quick and changes nothing.
#
#   scripts/setup.sh build      what building needs: protoc, OpenSSL's headers, the wasm target
#   scripts/setup.sh explorer   what building the explorer needs: its npm packages and the SDK's
#   scripts/setup.sh browser    what its tests in a browser need: Chromium
#   scripts/setup.sh firefox    what its smoke run in another browser needs: Firefox
#   scripts/setup.sh            also what the other tests need: cargo-deny, node, npm packages
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

CARGO_DENY_VERSION=0.20.2
WASM_TARGET=wasm32v1-none
# The toolchain that runtime build scripts fall back to.
WASM_TOOLCHAIN=top-wasm
OLDEST_RUST=90
OLDEST_NODE=18

say() { echo "setup: $*" >&2; }

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		fail "needs root for: $* - run it as root, then run this again"
	fi
}

apt_lists_are_fresh=no
# apt_install PACKAGE…: by Debian's or Ubuntu's package manager.
apt_install() {
	command -v apt-get >/dev/null || fail "please install, by your system's means: $*"
	say "installing $* (apt-get)"
	if [ $apt_lists_are_fresh = no ]; then
		as_root apt-get update -qq
		apt_lists_are_fresh=yes
	fi
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

check_rust() {
	command -v rustup >/dev/null && command -v cargo >/dev/null ||
		fail "needs Rust by rustup: see https://rustup.rs"
	rustc --version >/dev/null || fail "rustup has no toolchain: rustup default stable"
	local minor
	minor=$(rustc --version | sed -E 's/^rustc 1\.([0-9]+).*/\1/')
	[ "$minor" -ge $OLDEST_RUST ] || fail "needs Rust 1.$OLDEST_RUST or newer, found $(rustc --version): rustup update"
}

rust_component() {
	"$2" --version >/dev/null 2>&1 && return
	say "installing the Rust component $1"
	rustup component add "$1" || fail "rustup cannot add $1: install a toolchain that has it"
}

compiler_packages() {
	local missing=()
	command -v protoc >/dev/null || missing+=(protobuf-compiler)
	# protoc's package recommends, but does not require, the well-known types.
	[ -e /usr/include/google/protobuf/any.proto ] || ! command -v apt-get >/dev/null || missing+=(libprotobuf-dev)
	for tool in cc:gcc c++:g++ make:make git:git pkg-config:pkg-config; do
		command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
	done
	# The network crate's WebRTC transport links the system's OpenSSL, and so does zombienet-sdk.
	pkg-config --exists openssl 2>/dev/null || missing+=(libssl-dev)
	[ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# wasm_works TOOLCHAIN: whether it compiles a crate to wasm.
wasm_works() {
	local probe
	probe=$(mktemp -d)
	printf '#![no_std]\nextern crate alloc;\n%s\n' \
		'#[panic_handler] fn stop(_: &core::panic::PanicInfo) -> ! { loop {} }' >"$probe/probe.rs"
	# `--emit=link` of a static library needs core and alloc, and no allocator.
	local works=0
	rustup run "$1" rustc --edition 2021 --target $WASM_TARGET --crate-type rlib -o "$probe/probe.rlib" \
		"$probe/probe.rs" >/dev/null 2>&1 || works=1
	rm -rf "$probe"
	return $works
}

wasm_toolchain() {
	local ordinary
	ordinary=$(rustup show active-toolchain | cut -d' ' -f1)
	wasm_works "$ordinary" && return
	say "adding the target $WASM_TARGET (rustup)"
	if rustup target add $WASM_TARGET && wasm_works "$ordinary"; then
		return
	fi
	say "rustup cannot add it; the toolchain $WASM_TOOLCHAIN will compile the runtimes"
	wasm_works $WASM_TOOLCHAIN && return
	wasm_toolchain_from_debian
	wasm_works $WASM_TOOLCHAIN || fail "the toolchain $WASM_TOOLCHAIN does not compile to $WASM_TARGET"
}

# Debian's rustc ships the library's sources but no wasm target: compile core and alloc, and put them where the
# compiler looks for an installed target.
wasm_toolchain_from_debian() {
	local rustc=/usr/bin/rustc library cargo scratch sysroot
	command -v apt-get >/dev/null || fail "no other way to get $WASM_TARGET is known for this system"
	apt_install rustc-web rust-web-src cargo-web lld-22
	[ "$(command -v rustc)" != $rustc ] || fail "rustup's rustc must come before $rustc in PATH"
	sysroot=$($rustc --print sysroot)
	library=$sysroot/lib/rustlib/$WASM_TARGET/lib
	cargo=$(rustup which cargo)
	scratch=$(mktemp -d)

	say "compiling core and alloc for $WASM_TARGET"
	mkdir "$scratch/src"
	cat >"$scratch/Cargo.toml" <<-END
		[package]
		name = "wasm-core"
		version = "0.0.0"
		edition = "2021"
		[lib]
		crate-type = ["rlib"]
		[workspace]
	END
	printf '#![no_std]\nextern crate alloc;\n' >"$scratch/src/lib.rs"
	(
		cd "$scratch"
		unset CARGO_TARGET_DIR CARGO_ENCODED_RUSTFLAGS RUSTC_WRAPPER
		env RUSTC=$rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes" "$cargo" build --quiet --release \
			--target $WASM_TARGET -Z build-std=core,alloc -Z build-std-features=compiler-builtins-mem
	)
	as_root mkdir -p "$library"
	local crate
	for crate in core alloc compiler_builtins; do
		# One of each: two would be ambiguous.
		as_root find "$library" -name "lib$crate-*.rlib" -delete
		as_root cp "$scratch/target/$WASM_TARGET/release/deps/lib$crate"-*.rlib "$library/"
	done
	rm -rf "$scratch"
	rustup toolchain link $WASM_TOOLCHAIN "$sysroot"
}

cargo_deny() {
	local found
	found=$(cargo deny --version 2>/dev/null || true)
	[ "$found" = "cargo-deny $CARGO_DENY_VERSION" ] && return
	say "compiling cargo-deny $CARGO_DENY_VERSION into $TOP_TOOLS_DIR (a few minutes, once)"
	# It runs for seconds: fast to compile matters more than fast code. Its crates are used for nothing else.
	env -u CARGO_TARGET_DIR CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
		CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=false \
		cargo install --quiet --locked --version $CARGO_DENY_VERSION --root "$TOP_TOOLS_DIR" cargo-deny
}

javascript() {
	local missing=() major
	command -v node >/dev/null || missing+=(nodejs)
	command -v npm >/dev/null || missing+=(npm)
	[ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
	major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
	[ "$major" -ge $OLDEST_NODE ] || fail "needs node $OLDEST_NODE or newer, found $(node --version)"
}

test_packages() {
	local missing=()
	# Tests of nodes whose clocks differ, and of links that are cut.
	compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || missing+=(libfaketime)
	command -v ip >/dev/null || missing+=(iproute2)
	command -v nft >/dev/null || missing+=(nftables)
	[ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
	javascript
}

# npm_ci FOLDER WHAT: installs what the folder's lock names, unless it is there.
npm_ci() {
	local folder=$TOP_ROOT/$1 stamp=$TOP_ROOT/$1/node_modules/.installed-lock
	cmp -s "$folder/package-lock.json" "$stamp" && return
	say "installing the npm packages of $2"
	npm --prefix "$folder" ci --no-audit --no-fund --ignore-scripts --loglevel=error
	cp "$folder/package-lock.json" "$stamp"
}

# The client tests and the explorer link to the SDK.
explorer_packages() {
	npm_ci sdk/typescript "the TypeScript SDK"
	npm_ci web/explorer "the explorer"
}

browser() {
	local found=${TOP_CHROMIUM:-}
	[ -n "$found" ] || found=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
	[ -n "$found" ] || apt_install chromium fonts-dejavu-core
}

firefox() {
	local found=${TOP_FIREFOX:-}
	[ -n "$found" ] || found=$(type -P firefox-esr firefox | head -1 || true) # `command -v` would find this function.
	[ -n "$found" ] || apt_install firefox-esr fonts-dejavu-core
}

npm_packages() {
	explorer_packages
	npm_ci zombienet/client-tests "the client tests"
	npm_ci examples/typescript "the examples"
}

case ${1:-all} in
explorer)
	javascript
	explorer_packages
	exit
	;;
browser)
	browser
	exit
	;;
firefox)
	firefox
	exit
	;;
esac
check_rust
compiler_packages
wasm_toolchain
if [ "${1:-all}" != build ]; then
	rust_component rustfmt rustfmt
	rust_component clippy cargo-clippy
	test_packages
	cargo_deny
	npm_packages
fi
say "all there"
