#!/usr/bin/env bash
# Fuzzes the parsers with libFuzzer and the address sanitizer: fuzz.sh [SECONDS for each] [TARGET...]
# A crashing input is kept below .build/fuzz and named on the last lines.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] ||
    targets=(HTTP1RequestFuzz JSONFuzz UpgradeFuzz ControlStreamFuzz DockerFramesFuzz HTTP2Fuzz)
folder=.build/fuzz
mkdir -p "$folder"
flags=(-O -g -swift-version 6 -wmo -parse-as-library -package-name fledx -sanitize=fuzzer,address
    -use-ld=lld -I CModules/CNghttp2 -I CModules/CBuild)
for feature in ExistentialAny InternalImportsByDefault MemberImportVisibility NonisolatedNonsendingByDefault; do
    flags+=(-enable-upcoming-feature "$feature")
done

# A module of these folders and files, those that neither read nor write.
module() {
    local name=$1
    shift
    find "$@" -name '*.swift' -print0 | sort -z | xargs -0 \
        swiftc "${flags[@]}" -I "$folder" -emit-module -emit-module-path "$folder/$name.swiftmodule" \
        -emit-library -static -module-name "$name" -o "$folder/lib$name.a"
}
echo "fuzz: building"
for name in JSON Model HTTP1 HTTP2; do module "$name" "Sources/$name"; done
module Tunnel Sources/Tunnel/Session Sources/Tunnel/TunnelFailure.swift Sources/Tunnel/TunnelLimits.swift
module DockerEngine Sources/DockerEngine/Streams/LogFrameParser.swift Sources/DockerEngine/DockerLimits.swift \
    Sources/DockerEngine/Client/APIVersion.swift

seeds=$folder/seeds
for target in "${targets[@]}"; do mkdir -p "$seeds/$target"; done
seed() {
    [ ! -d "$seeds/$1" ] || printf "$3" >"$seeds/$1/$2"
}
seed HTTP1RequestFuzz chunked \
    'POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n'
seed HTTP1RequestFuzz pipelined \
    'GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.0\r\n\r\n'
seed JSONFuzz small '{"a":[1,-2.5e3,"\\u00e4\\ud83d\\ude00",true,null],"b":{"c":""}}'
seed UpgradeFuzz answer \
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: fledx-tunnel/1\r\n\r\nPRI * HTTP/2.0\r\n'
seed UpgradeFuzz refusal 'HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\nRetry-After: 9\r\n\r\n{}'
seed UpgradeFuzz request \
    'GET /agent-tunnel HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: fledx-tunnel/1\r\n\r\n\0\0\0\4'
greeting='{"session":1,"heartbeat_interval_secs":30,"heartbeat_timeout_secs":90,"server_time":"2026-01-02T03:04:05Z"}'
mark='{"epoch":"0190f3b2-0000-7000-8000-000000000001","head_revision":7}'
seed ControlStreamFuzz plane "{\"hello\":$greeting}\n{\"desired\":$mark}\n{\"reconnect\":{\"after_ms\":5}}\n"
seed ControlStreamFuzz agent \
    "{\"hello\":{\"agent_version\":\"0.1.0\",\"capabilities\":[\"exec\"],\"applied\":$mark}}\n{\"applied\":$mark}\n"
seed ControlStreamFuzz frames '\1\0\0\0\0\0\0\3abc\3\0\0\0\0\0\0\2{}\4\0\0\0\0\0\0\2{}\5\0\0\0\0\0\0\0'
seed DockerFramesFuzz both '\1\0\0\0\0\0\0\3abc\2\0\0\0\0\0\0\2de\1\0\0\0\0\0\0\0'
# A CONNECT with Huffman-coded names from the static table, DATA and its end, for a server; an answer for a client.
seed HTTP2Fuzz server '\x7e\0\0\x0d\1\4\0\0\0\1\x42\7CONNECT\x41\3a:1\0\0\3\0\1\0\0\0\1abc\0\0\x8\6\0\0\0\0\0\1\2\3\4\5\6\7\x8'
seed HTTP2Fuzz client '\x7f\0\0\1\1\4\0\0\0\1\x88\0\0\3\0\0\0\0\0\1abc\0\0\4\3\0\0\0\0\3\0\0\0\7\0\0\4\x8\0\0\0\0\0\0\0\1\0'

for target in "${targets[@]}"; do
    swiftc "${flags[@]}" -I "$folder" "Tests/Fuzz/$target.swift" -L "$folder" -lTunnel -lDockerEngine -lHTTP2 -lHTTP1 \
        -lModel -lJSON -lnghttp2 -o "$folder/$target"
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
