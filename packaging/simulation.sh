#!/usr/bin/env bash
# Runs the simulation from an optimised build of its own (five times as fast): simulation.sh [FIRST-LAST]
# FIRST-LAST are seeds, 1-20000 by default.
set -euo pipefail
cd "$(dirname "$0")/.."
export FLEDX_ONLY_TESTS=SimulationTests FLEDX_SEEDS=${1:-1-20000}
flags=(-c release -Xswiftc -enable-testing --scratch-path .build/simulation)
echo "simulation: building (optimised)"
swift build "${flags[@]}" --product fledxPackageTests
swift test "${flags[@]}" --skip-build --disable-xctest --filter '^SimulationTests\.SimulationTests'
