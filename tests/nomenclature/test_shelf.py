"""Books of a data directory: loaded whole or not at all, gone on with, seen by running servers."""

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest
from tests.disk import fill, small_disk
from tests.fhir.terminology.making import system
from tests.nomenclature.shelves import FRACTURES, TABLE, book_of, fractures, load, opened, written

from hygie.nomenclature.books.staging import Staging
from hygie.nomenclature.layer import Books
from hygie.nomenclature.shelf import Shelf
from hygie.refusal import Refused


def refused(data: Path, name: str, *paths: Path, **options: str) -> tuple[str, str]:
    """Rule and place of what a load is refused for; nothing of it must remain."""
    before = list(Shelf(data).paths())
    with pytest.raises(Refused) as failure:
        load(data, name, *paths, **options)
    assert list(Shelf(data).paths()) == before
    issue = failure.value.refusal.issues[0]
    assert issue.text("fr")
    assert issue.text("en")
    return issue.rule, issue.location


def test_what_is_loaded_says_what_it_was_made_from(tmp_path: Path) -> None:
    """Guards: codes of which nobody knows where they came from."""
    fractures(tmp_path)
    (shelved,) = Shelf(tmp_path).listed(examined=True)
    header = shelved.header
    assert header
    assert (header.name, header.url, header.version) == ("Fractures#2025", FRACTURES, "2025")
    assert (header.concepts, header.kind) == (6, "csv")
    (source,) = header.sources
    assert (source.name, source.bytes) == ("fractures.csv", len(TABLE.encode()))
    assert len(source.sha256) == 64
    assert header.made


def test_the_same_files_change_nothing_others_must_be_meant(tmp_path: Path) -> None:
    """Guards: a published version that silently becomes another."""
    fractures(tmp_path)
    path = tmp_path / "fractures.csv"
    options = {"url": FRACTURES, "version": "2025", "title": "Fractures"}
    assert load(tmp_path, "csv", path, **options)[0].state == "unchanged"
    written(path, TABLE + "S99;Autre;;;;\n")
    assert refused(tmp_path, "csv", path, **options)[0] == "book.other"
    assert load(tmp_path, "csv", path, replace=True, **options)[0].state == "replaced"
    assert opened(tmp_path, "Fractures#2025").count == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files for others")
def test_what_root_loads_the_server_can_read(tmp_path: Path) -> None:
    """Guards: a nomenclature loaded with sudo that the server is refused."""
    os.chown(tmp_path, 12345, 12345)
    fractures(tmp_path)
    made = [tmp_path / "nomenclatures", *(tmp_path / "nomenclatures").iterdir()]
    assert {path.stat().st_uid for path in made} == {12345}
    assert {path.stat().st_mode & 0o077 for path in made if path.name != ".lock"} == {0}


def test_versions_live_side_by_side_and_are_removed_by_name(tmp_path: Path) -> None:
    """Guards: last year's codes gone when this year's come."""
    fractures(tmp_path, "2024")
    fractures(tmp_path, "2025")
    shelf = Shelf(tmp_path)
    assert [each.name for each in shelf.listed()] == ["Fractures#2024", "Fractures#2025"]
    shelf.remove("Fractures#2024")
    assert [each.name for each in shelf.listed()] == ["Fractures#2025"]
    for name in ("Fractures#2024", "../Fractures#2025", ""):
        with pytest.raises(Refused):
            shelf.remove(name)


def test_a_killed_load_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: an hour of loading begun anew; a half of it taken for the whole."""
    monkeypatch.setattr("hygie.nomenclature.books.staging.BATCH", 100)
    rows = "".join(f"C{n};Libellé {n}\n" for n in range(1000))
    path = written(tmp_path / "long.csv", "code;display\n" + rows)
    options = {"url": FRACTURES, "version": "1"}
    kept = Staging._keep

    def killed(self: Staging, before: int, batch: object) -> None:
        if before == 500:
            raise KeyboardInterrupt
        kept(self, before, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(Staging, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path, "csv", path, **options)
    assert Shelf(tmp_path).paths() == []
    (part,) = (tmp_path / "nomenclatures" / ".loading").iterdir()
    with sqlite3.connect(part) as connection:
        assert connection.execute("SELECT count(*) FROM piece").fetchone() == (500,)
    connection.close()
    seen: list[int] = []
    monkeypatch.setattr(
        Staging,
        "_keep",
        lambda self, before, batch: (seen.append(before), kept(self, before, batch)),
    )
    assert load(tmp_path, "csv", path, **options)[0].state == "added"
    assert seen == [500, 600, 700, 800, 900]
    assert opened(tmp_path, "fractures#1").count == 1000
    assert not list((tmp_path / "nomenclatures" / ".loading").iterdir())


def test_what_another_file_left_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: the beginning of one file with the end of another."""
    path = written(tmp_path / "a.csv", "code;display\nA;Un\nB;Deux\n")
    options = {"url": FRACTURES, "version": "1"}
    with monkeypatch.context() as patched:
        patched.setattr("hygie.nomenclature.shelf.make", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load(tmp_path, "csv", path, **options)
    written(path, "code;display\nC;Trois\n")
    load(tmp_path, "csv", path, **options)
    assert list(opened(tmp_path, "fractures#1").codes()) == ["C"]


def _load_in_process(data: Path) -> None:
    fractures(data)


def test_two_loads_of_the_same_at_once(tmp_path: Path) -> None:
    """Guards: two administrators who write over each other."""
    spawn = multiprocessing.get_context("spawn")
    loads = [spawn.Process(target=_load_in_process, args=(tmp_path,)) for _ in range(2)]
    for one in loads:
        one.start()
    for one in loads:
        one.join()
    assert [one.exitcode for one in loads] == [0, 0]
    (shelved,) = Shelf(tmp_path).listed(examined=True)
    assert shelved.header


def test_a_full_disk_is_said_and_nothing_half_remains(tmp_path: Path) -> None:
    """Guards: a book that was cut because the disk was full, taken for a whole one."""
    rows = "".join(f"C{n};Libellé numéro {n} de la liste\n" for n in range(30_000))
    path = written(tmp_path / "long.csv", "code;display\n" + rows)
    options = {"url": FRACTURES, "version": "1"}
    with small_disk(tmp_path, 12) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(5 * 1024 * 1024))
        assert refused(disk, "csv", path, **options)[0] == "book.no-room"
        assert not list((disk / "nomenclatures").glob("*.new"))
        fill(ballast)
        assert refused(disk, "csv", path, **options)[0] == "book.no-room"
    load(tmp_path, "csv", path, **options)


