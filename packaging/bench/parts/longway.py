"""One port-forward over a way of 300 ms there and back, without loss: what credit and the kernel's windows let through.

Control plane and operator are in a network namespace, the agent and its container here. Kernels without netem have
`packaging/delay_line.py` between them, whose packets are single ones of 1,500 bytes.
"""

import os
import subprocess
import sys
import time

from . import tunnel
from .link import ip
from .world import IMAGE, free_port, wait_for

TITLE = "One stream over a long way"
DELAY = int(os.environ.get("BENCH_DELAY_MS", "150"))
SECONDS, WARMUP = 12, 6
SOURCE, SINK = 9000, 9002
GOAL = 2.0
SCRIPT = (f"busybox nc -ll -p {SOURCE} -e busybox dd if=/dev/zero bs=262144 & "
          f"busybox nc -ll -p {SINK} -e busybox dd of=/dev/null bs=262144 & wait")
# Prints the megabytes of a second in the time after the first seconds.
CLIENT = """
import socket, sys, time
port, sends, warmup, seconds = int(sys.argv[1]), sys.argv[2] == "up", float(sys.argv[3]), float(sys.argv[4])
connection = socket.create_connection(("127.0.0.1", port), timeout=30)
piece, sink, count, first, started = bytes(65536), bytearray(1 << 20), 0, None, time.monotonic()
while True:
    now = time.monotonic()
    if first is None and now > started + warmup:
        first, count = now, 0
    if first and now > first + seconds:
        break
    count += connection.send(piece) if sends else connection.recv_into(sink)
print(count / (now - first) / 1e6)
"""


class Way:
    """The namespace, the line to it, a control plane there and an agent here."""

    def __init__(self, world):
        self.world, self.name = world, f"fxw{os.getpid() % 100_000}"
        self.near, self.far, self.port = "198.18.250.1", "198.18.250.2", free_port()
        ip("netns", "add", self.name)
        world.start("delay-line", [
            sys.executable, f"{world.root}/packaging/delay_line.py", self.name, str(DELAY), self.name])
        wait_for("the line", 10, self.has_line)
        for place, device, address in ((), self.name, self.near), (("-n", self.name), "inside", self.far):
            ip(*place, "link", "set", device, "txqueuelen", "10000")
            ip(*place, "addr", "add", f"{address}/30", "dev", device)
            ip(*place, "link", "set", device, "up")
        ip("-n", self.name, "link", "set", "lo", "up")
        self.start()

    def has_line(self):
        words = ["ip", "link", "show", self.name], ["ip", "-n", self.name, "link", "show", "inside"]
        return all(subprocess.run(command, capture_output=True).returncode == 0 for command in words)

    def there(self, *words):
        return ["ip", "netns", "exec", self.name, *words]

    def start(self):
        world, name = self.world, "cp-longway"
        world.start(name, self.there(f"{world.bin}/fledx-cp", "--dev-tls"), {
            "FLEDX_CP_DATABASE_URL": f"sqlite://{world.path(name)}.db", "FLEDX_CP_SERVER_HOST": self.far,
            "FLEDX_CP_SERVER_PORT": str(self.port), "FLEDX_CP_REGISTRATION_TOKEN": "bench", "FLEDX_LOG": "warning",
        })
        authority = f"{world.path(name)}.db.ca.pem"
        wait_for(name, 20, lambda: os.path.exists(authority))
        self.cli = {
            "FLEDX_CLI_CONTROL_PLANE_URL": f"https://{self.far}:{self.port}",
            "FLEDX_CLI_OPERATOR_TOKEN":
                tunnel.read_secrets(f"{world.path(name)}.db.secrets")["FLEDX_CP_OPERATOR_TOKENS"],
            "FLEDX_CLI_CA_CERT_PATH": authority,
        }
        world.start("agent-longway", [f"{world.bin}/fledx-agent"], {
            "FLEDX_AGENT_CONTROL_PLANE_URL": f"https://{self.far}:{self.port}", "FLEDX_AGENT_CA_CERT_PATH": authority,
            "FLEDX_AGENT_REGISTRATION_TOKEN": "bench", "FLEDX_AGENT_DATA_DIR": world.path("longway"),
            "FLEDX_AGENT_DOCKER_HOST": world.docker(), "FLEDX_AGENT_METRICS_PORT": "0", "FLEDX_LOG": "info",
        })
        with_tunnel = "the tunnel to the control plane is open"
        wait_for("the tunnel", 60, lambda: with_tunnel in open(world.path("agent-longway.log")).read())

    def fledx(self, *words):
        done = subprocess.run(
            self.there(f"{self.world.bin}/fledx", *words), capture_output=True, text=True,
            env={**os.environ, **self.cli})
        if done.returncode:
            raise SystemExit(f"bench: fledx {' '.join(words)}: {done.stderr}")
        return done.stdout

    def rate(self, direction, target):
        """Megabytes a second of one stream."""
        port = free_port()
        forward = self.world.start(f"forward-{direction}", self.there(
            f"{self.world.bin}/fledx", "deployments", "port-forward", "pipe", f"{port}:{target}"), self.cli)
        wait_for("port-forward", 20, lambda: subprocess.run(
            self.there("bash", "-c", f"</dev/tcp/127.0.0.1/{port}"), capture_output=True).returncode == 0)
        told = subprocess.run(
            self.there(sys.executable, "-c", CLIENT, str(port), direction, str(WARMUP), str(SECONDS)),
            capture_output=True, text=True, check=True).stdout
        self.world.stop(forward)
        return float(told)

    def end(self):
        pids = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True).stdout.split()
        for process in list(self.world.processes):
            if str(process.pid) in pids:
                self.world.stop(process)
        ip("netns", "del", self.name)


def run(world):
    world.docker()
    way = Way(world)
    try:
        way.fledx("deployments", "create", "--name", "pipe", "--image", IMAGE, "--", "sh", "-c", SCRIPT)
        wait_for("the container", 60, lambda: '"running"' in way.fledx("deployments", "list", "--json"))
        time.sleep(1)
        print(f"{2 * DELAY} ms there and back, {SECONDS} s after the first {WARMUP}.\n")
        print("| one port-forward stream | goal, MB/s | measured, MB/s | |\n|---|---|---|---|")
        for direction, target in ("down", SOURCE), ("up", SINK):
            rate = way.rate(direction, target)
            title = {"down": "from the container", "up": "to the container"}[direction]
            print(f"| {title} | ≥ {GOAL:g} | {rate:.1f} | {'met' if rate >= GOAL else 'missed'} |", flush=True)
        way.fledx("deployments", "delete", "pipe")
    finally:
        way.end()
