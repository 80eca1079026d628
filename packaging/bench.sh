#!/usr/bin/env bash
# Builds the release and measures it against nginx and docker; prints the tables of docs/benchmarks.md.
# BENCH_ONLY=http,idle,commit,apply,sizes runs a part; BENCH_ROUNDS sets the rounds (default 20).
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin
flags="-c release --static-swift-stdlib"
echo "bench: release build"
# shellcheck disable=SC2086
swift build $flags
# shellcheck disable=SC2086
exec python3 packaging/bench/bench.py --bin "$(swift build $flags --show-bin-path)" --root "$PWD"
