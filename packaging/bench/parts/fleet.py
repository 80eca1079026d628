"""2,000 agents with real tunnels in one program: memory of an idle session, and how they come back after a restart."""

import os
import resource
import signal
import subprocess
import threading
import time

from . import tls
from .world import cpu_nanoseconds, free_port, memory_kilobytes, wait_for

AGENTS = int(os.environ.get("BENCH_AGENTS", "2000"))
DEPLOYMENTS = 4


class Plane:
    """A control plane with TLS that is ended and started again on the same database and port."""

    def __init__(self, world):
        self.world, self.port = world, free_port()
        self.environment = {
            "FLEDX_CP_DATABASE_URL": f"sqlite://{world.path('cp-fleet')}.db", "FLEDX_CP_SERVER_HOST": "127.0.0.1",
            "FLEDX_CP_SERVER_PORT": str(self.port), "FLEDX_LOG": "warning",
            "FLEDX_CP_SERVER_TLS_CERT_PATH": world.path("tls.pem"),
            "FLEDX_CP_SERVER_TLS_KEY_PATH": world.path("tls.key"),
        }
        self.start()

    def start(self):
        self.process = self.world.start("cp-fleet", [f"{self.world.bin}/fledx-cp"], self.environment)
        wait_for("cp-fleet", 30, lambda: tls.answers(self.port, "/readyz"))

    def secrets(self):
        with open(self.world.path("cp-fleet.db.secrets")) as file:
            return dict(line.strip().split("=", 1) for line in file if "=" in line and not line.startswith("#"))

    def client(self, token):
        return tls.Client(self.port, token)

    def end(self, number):
        self.process.send_signal(number)
        self.process.wait(60)
        self.world.processes.remove(self.process)


class Fleet:
    """The agents; `back` is how many have had a report acknowledged in the tunnel they have now."""

    def __init__(self, world, plane, nodes):
        path = world.path("fleet")
        with open(path, "w") as file:
            file.write(f"127.0.0.1 {plane.port} {world.path('tls.pem')}\n")
            file.writelines(f"{node['node_id']} {node['node_token']}\n" for node in nodes)
        self.back = 0
        self.process = subprocess.Popen([f"{world.bin}/fledx-bench", "fleet", path], stdout=subprocess.PIPE, text=True)
        world.processes.append(self.process)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.back = int(line.split()[1])

    def wait(self, seconds):
        """Seconds until all are back."""
        started = time.monotonic()
        wait_for(f"the fleet ({self.back} of {AGENTS} are back)", seconds, lambda: self.back == AGENTS)
        return time.monotonic() - started


def placements(client):
    found = {}
    for number in range(DEPLOYMENTS):
        detail = client.call("GET", f"/api/v1/deployments/fleet-{number}")
        for instance in detail["instances"]:
            found[(number, instance["replica_number"])] = (instance["assignment_id"], instance["node_id"])
    return found


def run(world):
    resource.setrlimit(resource.RLIMIT_NOFILE, (16384, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    plane = Plane(world)
    secrets = plane.secrets()
    client = plane.client(secrets["FLEDX_CP_REGISTRATION_TOKEN"])
    nodes = [client.call("POST", "/api/v1/nodes/register", {"name": f"fleet-{number}"}) for number in range(AGENTS)]
    client = plane.client(secrets["FLEDX_CP_OPERATOR_TOKENS"])
    before = memory_kilobytes(plane.process.pid)["Anonymous"]
    work = cpu_nanoseconds(plane.process.pid)
    fleet = Fleet(world, plane, nodes)
    first = fleet.wait(120)
    opening = (cpu_nanoseconds(plane.process.pid) - work) / 1e6 / AGENTS
    time.sleep(5)
    each = (memory_kilobytes(plane.process.pid)["Anonymous"] - before) / AGENTS
    for number in range(DEPLOYMENTS):
        client.call("POST", "/api/v1/deployments", {
            "name": f"fleet-{number}", "image": "fleet:1", "replicas": AGENTS // DEPLOYMENTS})
    wanted = AGENTS // DEPLOYMENTS * DEPLOYMENTS
    wait_for("the placements", 60, lambda: len(placements(client)) == wanted)
    wait_for("the replicas", 60, lambda: all(
        client.call("GET", f"/api/v1/deployments/fleet-{number}")["status"] == "running"
        for number in range(DEPLOYMENTS)))
    placed = placements(client)
    print(f"{AGENTS:,} agents with TLS tunnels, {wanted:,} replicas on them; one program plays them beside the control "
          "plane.\n")
    print("| what | goal | measured |\n|---|---|---|")
    print(f"| anonymous memory of the control plane for an idle session and its node's state | ≤ 40 KiB | "
          f"{each:.1f} KiB |")
    print(f"| all connected after the start of the agents | | {first:.1f} s, {opening:.2f} ms of CPU each |", flush=True)
    for title, number in (("SIGTERM", signal.SIGTERM), ("SIGKILL", signal.SIGKILL)):
        started = time.monotonic()
        plane.end(number)
        ended = time.monotonic() - started
        wait_for("the ends of the tunnels", 30, lambda: fleet.back == 0)
        plane.start()
        fleet.wait(120)
        back = time.monotonic() - started
        client = plane.client(secrets["FLEDX_CP_OPERATOR_TOKENS"])
        time.sleep(5)
        moved = sum(1 for key, value in placements(client).items() if placed.get(key) != value)
        print(f"| all back after {title} and a start (the end took {ended:.1f} s) | ≤ 30 s | {back:.1f} s |")
        print(f"| replicas rescheduled by that | 0 | {moved} |", flush=True)
    world.stop(fleet.process)
    world.stop(plane.process)
