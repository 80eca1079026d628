"""Port-forward through the tunnel beside `ssh -L` and nginx `stream` with TLS: bytes, then what a request takes more.

All of them lead to the same container. `ssh` has two programs between client and container, and so has nginx; a
port-forward has three, as the agent dials the control plane and not the other way round, so everything is sealed twice.
Three nginx with TLS between each show what that alone costs.
"""

import os
import selectors
import socket
import statistics
import subprocess
import time

from . import fleet, tls
from .world import IMAGE, cpu_nanoseconds, figure, free_port, summary, wait_for

TITLE = "The tunnel beside `ssh -L` and nginx `stream` with TLS"
SECONDS = float(os.environ.get("BENCH_TUNNEL_SECONDS", "2"))
# A long enough look at each way in turn; more rounds than these say nothing new in five minutes.
ROUNDS = 6
SOURCE, ECHO = 9000, 9001
RATE, LATENCY_SECONDS, CONNECTIONS = 1_000, 5, 16
SCRIPT = (f"busybox nc -ll -p {SOURCE} -e busybox dd if=/dev/zero bs=262144 & "
          f"busybox nc -ll -p {ECHO} -e busybox cat & wait")

STREAM = """
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
worker_processes 1; daemon off; error_log {folder}/{name}.err; pid {folder}/{name}.pid;
events {{ worker_connections 1024; }}
stream {{ {servers} }}
"""


class Way:
    """One way to the container: local ports, and the programs that carry the bytes."""

    def __init__(self, name, source, echo, processes):
        self.name, self.source, self.echo, self.processes = name, source, echo, processes

    def pids(self):
        found = [process.pid for process in self.processes]
        for pid in list(found):
            found += children(pid)
        return found

    def cpu(self):
        return sum(cpu_nanoseconds(pid) for pid in self.pids())


def children(pid):
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/children") as file:
            for child in map(int, file.read().split()):
                found += [child] + children(child)
    return found


def run(world):
    tls.certificate(world)
    plane = Plane(world)
    address = plane.container()
    direct = Way("direct", (address, SOURCE), (address, ECHO), [])
    ways = [
        plane.forward(), ssh(world, address), nginx(world, address, "nginx `stream`, TLS between two", 2),
        nginx(world, address, "nginx `stream`, TLS between three", 3),
    ]
    throughput(world, direct, ways)
    latency(direct, ways)
    plane.stop()
    for way in ways[1:]:
        for process in way.processes:
            world.stop(process)
    fleet.run(world)


class Plane:
    """A control plane with TLS, an agent in its tunnel, and a container that sends and echoes."""

    def __init__(self, world):
        self.world = world
        self.port = free_port()
        self.process = world.start("cp-tunnel", [f"{world.bin}/fledx-cp"], {
            "FLEDX_CP_DATABASE_URL": f"sqlite://{world.path('cp-tunnel')}.db", "FLEDX_CP_SERVER_HOST": "127.0.0.1",
            "FLEDX_CP_SERVER_PORT": str(self.port), "FLEDX_LOG": "warning",
            "FLEDX_CP_SERVER_TLS_CERT_PATH": world.path("tls.pem"),
            "FLEDX_CP_SERVER_TLS_KEY_PATH": world.path("tls.key"),
        })
        wait_for("cp-tunnel", 20, lambda: tls.answers(self.port, "/readyz"))
        secrets = read_secrets(world.path("cp-tunnel.db.secrets"))
        self.cli = {
            "FLEDX_CLI_CONTROL_PLANE_URL": f"https://127.0.0.1:{self.port}",
            "FLEDX_CLI_OPERATOR_TOKEN": secrets["FLEDX_CP_OPERATOR_TOKENS"],
            "FLEDX_CLI_CA_CERT_PATH": world.path("tls.pem"),
        }
        self.agent = world.start("agent-tunnel", [f"{world.bin}/fledx-agent"], {
            "FLEDX_AGENT_CONTROL_PLANE_URL": f"https://127.0.0.1:{self.port}",
            "FLEDX_AGENT_CA_CERT_PATH": world.path("tls.pem"),
            "FLEDX_AGENT_REGISTRATION_TOKEN": secrets["FLEDX_CP_REGISTRATION_TOKEN"],
            "FLEDX_AGENT_DATA_DIR": world.path("agent-tunnel"), "FLEDX_AGENT_DOCKER_HOST": world.docker(),
            "FLEDX_AGENT_METRICS_PORT": "0", "FLEDX_LOG": "warning",
        })
        self.forwards = []

    def fledx(self, *words):
        done = subprocess.run([f"{self.world.bin}/fledx", *words], capture_output=True, text=True, env=self.cli)
        if done.returncode:
            raise SystemExit(f"bench: fledx {' '.join(words)}: {done.stderr}")
        return done.stdout

    def container(self):
        """Starts the container and tells its address."""
        self.fledx("deployments", "create", "--name", "pipe", "--image", IMAGE, "--", "sh", "-c", SCRIPT)
        docker = ["docker", "-H", self.world.docker()]
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"

        def address():
            names = subprocess.run(docker + ["ps", "-q", "--filter", "label=fledx.deployment_name=pipe"],
                                   capture_output=True, text=True).stdout.split()
            return names and subprocess.run(docker + ["inspect", "-f", form, names[0]],
                                            capture_output=True, text=True).stdout.strip()

        found = wait_for("the container", 60, address)
        wait_for("its ports", 20, lambda: all(connects((found, port)) for port in (SOURCE, ECHO)))
        return found

    def forward(self):
        ports = [free_port(), free_port()]
        for port, target in zip(ports, (SOURCE, ECHO)):
            self.forwards.append(self.world.start(f"forward-{target}", [
                f"{self.world.bin}/fledx", "deployments", "port-forward", "pipe", f"{port}:{target}"], self.cli))
        ends = [("127.0.0.1", port) for port in ports]
        wait_for("port-forward", 20, lambda: all(connects(end) for end in ends))
        return Way("`fledx deployments port-forward`", *ends, [*self.forwards, self.process, self.agent])

    def stop(self):
        for process in self.forwards:
            self.world.stop(process)
        self.fledx("deployments", "delete", "pipe")
        self.world.stop(self.agent)
        self.world.stop(self.process)


