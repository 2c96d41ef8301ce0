"""Guards that a subscriber misses nothing, whatever becomes of the server meanwhile."""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from tests.acceptance.house import JSON, House, free_port
from tests.exchange.subscriptions.conftest import numbers, parameters, subscription

SETTLE_SECONDS: Final = 60
KILLS: Final = 3


class Told(House):
    """A house that may send to one port of this machine."""

    def __init__(self, directory: Path, hook: int, **options: int) -> None:
        super().__init__(directory, **options)
        self.hook = hook

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {"HYGIE_OUTBOUND_ALLOW": f"127.0.0.1:{self.hook}"}


class Receiver(ThreadingHTTPServer):
    """Takes notifications, and remembers them; refuses one in seven, to be told again."""

    daemon_threads = True
    taken: list[dict[str, Any]]

    def refuses(self) -> bool:
        return random.random() < 1 / 7


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        bundle = json.loads(body)
        event = parameters(bundle)["type"] == "event-notification"
        refused = event and self.server.refuses()
        if not refused:
            self.server.taken.append(bundle)
        self.send_response(503 if refused else 200)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def receiving(port: int) -> Iterator[Receiver]:
    server = Receiver(("127.0.0.1", port), _Handler)
    server.taken = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def wait(met: Any, what: str) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not met():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def change_until(house: House, stop: threading.Event, made: list[str]) -> None:
    """Writes results as fast as they are taken; `made`: those that the server said it has."""
    number = 0
    while not stop.is_set():
        number += 1
        body = {
            "resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "subject": {"reference": f"Patient/p{number % 5}"},
        }  # fmt: skip
        try:
            with house.client() as client:
                answer = client.post("/Observation", json=body, headers=JSON)
        except httpx.HTTPError:
            time.sleep(0.05)
            continue
        if answer.status_code == 201:
            made.append(answer.json()["id"])


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_nothing_is_missed_across_restarts(tmp_path: Path, workers: int) -> None:
    """A server that is killed three times while changes come: every change that it acknowledged is
    told, under numbers without gaps, in order."""
    hook = free_port()
    house = Told(tmp_path, hook, workers=workers)
    secret = house.run("token", "create", "--name", "w", "--scope", "system/*.cruds").strip()
    house.tokens = {"all": secret}
    made: list[str] = []
    stop = threading.Event()
    with receiving(hook) as receiver:
        house.start()
        try:
            with house.client() as client:
                for number in range(5):
                    patient = {"resourceType": "Patient", "id": f"p{number}"}
                    client.put(f"/Patient/p{number}", json=patient, headers=JSON)
                asked = subscription("urn:hygie:topic:result-available", max_count=10)
                asked["channel"]["endpoint"] = f"http://127.0.0.1:{hook}/hook"
                answer = client.post("/Subscription", json=asked, headers=JSON)
                assert answer.status_code == 201, answer.text
                id_ = answer.json()["id"]

            def status() -> str:
                with house.client() as client:
                    return str(client.get(f"/Subscription/{id_}").json()["status"])

            wait(lambda: status() == "active", "the subscription is not active")
            writing = threading.Thread(target=change_until, args=(house, stop, made))
            writing.start()
            for _ in range(KILLS):
                time.sleep(random.uniform(0.8, 2.0))
                house.kill()
                house.start()
            time.sleep(1)
            stop.set()
            writing.join()
            assert len(made) > KILLS

            def told() -> set[str]:
                return {
                    event["focus"]["reference"].rpartition("/")[2]
                    for bundle in list(receiver.taken)
                    for event in parameters(bundle)["notification-event"]
                }

            wait(lambda: told() >= set(made), f"{len(made)} made, {len(told())} told")
            with house.client() as client:
                stored = client.get("/Observation?_summary=count").json()["total"]
            wait(lambda: len(told()) == stored, f"{stored} stored, {len(told())} told")
            seen = numbers(list(receiver.taken))
            first = list(dict.fromkeys(seen))
            assert first == list(range(1, stored + 1))
            assert status() == "active"
        finally:
            stop.set()
            house.stop()
