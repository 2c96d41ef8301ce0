"""Guards against a definition of another version that is taken for the one that was followed."""

import pytest
from tests.store.search.test_inclusion import names

from hygie.refusal import Refused

FORM = "http://hospital.test/form"


def form(own: str, version: str, url: str = FORM) -> dict:
    return {
        "resourceType": "Questionnaire", "id": own, "url": url, "version": version,
        "status": "active",
    }  # fmt: skip


def response(own: str, canonical: str) -> dict:
    return {
        "resourceType": "QuestionnaireResponse", "id": own, "questionnaire": canonical,
        "status": "completed",
    }  # fmt: skip


WORLD = [
    form("two", "2.0.0"), form("ten", "10.0.0"), form("other", "1", "http://hospital.test/other"),
    response("of-two", f"{FORM}|2.0.0"), response("of-any", FORM), response("of-none", f"{FORM}|7"),
]  # fmt: skip


@pytest.fixture
async def filled(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many(WORLD)
    return store


@pytest.mark.parametrize(
    ("own", "expected"), [("of-two", "two"), ("of-any", "ten"), ("of-none", "")]
)
async def test_what_a_canonical_names_comes_along(
    filled, context, make_query, own: str, expected: str
) -> None:
    """Danger: another version than the one that was answered; or the first one found."""
    query = make_query(
        "QuestionnaireResponse",
        ("_id", own),
        ("_include", "QuestionnaireResponse:questionnaire"),
    )
    page = await filled.search(context, query)
    assert names(page.included) == ([f"Questionnaire/{expected}"] if expected else [])


@pytest.mark.parametrize(
    ("own", "expected"),
    [("two", ["of-any", "of-two"]), ("ten", ["of-any"]), ("other", [])],
)
async def test_what_names_a_match_comes_along(
    filled, context, make_query, own: str, expected: list[str]
) -> None:
    """Danger: answers to another version of a form."""
    query = make_query(
        "Questionnaire", ("_id", own), ("_revinclude", "QuestionnaireResponse:questionnaire")
    )
    page = await filled.search(context, query)
    assert names(page.included) == [f"QuestionnaireResponse/{one}" for one in expected]


def test_a_chain_along_a_canonical_is_refused(make_query) -> None:
    """Danger: an empty answer, because the index follows ids only."""
    for kind, name in (
        ("QuestionnaireResponse", "questionnaire.title"),
        ("Questionnaire", "_has:QuestionnaireResponse:questionnaire:status"),
    ):
        with pytest.raises(Refused):
            make_query(kind, (name, "x"))
