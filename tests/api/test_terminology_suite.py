"""Some of the terminology ecosystem's cases, asked over HTTP: the door adds and loses nothing."""

import json

import httpx
import pytest
from tests.fhir.terminology.tx_suite import Answer, Case, cases, judged, parameters

EVERY = 7
"""One case in so many: the others differ in what the engine, not the door, makes of them."""
DOORS = {
    "expand": "/ValueSet/$expand",
    "validate-code": "/ValueSet/$validate-code",
    "cs-validate-code": "/CodeSystem/$validate-code",
    "batch-validate": "/ValueSet/$batch-validate-code",
    "lookup": "/CodeSystem/$lookup",
    "translate": "/ConceptMap/$translate",
}


async def answer(client: httpx.AsyncClient, case: Case) -> Answer:
    language = {"Accept-Language": case.accept_language} if case.accept_language else {}
    headers = {"Content-Type": "application/fhir+json", **language}
    asked = json.dumps(parameters(case))
    given = await client.post(DOORS[case.operation], content=asked, headers=headers)
    return judged(case, given.status_code, given.json())


async def test_cases_are_answered_over_http_as_by_the_engine(client: httpx.AsyncClient) -> None:
    """Danger: a status, a language or a parameter that only the door changes."""
    every = cases()
    if not every:
        pytest.skip("the public suites are not here: set HYGIE_SHARED to their folder")
    del client.headers["Accept-Language"]
    few = {case.operation: case for case in every}
    chosen = [*every[::EVERY], *few.values()]
    answers = [await answer(client, case) for case in chosen]
    assert [f"{each.case}: {each.problem}" for each in answers if each.problem] == []
