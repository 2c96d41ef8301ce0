"""Power cuts, orders to stop, and a thief with the disk."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest
from tests.acceptance.conftest import Intake
from tests.acceptance.house import JSON, House
from tests.acceptance.messages import SECRETS


@pytest.fixture
def own(tmp_path: Path) -> Iterator[House]:
    """A server of this test's own, which it may kill."""
    house = House(tmp_path)
    with house:
        token = house.run("token", "create", "--scope", "system/*.cruds", "--name", "all")
        house.tokens = {"all": token.strip()}
        yield house


def write_until_cut(house: House, acknowledged: list[str], enough: Event) -> None:
    with house.client() as client:
        while True:
            try:
                answer = client.post("/Patient", json={"resourceType": "Patient"}, headers=JSON)
            except httpx.TransportError:
                return
            assert answer.status_code == 201
            acknowledged.append(answer.json()["id"])
            if len(acknowledged) >= 60:
                enough.set()


def postgres_of(house: House) -> int:
    return int((house.data / "postgres" / "postmaster.pid").read_text().split("\n")[0])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int) -> bool:
    """True once the process is gone; gives it a few seconds."""
    deadline = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


def test_what_was_acknowledged_outlives_a_power_cut(own: House) -> None:
    """Guards: "201 Created", and the next morning nothing is there."""
    acknowledged: list[str] = []
    enough = Event()
    writers = [Thread(target=write_until_cut, args=(own, acknowledged, enough)) for _ in range(4)]
    for writer in writers:
        writer.start()
    assert enough.wait(60)
    own.kill()
    for writer in writers:
        writer.join(30)
    own.start()
    with own.client() as client:
        found = {
            entry["resource"]["id"]
            for page in pages(client, "/Patient?_count=1000")
            for entry in page.get("entry", [])
        }
    assert set(acknowledged) <= found
    assert len(found) <= len(acknowledged) + len(writers)
    server = postgres_of(own)
    assert is_running(server)
    assert own.stop() in (0, -15)
    assert ends(server)
    own.start()


def pages(client: httpx.Client, address: str) -> Iterator[dict[str, object]]:
    while address:
        page = client.get(address).json()
        yield page
        following = (link["url"] for link in page["link"] if link["relation"] == "next")
        address = next(following, "")


def test_the_data_directory_and_the_log_show_no_one(house: House, intake: Intake) -> None:
    """Guards: health data that a stolen disk, a backup or a log would show."""
    with house.client() as client:
        for secret in SECRETS:
            client.get("/Patient", params={"name": secret})
            client.get(f"/Patient/{secret}")
            client.get("/Patient", params={secret: "x"})
    with house.reader("claire") as browser:
        browser.get("/patients/KERVOALEN")
    house.value("CHECKPOINT")
    files = [path for path in house.data.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) > 10_000_000
    for path in [*files, house.log]:
        content = path.read_bytes().lower()
        shown = [secret for secret in SECRETS if secret.lower().encode() in content]
        assert shown == [], path


def test_nothing_unexpected_was_written_to_the_log(house: House, intake: Intake) -> None:
    """Guards: a fault of the program that was hidden behind a polite answer."""
    assert "Traceback" not in house.log.read_text()
