"""Searches that are wrong, or that try to be something else than a search."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.acceptance.house import JSON, House, issue_of, rule_of

MISTAKES = {
    "colour=blue": "search.unknown-parameter",
    "family:colour=a": "search.unknown-modifier",
    "_sort=colour": "search.unknown-parameter",
    "_count=-1": "search.malformed-value",
    "_count=abc": "search.malformed-value",
    "_count=1e3": "search.malformed-value",
    "birthdate=1970-13": "search.malformed-value",
    "_include=Patient:colour": "",
    "_cursor=AAAA": "store.cursor-invalid",
    "name=%ff": "query.form",
}
INERT = (
    "' OR 1=1 --", "'; DROP TABLE hygie.resource; --", "{{8*8}}", "${8*8}", "%s%s%n", "\\", "\x00",
    "../../etc/passwd", "*", "%", "$(id)", "\u202e", "a\r\nSet-Cookie: x=1",
    "_", "-",
)  # fmt: skip


@pytest.mark.parametrize("query", MISTAKES)
def test_a_search_with_a_mistake_is_refused_not_answered_with_everybody(
    house: House, query: str
) -> None:
    """Guards: a misspelt criterion dropped, and the wrong patients listed."""
    with house.client() as client:
        answer = client.get(f"/Patient?{query}")
    assert answer.status_code == 400
    assert rule_of(answer).startswith(MISTAKES[query])


def test_an_unknown_type_is_not_found(house: House) -> None:
    """Guards: a misspelt type answered with an empty list, taken for "there is none"."""
    with house.client() as client:
        for path in ("/Patiente", "/Patiente/1", "/patient", "/Patient/1/$nothing"):
            answer = client.get(path)
            assert answer.status_code == 404, path
            issue_of(answer)


def test_texts_that_look_like_code_find_nothing_and_do_nothing(house: House) -> None:
    """Guards: SQL, templates or headers written by whoever searches."""
    with house.client() as client:
        client.put("/Patient/inert", json={"resourceType": "Patient", "id": "inert"}, headers=JSON)
        before = house.resources()
        for text in INERT:
            for name in ("family", "identifier", "_id", "name:contains"):
                answer = client.get("/Patient", params={name: text})
                assert answer.status_code in (200, 400), (name, text)
                assert "set-cookie" not in answer.headers
                if answer.status_code == 200:
                    assert answer.json().get("entry", []) == [], (name, text)
                else:
                    issue_of(answer)
    assert house.resources() == before


def test_count_says_how_many_and_never_too_many(house: House) -> None:
    """Guards: a page as large as the whole database, or a count taken for a page."""
    with house.client() as client:
        for number in range(3):
            body = {"resourceType": "Substance", "id": f"c{number}", "code": {"text": "compte"}}
            assert client.put(f"/Substance/c{number}", json=body, headers=JSON).status_code == 201
        none = client.get("/Substance?_count=0").json()
        assert (none["total"], none.get("entry", [])) == (3, [])
        assert len(client.get("/Substance?_count=2").json()["entry"]) == 2
        assert len(client.get("/Substance?_count=1000000000").json()["entry"]) == 3


def test_a_tampered_link_to_the_next_page_is_refused(house: House) -> None:
    """Guards: a cursor by which one walks into another search."""
    with house.client() as client:
        for number in range(3):
            body = {"resourceType": "Flag", "id": f"f{number}", "status": "active",
                    "code": {"text": "x"}, "subject": {"display": "x"}}  # fmt: skip
            assert client.put(f"/Flag/f{number}", json=body, headers=JSON).status_code == 201
        links = client.get("/Flag?_count=1").json()["link"]
        following = next(link["url"] for link in links if link["relation"] == "next")
        parameters = dict(parse_qsl(urlsplit(following).query))
        [cursor] = [name for name in parameters if "cursor" in name]
        assert len(client.get(following).json()["entry"]) == 1
        value = parameters[cursor]
        half = len(value) // 2
        flipped = value[:half] + ("A" if value[half] != "A" else "B") + value[half + 1 :]
        for wrong in (flipped, value[:-4], value + "AAAA", "A" * 4000):
            answer = client.get("/Flag", params=parameters | {cursor: wrong})
            assert answer.status_code == 400, wrong
            issue_of(answer)
        other = client.get("/Substance", params={"_count": "1", cursor: value})
        assert other.status_code == 400
