"""A large cluster in one control plane: start, memory, and what a create takes, alone and beside backups."""

import http.client
import json
import multiprocessing
import os
import sqlite3
import time
import uuid

from .world import cpu_nanoseconds, memory_kilobytes, percentile, wait_for

TITLE = "A large cluster (10,000 nodes, 1,000 deployments, 50,000 replicas)"
NODES, DEPLOYMENTS, REPLICAS = 10_000, 1_000, 50
CREATES = int(os.environ.get("BENCH_CREATES", "400"))
# A week of minutes of one deployment, all of which the retention keeps.
MINUTES = 10_080


def run(world):
    path = f"{world.path('cp-scale')}.db"
    fill(world, path)
    started = time.monotonic()
    cp, port, secrets = world.control_plane("cp-scale")
    start_seconds, start_work = time.monotonic() - started, cpu_nanoseconds(cp.pid) / 1e9
    token = secrets["FLEDX_CP_OPERATOR_TOKENS"]
    loaded = memory_kilobytes(cp.pid)["Rss"]
    total = world.call(port, "GET", "/api/v1/nodes?limit=1", token=token)["total"]
    if total != NODES:
        raise SystemExit(f"bench: {total} nodes were loaded, {NODES} were stored")
    client = Client(port, token)
    idle = looks(port, token, lambda: time.sleep(3))[1]
    alone, storing = looks(port, token, lambda: creates(client, "alone"))
    others = [Beside(back_up, port, token), Beside(scan_usage, port, token)]
    beside, crowded = looks(port, token, lambda: creates(client, "beside"))
    backups, pages = (other.finish() for other in others)
    gets = [client.request("GET", "/api/v1/deployments/scale-1") for _ in range(1_000)]
    lists = [client.request("GET", "/api/v1/deployments?limit=100") for _ in range(100)]
    world.stop(cp)

    print(f"database {os.path.getsize(path) >> 20} MiB; one client, one request after the other\n")
    print("| what | goal | measured |\n|---|---|---|")
    print(f"| start until `/readyz` is 200 | ≤ 1 s | {start_seconds:.2f} s, {start_work:.2f} s of CPU |")
    print(f"| resident memory, loaded | ≤ 200 MiB | {loaded / 1024:.0f} MiB |")
    print(f"| create, p50 / p99 of {CREATES} | | {percentile(alone, 50):.1f} / {percentile(alone, 99):.1f} ms |")
    ratio = percentile(beside, 99) / percentile(alone, 99)
    print(f"| the same while backups run ({len(backups)} of them) beside a scan of {MINUTES * REPLICAS:,} minutes of use "
          f"({len(pages)} pages of 1,000) | p99 ≤ 2 × alone | "
          f"{percentile(beside, 50):.1f} / {percentile(beside, 99):.1f} ms, {ratio:.2f} × |")
    if backups:
        print(f"| a backup, download included | | {percentile(backups, 50) / 1000:.2f} s |")
    if pages:
        print(f"| a page of 1,000 minutes of use, p50 / p99 | | "
              f"{percentile(pages, 50):.1f} / {percentile(pages, 99):.1f} ms |")
    for what, times in (("idle", idle), ("during the creates alone", storing), ("beside backups and scan", crowded)):
        print(f"| `GET /livez` of another client, {what}, p50 / p99 | the loop's lag ≤ 5 ms | "
              f"{percentile(times, 50):.2f} / {percentile(times, 99):.2f} ms |")
    print(f"| get one deployment with {REPLICAS} replicas, p50 / p99 | | "
          f"{percentile(gets, 50):.1f} / {percentile(gets, 99):.1f} ms |")
    print(f"| list 100 deployments, p50 / p99 | | {percentile(lists, 50):.1f} / {percentile(lists, 99):.1f} ms |")


def looks(port, token, work):
    """What some work gave, and how long another client waited for the loop meanwhile."""
    other = Beside(look, port, token)
    result = work()
    return result, other.finish()


