#!/usr/bin/env bash
# Builds and runs every test in its short form; FLEDX_RUN_CHAOS=1 runs the long forms.
set -euo pipefail
cd "$(dirname "$0")/.."
data=../shared/data
if [ -z "${FLEDX_TEST_DATA:-}" ] && [ -d "$data" ]; then FLEDX_TEST_DATA=$(cd "$data" && pwd); fi
[ -z "${FLEDX_TEST_DATA:-}" ] || export FLEDX_TEST_DATA
export FLEDX_TEST_PYTHON=$PWD/.build/python/bin/python

export FLEDX_COMMIT=${FLEDX_COMMIT:-$(packaging/commit.sh)}
echo "test: building (debug)"
swift build --build-tests
echo "test: fuzzing the parsers"
if [ "${FLEDX_RUN_CHAOS:-0}" = 1 ]; then packaging/fuzz.sh 120; else packaging/fuzz.sh 5; fi
# Suites that compute keep both cores busy, suites that wait have deadlines: they run one after the other, each group
# in a process of its own, and those that wait without a neighbour beside them.
together=(JSON YAML Model HTTP1 HTTP2 TLS Telemetry ClusterCore NodeCore Console Tidy)
alone=(Simulation)
serial=(EventLoop SQLite HTTPClient HTTPServer Tunnel ControlPlane Agent Docker TunnelThread EndToEnd)
for folder in Tests/*Tests; do
    name=$(basename "$folder" Tests)
    if [[ " ${together[*]} ${alone[*]} ${serial[*]} " != *" $name "* ]]; then
        echo "test: $folder is in no group of packaging/test.sh" >&2
        exit 1
    fi
done
log=.build/test.log
: >"$log"
failures=0
group() {
    local names=$1
    shift
    echo "test: $names"
    swift test --skip-build --disable-xctest --filter "^($names)Tests\\." "$@" 2>&1 | tee -a "$log" |
        { grep -vE '^(◇|✔ (Test [^r ]|Test r[^u]|Suite )|↳ (Testing Library|Target Platform)|\[0/1\])' || true; } ||
        failures=$((failures + 1))
    if grep -E 'Test run with' "$log" | tail -1 | grep -q 'with 0 tests'; then
        echo "test: no test matched $names" >&2
        failures=$((failures + 1))
    fi
}
group "$(IFS='|'; echo "${together[*]}")"
for name in "${alone[@]}"; do group "$name"; done
# The long form of the simulation takes an optimised build: twenty thousand clusters.
if [ "${FLEDX_RUN_CHAOS:-0}" = 1 ]; then
    packaging/simulation.sh 2>&1 | tee -a "$log" | { grep -vE '^(◇|\[)' || true; } || failures=$((failures + 1))
fi
for name in "${serial[@]}"; do group "$name" --no-parallel; done
passed=$(grep -E '^. Test .* passed after' "$log" | grep -cv 'Test run with' || true)
failed=$(grep -E '^. Test .* failed after' "$log" | grep -cv 'Test run with' || true)
skipped=$(grep -c '^skipped: ' "$log" || true)
grep -E '^✘ ' "$log" | tail -40 || true
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failures" -eq 0 ] && [ "$passed" -gt 0 ]
