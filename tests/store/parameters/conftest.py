"""What the tests of the establishment's own search parameters share."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.search import parse_query
from hygie.sight import EVERYTHING
from hygie.store.parameters.keeper import Keeper
from hygie.store.store import Store
from hygie.trace import Context

CONTEXT = Context(actor="tester", kind="user", purpose="test", sight=EVERYTHING)
EYES = "http://hospital.test/eyes"
Json = dict[str, Any]
Found = Callable[..., Awaitable[set[str]]]


def definition(own: str = "eyes", **said: Any) -> Json:
    """An active SearchParameter: the colour of a patient's eyes, unless said otherwise."""
    return {
        "resourceType": "SearchParameter", "id": own, "url": f"http://hospital.test/sp/{own}",
        "name": own, "status": "active", "description": own, "code": own, "base": ["Patient"],
        "type": "token", "expression": f"Patient.extension('{EYES}').value",
    } | said  # fmt: skip


def patient(own: str, colour: str = "", **said: Any) -> Json:
    extension = [{"url": EYES, "valueCode": colour}] if colour else []
    return {"resourceType": "Patient", "id": own, "extension": extension} | said


@pytest.fixture
def keeper(store: Store) -> Keeper:
    """One that waits for nobody who does not listen: there is none."""
    return Keeper(store, settle_seconds=0)


@pytest.fixture
def found() -> Found:
    """found(store, kind, name, value…) -> the ids of what a search finds. Raises `Refused`."""

    async def search(store: Store, kind: str, *pairs: str) -> set[str]:
        parameters = list(zip(pairs[::2], pairs[1::2], strict=True))
        query = parse_query(store.registry, kind, parameters, zone=store.zone).query
        page = await store.search(CONTEXT, query)
        return {decode(one.body)["id"] for one in page.matches}

    return search
