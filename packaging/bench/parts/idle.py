"""Memory, threads and CPU of idle daemons, beside a skeleton of the same libraries."""

import os
import time

from .world import cpu_nanoseconds, memory_kilobytes, thread_count, wait_for

TITLE = "Idle for a minute"
SECONDS = int(os.environ.get("BENCH_IDLE_SECONDS", "60"))


def run(world):
    cp, port, secrets = world.control_plane("cp-idle")
    agent = world.start("agent-idle", [f"{world.bin}/fledx-agent"], {
        "FLEDX_AGENT_CONTROL_PLANE_URL": f"http://127.0.0.1:{port}",
        "FLEDX_AGENT_REGISTRATION_TOKEN": secrets["FLEDX_CP_REGISTRATION_TOKEN"],
        "FLEDX_AGENT_DATA_DIR": world.path("agent-idle"), "FLEDX_AGENT_RUN_DIR": world.path("agent-idle-run"),
        "FLEDX_AGENT_DOCKER_HOST": world.docker(), "FLEDX_AGENT_METRICS_PORT": "0", "FLEDX_LOG": "warning",
    })
    skeleton = world.start("skeleton", [f"{world.bin}/fledx-bench", "skeleton", world.path("skeleton.db")])

    def registered():
        nodes = world.call(port, "GET", "/api/v1/nodes", token=secrets["FLEDX_CP_OPERATOR_TOKENS"])["items"]
        return any(node["status"] == "ready" for node in nodes)

    wait_for("the agent", 30, registered)
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
