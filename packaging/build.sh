#!/usr/bin/env bash
# Release build of the named programs (all three by default) with the Swift runtime inside; prints their folder.
set -euo pipefail
cd "$(dirname "$0")/.."
flags=(-c release --static-swift-stdlib)
# Another commit compiles one file, and links.
export FLEDX_COMMIT=${FLEDX_COMMIT:-$(packaging/commit.sh)}
[ ! -e .build/libcurl/libcurl.a ] || export FLEDX_LIBCURL=$PWD/.build/libcurl
# An archive alone in its folder is found before the shared library of the same name.
archive=$(clang -print-file-name=libstdc++.a 2>/dev/null || true)
if [ -f "$archive" ]; then
    mkdir -p .build/libstdcxx
    ln -sfn "$archive" .build/libstdcxx/libstdc++.a
    export FLEDX_LIBSTDCXX=$PWD/.build/libstdcxx
fi
[ $# -gt 0 ] || set -- fledx-cp fledx-agent fledx
for program in "$@"; do
    swift build "${flags[@]}" --product "$program" >&2
done
swift build "${flags[@]}" --show-bin-path
