"""One client that runs wild does not keep the others out."""

import asyncio

import httpx
import pytest

from hygie.api import admission
from hygie.api.admission import Admission
from hygie.refusal import Refused


def test_a_client_asks_so_much_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: a thousand requests of one client, and none left for a ward."""
    monkeypatch.setattr(admission, "MAX_CLIENT_REQUESTS_AT_ONCE", 2)
    counting = Admission()
    counting.enter(1)
    counting.enter(1)
    with pytest.raises(Refused, match=r"client\.too-many"):
        counting.enter(1)
    counting.enter(2)
    counting.leave(1)
    counting.enter(1)


def test_and_so_much_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: a loop without a pause; or a client shut out for good."""
    monkeypatch.setattr(admission, "MAX_CLIENT_REQUESTS_PER_MINUTE", 3)
    now = [100.0]
    counting = Admission(lambda: now[0])
    for _ in range(3):
        counting.enter(1)
        counting.leave(1)
        now[0] += 10
    with pytest.raises(Refused) as caught:
        counting.enter(1)
    assert caught.value.refusal.issues[0].details["seconds"] == "31"
    now[0] += 31
    counting.enter(1)


async def test_the_answer_says_when_to_come_back(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a client told nothing tries again at once; a count that is never taken back."""
    monkeypatch.setattr(admission, "MAX_CLIENT_REQUESTS_AT_ONCE", 1)
    answers = await asyncio.gather(*(client.get("/Patient") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["issue"][0]["code"] == "throttled"
    for _ in range(3):
        assert (await client.get("/Patient")).status_code == 200