def read_secrets(path):
    with open(path) as file:
        return dict(line.strip().split("=", 1) for line in file if "=" in line and not line.startswith("#"))


def connects(end):
    try:
        socket.create_connection(end, timeout=1).close()
        return True
    except OSError:
        return False


def ssh(world, address):
    folder = world.path("ssh")
    os.makedirs(folder, mode=0o700)
    os.makedirs("/run/sshd", exist_ok=True)
    for name in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"], check=True)
    port = free_port()
    with open(f"{folder}/config", "w") as file:
        file.write(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\n"
                   f"AuthorizedKeysFile {folder}/client.pub\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
                   "PasswordAuthentication no\nAllowTcpForwarding yes\n")
    server = world.start("sshd", ["/usr/sbin/sshd", "-D", "-e", "-f", f"{folder}/config"])
    wait_for("sshd", 10, lambda: connects(("127.0.0.1", port)))
    ports = [free_port(), free_port()]
    command = ["ssh", "-N", "-F", "/dev/null", "-p", str(port), "-i", f"{folder}/client", "-o", "BatchMode=yes",
               "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={folder}/known"]
    for local, target in zip(ports, (SOURCE, ECHO)):
        command += ["-L", f"127.0.0.1:{local}:{address}:{target}"]
    client = world.start("ssh", command + ["127.0.0.1"])
    ends = [("127.0.0.1", local) for local in ports]
    wait_for("ssh -L", 10, lambda: all(connects(end) for end in ends))
    return Way("`ssh -L`", *ends, [client, server])


def nginx(world, address, title, count):
    """So many programs in a row, each with a worker of its own; plain at both ends."""
    tls_part = "ssl_certificate {0}/tls.pem; ssl_certificate_key {0}/tls.key;".format(world.folder)
    ports = [[free_port(), free_port()] for _ in range(count)]
    processes = []
    for number, own in enumerate(ports):
        is_last = number + 1 == count
        listens = "ssl; " + tls_part if number else ";"
        leaves = "" if is_last else "proxy_ssl on;"
        targets = [f"{address}:{port}" for port in (SOURCE, ECHO)] if is_last else [
            f"127.0.0.1:{port}" for port in ports[number + 1]]
        servers = "".join(f"server {{ listen 127.0.0.1:{port} {listens} proxy_pass {target}; {leaves} }}"
                          for port, target in zip(own, targets))
        name = f"nginx-{count}-{number}"
        config = world.path(f"{name}.conf")
        with open(config, "w") as file:
            file.write(STREAM.format(folder=world.folder, name=name, servers=servers))
        processes.append(world.start(name, ["nginx", "-c", config, "-p", world.folder]))
    ends = [("127.0.0.1", port) for port in ports[0]]
    wait_for("nginx", 10, lambda: all(connects(end) for end in ends))
    return Way(title, *ends, processes)


