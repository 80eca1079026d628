"""Memory, threads and CPU of idle daemons, beside a skeleton of the same libraries."""

import os
import time

from .world import cpu_nanoseconds, memory_kilobytes, thread_count, wait_for

TITLE = "Idle for a minute"
SECONDS = int(os.environ.get("BENCH_IDLE_SECONDS", "60"))


def run(world):
    cp, port, secrets = world.control_plane("cp-idle")
    agent = world.agent("agent-idle", port, secrets)
    skeleton = world.start("skeleton", [f"{world.bin}/fledx-bench", "skeleton", world.path("skeleton.db")])

    programs = [("fledx-agent", agent.pid), ("fledx-cp", cp.pid), ("skeleton", skeleton.pid)]
    time.sleep(5)
    before = {pid: cpu_nanoseconds(pid) for _, pid in programs}
    started = time.monotonic()
    time.sleep(SECONDS)
    elapsed = time.monotonic() - started
    print(f"after {SECONDS} s, one node, no replicas\n")
    print("| program | PSS KiB | RSS KiB | anonymous KiB | threads | CPU % of a core |\n|---|---|---|---|---|---|")
    for name, pid in programs:
        memory = memory_kilobytes(pid)
        cpu = (cpu_nanoseconds(pid) - before[pid]) / elapsed / 1e7
        print(f"| {name} | {memory['Pss']} | {memory['Rss']} | {memory['Anonymous']} | {thread_count(pid)} | "
              f"{cpu:.3f} |")
    for process in (agent, skeleton, cp):
        world.stop(process)
