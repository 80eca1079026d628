"""Requests per second and CPU per request beside nginx, in interleaved rounds."""

import json
import os
import re
import statistics
import subprocess

from .world import cpu_nanoseconds, free_port, summary, wait_for

TITLE = "HTTP against nginx `return 200` (one core for the server, one for wrk, 64 connections)"
SECONDS = 1

NODES = 100
DEPLOYMENTS = 50
# Every request is made before the clock starts, so that the generator's own work is the same small one for all.
# Neighbours speak for different nodes: two that overtake each other on the way are still news to the registry.
POST_SCRIPT = """
local body = [==[%(body)s]==]
local before, after = body:match("^(.*)SEQUENCE(.*)$")
local tokens = {%(tokens)s}
local paths = {%(paths)s}
local first, ready, count = %(first)d, {}, 0
local function make(number)
  local node = number %% #paths + 1
  wrk.headers["authorization"] = "Bearer " .. tokens[node]
  return wrk.format("POST", paths[node], nil, before .. string.format("%%d", first + number) .. after)
end
function init()
  collectgarbage("stop")
  wrk.headers["content-type"] = "application/json"
  wrk.headers["x-agent-version"] = "0.1.0"
  for number = 1, 60000 do ready[number] = make(number) end
end
function request()
  count = count + 1
  return ready[count] or make(count)
end
"""

NGINX = """
user root; worker_processes 1; daemon off; error_log {folder}/nginx.err; pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; client_body_buffer_size 16k;
  client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi; uwsgi_temp_path {folder}/nginx-uwsgi; scgi_temp_path {folder}/nginx-scgi;
  server {{ listen 127.0.0.1:{port}; default_type application/json;
    location / {{ return 200 '{answer}'; }}
    location = /created {{ return 201 '{answer}'; }}
    location /files/ {{ alias {folder}/nginx-files/; open_file_cache max=10; }} }}
}}
"""

# A declaration under a new name with every request; the threads of a round begin behind those of all before.
CREATE_SCRIPT = """
local first, count = %(first)d, 0
local head = '{"name":"bench-'
local rest = '","image":"nginx:1.27","replicas":1,"env":{"KEY":"value"},"ports":[{"container_port":80,"publish":false}]}'
function init()
  wrk.headers["content-type"] = "application/json"
  wrk.headers["authorization"] = "Bearer %(token)s"
end
function request()
  count = count + 1
  return wrk.format("POST", "%(path)s", nil, head .. string.format("%%d", first + count) .. rest)
end
"""


def heartbeat_body(epoch):
    """About 1.7 KB: a node with its inventory and four replicas."""
    containers = [{
        "assignment_id": f"550e8400-e29b-41d4-a716-44665544{number:04d}",
        "deployment_id": "650e8400-e29b-41d4-a716-446655440000", "replica_number": number, "generation": 3,
        "container_id": "c" * 64, "state": "running", "restart_count": 0,
        "last_updated": "2026-11-23T10:00:00.000Z", "endpoints": ["10.0.0.1:8080"],
    } for number in range(4)]
    body = {
        "boot_id": "750e8400-e29b-41d4-a716-446655440000", "seq": "@", "full": True, "node_status": "ready",
        "timestamp": "2026-11-23T10:00:00.000Z",
        "inventory": {"arch": "x86_64", "os": "linux", "labels": {"region": "eu", "zone": "west"},
                      "capacity": {"cpu_millis": 4000, "memory_bytes": 8589934592}},
        "foreign_ports": [22], "applied": {"epoch": epoch, "revision": 0}, "containers": containers,
    }
    return json.dumps(body, separators=(",", ":")).replace('"@"', "SEQUENCE")


def children_of(pid_file):
    with open(pid_file) as file:
        master = file.read().strip()
    children = subprocess.run(["pgrep", "-P", master], capture_output=True, text=True).stdout.split()
    return [int(child) for child in children]


