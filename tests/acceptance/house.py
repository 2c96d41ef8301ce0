"""Hygie from outside: a real `hygie serve` on a directory, its commands, its database's counts."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import asyncpg
import httpx

from hygie.store.server.cluster import Cluster

HYGIE = [sys.executable, "-c", "from hygie.cli import main; main()"]
JSON = {"Content-Type": "application/fhir+json"}
PASSWORD = "Soixante-12-pommes-vertes-au-verger"
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class House:
    """A server that can be started, stopped and killed. `log` is what it writes to its terminal."""

    def __init__(self, directory: Path, *, workers: int = 1) -> None:
        self.data = directory / "data"
        self.workers = workers
        self.log = directory / "server.log"
        self.tokens: Mapping[str, str] = {}
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Self:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=self._environment(),
                stderr=log,
                stdout=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_up():
            assert self.process.poll() is None, self.last_words()
            assert time.monotonic() < deadline, self.last_words()
            time.sleep(0.05)
        return self

    def command(self) -> list[str]:
        options = {"--data": self.data, "--port": self.port, "--workers": self.workers}
        return [*HYGIE, "serve", *(str(word) for pair in options.items() for word in pair)]

    def last_words(self) -> str:
        """The end of what it wrote to its terminal."""
        return self.log.read_text()[-2_000:]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """What a power cut does to the whole process group."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def is_up(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health", timeout=10).status_code == 200
        except httpx.TransportError:
            return False

    # --- commands ---------------------------------------------------------------------------

    def launch(self, *words: str, language: str = "fr_FR.UTF-8") -> "subprocess.Popen[str]":
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environment = self._environment() | {"LC_ALL": "C.UTF-8", "LANG": language}
        return subprocess.Popen([*HYGIE, *words], env=environment, text=True, **pipes)

    def run(self, *words: str) -> str:
        """Standard output of a command that must succeed."""
        return finished(self.launch(*words))

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HYGIE_")}
        return kept | {"HYGIE_DATA": str(self.data), "HYGIE_SECOND_FACTOR": "optional"}

    # --- its database, behind its back ----------------------------------------------------------

    def value(self, query: str, *given: Any) -> Any:
        """One value of the database that this server runs."""
        dsn = Cluster(self.data).attach()
        assert dsn

        async def fetch() -> Any:
            connection = await asyncpg.connect(dsn)
            try:
                return await connection.fetchval(query, *given)
            finally:
                await connection.close()

        return asyncio.run(fetch())

    def resources(self) -> int:
        """Rows of resources, versions past included: any half-written thing shows here."""
        return int(
            self.value(
                "SELECT (SELECT count(*) FROM hygie.resource) + "
                "(SELECT count(*) FROM hygie.resource_history)"
            )
        )

    # --- over HTTP ------------------------------------------------------------------------------

    def client(self, token: str = "all", **headers: str) -> httpx.Client:
        """A client of the FHIR API; `token` names one of `tokens`, "" is nobody."""
        bearer = {"Authorization": f"Bearer {self.tokens[token]}"} if token else {}
        return httpx.Client(base_url=f"{self.address}/fhir", headers=bearer | headers, timeout=60)

    def exchange(self, raw: bytes, seconds: float = 5, most: int = 4096) -> bytes:
        """What comes back for these bytes; empty when nothing comes within `seconds`."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            try:
                connection.sendall(raw)
                while len(answer) < most and (part := connection.recv(most)):
                    answer += part
            except (TimeoutError, ConnectionError):
                pass
        return answer

    def visitor(self) -> httpx.Client:
        """A browser that nobody knows yet."""
        return httpx.Client(base_url=self.address, timeout=60)

    @contextmanager
    def reader(self, account: str) -> Iterator[httpx.Client]:
        """A browser in which `account` has signed in."""
        with self.visitor() as browser:
            assert sign_in(browser, account).headers.get("location") == "/"
            yield browser


def finished(command: "subprocess.Popen[str]") -> str:
    output, errors = command.communicate(timeout=120)
    assert command.returncode == 0, errors
    return output


def proof(page: httpx.Response) -> str:
    """The hidden field that ties a form to its session."""
    found = re.search(r'name="jeton" value="([^"]+)"', page.text)
    assert found, page.text[:2000]
    return found[1]


def sign_in(browser: httpx.Client, account: str, password: str = PASSWORD) -> httpx.Response:
    form = {"jeton": proof(browser.get("/connexion")), "compte": account, "secret": password}
    return browser.post("/connexion", data=form)


def issue_of(answer: httpx.Response) -> dict[str, Any]:
    """The first issue of an OperationOutcome that has a rule and a sentence."""
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome", answer.text[:500]
    issue: dict[str, Any] = outcome["issue"][0]
    assert issue["details"]["coding"][0]["code"]
    assert len(issue["details"]["text"]) > 10
    assert "Traceback" not in answer.text
    return issue


def rule_of(answer: httpx.Response) -> str:
    rule: str = issue_of(answer)["details"]["coding"][0]["code"]
    return rule
