#!/usr/bin/env bash
# Builds blocks on a fork that chopsticks serves at URL:
#
#   scripts/fork-blocks.sh URL [COUNT]
#
# A fork has no committee, so no block can prove its parent. Before each block this sets that it did.
set -euo pipefail
url=${1:?the address of the fork, such as http://127.0.0.1:8000}
count=${2:-1}

# call METHOD PARAMS: calls a method of the fork. Fails if it answers with an error.
call() {
	local answer
	answer=$(curl -sS --fail-with-body -H 'content-type: application/json' \
		-d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$1\",\"params\":$2}" "$url")
	case $answer in
	*'"error"'*)
		echo "error: $1: $answer" >&2
		exit 1
		;;
	esac
	printf '%s\n' "$answer"
}

for ((block = 0; block < count; block++)); do
	call dev_setStorage '[{"Committee":{"ParentProved":true}}]' >/dev/null
	call dev_newBlock '[]'
done
