"""From the command to the first HTTP 200 of the container, beside plain `docker run`."""

import socket
import statistics
import subprocess
import time

from .world import IMAGE, free_port, summary, wait_for

TITLE = "Apply → HTTP 200, beside `docker run` → HTTP 200"


class Starts:
    """Docker's own word that a container has started.

    Nobody may knock before that: Docker's proxy accepts as soon as the port is published, its first packet finds no
    container yet, and the kernel asks for the address again only a second later. A client that is early waits that
    second, with `docker run` as with any other.
    """

    def __init__(self, world):
        self.stream = subprocess.Popen(
            ["docker", "-H", world.docker(), "events", "--filter", "event=start", "--format", "{{.ID}}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        world.processes.append(self.stream)
        time.sleep(0.5)

    def wait(self):
        if not self.stream.stdout.readline():
            raise SystemExit("bench: docker's event stream ended")


def first_answer(port, deadline=30.0):
    """Waits for the first 200; what is refused, reset or silent is tried again at once."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.25) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                if connection.recv(64)[8:12] == b" 200":
                    return
        except OSError:
            pass
        time.sleep(0.001)
    raise SystemExit(f"bench: nothing answered on port {port}")


def run(world):
    docker = ["docker", "-H", world.docker()]
    process, port, secrets = world.control_plane("cp-apply")
    agent = world.agent("agent-apply", port, secrets)
    cli = {"FLEDX_CLI_CONTROL_PLANE_URL": f"http://127.0.0.1:{port}",
           "FLEDX_CLI_OPERATOR_TOKEN": secrets["FLEDX_CP_OPERATOR_TOKENS"]}
    starts = Starts(world)
    ours, theirs = [], []
    for round_number in range(world.rounds + 1):
        host_port = free_port()
        name = f"bench-{round_number}"
        started = time.monotonic()
        subprocess.run(docker + ["run", "-d", "--name", name, "-p", f"{host_port}:80", IMAGE],
                       check=True, capture_output=True)
        starts.wait()
        first_answer(host_port)
        plain = time.monotonic() - started
        subprocess.run(docker + ["rm", "-f", name], check=True, capture_output=True)

        host_port = free_port()
        started = time.monotonic()
        subprocess.run([f"{world.bin}/fledx", "deployments", "create", "--name", name, "--image", IMAGE, "--port",
                        f"{host_port}:80"], check=True, capture_output=True, env=cli)
        starts.wait()
        first_answer(host_port)
        applied = time.monotonic() - started
        subprocess.run([f"{world.bin}/fledx", "deployments", "delete", name], check=True, capture_output=True, env=cli)
        filters = ["--filter", f"label=fledx.deployment_name={name}"]
        wait_for("removal", 60, lambda: not subprocess.run(
            docker + ["ps", "-aq"] + filters, capture_output=True, text=True).stdout.strip())
        if round_number:
            ours.append(applied * 1000)
            theirs.append(plain * 1000)
    ratio = statistics.median([a / b for a, b in zip(ours, theirs)])
    print("| | milliseconds |\n|---|---|")
    print(f"| `fledx deployments create` → 200 | {summary(ours)} |")
    print(f"| `docker run -d` → 200 | {summary(theirs)} |")
    print(f"| ratio, pair by pair | **{ratio:.2f}** |")
    world.stop(agent)
    world.stop(process)
