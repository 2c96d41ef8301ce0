"""Files on their way into a real store, past a real clamd."""

from base64 import b64encode
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import MemoryTrail
from tests.intake.conftest import write  # noqa: F401 - a fixture
from tests.intake.test_reports import document, order
from tests.scanning.conftest import EICAR, NAME

from hygie.fhir.search.query import Query
from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.refusal import Refused
from hygie.scanning import Clamd, Scanner, read_clamd
from hygie.store.interactions import Repository
from hygie.store.interactions.gates import EVERY
from hygie.store.interactions.interaction import Interaction
from hygie.store.interactions.scanning import Need, Scanning
from hygie.store.store import Store
from hygie.trace import Context

Write = Callable[..., bytes]
Json = dict[str, Any]


class House:
    """A store behind a scanner."""

    def __init__(self, store: Store, trail: MemoryTrail, folder: Path) -> None:
        self.store = store
        self.trail = trail
        self.standards = standards_of(folder, lambda: date(2026, 6, 1))

    def repository(self, scanner: Scanner, need: Need = "required") -> Repository:
        gates = {EVERY: Scanning(scanner, self.trail, need)}
        return Repository(self.store, self.standards.under(""), self.standards.under, gates)

    def gateway(self, scanner: Scanner, need: Need = "required") -> Gateway:
        return Gateway(self.store, self.repository(scanner, need), Identity(self.store))

    async def count(self, type_: str) -> int:
        page = await self.store.search(Context("tests", "system"), Query(type=type_, count=100))
        return len(page.matches)


@pytest.fixture
def house(store: Store, trail: MemoryTrail, tmp_path: Path) -> House:
    return House(store, trail, tmp_path)


@pytest.fixture
def away(tmp_path: Path) -> Clamd:
    return Clamd(read_clamd(f"unix:{tmp_path}/nobody"))


def binary(content: bytes) -> Json:
    data = b64encode(content).decode()
    return {"resourceType": "Binary", "contentType": "application/pdf", "data": data}


def photo(content: bytes) -> Json:
    data = b64encode(content).decode()
    return {"resourceType": "Patient", "photo": [{"contentType": "image/png", "data": data}]}


async def test_an_infected_message_is_acknowledged_and_quarantined(
    house: House,
    clamd: Clamd,
    write: Write,  # noqa: F811
) -> None:
    """Guards: malware filed in a record, or a sender made to wait for the scanner."""
    gateway = house.gateway(clamd)
    raw = write("ORU^R01", visit="V1", extra=[order(), document(EICAR)])
    accepted = await gateway.accept("labo", raw)
    receipt = await accepted.settled()
    assert receipt.state == "quarantined"
    assert receipt.issues[0].rule == "document.malware"
    assert NAME in receipt.issues[0].text("fr")
    assert await house.count("DocumentReference") == await house.count("Patient") == 0
    (noted,) = [entry for entry in house.trail.entries if entry.action == "scan"]
    assert (noted.outcome, noted.reason, noted.detail) == ("refused", "document.malware", NAME)


async def test_a_sound_document_is_filed(house: House, clamd: Clamd, write: Write) -> None:  # noqa: F811
    """Guards: a scanner that stops the hospital's letters."""
    raw = write("ORU^R01", visit="V1", extra=[order(), document()])
    receipt = await house.gateway(clamd).receive("labo", raw)
    assert (receipt.state, receipt.issues) == ("filed", ())
    assert await house.count("DocumentReference") == 1


async def test_documents_wait_while_the_scanner_is_away(
    house: House,
    clamd: Clamd,
    away: Clamd,
    write: Write,  # noqa: F811
) -> None:
    """Guards: messages in quarantine, or filed unseen, for a clamd that is restarted."""
    raw = write("ORU^R01", visit="V1", extra=[order(), document()])
    receipt = await house.gateway(away).receive("labo", raw)
    assert receipt.state == "received"
    assert await house.count("DocumentReference") == 0
    await house.gateway(clamd).resume()
    assert await house.count("DocumentReference") == 1


async def test_if_available_keeps_what_could_not_be_scanned(
    house: House, away: Clamd, clamd: Clamd
) -> None:
    """Guards: the weaker choice that is not what it says, either way."""
    context = Context("tests", "system")
    await house.repository(away, "if-available").create(context, binary(b"letter"))
    assert await house.count("Binary") == 1
    with pytest.raises(Refused, match=r"document\.malware"):
        await house.repository(clamd, "if-available").create(context, binary(EICAR))


WAYS: dict[str, Json] = {
    "create": {"verb": "create", "type": "Binary", "resource": binary(EICAR)},
    "update": {
        "verb": "update", "type": "Binary", "id": "b", "resource": binary(EICAR) | {"id": "b"},
    },
    "elsewhere": {"verb": "create", "type": "Patient", "resource": photo(EICAR)},
    "patch": {
        "verb": "patch", "type": "Patient", "id": "p",
        "patch": [{"op": "add", "path": "/photo", "value": photo(EICAR)["photo"]}],
    },
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
async def test_no_write_passes_the_scanner(house: House, clamd: Clamd, way: str) -> None:
    """Guards: one interaction by which malware still comes in."""
    repository, context = house.repository(clamd), Context("tests", "system")
    await repository.perform(
        context,
        Interaction(verb="update", type="Patient", id="p",
                    resource={"resourceType": "Patient", "id": "p"}),
    )  # fmt: skip
    with pytest.raises(Refused, match=r"document\.malware"):
        await repository.perform(context, Interaction(**WAYS[way]))
    assert await house.count("Binary") == 0
    assert await house.count("Patient") == 1


async def test_bundles_and_loads_pass_it_too(house: House, clamd: Clamd) -> None:
    """Guards: malware among a thousand resources."""
    repository, context = house.repository(clamd), Context("tests", "system")
    entry = {"resource": binary(EICAR), "request": {"method": "POST", "url": "Binary"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    with pytest.raises(Refused, match=r"document\.malware"):
        await repository.bundle(context, bundle)
    assert repository.sound(binary(EICAR)) is None
    assert repository.sound({"resourceType": "Patient"}) is not None
    assert await house.count("Binary") == 0
