"""What an agent writes to the disk while nothing happens: five containers, connected, BENCH_HOUR_SECONDS long."""

import os
import time

from .agent import Agent, Operator, bytes_written, folder_times
from .world import cpu_nanoseconds

TITLE = "Bytes that an idle agent with 5 probed containers writes"
# An hour is asked for; a minute shows in a run of everything that nothing has begun to write.
SECONDS = int(os.environ.get("BENCH_HOUR_SECONDS", "60"))


def run(world):
    cp, port, secrets = world.control_plane("cp-hour")
    agent = Agent(world, port, secrets)
    # The node's own pauses: what this part is about is an agent as it is installed.
    del agent.environment["FLEDX_AGENT_RECONCILE_INTERVAL_SECS"]
    agent.start()
    Operator(world, port, secrets["FLEDX_CP_OPERATOR_TOKENS"]).scale(5)
    time.sleep(30)
    pid, folder = agent.process.pid, world.path("agent-data")
    written, files, cpu, started = bytes_written(pid), folder_times(folder), cpu_nanoseconds(pid), time.monotonic()
    time.sleep(SECONDS)
    elapsed = time.monotonic() - started
    after = folder_times(folder)
    changed = sum(1 for name in files.keys() | after.keys() if files.get(name) != after.get(name))
    print("| seconds | bytes written (`write_bytes` of /proc/PID/io; goal 0) | files changed | CPU % of a core |")
    print("|---|---|---|---|")
    print(f"| {elapsed:.0f} | {bytes_written(pid) - written} | {changed} | "
          f"{(cpu_nanoseconds(pid) - cpu) / elapsed / 1e7:.3f} |")
    agent.stop()
    world.stop(cp)
