"""Bytes on the link of an idle node: an agent here, its control plane behind a pair of network devices, TLS between.

The counters are the kernel's own of one device, so they hold what Ethernet, IP, TCP and TLS add. Both ends know each
other's hardware address and have no IPv6, as at the two ends of a point-to-point link: these two would otherwise ask for
each other's address (168 bytes) after every ping. A node is at rest after five minutes without news, so the
measurement begins six minutes after the start; BENCH_LINK_SECONDS says how long it takes (1,440: three pings of a metered
link). Both profiles are measured at the same time, each with a control plane of its own.
"""

import json
import os
import subprocess
import time

from .world import wait_for

TITLE = "Bytes an hour on the link of an idle node"
SECONDS = int(os.environ.get("BENCH_LINK_SECONDS", "1440"))
REST = 360
PROFILES = {"default": 20_000, "metered": 3_000}
PORT = 8443


class Link:
    """A network namespace with a control plane in it, and an agent outside."""

    def __init__(self, world, profile, number):
        self.world, self.profile, self.name = world, profile, f"fxl{os.getpid() % 100_000}{profile[0]}"
        self.near, self.far = f"198.18.{number}.1", f"198.18.{number}.2"
        ip("netns", "add", self.name)
        ip("link", "add", self.name, "type", "veth", "peer", "name", "far", "netns", self.name)
        for place, device, address in ((), self.name, self.near), (("-n", self.name), "far", self.far):
            ip(*place, "addr", "add", f"{address}/30", "dev", device)
            ip(*place, "link", "set", device, "addrgenmode", "none")
            ip(*place, "link", "set", device, "up")
        for place, device, address, peer in (
                (), self.name, self.far, ("-n", self.name, "link", "show", "far")), (
                ("-n", self.name), "far", self.near, ("link", "show", self.name)):
            told = subprocess.run(["ip", "-j", *peer], check=True, capture_output=True).stdout
            hardware = json.loads(told)[0]["address"]
            ip(*place, "neigh", "replace", address, "lladdr", hardware, "dev", device, "nud", "permanent")
        ip("-n", self.name, "link", "set", "lo", "up")
        self.start()

    def start(self):
        name, world = f"cp-link-{self.profile}", self.world
        world.start(name, ["ip", "netns", "exec", self.name, f"{world.bin}/fledx-cp", "--dev-tls"], {
            "FLEDX_CP_DATABASE_URL": f"sqlite://{world.path(name)}.db", "FLEDX_CP_SERVER_HOST": self.far,
            "FLEDX_CP_SERVER_PORT": str(PORT), "FLEDX_CP_REGISTRATION_TOKEN": "bench", "FLEDX_LOG": "warning",
        })
        wait_for(name, 20, lambda: os.path.exists(f"{world.path(name)}.db.ca.pem"))
        world.start(f"agent-link-{self.profile}", [f"{world.bin}/fledx-agent"], {
            "FLEDX_AGENT_CONTROL_PLANE_URL": f"https://{self.far}:{PORT}",
            "FLEDX_AGENT_CA_CERT_PATH": f"{world.path(name)}.db.ca.pem",
            "FLEDX_AGENT_REGISTRATION_TOKEN": "bench", "FLEDX_AGENT_DATA_DIR": world.path(f"link-{self.profile}"),
            "FLEDX_AGENT_DOCKER_HOST": world.docker(), "FLEDX_AGENT_METRICS_PORT": "0",
            "FLEDX_AGENT_LINK_PROFILE": self.profile, "FLEDX_LOG": "info",
        })
        self.log = world.path(f"agent-link-{self.profile}.log")
        wait_for("the tunnel", 60, self.has_tunnel)

    def has_tunnel(self):
        with open(self.log) as file:
            return "the tunnel to the control plane is open" in file.read()

    def counters(self):
        told = subprocess.run(["ip", "-s", "-j", "link", "show", self.name], capture_output=True, check=True).stdout
        statistics = json.loads(told)[0]["stats64"]
        return [statistics[way][kind] for kind in ("bytes", "packets") for way in ("rx", "tx")]

    def end(self):
        pids = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True).stdout.split()
        for process in list(self.world.processes):
            if str(process.pid) in pids:
                self.world.stop(process)
        ip("netns", "del", self.name)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def run(world):
    links = []
    try:
        for number, profile in enumerate(PROFILES):
            links.append(Link(world, profile, 240 + number))
        time.sleep(REST)
        before, started = [link.counters() for link in links], time.monotonic()
        time.sleep(SECONDS)
        after, elapsed = [link.counters() for link in links], time.monotonic() - started
    finally:
        for link in links:
            link.end()
    print(f"{elapsed:.0f} s, begun {REST} s after the start; no containers.\n")
    print("| profile | bytes, packets to the node | from it | bytes an hour, all | goal |\n|---|---|---|---|---|")
    for link, first, last in zip(links, before, after):
        received, sent, packets_in, packets_out = (b - a for a, b in zip(first, last))
        hour = (received + sent) / elapsed * 3600
        goal = PROFILES[link.profile]
        print(f"| {link.profile} | {received:,}, {packets_in} | {sent:,}, {packets_out} | **{hour:,.0f}** | ≤ {goal:,}: "
              f"{'met' if hour <= goal else 'missed'} |")
