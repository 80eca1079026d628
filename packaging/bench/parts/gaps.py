"""How long nobody serves when an update takes a container's port over, and when a broken one is taken back."""

import http.client
import statistics
import subprocess
import threading
import time

from .agent import Operator
from .world import IMAGE, free_port, summary, wait_for

TITLE = "The gap of a switch and of a rollback"
PATH = "/api/v1/deployments/gap"


class Watch:
    """Asks for the page all the time and remembers when it was there."""

    def __init__(self, port):
        self.port, self.seen, self.longest, self.ends = port, time.monotonic(), 0.0, False
        self.thread = threading.Thread(target=self.ask, daemon=True)
        self.thread.start()

    def ask(self):
        while not self.ends:
            # A client that is early waits a second for the kernel's second question; this one gives up at once.
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=0.05)
            try:
                connection.request("GET", "/")
                if connection.getresponse().status == 200:
                    now = time.monotonic()
                    self.longest, self.seen = max(self.longest, now - self.seen), now
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            time.sleep(0.002)

    def reset(self):
        wait_for("the page", 30, lambda: time.monotonic() - self.seen < 0.1)
        self.longest = 0.0

    def gap(self):
        """Milliseconds of the longest time without an answer since the last reset."""
        wait_for("the page", 30, lambda: time.monotonic() - self.seen < 0.1)
        return self.longest * 1000

    def end(self):
        self.ends = True
        self.thread.join()


def run(world):
    host = world.docker()
    cp, port, secrets = world.control_plane("cp-gaps")
    agent = world.agent("agent-gaps", port, secrets)
    client = Operator(world, port, secrets["FLEDX_CP_OPERATOR_TOKENS"])
    page = free_port()
    client.call("POST", "/api/v1/deployments", {
        "name": "gap", "image": IMAGE, "replicas": 1, "ports": [{"container_port": 80, "host_port": page}],
        "strategy": {"healthy_after_secs": 1, "gate_secs": 10}})
    settled(client)
    watch = Watch(page)
    switches, rollbacks = [], []
    for number in range(world.rounds + 1):
        watch.reset()
        settled_after(client, {"env": {"ROUND": str(number)}, "command": None})
        switches.append(watch.gap())
        watch.reset()
        settled_after(client, {"env": {"ROUND": "bad"}, "command": ["/bin/sh", "-c", "exit 3"]}, taken_back=True)
        rollbacks.append(watch.gap())
    world.stop(agent)
    own = [restart(host, watch) for _ in range(world.rounds)]
    watch.end()
    world.stop(cp)
    print("Without an answer on the host port, asked each 2 ms; old and new share the port, so the old one is stopped "
          "first.\n\n| | milliseconds |\n|---|---|")
    print(f"| an update: the old container stopped, the new one started | {summary(switches[1:])} |")
    print("| an update whose program exits at once: the old one stopped, the new one started and ended, the old one "
          f"started again | {summary(rollbacks[1:])} |")
    print(f"| Docker alone: `POST …/stop`, `POST …/start` of the same container | {summary(own)} |")
    base = statistics.median(own)
    over = [statistics.median(gaps[1:]) - base for gaps in (switches, rollbacks)]
    print(f"| over Docker alone, difference of the medians (goal ≤ 2,000): switch | **{over[0]:.0f}** |")
    print(f"| the same: rollback, with the start and the end of the broken one in it | **{over[1]:.0f}** |")


def restart(host, watch):
    docker = ["docker", "-H", host]
    name = subprocess.run(docker + ["ps", "-q"], check=True, capture_output=True, text=True).stdout.split()[0]
    watch.reset()
    subprocess.run(docker + ["stop", name], check=True, capture_output=True)
    subprocess.run(docker + ["start", name], check=True, capture_output=True)
    return watch.gap()


def settled(client, generation=1):
    wait_for(f"generation {generation}", 60, lambda: is_settled(client.call("GET", PATH), generation))


def settled_after(client, change, taken_back=False):
    """Declares a change and waits until nothing moves any more; a change taken back is a generation more."""
    client.call("PATCH", PATH, change)
    generation = client.call("GET", PATH)["generation"]
    settled(client, generation + (1 if taken_back else 0))


def is_settled(detail, generation):
    return (detail["generation"] >= generation and detail["status"] == "running" and detail["replicas_ready"] == 1
            and detail["rollout"]["phase"] in ("complete", "rolled_back"))
