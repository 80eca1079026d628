#!/usr/bin/env bash
# Fuzzes the parsers with libFuzzer and the address sanitizer: fuzz.sh [SECONDS for each]
# A crashing input is kept below .build/fuzz and named on the last lines.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
folder=.build/fuzz
mkdir -p "$folder"
flags=(-O -g -swift-version 6 -wmo -parse-as-library -package-name fledx -sanitize=fuzzer,address
    -use-ld=lld)
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility NonisolatedNonsendingByDefault; do
    flags+=(-enable-upcoming-feature "$feature")
done

module() {
    find "Sources/$1" -name '*.swift' -print0 | sort -z | xargs -0 \
        swiftc "${flags[@]}" -I "$folder" -emit-module -emit-module-path "$folder/$1.swiftmodule" \
        -emit-library -static -module-name "$1" -o "$folder/lib$1.a"
}
echo "fuzz: building"
for name in JSON Model HTTP1; do module "$name"; done

seeds=$folder/seeds
mkdir -p "$seeds/HTTP1RequestFuzz" "$seeds/JSONFuzz"
printf 'POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n' \
    >"$seeds/HTTP1RequestFuzz/chunked"
printf 'GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.0\r\n\r\n' \
    >"$seeds/HTTP1RequestFuzz/pipelined"
printf '{"a":[1,-2.5e3,"\\u00e4\\ud83d\\ude00",true,null],"b":{"c":""}}' >"$seeds/JSONFuzz/small"

for target in HTTP1RequestFuzz JSONFuzz; do
    swiftc "${flags[@]}" -I "$folder" -L "$folder" -lHTTP1 -lModel -lJSON "Tests/Fuzz/$target.swift" \
        -o "$folder/$target"
    mkdir -p "$folder/corpus/$target"
    echo "fuzz: $target for ${seconds}s"
    log=$folder/$target.log
    if ! SWIFT_BACKTRACE=enable=no "$folder/$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -artifact_prefix="$folder/$target-" "$folder/corpus/$target" "$seeds/$target" >"$log" 2>&1; then
        tail -30 "$log" >&2
        echo "fuzz: $target failed; the input and the whole log are in $folder" >&2
        exit 1
    fi
    grep -E '^#[0-9]+.*DONE' "$log"
done
