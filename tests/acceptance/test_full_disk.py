"""`hygie ingest` while the disk of the store fills up: refused in a sentence, taken up again."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.acceptance.house import House
from tests.acceptance.messages import adt
from tests.disk import fill, small_disk

RESOURCES = 12_000
MESSAGES = 2_500
SECONDS = 120
BEGUN = 600
"""Filed before the disk is full."""
ACCOUNTED = """
    SELECT coalesce(sum(count), 0)::int FROM hygie.inbox WHERE state = 'filed'
"""
ONCE = "SELECT count(*) FROM hygie.resource WHERE version = 1"
WAITING = "SELECT count(*) FROM hygie.inbox WHERE state = 'received'"


def resources(directory: Path) -> list[Path]:
    """NDJSON: filed in bulk, without a copy in the inbox."""
    file = directory / "resources.ndjson"
    lines = [
        json.dumps({"resourceType": "Organization", "id": f"o{n}", "name": f"Service {n}"})
        for n in range(RESOURCES)
    ]
    file.write_text("\n".join(lines))
    return [file]


def messages(directory: Path) -> list[Path]:
    """HL7: each is kept in the inbox before it is filed."""
    folder = directory / "messages"
    folder.mkdir()
    for n in range(MESSAGES):
        message = adt("ADT^A28", f"M{n}", ipp=f"M{n}", name=f"DISQUE{n}^ANNE")
        (folder / f"{n:05}.hl7").write_text(message)
    return [folder]


@pytest.fixture
def cramped(tmp_path: Path) -> Iterator[House]:
    with small_disk(tmp_path, megabytes=400) as disk:
        house = House(disk)
        house.log = tmp_path / "server.log"
        with house:
            token = house.run("token", "create", "--scope", "system/*.cruds", "--name", "all")
            house.tokens = {"all": token.strip()}
            yield house


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("made", "count"), [(resources, RESOURCES), (messages, MESSAGES)])
def test_an_import_is_taken_up_once_there_is_room(
    cramped: House, tmp_path: Path, made: Callable[[Path], list[Path]], count: int, jobs: str
) -> None:
    """Guards: what is said to be filed and is not, is filed twice, or waits for ever."""
    words = ["ingest", "--json", "--jobs", jobs, *map(str, made(tmp_path))]
    filler = cramped.data.parent / "filler"
    with cramped.launch(*words) as importing:
        try:
            until(lambda: cramped.resources() >= BEGUN)
            fill(filler)
            _, errors = importing.communicate(timeout=SECONDS)
        finally:
            filler.unlink(missing_ok=True)
            importing.kill()
    assert importing.returncode == 1, "the disk was filled too late"
    assert len(errors.strip().splitlines()) == 1, errors
    assert "disk is full" in errors or "no longer answers" in errors, errors
    assert "run the same command again" in errors
    until(cramped.is_up)
    summary = json.loads(cramped.run(*words))
    told = summary["filed"] + summary["duplicates"]
    assert (told, summary["quarantined"], summary["refused"]) == (count, 0, 0)
    written = count if made is resources else 2 * count  # a message's patient, and its Provenance
    assert cramped.resources() == cramped.value(ONCE) == written
    assert cramped.value(ACCOUNTED) == count
    assert cramped.value(WAITING) == 0
    cramped.run("doctor", "--rest", "0")


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
