"""Guards what technicians send to suppliers, and the page of what stops a message."""

import pytest
from tests.web.conftest import Entrance, Site


async def number_of(site: Site, kind: str) -> int:
    waiting = await site.gateway.quarantine(50)
    return next(entry.id for entry in waiting if entry.kind == kind)


@pytest.mark.parametrize("kind", ["fhir", "hl7v2"])
async def test_a_report_is_a_file_that_tells_nothing_received(
    site: Site, enter: Entrance, kind: str
) -> None:
    """Danger: a patient's name sent to a supplier by a click."""
    browser = await enter("technician")
    number = await number_of(site, kind)
    page = await browser.get(f"/quarantaine/{number}")
    assert f'href="/quarantaine/{number}/rapport"' in page.text
    answer = await browser.get(f"/quarantaine/{number}/rapport")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    entry = await site.gateway.entry(number)
    assert entry.rule in answer.text
    assert f"message {number}" in answer.text
    for issue in entry.issues:
        for value in issue.details.values():
            assert not issue.details or len(value) < 4 or f"« {value} »" not in answer.text


async def test_a_report_on_all_that_a_source_has_waiting(site: Site, enter: Entrance) -> None:
    """Danger: faults of one source told to another, or a source's name in an address."""
    browser = await enter("technician")
    number = await number_of(site, "fhir")
    answer = await browser.get(f"/quarantaine/{number}/rapport?tous=1")
    waiting = await site.gateway.quarantine(50)
    for entry in waiting:
        assert (f"message {entry.id}<" in answer.text) is (entry.source == "gam")


async def test_only_technicians_have_reports_and_rules(enter: Entrance) -> None:
    """Danger: excerpts of messages for whoever knows the address."""
    browser = await enter("physician")
    for path in ("/quarantaine/1/rapport", "/quarantaine/1/rapport?extraits=1", "/regles"):
        assert (await browser.get(path)).status_code == 403


async def test_the_page_of_rules_says_what_the_policy_says(enter: Entrance) -> None:
    """Danger: a rule that is silenced and that nobody sees."""
    text = (await (await enter("technician")).get("/regles")).text
    for said in (
        "&lt;b&gt;labo", "un avertissement de la règle fr.*", "refusé", "urn:p",
        "toutes les sources", "&lt;i&gt;m&lt;/i&gt;", "Patient.name",
    ):  # fmt: skip
        assert said in text
