#!/usr/bin/env bash
# Prints the commit that a build of this tree tells: with -dirty behind it where files differ from it, unknown outside git.
set -uo pipefail
cd "$(dirname "$0")/.."
# A tree that lies inside another one's repository is none of its commits.
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" != "$(pwd -P)" ] ||
    ! commit=$(git rev-parse --verify --short=12 HEAD 2>/dev/null); then
    echo unknown
    exit
fi
git diff --quiet HEAD -- || commit+=-dirty
echo "$commit"
