"""Guards what services of others say: shown as text, or not at all."""

import json
from typing import Any

import pytest

from hygie.exchange.hooks.answer import read_answer
from hygie.limits.hooks import MAX_ADVICE_CARDS, MAX_DETAIL_CHARACTERS, MAX_SUMMARY_CHARACTERS

GOOD: dict[str, Any] = {"summary": "Bien", "indicator": "info", "source": {"label": "Autre"}}


def answer(*cards: Any) -> bytes:
    return json.dumps({"cards": cards}).encode()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"{}", b'{"cards": 5}', b"\xff", b"[" * 9000, b'{"cards": null}']
)
def test_what_is_no_answer_is_none(raw: bytes) -> None:
    """Guards: « rien à signaler » said of a service that is broken."""
    assert read_answer(raw) is None


def test_nothing_to_say_is_an_answer() -> None:
    """Guards: a service that works, taken for one that is broken."""
    assert read_answer(answer()) == ()


@pytest.mark.parametrize(
    "changed",
    [{"summary": ""}, {"summary": 5}, {"indicator": "hard-stop"}, {"source": "x"}, {"links": 5}],
)
def test_cards_out_of_form_are_left_out(changed: dict[str, Any]) -> None:
    """Guards: one bad card that takes the good ones along."""
    found = read_answer(answer({**GOOD, **changed}, GOOD, 5, None))
    assert found is not None
    assert [one.summary for one in found] == ["Bien"]


def test_the_urgent_come_first_and_all_is_bounded() -> None:
    """Guards: a page drowned by a service, or an alarm below it."""
    long = {**GOOD, "summary": "a " * 500, "detail": "x" * 99_999, "indicator": "critical"}
    found = read_answer(answer(GOOD, long, *[GOOD] * 50))
    assert found is not None
    assert found[0].indicator == "critical"
    assert len(found) == MAX_ADVICE_CARDS
    assert len(found[0].summary) <= MAX_SUMMARY_CHARACTERS
    assert len(found[0].detail) == MAX_DETAIL_CHARACTERS


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "http://a.example/", "//a.example/", "/patients", "https:///x", "",
        "https://hygie.example@evil.example/", "https://a.example/ x", "https://é.example/",
        "data:text/html,x", "https://[", "https://a.example/" + "x" * 3000, "https://a.example/\n",
    ],
)  # fmt: skip
def test_links_lead_over_https_to_where_they_say(url: str) -> None:
    """Guards: a card that runs something here, or leads a reader astray."""
    links = [{"label": "Voir", "url": url, "type": "absolute"}]
    found = read_answer(answer({**GOOD, "links": links}))
    assert found
    assert found[0].links == ()


def test_a_safe_link_stays() -> None:
    """Guards: the rule above, which could pass by leaving out every link."""
    links = [{"label": "Voir", "url": "https://a.example/x?y=1#z", "type": "absolute"}]
    found = read_answer(answer({**GOOD, "links": links}))
    assert found
    assert found[0].links[0].url == "https://a.example/x?y=1#z"
