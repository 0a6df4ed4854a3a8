#!/usr/bin/env bash
# What check-api and check-client share: an engine of their own, with a folder for its files that is
# removed at the end. Source this at the root of the repository, after setting `name`.
# shellcheck disable=SC2034,SC2154 # some are set, and some used, by who sources this

engine=${CARGO_TARGET_DIR:-$PWD/target}/debug/switchboard-engine
work=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-$name.XXXXXX")
pid=

finish() {
    local code=$?
    trap - EXIT
    # It writes into the folder until it has ended.
    if [[ -n $pid ]]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" || true
    fi
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT

say() { printf '    %s\n' "$*"; }

# Builds the engine, and makes a token for it.
build_engine() {
    cargo build --locked --quiet -p engine
    token=$("$engine" token create --tokens "$work/tokens.json" --role admin --name check 2>/dev/null)
}

# Starts an engine with these options, and waits until its log shows its address.
start_engine() {
    env -u REDIS_URL "$engine" --listen 127.0.0.1:0 --drain 0 --log warn,switchboard_engine=info \
        --tokens "$work/tokens.json" "$@" 2>"$work/log" &
    pid=$!
    local _
    for _ in {1..100}; do
        address=$(sed -n 's/.* at \(http:[^ ]*\).*/\1/p' "$work/log" | head -n 1)
        [[ -z $address ]] || return 0
        sleep 0.1
    done
    cat "$work/log" >&2
    return 1
}
