"""Measures the release build against nginx and docker on this machine, in interleaved rounds.

Everything runs on loopback and with files below a temporary folder; every process started here is ended by pid.
Figures are medians; the two values in brackets are the 10th and the 90th percentile of the rounds.
"""

import argparse
import os
import signal
import sys
import time

from parts import agent, apply, commit, core, events, gaps, hour, http_load, idle, link, longway, reload, scale, sizes
from parts import tls, tunnel
from parts.world import World

PARTS = {
    "sizes": sizes, "core": core, "http": http_load, "tls": tls, "commit": commit, "apply": apply, "events": events,
    "idle": idle, "agent": agent, "gaps": gaps, "reload": reload, "hour": hour, "scale": scale,
    "tunnel": tunnel, "longway": longway, "link": link,
}


def main():
    # What was started is ended and removed, also when somebody ends the measurement.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="folder of the release programs")
    parser.add_argument("--root", required=True, help="the project")
    arguments = parser.parse_args()
    wanted = [name for name in os.environ.get("BENCH_ONLY", ",".join(PARTS)).split(",") if name]
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit(f"bench: unknown part {unknown[0]}; known are {', '.join(PARTS)}")
    rounds = int(os.environ.get("BENCH_ROUNDS", "20"))
    print(f"date: {time.strftime('%Y-%m-%d')}, rounds: {rounds}, cores: {os.cpu_count()}")
    with World(os.path.abspath(arguments.bin), os.path.abspath(arguments.root), rounds) as world:
        for name in wanted:
            print(f"\n## {PARTS[name].TITLE}\n", flush=True)
            PARTS[name].run(world)


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main()