def load(port, path="/", script=None, scheme="http", fields={}):
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{SECONDS}s", "--timeout", "10s", "--latency"]
    if script:
        command += ["-s", script]
    for name, value in fields.items():
        command += ["-H", f"{name}: {value}"]
    output = subprocess.run(command + [f"{scheme}://127.0.0.1:{port}{path}"], capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    count = int(re.search(r"(\d+) requests in", output).group(1))
    if "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"bench: wrk saw errors on {path}:\n{output}")
    return rate, count


def nginx(world):
    port = free_port()
    config = world.path("nginx.conf")
    with open(config, "w") as file:
        file.write(NGINX.format(folder=world.folder, port=port, answer='{"status":"ok"}'))
    world.start("nginx", ["nginx", "-c", config, "-p", world.folder], cpu=0)
    wait_for("nginx", 10, lambda: world.answers(port, "/"))
    return port, children_of(world.path("nginx.pid"))[0]


def run(world):
    # A load of minutes keeps nobody waiting: nodes that were heard once stay heard.
    process, port, secrets = world.control_plane(
        "cp-http", cpu=0, FLEDX_CP_REACHABILITY_HEARTBEAT_STALE_SECS="86400")
    nodes = [world.call(port, "POST", "/api/v1/nodes/register", {"name": f"bench-{number}"},
                        secrets["FLEDX_CP_REGISTRATION_TOKEN"]) for number in range(NODES)]
    tokens = [node["node_token"] for node in nodes]
    paths = [f"/api/v1/nodes/{node['node_id']}" for node in nodes]
    body = heartbeat_body(world.call(port, "GET", f"{paths[0]}/desired-state", None, tokens[0])["epoch"])
    script = world.path("post.lua")

    def write_script(round_number):
        """The numbers of a round are higher than all before, or the registry would call its reports old."""
        with open(script, "w") as file:
            file.write(POST_SCRIPT % {
                "body": body, "first": (round_number + 1) * 1_000_000,
                "tokens": ",".join(f'"{token}"' for token in tokens),
                "paths": ",".join(f'"{path}/heartbeats"' for path in paths)})

    nginx_port, nginx_pid = nginx(world)
    print(f"heartbeat body: {len(body)} bytes\n")
    print("| request | fledx-cp req/s | nginx req/s | ratio | fledx-cp CPU µs/req | nginx CPU µs/req | ratio |")
    print("|---|---|---|---|---|---|---|")
    compare(world, "GET small JSON (`/livez`)", (process.pid, nginx_pid), lambda _: load(port, "/livez"),
            lambda _: load(nginx_port, "/"))

    def post(number, target):
        write_script(number)
        return load(target, "/", script)

    compare(world, "POST heartbeat", (process.pid, nginx_pid), lambda number: post(number, port),
            lambda number: post(number, nginx_port))
    reads(world, process, port, nginx_port, nginx_pid, secrets["FLEDX_CP_OPERATOR_TOKENS"])
    world.stop(process)


def reads(world, process, port, nginx_port, nginx_pid, token):
    """A list and a single declaration beside files of the same bytes, and durable creates beside `return 201`."""
    for number in range(DEPLOYMENTS):
        world.call(port, "POST", "/api/v1/deployments",
                   {"name": f"read-{number}", "image": "nginx:1.27", "replicas": 2, "env": {"KEY": "value"},
                    "ports": [{"container_port": 80, "publish": False}]}, token)
    os.mkdir(world.path("nginx-files"))
    fields = {"authorization": f"Bearer {token}"}
    for title, path in ((f"GET list of {DEPLOYMENTS} deployments", f"/api/v1/deployments?limit={DEPLOYMENTS}"),
                        ("GET a deployment", "/api/v1/deployments/read-0")):
        body = json.dumps(world.call(port, "GET", path, token=token), separators=(",", ":"))
        name = path.split("/")[-1].split("?")[0]
        with open(world.path(f"nginx-files/{name}.json"), "w") as file:
            file.write(body)
        compare(world, f"{title} ({len(body):,} bytes; nginx: a file of them)", (process.pid, nginx_pid),
                lambda number: load(port, path, fields=fields),
                lambda number: load(nginx_port, f"/files/{name}.json", fields=fields))

    def create(number, target, path):
        script = world.path("create.lua")
        with open(script, "w") as file:
            file.write(CREATE_SCRIPT % {"first": (number + 1) * 1_000_000, "token": token, "path": path})
        return load(target, path, script)

    compare(world, "POST create, durable (nginx: `return 201`)", (process.pid, nginx_pid),
            lambda number: create(number, port, "/api/v1/deployments"),
            lambda number: create(number, nginx_port, "/created"))


def compare(world, title, pids, ours, theirs):
    """A line of the table from rounds in turn; the first one warms up."""
    figures = [([], []), ([], [])]
    for number in range(world.rounds + 1):
        sides = [(0, ours), (1, theirs)]
        for side, one in reversed(sides) if number % 2 else sides:
            before = cpu_nanoseconds(pids[side])
            rate, count = one(number)
            if number:
                figures[side][0].append(rate)
                figures[side][1].append((cpu_nanoseconds(pids[side]) - before) / count / 1000)
    (rates, cpu), (other_rates, other_cpu) = figures
    ratio = statistics.median([a / b for a, b in zip(rates, other_rates)])
    cpu_ratio = statistics.median([a / b for a, b in zip(cpu, other_cpu)])
    print(f"| {title} | {summary(rates)} | {summary(other_rates)} | **{ratio:.2f}** | {summary(cpu)} | "
          f"{summary(other_cpu)} | {cpu_ratio:.2f} |", flush=True)
