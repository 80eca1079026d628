"""Commit latency, and how late the loop is while it commits."""

import subprocess

TITLE = "Commit latency and loop lag (SQLite worker, WAL, `synchronous=FULL`)"


def run(world):
    result = subprocess.run(
        [f"{world.bin}/fledx-bench", "commit", world.path("commit.db")], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"bench: fledx-bench commit failed: {result.stderr}")
    print(result.stdout, end="")
