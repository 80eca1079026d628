"""Sizes of the stripped programs, and what must not be linked into the daemons."""

import os
import subprocess

TITLE = "Stripped sizes"
# One call of `split` or `contains` with a text links the whole regex engine; Foundation is three times as large.
BANNED = {"regex engine": "17_StringProcessing", "Foundation": "$s10Foundation", "FoundationEssentials": "20FoundationEssentials"}
DAEMONS = ("fledx-agent", "fledx-cp")
# The parser of arguments brings FoundationEssentials and the regex engine; Foundation itself would bring ICU.
ALLOWED = {"fledx": {"regex engine", "FoundationEssentials"}}


def banned_symbols(path):
    symbols = subprocess.run(["nm", path], check=True, capture_output=True, text=True).stdout
    return {name: symbols.count(mark) for name, mark in BANNED.items()}


def run(world):
    print("| program | bytes |\n|---|---|")
    for name in ("fledx-agent", "fledx-cp", "fledx"):
        stripped = world.path(f"{name}.stripped")
        subprocess.run(["strip", "-o", stripped, f"{world.bin}/{name}"], check=True)
        print(f"| {name} | {os.path.getsize(stripped):,} |")
    counts = {name: banned_symbols(f"{world.bin}/{name}") for name in DAEMONS + tuple(ALLOWED)}
    for name, found in counts.items():
        print(f"\nsymbols in {name}: " + ", ".join(f"{what} {count}" for what, count in found.items()))
    if any(count and what not in ALLOWED.get(name, ()) for name, found in counts.items() for what, count in found.items()):
        raise SystemExit("bench: a program links what it must not (architecture, footprint)")