class Client:
    """One kept connection."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def request(self, method, path, body=None):
        """Milliseconds until the whole answer is here."""
        started = time.monotonic()
        self.text(method, path, body)
        return (time.monotonic() - started) * 1000

    def answer(self, method, path):
        return json.loads(self.text(method, path, None))

    def text(self, method, path, body):
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise SystemExit(f"bench: {method} {path}: {response.status} {text[:300]!r}")
        return text


def creates(client, name):
    return [
        client.request("POST", "/api/v1/deployments", {"name": f"{name}-{number}", "image": "nginx:1", "replicas": 0})
        for number in range(CREATES)
    ]


class Beside:
    """Work in a process of its own until it is told to finish: it shares no interpreter with the one that measures."""

    def __init__(self, work, port, token):
        self.stop, self.ours = multiprocessing.Event(), None
        self.ours, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=Beside.run, args=(work, port, token, self.stop, theirs), daemon=True)
        self.process.start()

    @staticmethod
    def run(work, port, token, stop, results):
        times, client = [], Client(port, token)
        while not stop.is_set():
            work(client, stop, times)
        results.send(times)

    def finish(self):
        self.stop.set()
        if not self.ours.poll(60):
            raise SystemExit("bench: what ran beside did not finish")
        times = self.ours.recv()
        self.process.join()
        return times


def back_up(client, stop, times):
    times.append(client.request("POST", "/api/v1/backup"))


def scan_usage(client, stop, times):
    """Everything that is kept of one deployment, page by page."""
    path = "/api/v1/usage?deployment=scale-0&since=2000-01-01T00:00:00Z&limit=1000"
    cursor, found = None, 0
    while not stop.is_set():
        started = time.monotonic()
        page = client.answer("GET", path + (f"&cursor={cursor}" if cursor else ""))
        times.append((time.monotonic() - started) * 1000)
        found += len(page["items"])
        cursor = page.get("next_cursor")
        if not cursor:
            break
    if not stop.is_set() and found < MINUTES * REPLICAS - 2 * REPLICAS:
        raise SystemExit(f"bench: a scan found {found} minutes of use")


def look(client, stop, times):
    """An answer that waits for nothing but the loop's turn: how late that is, and the way there and back."""
    times.append(client.request("GET", "/livez"))
    stop.wait(0.002)


def fill(world, path):
    """Stores one node, one deployment and its replica as the program writes them, and multiplies their rows."""
    cp, port, secrets = world.control_plane("cp-scale")
    operator = secrets["FLEDX_CP_OPERATOR_TOKENS"]
    node = world.call(
        port, "POST", "/api/v1/nodes/register", {"name": "seed", "arch": "amd64", "os": "linux",
                                                 "labels": {"region": "eu", "zone": "a"}},
        token=secrets["FLEDX_CP_REGISTRATION_TOKEN"])
    wait_for("the node", 10, lambda: world.call(port, "GET", "/api/v1/nodes", token=operator)["total"] == 1)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", f"/api/v1/nodes/{node['node_id']}/heartbeats",
                       json.dumps({"seq": 1, "node_status": "ready", "containers": []}),
                       {"authorization": f"Bearer {node['node_token']}", "content-type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"bench: heartbeat: {answer.status} {text!r}")
    world.call(port, "POST", "/api/v1/deployments",
               {"name": "seed", "image": "nginx:1.27", "replicas": 1, "env": {"KEY": "value", "MODE": "edge"},
                "ports": [{"container_port": 80}]}, token=operator)
    wait_for("the replica", 10, lambda: world.call(
        port, "GET", "/api/v1/deployments/seed", token=operator)["instances"])
    world.stop(cp)
    with sqlite3.connect(path) as database:
        multiply(database)
    database.close()


def multiply(database):
    database.row_factory = sqlite3.Row
    rows = {name: dict(database.execute(f"SELECT * FROM {name}").fetchone())
            for name in ("nodes", "deployments", "revisions", "assignments")}
    for name in ("assignments", "revisions", "deployments", "nodes_seen", "node_tokens", "nodes"):
        database.execute(f"DELETE FROM {name}")

    def insert(table, **changes):
        row = {**rows[table], **changes}
        names = ", ".join(row)
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))

    nodes = [str(uuid.uuid4()) for _ in range(NODES)]
    for number, node in enumerate(nodes):
        insert("nodes", id=node, name=f"edge-{number}", ordinal=number + 1)
    spec = json.loads(rows["deployments"]["spec"])
    for number in range(DEPLOYMENTS):
        identifier = str(uuid.uuid4())
        text = json.dumps({**spec, "name": f"scale-{number}", "replicas": REPLICAS})
        insert("deployments", id=identifier, name=f"scale-{number}", spec=text)
        insert("revisions", deployment_id=identifier, spec=text)
        for replica in range(REPLICAS):
            insert("assignments", id=str(uuid.uuid4()), deployment_id=identifier, replica_number=replica,
                   node_id=nodes[(number * REPLICAS + replica) % NODES])
    database.execute("UPDATE meta SET next_node_ordinal = ?", (NODES + 1,))
    use(database, nodes)


def use(database, nodes):
    """A week of use of the first deployment's replicas, up to now."""
    (deployment,) = database.execute("SELECT id FROM deployments WHERE name = 'scale-0'").fetchone()
    now = int(time.time()) // 60
    database.executemany(
        "INSERT INTO usage_series (id, deployment_id, node_id, replica_number, last_day) VALUES (?, ?, ?, ?, ?)",
        [(replica + 1, deployment, nodes[replica], replica, now // 1440) for replica in range(REPLICAS)])
    database.executemany(
        "INSERT INTO usage_rollups (minute, series, samples, cpu_percent, memory_bytes, received_bytes, sent_bytes) "
        "VALUES (?, ?, 2, 12.5, 134217728, 4096, 2048)",
        ((minute, replica + 1) for minute in range(now - MINUTES + 2, now) for replica in range(REPLICAS)))
