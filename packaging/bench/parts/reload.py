"""From another content of a config file until the running program serves it, by each way of `reload`."""

import http.client
import tempfile
import time

from .agent import Operator
from .world import IMAGE, free_port, summary, wait_for

TITLE = "A config file below a running container"
FILE = "/etc/app/page"
# What is served is a copy made at the start and on the signal, or the file itself.
PROGRAMS = {
    "signal": f"trap 'cat {FILE} >/www/page' HUP; cat {FILE} >/www/page",
    "none": f"busybox ln -s {FILE} /www/page",
    "restart": f"cat {FILE} >/www/page",
}


def run(world):
    world.docker()
    cp, port, secrets = world.control_plane("cp-reload")
    print("One replica whose page is a config's file, asked for each 2 ms from before the `PUT` on.\n\n"
          "| `reload` | milliseconds until the new content is served | further containers made |\n|---|---|---|")
    # Files of configs are kept in memory.
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="fledx-bench-") as memory:
        agent = world.agent("agent-reload", port, secrets, FLEDX_AGENT_RUN_DIR=memory)
        client = Operator(world, port, secrets["FLEDX_CP_OPERATOR_TOKENS"])
        for way in PROGRAMS:
            print(measured(client, way, world.rounds), flush=True)
        world.remove_containers()
        world.stop(agent)
    world.stop(cp)


def measured(client, way, rounds):
    page, name = free_port(), f"page-{way}"
    config = client.call("POST", "/api/v1/configs", content(name, way, 0))["metadata"]["config_id"]
    program = f"trap 'exit 0' TERM; {PROGRAMS[way]}; httpd -p 80 -h /www; while :; do sleep 5 & wait; done"
    deployment = client.call("POST", "/api/v1/deployments", {
        "name": name, "image": IMAGE, "replicas": 1, "desired_state": "stopped",
        "command": ["/bin/sh", "-c", program], "stop_grace_secs": 1,
        "ports": [{"container_port": 80, "host_port": page}], "strategy": {"healthy_after_secs": 0}})["deployment_id"]
    client.call("POST", f"/api/v1/configs/{config}/deployments/{deployment}")
    client.call("PATCH", f"/api/v1/deployments/{name}", {"desired_state": "running"})
    wait_for("the first page", 60, lambda: asked(page) == b"0")
    times, containers = [], {settled(client, name)}
    for number in range(1, rounds + 1):
        began = time.monotonic()
        client.call("PUT", f"/api/v1/configs/{name}", content(name, way, number))
        while asked(page) != b"%d" % number:
            if time.monotonic() - began > 60:
                raise SystemExit(f"bench: {way}: content {number} was not served within 60 s")
            time.sleep(0.002)
        times.append((time.monotonic() - began) * 1000)
        containers.add(settled(client, name))
    client.call("DELETE", f"/api/v1/deployments/{name}")
    return f"| {way} | {summary(times)} | {len(containers) - 1} |"


def content(name, way, number):
    return {"name": name, "files": [{"path": FILE, "content": str(number), "reload": way}]}


def settled(client, name):
    """Waits until the update is over; the container that serves."""
    def container():
        detail = client.call("GET", f"/api/v1/deployments/{name}")
        if detail["rollout"]["phase"] == "complete" and detail["replicas_ready"] == 1:
            return detail["instances"][0].get("container_id")
        return None
    return wait_for(f"the update of {name}", 60, container)


def asked(port):
    # A client that is early waits a second for the kernel's second question; this one gives up at once.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=0.05)
    try:
        connection.request("GET", "/page")
        return connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
