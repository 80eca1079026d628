#!/usr/bin/env bash
# Builds and runs every test in its short form; FLEDX_RUN_CHAOS=1 runs the long forms.
set -euo pipefail
cd "$(dirname "$0")/.."
data=../shared/data
if [ -z "${FLEDX_TEST_DATA:-}" ] && [ -d "$data" ]; then FLEDX_TEST_DATA=$(cd "$data" && pwd); fi
[ -z "${FLEDX_TEST_DATA:-}" ] || export FLEDX_TEST_DATA
export FLEDX_TEST_PYTHON=$PWD/.build/python/bin/python

echo "test: building (debug)"
swift build --build-tests
echo "test: fuzzing the parsers"
if [ "${FLEDX_RUN_CHAOS:-0}" = 1 ]; then packaging/fuzz.sh 120; else packaging/fuzz.sh 5; fi
echo "test: running"
log=.build/test.log
set +e
swift test --skip-build --disable-xctest 2>&1 | tee "$log"
code=${PIPESTATUS[0]}
set -e
passed=$(grep -cE '^. Test .* passed after' "$log" || true)
failed=$(grep -cE '^. Test .* failed after' "$log" || true)
skipped=$(grep -c '^skipped: ' "$log" || true)
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
