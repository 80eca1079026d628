#!/usr/bin/env bash
# Release build of the named programs (all three by default) with the Swift runtime inside; prints their folder.
set -euo pipefail
cd "$(dirname "$0")/.."
flags=(-c release --static-swift-stdlib)
[ ! -e .build/libcurl/libcurl.a ] || export FLEDX_LIBCURL=$PWD/.build/libcurl
[ $# -gt 0 ] || set -- fledx-cp fledx-agent fledx
for program in "$@"; do
    swift build "${flags[@]}" --product "$program" >&2
done
swift build "${flags[@]}" --show-bin-path
