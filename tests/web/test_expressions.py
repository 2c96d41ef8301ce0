"""Guards the page on which expressions are tried: whose it is, what it shows, what it keeps."""

from typing import Any

import httpx
import pytest
from tests.web.conftest import Entrance, Site, plain, token_of

from hygie.limits import MAX_TRIED_RESOURCE_CHARACTERS
from hygie.web.present.examples import EXAMPLES, RESOURCE

PAGE = "/outils/fhirpath"


async def tried(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    token = token_of((await browser.get(PAGE)).text)
    return await browser.post(PAGE, data={"jeton": token, **fields})


@pytest.mark.parametrize("number", range(1, len(EXAMPLES) + 1))
async def test_every_example_finds_something(enter: Entrance, number: int) -> None:
    """Guards: a first try that fails."""
    answer = await tried(await enter("technician"), exemple=str(number))
    assert answer.status_code == 200
    assert "Expression refusée" not in answer.text
    assert 'id="trouve-1"' in answer.text or "calculé" in answer.text


async def test_what_is_found_is_shown_with_its_place(enter: Entrance) -> None:
    """Guards: a value without the way back to it."""
    answer = await tried(await enter("technician"), expression="name[1].family", ressource=RESOURCE)
    words = plain(answer.text)
    assert "1 élément" in words
    assert "FHIR.string Patient.name[1].family" in words
    assert "HumanName 0..*" in words


async def test_what_is_typed_comes_back_as_text(enter: Entrance) -> None:
    """Guards: a resource that acts in the technician's browser."""
    hostile = '{"resourceType":"Patient","name":[{"family":"</textarea><script>x</script>"}]}'
    browser = await enter("technician")
    for expression in ("name.family", "'<script>x</script>'", "<script>", "name.trace('<script>')"):
        text = (await tried(browser, expression=expression, ressource=hostile)).text
        assert "<script>" not in text.replace("<script src=", "")


async def test_a_fault_is_told_in_french_with_its_place(enter: Entrance) -> None:
    """Guards: a stack of English words, or a page that is lost with what was typed."""
    answer = await tried(await enter("technician"), expression="name.given.(", ressource=RESOURCE)
    assert answer.status_code == 200
    assert "Expression refusée" in plain(answer.text)
    assert "<mark>(</mark>" in answer.text
    assert "ARNOUX" in answer.text


async def test_oversized_entries_are_refused(enter: Entrance) -> None:
    """Guards: a form as a way to fill the memory."""
    browser = await enter("technician")
    long = "é" * (MAX_TRIED_RESOURCE_CHARACTERS + 1)
    assert (await tried(browser, expression="id", ressource=long)).status_code == 413
    assert (await tried(browser, expression="1" * 5_000)).status_code == 413
    assert (await tried(browser, expression="id", ressource=long * 2)).status_code == 413


async def test_a_message_in_quarantine_can_be_tried_and_its_reading_is_traced(
    site: Site, enter: Entrance
) -> None:
    """Guards: a way to read messages that leaves no trace."""
    browser = await enter("technician")
    text = (await browser.get(f"{PAGE}?message=2")).text
    assert "inconnu" in text
    assert "Message 2" in text
    (latest, *_) = await site.ledger.for_actor("technician", 5)
    assert latest.entry.detail == "inbox/2"
    assert (await browser.get(f"{PAGE}?message=1")).status_code == 404  # HL7 v2
    assert (await browser.get(f"{PAGE}?message=99999")).status_code == 404


async def test_a_filed_message_is_not_given(site: Site, enter: Entrance) -> None:
    """Guards: records opened through a page of the technician's."""
    raw = b'{"resourceType":"Patient","id":"essai","name":[{"family":"SECRETNAME"}]}'
    receipt = await site.gateway.receive("gam", raw)
    answer = await (await enter("technician")).get(f"{PAGE}?message={receipt.id}")
    assert answer.status_code == 404
    assert "SECRETNAME" not in answer.text


async def test_nothing_that_is_tried_is_kept(site: Site, enter: Entrance) -> None:
    """Guards: a pasted record that stays in the store, the traces or an address."""
    before: Any = await site.store.pool.fetchval("SELECT count(*) FROM hygie.inbox")
    browser = await enter("technician")
    answer = await tried(browser, expression="name.family", ressource=RESOURCE)
    assert str(answer.url).endswith(PAGE)
    assert answer.headers["cache-control"] == "no-store"
    assert await site.store.pool.fetchval("SELECT count(*) FROM hygie.inbox") == before
    entries = await site.ledger.for_actor("technician", 50)
    assert not [e for e in entries if "ARNOUX" in e.entry.detail or "family" in e.entry.detail]
