"""Guards the search of a patient (RNIV): the right person found, and no name in an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import NOW, Entrance, Page, plain, token_of

from hygie.web.pages.patients import Search, complete_matricule, escape_value, understand

FIELDS = ("naissance", "nom", "identifiant")


async def search(enter: Entrance, **fields: str) -> tuple[int, str]:
    browser = await enter("physician")
    token = token_of((await browser.get("/patients")).text)
    answer = await browser.post("/patients", data={"jeton": token, **fields})
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"naissance": "03/02/1951", "nom": "aubin"},
        {"naissance": "030251", "nom": "AUBIN-LEV"},
        {"naissance": "3.2.51", "nom": "aubin lévê"},
        {"naissance": "03021951", "nom": "d'arc"},
        {"naissance": "1951-02-03", "nom": "D arcangues"},
        {"naissance": "03/02/1951"},
        {"naissance": "03/02/1951", "nom": "-"},
        {"nom": "Aub"},
        {"identifiant": "80412377"},
        {"identifiant": "251023306300183"},
        {"identifiant": "2 51 02 33 063 001 83"},
        {"identifiant": "2510233063001"},
    ],
)
async def test_someone_is_found_however_it_is_typed(
    enter: Entrance, fields: dict[str, str]
) -> None:
    """A patient not found gets a second record."""
    status, text = await search(enter, **fields)
    assert status == 200
    assert "/patients/aubin" in [link.get("href") for link in Page(text).all("a")]
    for said in ("D’ARCANGUES Jeanne", "nom de naissance AUBIN-LÉVÊQUE", "3 févr. 1951 (75 ans)",
                 "Femme", "IPP 80412377", "Identité qualifiée"):  # fmt: skip
        assert said in plain(text)


@pytest.mark.parametrize(
    "fields",
    [{"naissance": "04/02/1951", "nom": "aubin"}, {"naissance": "03/02/1951", "nom": "bino"},
     {"identifiant": "8041237"}, {"nom": "zz"}, {"identifiant": "|"}, {"nom": "a,b$c|d\\"}],
)  # fmt: skip
async def test_nobody_else_is_found(enter: Entrance, fields: dict[str, str]) -> None:
    """Somebody else's record in the list is somebody else's record opened."""
    status, text = await search(enter, **fields)
    assert status == 200
    assert "Aucun dossier" in plain(text)
    assert "/patients/aubin" not in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, "Tapez une date"), ({"naissance": "31/02/1951"}, "n’existe pas"),
     ({"nom": "a"}, "au moins deux lettres"), ({"nom": "--"}, "au moins deux lettres"),
     ({"naissance": "hier", "nom": "aubin"}, "n’existe pas")],
)  # fmt: skip
async def test_what_is_missing_is_said(enter: Entrance, fields: dict[str, str], said: str) -> None:
    """An empty list where the date was wrong would make people create a record."""
    status, text = await search(enter, **fields)
    assert status == 422
    assert said in plain(text)
    assert {
        i["name"]: i.get("value", "") for i in Page(text).all("input")
    }.items() >= fields.items()


async def test_what_is_typed_never_reaches_an_address(enter: Entrance) -> None:
    """Addresses end in logs, histories and screens."""
    browser = await enter("physician")
    page = Page((await browser.get("/patients")).text)
    forms = [form for form in page.all("form") if form.get("action") == "/patients"]
    assert [form["method"] for form in forms] == ["post"]
    answer = await browser.get("/patients?nom=aubin&naissance=03/02/1951")
    assert "ARCANGUES" not in answer.text


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_any_typing_is_understood_or_refused(birth: str, name: str, identifier: str) -> None:
    """Odd typing must not break the page people open most."""
    search, parameters = understand(Search(birth, name, identifier), NOW.date())
    assert bool(search.error) != bool(parameters)
    assert (search.faulty in FIELDS) == bool(search.error)


@given(st.text(max_size=30))
def test_escaped_text_is_one_value(text: str) -> None:
    """A comma in a name must not become an « or » (R4 §3.1.1.5.7)."""
    escaped = escape_value(text)
    parts, current, index = [], "", 0
    while index < len(escaped):
        if escaped[index] == "\\":
            index += 1
            current += escaped[index]
        elif escaped[index] in ",|$":
            parts.append(current)
            current = ""
        else:
            current += escaped[index]
        index += 1
    assert [*parts, current] == [text]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2 51 02 33 063 001", "251023306300183"), ("251023306300183", "251023306300183"),
     ("1 55 08 2a 004 028", None), ("AB-12", "AB-12"), ("80412377", "80412377")],
)  # fmt: skip
def test_matricules_are_completed_with_their_key(typed: str, meant: str | None) -> None:
    """Cards show thirteen characters and a key apart."""
    found = complete_matricule(typed)
    assert found == meant if meant else len(found) == 15
