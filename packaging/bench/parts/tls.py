"""TLS beside nginx with the same certificate: requests, handshakes, and memory of idle connections."""

import http.client
import json
import resource
import ssl
import statistics
import subprocess

from .http_load import children_of, load
from .world import cpu_nanoseconds, free_port, memory_kilobytes, summary, wait_for

TITLE = "TLS against nginx with the same P-256 certificate (one core for the server, one for wrk)"
IDLE = 2000

NGINX = """
worker_processes 1; daemon off; error_log {folder}/nginx-tls.err; pid {folder}/nginx-tls.pid;
worker_rlimit_nofile 65536;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path {folder}/nginx-body; proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi; uwsgi_temp_path {folder}/nginx-uwsgi; scgi_temp_path {folder}/nginx-scgi;
  server {{ listen 127.0.0.1:{port} ssl; default_type application/json;
    ssl_certificate {folder}/tls.pem; ssl_certificate_key {folder}/tls.key; ssl_protocols TLSv1.2 TLSv1.3;
    location / {{ return 200 '{answer}'; }} }}
}}
"""


def certificate(world):
    subprocess.run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout", world.path("tls.key"), "-out", world.path("tls.pem"),
    ], check=True, capture_output=True)


def unchecked():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def answers(port, path):
    try:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=2, context=unchecked())
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


class Client:
    """One kept connection of somebody with a token."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=unchecked())
        self.headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def call(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        response = self.connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise SystemExit(f"bench: {method} {path}: {response.status} {text[:300]!r}")
        return json.loads(text) if text else None


def control_plane(world):
    port = free_port()
    process = world.start("cp-tls", [f"{world.bin}/fledx-cp"], {
        "FLEDX_CP_DATABASE_URL": f"sqlite://{world.path('cp-tls')}.db", "FLEDX_CP_SERVER_HOST": "127.0.0.1",
        "FLEDX_CP_SERVER_PORT": str(port), "FLEDX_LOG": "warning",
        "FLEDX_CP_SERVER_TLS_CERT_PATH": world.path("tls.pem"), "FLEDX_CP_SERVER_TLS_KEY_PATH": world.path("tls.key"),
    }, cpu=0)
    wait_for("cp-tls", 20, lambda: answers(port, "/readyz"))
    return process, port


def nginx(world):
    port = free_port()
    config = world.path("nginx-tls.conf")
    with open(config, "w") as file:
        file.write(NGINX.format(folder=world.folder, port=port, answer='{"status":"ok"}'))
    process = world.start("nginx-tls", ["nginx", "-c", config, "-p", world.folder], cpu=0)
    wait_for("nginx-tls", 10, lambda: answers(port, "/"))
    return process, port, children_of(world.path("nginx-tls.pid"))[0]


def idle_connections(port, path, context):
    """Connections that have asked once and stay open."""
    connections = []
    for _ in range(IDLE):
        if context:
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", path)
        connection.getresponse().read()
        connections.append(connection)
    return connections


def idle_kilobytes(pid, port, path, context):
    before = memory_kilobytes(pid)["Anonymous"]
    connections = idle_connections(port, path, context)
    after = memory_kilobytes(pid)["Anonymous"]
    for connection in connections:
        connection.close()
    return (after - before) / IDLE


def run(world):
    resource.setrlimit(resource.RLIMIT_NOFILE, (16384, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    certificate(world)
    process, port = control_plane(world)
    nginx_process, nginx_port, nginx_pid = nginx(world)
    # Before any load: the heap is still small.
    ours = idle_kilobytes(process.pid, port, "/livez", unchecked())
    theirs = idle_kilobytes(nginx_pid, nginx_port, "/", unchecked())
    print("| measure | fledx-cp | nginx | ratio | fledx-cp CPU µs | nginx CPU µs | ratio |")
    print("|---|---|---|---|---|---|---|")
    for title, fields in (("requests/s, 64 connections", {}), ("handshakes/s, 64 at once", {"Connection": "close"})):
        compare(world, title, fields, (process.pid, port), (nginx_pid, nginx_port))
    plain_process, plain_port, _ = world.control_plane("cp-plain", cpu=0)
    plain = idle_kilobytes(plain_process.pid, plain_port, "/livez", None)
    print(f"\n{IDLE:,} idle connections, anonymous memory each: TLS {ours:.1f} KiB (plain {plain:.1f} KiB), "
          f"nginx TLS {theirs:.1f} KiB")
    for started in (plain_process, nginx_process, process):
        world.stop(started)


def compare(world, title, fields, own, other):
    figures = {own: ([], []), other: ([], [])}
    for round_number in range(world.rounds + 1):
        pair = [own, other] if round_number % 2 else [other, own]
        for pid, port in pair:
            before = cpu_nanoseconds(pid)
            rate, count = load(port, "/livez" if (pid, port) == own else "/", scheme="https", fields=fields)
            if round_number:
                figures[(pid, port)][0].append(rate)
                figures[(pid, port)][1].append((cpu_nanoseconds(pid) - before) / count / 1000)
    (rates, cpu), (other_rates, other_cpu) = figures[own], figures[other]
    ratio = statistics.median([a / b for a, b in zip(rates, other_rates)])
    cpu_ratio = statistics.median([a / b for a, b in zip(cpu, other_cpu)])
    print(f"| {title} | {summary(rates)} | {summary(other_rates)} | **{ratio:.2f}** | {summary(cpu)} | "
          f"{summary(other_cpu)} | {cpu_ratio:.2f} |", flush=True)
