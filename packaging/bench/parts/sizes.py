"""Sizes of the stripped programs."""

import os
import subprocess

TITLE = "Stripped sizes"


def run(world):
    print("| program | bytes |\n|---|---|")
    for name in ("fledx-agent", "fledx-cp", "fledx"):
        stripped = world.path(f"{name}.stripped")
        subprocess.run(["strip", "-o", stripped, f"{world.bin}/{name}"], check=True)
        print(f"| {name} | {os.path.getsize(stripped):,} |")
