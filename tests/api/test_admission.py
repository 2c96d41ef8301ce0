"""One client that runs wild does not keep the others out."""

import asyncio

import httpx

from hygie.access.admission import Admission
from hygie.api import FhirApp


async def test_the_answer_says_when_to_come_back(client: httpx.AsyncClient, app: FhirApp) -> None:
    """Danger: a client told nothing tries again at once; a count that is never taken back."""
    app._admission = Admission(1, 100)
    answers = await asyncio.gather(*(client.get("/Patient") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["issue"][0]["code"] == "throttled"
    for _ in range(3):
        assert (await client.get("/Patient")).status_code == 200
