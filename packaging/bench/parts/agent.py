"""The agent alone: memory, processor time and writes with 0, 20 and 100 probed containers, and how quick it is."""

import json
import os
import re
import socket
import statistics
import subprocess
import time
import urllib.request

from .world import IMAGE, cpu_nanoseconds, free_port, memory_kilobytes, summary, thread_count, wait_for

TITLE = "The agent with 0, 20 and 100 probed containers"
SECONDS = int(os.environ.get("BENCH_AGENT_SECONDS", "40"))
SIZES = (0, 20, 100)
# 14, 15 and 18 MiB; 2.5, 3.5 and 6 MB; both in KiB.
GOALS = {0: (14336, 2441), 20: (15360, 3418), 100: (18432, 5859)}
BACKOFF_SECONDS = 1


def run(world):
    cp, port, secrets = world.control_plane("cp-agent")
    agent = Agent(world, port, secrets)
    agent.start()
    token = secrets["FLEDX_CP_OPERATOR_TOKENS"]
    client = Operator(world, port, token)
    lines, looks = [], {}
    for size in SIZES:
        if size:
            client.scale(size)
        time.sleep(15)
        lines.append(agent.rest(size))
        looks[size] = agent.looks()
    print(f"{SECONDS} s each; a probe (HTTP) of every container each 10 s, a full look at Docker each 10 s, a sample of "
          "every container each 30 s\n")
    print("| containers | PSS KiB (goal) | anonymous KiB (goal) | threads | CPU % of a core | "
          "bytes to disk | files changed |\n|---|---|---|---|---|---|---|")
    print("\n".join(lines))
    print("\n| a full look at Docker | count | mean ms, Docker's answer included |\n|---|---|---|")
    for size in SIZES:
        print(f"| {size} containers | {looks[size][0]} | {looks[size][1]:.1f} |")
    agent.cost_of_looks()
    crashes(world, agent)
    agent.starts()
    agent.stop()
    world.stop(cp)


class Operator:
    """Who declares the containers."""

    def __init__(self, world, port, token):
        self.world, self.port, self.token, self.running = world, port, token, 0

    def scale(self, replicas):
        spec = {"replicas": replicas}
        if self.running == 0:
            spec.update({
                "name": "rest", "image": IMAGE, "ports": [],
                "restart": {"policy": "always", "backoff_secs": BACKOFF_SECONDS, "backoff_max_secs": BACKOFF_SECONDS},
                "health": {"liveness": {"type": "http", "path": "/", "port": 80, "interval_seconds": 10}},
                "strategy": {"healthy_after_secs": 0},
            })
            self.call("POST", "/api/v1/deployments", spec)
        else:
            self.call("PATCH", "/api/v1/deployments/rest", spec)
        self.running = replicas
        wait_for(f"{replicas} containers", 240, lambda: self.ready() == replicas)

    def ready(self):
        time.sleep(0.5)
        return self.call("GET", "/api/v1/deployments/rest").get("replicas_ready")

    def call(self, method, path, body=None):
        return self.world.call(self.port, method, path, body, self.token)


