"""What all measurements share: processes, ports, the private Docker daemon, figures of a process."""

import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

IMAGE = "fledx-bench/httpd:1"


def figure(value):
    """Three significant digits, never in powers of ten."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 100 else f"{value:.3g}"


def summary(values):
    """`median [p10–p90]` with three significant digits."""
    ordered = sorted(values)
    low, high = ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]
    return f"{figure(statistics.median(ordered))} [{figure(low)}–{figure(high)}]"


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else float("nan")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds, condition):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise SystemExit(f"bench: {what} took longer than {seconds} s")


class World:
    def __init__(self, bin_folder, root, rounds):
        self.bin, self.root, self.rounds = bin_folder, root, rounds
        self.folder = tempfile.mkdtemp(prefix="fledx-bench-")
        self.processes = []
        self.docker_host = None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.show_logs()
        # A part that failed has left everything running: whoever starts containers again goes before them.
        daemon = [process for process in self.processes if process.args[0] == "dockerd"]
        for process in reversed(self.processes):
            if process not in daemon:
                self.stop(process)
        if daemon:
            self.remove_containers()
        for process in daemon:
            self.stop(process)
        self.kill_rest()
        shutil.rmtree(self.folder, ignore_errors=True)

    def remove_containers(self):
        """Takes every container of the private daemon away, and with each its network device."""
        docker = ["docker", "-H", f"unix://{self.path('docker.sock')}"]
        try:
            names = subprocess.run(docker + ["ps", "-aq"], capture_output=True, text=True, timeout=30).stdout.split()
            if names:
                subprocess.run(docker + ["rm", "--force"] + names, capture_output=True, timeout=180)
        except subprocess.TimeoutExpired:
            sys.stderr.write("bench: the private daemon does not remove its containers\n")

    def kill_rest(self):
        """Ends what a daemon that had to be killed has left: shims and their containers, known by this folder."""
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read()
                if self.folder.encode() not in words or int(name) == os.getpid():
                    continue
                with open(f"/proc/{name}/task/{name}/children") as file:
                    victims = file.read().split() if b"containerd-shim" in words else []
                for victim in victims + [name]:
                    os.kill(int(victim), signal.SIGKILL)
            except OSError:
                continue

    def show_logs(self):
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(self.path(name), errors="replace") as file:
                    tail = file.readlines()[-15:]
                sys.stderr.write("".join(f"{name}: {line}" for line in tail))

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, command, environment=None, cpu=None):
        if cpu is not None:
            command = ["taskset", "-c", str(cpu)] + command
        log = open(self.path(f"{name}.log"), "ab")
        clean = {key: value for key, value in os.environ.items() if not key.startswith("FLEDX_")}
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**clean, **(environment or {})},
            cwd=self.folder)
        self.processes.append(process)
        return process

    def stop(self, process):
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.processes:
            self.processes.remove(process)

    def control_plane(self, name="cp", cpu=None, **settings):
        """Starts fledx-cp on a database of its own; returns the process, its port and its secrets."""
        port = free_port()
        environment = {
            "FLEDX_CP_DATABASE_URL": f"sqlite://{self.path(name)}.db", "FLEDX_CP_SERVER_HOST": "127.0.0.1",
            "FLEDX_CP_SERVER_PORT": str(port), "FLEDX_CP_PORTS_AUTO_ASSIGN": "true", "FLEDX_LOG": "warning",
            **settings,
        }
        process = self.start(name, [f"{self.bin}/fledx-cp"], environment, cpu)
        wait_for(name, 20, lambda: self.answers(port, "/readyz"))
        with open(f"{self.path(name)}.db.secrets") as file:
            secrets = dict(line.strip().split("=", 1) for line in file if "=" in line and not line.startswith("#"))
        return process, port, secrets

    def agent(self, name, port, secrets, **settings):
        """Starts fledx-agent against a control plane and the private Docker daemon, and waits until it is ready."""
        process = self.start(name, [f"{self.bin}/fledx-agent"], {
            "FLEDX_AGENT_CONTROL_PLANE_URL": f"http://127.0.0.1:{port}",
            "FLEDX_AGENT_REGISTRATION_TOKEN": secrets["FLEDX_CP_REGISTRATION_TOKEN"],
            "FLEDX_AGENT_DATA_DIR": self.path(name), "FLEDX_AGENT_DOCKER_HOST": self.docker(),
            "FLEDX_AGENT_METRICS_PORT": "0", "FLEDX_LOG": os.environ.get("BENCH_LOG", "warning"), **settings,
        })
        token = secrets["FLEDX_CP_OPERATOR_TOKENS"]
        wait_for(name, 30, lambda: any(
            node["status"] == "ready" for node in self.call(port, "GET", "/api/v1/nodes", token=token)["items"]))
        return process

    def answers(self, port, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        except http.client.HTTPException:
            return False

    def call(self, port, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"content-type": "application/json"} if body is not None else {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise SystemExit(f"bench: {method} {path}: {response.status} {text[:300]!r}")
        return json.loads(text) if text else None

    def docker(self):
        """The address of a private Docker daemon with the test image."""
        if self.docker_host:
            return self.docker_host
        host = f"unix://{self.path('docker.sock')}"
        self.start("dockerd", [
            "dockerd", "--data-root", self.path("docker"), "--exec-root", self.path("docker-exec"), "--pidfile",
            self.path("docker.pid"), "-H", host, "--bip", "172.31.213.1/24",
        ])
        wait_for("dockerd", 60, lambda: subprocess.run(
            ["docker", "-H", host, "version"], capture_output=True).returncode == 0)
        subprocess.run([f"{self.root}/packaging/demo-image.sh", host, IMAGE], check=True)
        self.docker_host = host
        return host


def cpu_nanoseconds(pid):
    """CPU time of all threads of a process so far."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            total += int(file.read().split()[0])
    return total


def memory_kilobytes(pid):
    """PSS and anonymous memory of a process."""
    figures = {}
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            words = line.split()
            if words and words[0].rstrip(":") in ("Pss", "Anonymous", "Rss"):
                figures[words[0].rstrip(":")] = int(words[1])
    return figures


def thread_count(pid):
    return len(os.listdir(f"/proc/{pid}/task"))
