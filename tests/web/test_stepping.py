"""Guards acts that ask anew who is there: what is kept of them, and where one is led then."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import PASSWORD, Entrance, Site, plain, token_of

from hygie.access.model import utc_now
from hygie.limits import SESSION_IDLE_MINUTES, STEP_UP_MINUTES
from hygie.web.stepping import ask, own_path, read_kept


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "",
        "evil", "/a\nb", "/a b", "\\\\evil", "/\t/evil.example", "/confirmation?suite=/x",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(path: str) -> None:
    """A link of ours that ends on a page that looks like ours (open redirect)."""
    assert own_path(path) == "/"


def test_one_is_led_where_one_was() -> None:
    """A page that asks who is there, and then forgets why."""
    for path in ("/patients/x/resultats?page=2", "/moi/securite", "/"):
        assert own_path(path) == path
    assert ask("/a?b=c&d") == "/confirmation?suite=%2Fa%3Fb%3Dc%26d"


@given(st.text(max_size=80))
def test_whatever_is_asked_it_stays_here(path: str) -> None:
    """The same, for what nobody thought of."""
    found = own_path(path)
    assert found.startswith("/")
    assert found[1:2] not in ("/", "\\")


@given(st.text(max_size=80))
def test_what_is_kept_of_a_form_is_text(text: str) -> None:
    """A form made up by somebody else, whose fields break the page."""
    assert all(isinstance(value, str) for value in read_kept(text).values())
    assert read_kept('{"a": 1, "b": "c", "d": ["e"]}') == {"b": "c"}


async def test_a_sensitive_act_is_taken_up_again(
    site: Site, enter: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for, lost on the way; or done although nobody proved who they are."""
    browser = await enter("physician")
    token = token_of((await browser.get("/moi/securite")).text)
    later = utc_now() + timedelta(minutes=STEP_UP_MINUTES + 1)
    for room in (site.access, site.access.entrance, site.access.factors):
        name = "_clock" if room is site.access else "clock"
        monkeypatch.setitem(room.__dict__, name, lambda: later)
    asked = await browser.post("/moi/securite/retrait", data={"jeton": token, "facteur": "x"})
    assert "Est-ce bien vous" in asked.text
    fields = {
        "jeton": token_of(asked.text), "suite": "/moi/securite/retrait",
        "saisie": '{"facteur": "x"}',
    }  # fmt: skip
    wrong = await browser.post("/confirmation", data={**fields, "secret": "faux"})
    assert wrong.status_code == 401
    fields["jeton"] = token_of(wrong.text)
    before = browser.cookies["hygie"]
    again = await browser.post("/confirmation", data={**fields, "secret": PASSWORD})
    assert "pas encore fait" in plain(again.text)
    assert 'name="facteur" value="x"' in again.text
    assert browser.cookies["hygie"] != before
    act = {"jeton": token_of(again.text), "facteur": "x"}
    done = await browser.post("/moi/securite/retrait", data=act)
    assert done.status_code == 404  # there is no such factor: the act was tried


async def test_sessions_are_ended_by_who_was_there_lately(
    site: Site, enter: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser left open, at which somebody throws out its owner everywhere else."""
    browser = await enter("physician")
    token = token_of((await browser.get("/moi/securite")).text)
    later = utc_now() + timedelta(minutes=STEP_UP_MINUTES + 1)
    monkeypatch.setattr(site.access, "_clock", lambda: later)
    asked = await browser.post("/moi/securite/sessions", data={"jeton": token, "session": "autres"})
    assert "Est-ce bien vous" in asked.text


async def test_what_is_sent_by_who_was_away_is_kept(
    site: Site, enter: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work typed into a form that locked meanwhile."""
    browser = await enter("physician")
    token = token_of((await browser.get("/patients")).text)
    later = utc_now() + timedelta(minutes=SESSION_IDLE_MINUTES + 1)
    monkeypatch.setattr(site.access, "_clock", lambda: later)
    locked = await browser.get("/patients")
    assert locked.headers["location"] == "/confirmation?suite=%2Fpatients"
    asked = await browser.post("/patients", data={"jeton": token, "nom": "aubin"})
    assert "Session verrouillée" in asked.text
    assert "aubin" in asked.text
    forged = await browser.post("/patients", data={"jeton": "x", "nom": "aubin"})
    assert forged.status_code == 403