# Bytes


def throughput(world, direct, ways):
    rounds = min(world.rounds, ROUNDS)
    print(f"{SECONDS:g} s a look after half a second to get going, {rounds} rounds in turn; MB/s, and nanoseconds of "
          "processor time a KB of the programs that carry it.\n")
    print("| way | 1 stream | CPU ns/KB | ratio | 64 streams | CPU ns/KB | ratio |\n|---|---|---|---|---|---|---|")
    figures = {(way.name, streams): ([], []) for way in [direct, *ways] for streams in (1, 64)}
    for _ in range(rounds):
        for streams in (1, 64):
            for way in [direct, *ways]:
                rate, cost = download(way, streams)
                figures[(way.name, streams)][0].append(rate)
                figures[(way.name, streams)][1].append(cost)
    for way in [direct, *ways]:
        cells = []
        for streams in (1, 64):
            rates, costs = figures[(way.name, streams)]
            ours = figures[(ways[0].name, streams)][0]
            ratio = statistics.median([own / other for own, other in zip(ours, rates)])
            cells += [summary(rates), figure(statistics.median(costs)), f"**{ratio:.2f}**"]
        print(f"| {way.name} | {' | '.join(cells)} |", flush=True)
    print("\nThe ratio is the port-forward's rate by that line's, round by round (goals: ≥ 2 by ssh, ≥ 0.6 by two nginx).\n")


def download(way, streams):
    """Megabytes a second of so many streams together, and what a kilobyte took of the processor."""
    sockets = []
    selector = selectors.DefaultSelector()
    for _ in range(streams):
        connection = socket.create_connection(way.source, timeout=10)
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ)
        sockets.append(connection)
    sink = bytearray(1 << 20)
    drain(selector, sink, 0.5)
    before = way.cpu()
    count, elapsed = drain(selector, sink, SECONDS)
    used = way.cpu() - before
    for connection in sockets:
        connection.close()
    selector.close()
    time.sleep(0.2)
    return count / elapsed / 1e6, used / max(1, count / 1000)


def drain(selector, sink, seconds):
    count, started = 0, time.monotonic()
    while (now := time.monotonic()) < started + seconds:
        for key, _ in selector.select(started + seconds - now):
            try:
                got = key.fileobj.recv_into(sink)
            except BlockingIOError:
                continue
            if not got:
                raise SystemExit("bench: a stream ended")
            count += got
    return count, time.monotonic() - started


# Requests


def latency(direct, ways):
    print(f"{RATE:,} requests/s of 64 bytes over {CONNECTIONS} connections, sent when they are due, echoed by the "
          f"container; {LATENCY_SECONDS} s each.\n")
    print("| way | p50 ms | p99 ms | added p50 | added p99 |\n|---|---|---|---|---|")
    base = None
    for way in [direct, *ways]:
        times = sorted(echoes(way))
        p50, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.99))
        base = base or (p50, p99)
        print(f"| {way.name} | {p50:.2f} | {p99:.2f} | {p50 - base[0]:.2f} | {p99 - base[1]:.2f} |", flush=True)
    print("\nGoal: 0.5 ms or less added at p50.\n")


def echoes(way):
    selector = selectors.DefaultSelector()
    connections = []
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(way.echo, timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"x" * 64)
        while len(connection.recv(64, socket.MSG_PEEK)) < 64:
            pass
        connection.recv(64)
        connection.setblocking(False)
        pending = []
        selector.register(connection, selectors.EVENT_READ, pending)
        connections.append((connection, pending))
    times, sent, started = [], 0, time.perf_counter()
    total = RATE * LATENCY_SECONDS
    while len(times) < total:
        now = time.perf_counter()
        if now > started + LATENCY_SECONDS + 20:
            raise SystemExit(f"bench: {way.name} answered {len(times)} of {total} requests")
        while sent < total and started + sent / RATE <= now:
            connection, pending = connections[sent % CONNECTIONS]
            pending.append(started + sent / RATE)
            connection.send(b"x" * 64)
            sent += 1
        due = started + sent / RATE - time.perf_counter() if sent < total else 0.1
        for key, _ in selector.select(max(0, due)):
            count = len(key.fileobj.recv(65_536))
            now = time.perf_counter()
            for _ in range(count // 64):
                times.append(now - key.data.pop(0))
    for connection, _ in connections:
        connection.close()
    return times
