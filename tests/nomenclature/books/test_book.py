"""A code system in a file answers as the same one in memory, and never runs what is in the file."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.terminology.making import ANIMALS, system
from tests.nomenclature.shelves import FRACTURES, book_of, fractures, opened

from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.system import System
from hygie.nomenclature.books import Book
from hygie.nomenclature.books.opening import Pages, require_whole, seal
from hygie.refusal import Refused

POLYHIERARCHY = system(
    {"code": "disease"},
    {"code": "infection", "property": [{"code": "parent", "valueCode": "disease"}]},
    {"code": "lung", "property": [{"code": "parent", "valueCode": "disease"}]},
    {"code": "pneumonia", "property": [
        {"code": "parent", "valueCode": "lung"}, {"code": "parent", "valueCode": "infection"},
    ]},
    {"code": "viral", "display": "Pneumonie virale", "property": [
        {"code": "parent", "valueCode": "pneumonia"}]},
    version="1", caseSensitive=False,
)  # fmt: skip


@pytest.fixture(params=[ANIMALS, POLYHIERARCHY], ids=["tree", "several parents"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[CodeSystem, CodeSystem]:
    return System(request.param), book_of(tmp_path, request.param)


def test_a_book_answers_as_the_system_in_memory(both: tuple[CodeSystem, CodeSystem]) -> None:
    """Guards: another answer for a code because its nomenclature was loaded and not sent."""
    system_, book = both
    for name in (
        "url", "version", "name", "title", "status", "experimental", "language", "content",
        "case_sensitive", "hierarchy_meaning", "compositional", "supplements", "properties",
        "count", "json",
    ):  # fmt: skip
        assert getattr(book, name) == getattr(system_, name), name
    assert list(book.codes()) == list(system_.codes())
    for code in [*system_.codes(), "CAT", "PNEUMONIA", "no such code"]:
        mine, theirs = book.find(code), system_.find(code)
        assert (mine and mine.code) == (theirs and theirs.code)
        for way in ("children", "below", "above"):
            assert list(getattr(book, way)(code)) == list(getattr(system_, way)(code)), way
        for operator in ("=", "is-a", "descendent-of", "child-of", "generalizes", "regex"):
            found, wanted = (s.having("concept", operator, code) for s in (book, system_))
            assert (found and list(found)) == (wanted and list(wanted)), operator
    for concept in map(system_.find, system_.codes()):
        mine = book.find(concept.code) if concept else None
        assert concept
        assert mine
        assert {k: v for k, v in concept.json.items() if k != "concept"} == mine.json
        assert concept.parents == mine.parents


def test_properties_are_found_by_value(tmp_path: Path) -> None:
    """Guards: a filter that lists what has another value, or asks each of half a million."""
    book = book_of(tmp_path, ANIMALS)
    assert list(book.having("legs", "=", "4") or ()) == ["cat"]
    assert list(book.having("tame", "=", "true") or ()) == ["cat"]
    assert list(book.having("status", "=", "active") or ()) == []
    assert list(book.having("parent", "=", "animal") or ()) == ["mammal", "bird"]
    assert list(book.having("child", "=", "dodo") or ()) == ["bird"]
    assert book.having("display", "=", "Cat") is None
    assert book.having("legs", "regex", "4|0") is None
    assert book.having("legs", "=", "4" * 1000) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("S72.0", ["S72.0", "S72.00"]),
        ("s720", ["S72.0", "S72.00"]),
        ("fracture col femur", ["S72.0", "S72.00"]),
        ("fémur COL Frac", ["S72.0", "S72.00"]),
        ("fracture de col de l'fémur", ["S72.0", "S72.00"]),
        ("fracture du fémur", ["S72", "S72.0", "S72.00"]),
        ("cervicale", ["S72.0"]),
        ("femoral neck", ["S72.0"]),
        ("oedeme", ["Z00"]),
        ("hepatite a", ["Z00"]),
        ("à l’épaule", ["S42"]),
        ("du", ["S72", "S42", "S72.0", "S72.00"]),
        ("col tibia", []),
        ("", []),
        ("'; DROP TABLE concept; --", []),
        ('" OR words : "', []),
    ],
)
def test_search(tmp_path: Path, text: str, found: list[str]) -> None:
    """Guards: « fracture col femur » that does not find « Fracture du col du fémur »."""
    book = fractures(tmp_path)
    assert set(book.search(text, 20)) == set(found)
    assert book.search(text, 20)[:1] == found[:1]
    assert book.search(text, 1) == found[:1]


@given(text=st.text(max_size=30), limit=st.integers(-1, 5))
def test_search_takes_any_text(
    tmp_path_factory: pytest.TempPathFactory, text: str, limit: int
) -> None:
    """Guards: a search box that fails on what somebody pastes into it."""
    found = _kept(tmp_path_factory).search(text, limit)
    assert len(found) <= max(limit, 0)
    assert len(set(found)) == len(found)


def _kept(folders: pytest.TempPathFactory, made: list[Book] = []) -> Book:  # noqa: B006 - kept
    if not made:
        made.append(fractures(folders.mktemp("kept")))
    return made[0]


def test_retired_concepts_come_last(tmp_path: Path) -> None:
    """Guards: a code that may not be used any more offered before the one that may."""
    retired = {"code": "inactive", "valueBoolean": True}
    book = book_of(
        tmp_path,
        system(
            *({"code": f"A{n}", "display": "Rage", "property": [retired]} for n in range(450)),
            {"code": "B", "display": "Rage transmise"},
        ),
    )
    assert "B" in book.search("rage", 450)


def test_several_threads_read_at_once(tmp_path: Path) -> None:
    """Guards: two requests that share what SQLite lets only one use."""
    book, seen = fractures(tmp_path), []
    threads = [
        threading.Thread(target=lambda: seen.append([list(book.below("S72")) for _ in range(50)]))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[["S72.0", "S72.00", "S72.1"]] * 50] * 4


def test_it_goes_by_its_other_names(tmp_path: Path) -> None:
    """Guards: an answer of a system that was not asked for by that name."""
    book = fractures(tmp_path)
    other = book.called("urn:oid:1.2.3")
    assert (other.url, other.json["url"]) == ("urn:oid:1.2.3", "urn:oid:1.2.3")
    assert book.called("urn:oid:1.2.3") is other
    assert (book.called(FRACTURES), book.url) == (book, FRACTURES)


# --- harm -----------------------------------------------------------------------------------
def file_of(data: Path) -> Path:
    return data / "nomenclatures" / "Fractures#2025.book"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def changed(path: Path) -> None:
    content = path.read_bytes()
    place = content.index(b"Fracture du col")
    path.write_bytes(content[:place] + b"Rupture " + content[place + 8 :])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, changed, emptied])
def test_a_harmed_book_is_refused_by_name(tmp_path: Path, harm: Any) -> None:
    """Guards: a wrong label shown because a file was cut, copied badly or changed by hand."""
    book = fractures(tmp_path)
    require_whole(file_of(tmp_path))
    assert book.is_whole
    harm(file_of(tmp_path))
    with pytest.raises(Refused) as refused:
        require_whole(file_of(tmp_path))
    assert refused.value.refusal.issues[0].details["book"] == "Fractures#2025.book"


def test_what_was_added_to_a_book_is_not_run(tmp_path: Path) -> None:
    """Guards: views and triggers of a file from elsewhere that run when it is opened."""
    fractures(tmp_path)
    with sqlite3.connect(file_of(tmp_path)) as connection:
        connection.execute("CREATE VIEW spy AS SELECT * FROM concept")
    connection.close()
    seal(file_of(tmp_path))
    with pytest.raises(Refused) as refused:
        Pages(file_of(tmp_path))
    assert refused.value.refusal.issues[0].rule == "book.damaged"


def test_a_file_that_is_no_book(tmp_path: Path) -> None:
    """Guards: any other file in the folder taken for a nomenclature."""
    (tmp_path / "x.book").write_bytes(b"not a database" * 1000)
    for act in (Pages, require_whole):
        with pytest.raises(Refused):
            act(tmp_path / "x.book")


def test_a_book_put_in_the_place_of_another_is_not_mixed_with_it(tmp_path: Path) -> None:
    """Guards: the header of one version above the concepts of the other."""
    fractures(tmp_path)
    book = opened(tmp_path, "Fractures#2025")
    fractures(tmp_path / "other")
    file_of(tmp_path / "other").replace(file_of(tmp_path))
    assert book.find("S72")
    refusals: list[str] = []

    def ask() -> None:
        try:
            book.find("S72")
        except Refused as refused:
            refusals.append(refused.refusal.issues[0].rule)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert refusals in ([], ["book.changed"])
