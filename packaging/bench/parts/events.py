"""From a change to the reader of the stream of events that hears of it."""

import http.client
import json
import socket
import time

from .world import percentile, summary

TITLE = "Change → reader of the event stream"
READERS = 32


class Reader:
    """A reader of `text/event-stream` on a socket of its own."""

    def __init__(self, port, token):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.sendall(
            (f"GET /api/v1/events?kind=deployment.created HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
             "accept: text/event-stream\r\n\r\n").encode())
        self.text = b""
        self.until(b"retry: ")

    def until(self, wanted):
        while wanted not in self.text:
            piece = self.socket.recv(65536)
            if not piece:
                raise SystemExit("bench: the stream of events ended")
            self.text += piece
        self.text = self.text.split(wanted, 1)[1]


def run(world):
    process, port, secrets = world.control_plane("cp-events")
    token = secrets["FLEDX_CP_OPERATOR_TOKENS"]
    readers = [Reader(port, token) for _ in range(READERS)]
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answers, heard = [], []
    for number in range(max(world.rounds, 2) * 10 + 1):
        name = f"bench-{number}"
        started = time.monotonic()
        client.request(
            "POST", "/api/v1/deployments", json.dumps({"name": name, "image": "nginx:1", "replicas": 0}),
            {"authorization": f"Bearer {token}", "content-type": "application/json"})
        response = client.getresponse()
        response.read()
        answered = time.monotonic()
        if response.status != 201:
            raise SystemExit(f"bench: {response.status} for a deployment")
        for reader in readers:
            reader.until(f'"resource_name":"{name}"'.encode())
        if number:
            answers.append((answered - started) * 1000)
            heard.append((time.monotonic() - started) * 1000)
    print(f"{READERS} readers; a deployment is declared, the clock runs from its request\n")
    print("| | goal, milliseconds | p50 [p10–p90] | p99 |\n|---|---|---|---|")
    print(f"| `POST` → 201 | | {summary(answers)} | {percentile(answers, 99):.3g} |")
    print(f"| `POST` → the last of {READERS} readers has the event | ≤ 50 | {summary(heard)} | {percentile(heard, 99):.3g} |")
    for reader in readers:
        reader.socket.close()
    world.stop(process)
