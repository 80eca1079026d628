#!/usr/bin/env bash
# Builds the release and measures it against nginx and docker; prints the tables of docs/benchmarks.md.
# BENCH_ONLY=core,http,tls,idle,agent,gaps,reload,hour,commit,apply,events,sizes,scale,tunnel,longway,link runs a part; BENCH_ROUNDS sets the rounds (20).
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PATH:/usr/sbin:/sbin
echo "bench: release build"
bin=$(packaging/build.sh fledx-cp fledx-agent fledx fledx-bench)
exec python3 packaging/bench/bench.py --bin "$bin" --root "$PWD"