class Agent:
    """The agent's process, and the socket of a service manager it talks to."""

    def __init__(self, world, port, secrets):
        self.world, self.metrics = world, free_port()
        path = world.path("agent.notify")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(path)
        self.notify.settimeout(30)
        self.environment = {
            "FLEDX_AGENT_CONTROL_PLANE_URL": f"http://127.0.0.1:{port}",
            "FLEDX_AGENT_REGISTRATION_TOKEN": secrets["FLEDX_CP_REGISTRATION_TOKEN"],
            "FLEDX_AGENT_DATA_DIR": world.path("agent-data"), "FLEDX_AGENT_DOCKER_HOST": world.docker(),
            "FLEDX_AGENT_METRICS_HOST": "127.0.0.1", "FLEDX_AGENT_METRICS_PORT": str(self.metrics),
            "FLEDX_AGENT_RECONCILE_INTERVAL_SECS": "10", "FLEDX_LOG": "warning", "NOTIFY_SOCKET": path,
        }
        self.process = None

    def start(self):
        """Milliseconds to `READY=1`, to `/readyz` with 200 (Docker answered too), and of processor time by then."""
        started = time.monotonic()
        self.process = self.world.start("agent", [f"{self.world.bin}/fledx-agent"], self.environment)
        while b"READY=1" not in self.notify.recv(4096):
            pass
        told = time.monotonic()
        while not answers(self.metrics):
            if time.monotonic() - started > 30:
                raise SystemExit("bench: the agent does not become ready")
            time.sleep(0.001)
        ready = time.monotonic()
        return (told - started) * 1000, (ready - started) * 1000, cpu_nanoseconds(self.process.pid) / 1e6

    def stop(self):
        self.world.stop(self.process)

    def rest(self, size):
        """A line of the table: what the agent uses while nothing changes."""
        pid = self.process.pid
        cpu, written, started = cpu_nanoseconds(pid), bytes_written(pid), time.monotonic()
        files = folder_times(self.world.path("agent-data"))
        time.sleep(SECONDS)
        elapsed = time.monotonic() - started
        share = (cpu_nanoseconds(pid) - cpu) / elapsed / 1e7
        changed = sum(1 for name, when in folder_times(self.world.path("agent-data")).items() if files.get(name) != when)
        memory, (most, small) = memory_kilobytes(pid), GOALS[size]
        return (f"| {size} | {memory['Pss']} (≤ {most}) | {memory['Anonymous']} (≤ {small}) | {thread_count(pid)} | "
                f"{share:.3f} | {bytes_written(pid) - written} | {changed} |")

    def looks(self):
        """How many full looks at Docker there were, and their mean in milliseconds."""
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.metrics}/metrics", timeout=10).read().decode()
        name = "node_agent_reconcile_duration_seconds"
        value = {kind: float(re.search(rf'^{name}_{kind}{{result="success"}} (\S+)$', text, re.M).group(1))
                 for kind in ("sum", "count")}
        return int(value["count"]), value["sum"] / value["count"] * 1000

    def cost_of_looks(self):
        """Processor time of a full look: the agent looking each second beside the agent looking each hour."""
        used = {}
        for seconds in (3600, 1):
            self.stop()
            self.environment["FLEDX_AGENT_RECONCILE_INTERVAL_SECS"] = str(seconds)
            self.start()
            time.sleep(10)
            before = cpu_nanoseconds(self.process.pid)
            time.sleep(20)
            used[seconds] = (cpu_nanoseconds(self.process.pid) - before) / 20 / 1e6
        print(f"\na full look at {SIZES[-1]} containers and the plan after it: {used[1] - used[3600]:.2f} ms of the "
              f"agent's processor time ({used[1]:.2f} ms a second with one each second, {used[3600]:.2f} without)")

    def starts(self):
        times = []
        for _ in range(self.world.rounds + 1):
            self.stop()
            times.append(self.start())
            time.sleep(0.5)
        told, ready, work = zip(*times[1:])
        print(f"\n| start of the process, {SIZES[-1]} containers running, until | goal | milliseconds |\n|---|---|---|")
        print(f"| `READY=1` for the service manager | | {summary(told)} |")
        print(f"| `/readyz` answers 200: state read, Docker answered | ≤ 30 | {summary(ready)} |")
        print(f"| the agent's processor time by then | | {summary(work)} |")


def crashes(world, agent):
    """Kills a container's process; Docker's own events say when it died and when it ran again."""
    docker = ["docker", "-H", world.docker()]
    stream = subprocess.Popen(
        docker + ["events", "--filter", "event=die", "--filter", "event=start", "--format", "{{json .}}"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    world.processes.append(stream)
    names = subprocess.run(docker + ["ps", "-q", "--no-trunc"], check=True, capture_output=True, text=True).stdout.split()
    time.sleep(0.5)
    ours, theirs = [], []
    for name in names[:world.rounds]:
        subprocess.run(docker + ["kill", name], check=True, capture_output=True)
        ours.append(gap(stream, name) - BACKOFF_SECONDS * 1000)
    # What Docker itself takes for a start of such a container, asked by nobody's agent.
    agent.stop()
    for name in names[:world.rounds]:
        subprocess.run(docker + ["kill", name], check=True, capture_output=True)
        wait_event(stream, name, "die")
        begun = time.time_ns()
        call(world.path("docker.sock"), f"/containers/{name}/start")
        theirs.append((wait_event(stream, name, "start") - begun) / 1e6)
    agent.start()
    world.stop(stream)
    beyond = statistics.median(ours) - statistics.median(theirs)
    print("\n| from a crash to the container's start, by Docker's events | milliseconds |\n|---|---|")
    print(f"| `die` → `start`, less the back-off of {BACKOFF_SECONDS} s | {summary(ours)} |")
    print(f"| of it Docker's own start (`POST …/start` → `start`, no agent) | {summary(theirs)} |")
    print(f"| the agent's delay (difference of the medians; goal ≤ 50) | **{beyond:.0f}** |")


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def gap(stream, name):
    died = wait_event(stream, name, "die")
    return (wait_event(stream, name, "start") - died) / 1e6


def wait_event(stream, name, action):
    """When it happened, in nanoseconds."""
    while True:
        line = stream.stdout.readline()
        if not line:
            raise SystemExit("bench: docker's event stream ended")
        event = json.loads(line)
        if event.get("id") == name and event.get("Action") == action:
            return event["timeNano"]


def call(path, target):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall(f"POST {target} HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n".encode())
        connection.recv(4096)


def bytes_written(pid):
    """What the process caused to be written to disks so far."""
    with open(f"/proc/{pid}/io") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("write_bytes:"))


def folder_times(folder):
    """When each file was last changed."""
    return {entry.path: entry.stat().st_mtime_ns for entry in os.scandir(folder)}