def test_a_cycle_is_refused_with_its_codes(tmp_path: Path) -> None:
    """Guards: questions about a hierarchy that never end, or are answered by chance."""
    path = written(tmp_path / "a.csv", "code;parent\nA;C\nB;A\nC;B\nD;\n")
    with pytest.raises(Refused) as failure:
        load(tmp_path, "csv", path, url=FRACTURES, version="1")
    (issue,) = failure.value.refusal.issues
    assert issue.rule == "book.circular"
    assert set(issue.details["cycle"].split(" > ")) == {"A", "B", "C"}
    assert Shelf(tmp_path).paths() == []


def test_doubts_are_told(tmp_path: Path) -> None:
    """Guards: the second label of a code taken, or a lost parent, without a word."""
    rows = "code;display;parent\nA;Un;\nA;Autre;\nB;Deux;Z\nC;Trois;A\n"
    path = written(tmp_path / "a.csv", rows)
    (loaded,) = load(tmp_path, "csv", path, url=FRACTURES, version="1")
    told = {note.rule: (note.count, note.examples) for note in loaded.header.notes}
    assert told == {"code.twice": (1, ("A",)), "parent.undefined": (1, ("Z",))}
    book = opened(tmp_path, loaded.header.name)
    concept = book.find("A")
    assert concept
    assert concept.display == "Un"


def test_two_systems_of_one_name(tmp_path: Path) -> None:
    """Guards: a list of one publisher in the place of another's."""
    for url in ("https://a.test/x", "https://b.test/x"):
        resource = system({"code": url[8]}, url=url, version="1", name="X")
        assert list(book_of(tmp_path, resource).codes()) == [url[8]]
        assert list(book_of(tmp_path, resource).codes()) == [url[8]]
    assert len(Shelf(tmp_path).paths()) == 2


def test_names_of_versions_lead_nowhere_else(tmp_path: Path) -> None:
    """Guards: a version that is written as a path."""
    resource = system({"code": "a"}, version="../../etc/passwd", name="../x")
    book = book_of(tmp_path, resource)
    (path,) = Shelf(tmp_path).paths()
    assert path.parent == tmp_path / "nomenclatures"
    assert (book.version, book.name) == ("../../etc/passwd", "../x")


# --- as a layer of the catalogue --------------------------------------------------------------
def test_a_running_server_sees_what_is_loaded_and_removed(tmp_path: Path) -> None:
    """Guards: a restart to see the codes of the year."""
    books = Books(tmp_path)
    assert books.versions("CodeSystem", FRACTURES) == ()
    assert books.system(FRACTURES, "2025") is None
    for version in ("2024", "2025"):
        fractures(tmp_path, version)
        assert version in books.versions("CodeSystem", FRACTURES)
    book = books.system(FRACTURES, "2025")
    assert book
    assert book is books.system(FRACTURES, "2025")
    assert list(books.urls("CodeSystem")) == [FRACTURES]
    assert (list(books.urls("ValueSet")), books.versions("ValueSet", FRACTURES)) == ([], ())
    Shelf(tmp_path).remove("Fractures#2025")
    assert books.system(FRACTURES, "2025") is None


def test_a_damaged_book_is_not_there_and_harms_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Guards: all writes refused because one file of codes is damaged."""
    fractures(tmp_path, "2024")
    fractures(tmp_path, "2025")
    path = tmp_path / "nomenclatures" / "Fractures#2025.book"
    os.truncate(path, path.stat().st_size - 50)
    written(path.with_name("junk.book"), b"junk")
    books = Books(tmp_path)
    assert books.system(FRACTURES, "2025") is None
    assert books.system(FRACTURES, "2024")
    assert "Fractures#2025" in caplog.text
    assert "junk.book" in caplog.text
    listed = {each.name: each.header is not None for each in Shelf(tmp_path).listed(examined=True)}
    assert listed == {"Fractures#2024": True, "Fractures#2025": False, "junk": False}


def test_supplements_and_value_sets_of_all_codes(tmp_path: Path) -> None:
    """Guards: translations that were loaded and are not used."""
    books = Books(tmp_path)
    book_of(tmp_path, system({"code": "a"}, version="1", valueSet="https://a.test/all"))
    book_of(tmp_path, system(
        {"code": "a", "designation": [{"language": "fr", "value": "Un"}]}, url="https://a.test/fr",
        version="1", content="supplement", supplements="https://a.test/beasts",
    ))  # fmt: skip
    assert [each.url for each in books.supplements("https://a.test/beasts")] == [
        "https://a.test/fr"
    ]
    assert books.system_of("https://a.test/all") == "https://a.test/beasts"
    assert books.system_of("https://a.test/none") == ""
