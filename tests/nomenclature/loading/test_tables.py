"""Files of tables in the encodings and separators of those who publish them, and hostile ones."""

import io
import zipfile
from pathlib import Path

import pytest
from tests.nomenclature.shelves import FRACTURES, TABLE, load, opened, written
from tests.nomenclature.test_shelf import refused

OPTIONS = {"url": FRACTURES, "version": "2025", "title": "Fractures"}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le with mark"]
)
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Guards: FÃ©mur."""
    mark = b"\xff\xfe" if "mark" in encoding else b""
    path = written(tmp_path / "a.csv", mark + TABLE.encode(encoding.partition(" ")[0]))
    load(tmp_path, "csv", path, **OPTIONS)
    concept = opened(tmp_path, "Fractures#2025").find("S42")
    assert concept
    assert concept.display == "Fracture de l’épaule et du bras"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators(tmp_path: Path, separator: str) -> None:
    """Guards: a table of one column because it is separated by tabs."""
    rows = TABLE.replace("|FESF", "").replace(";", separator)
    load(tmp_path, "csv", written(tmp_path / "a.csv", rows), **OPTIONS)
    assert opened(tmp_path, "Fractures#2025").search("cervicale", 5) == ["S72.0"]


def test_a_harmed_file_is_refused_at_its_line(tmp_path: Path) -> None:
    """Guards: every accent read as two wrong letters because of one bad byte."""
    harmed = TABLE.encode().replace("épaule".encode(), b"\xe9paule")
    path = written(tmp_path / "a.csv", harmed)
    assert refused(tmp_path, "csv", path, **OPTIONS) == ("nomenclature.encoding", "a.csv:6")


def test_no_known_encoding(tmp_path: Path) -> None:
    """Guards: bytes without meaning filed as codes."""
    path = written(tmp_path / "a.csv", b"code;display\nA;\x81\x8d\n")
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.encoding"
    path = written(tmp_path / "b.csv", b"\xff\xfec\x00o\x00d\x00e\x00\n\x00\x00\xdc\x00")
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.encoding"


def test_a_line_without_end(tmp_path: Path) -> None:
    """Guards: memory filled by one line of 200 MB."""
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"code;display\nA;")
        for _ in range(200):
            file.write(b"x" * 1024 * 1024)
    assert refused(tmp_path, "csv", path, **OPTIONS) == ("nomenclature.line", "a.csv:2")


def test_quotes_that_do_not_end(tmp_path: Path) -> None:
    """Guards: half a table swallowed by one quote."""
    path = written(tmp_path / "a.csv", 'code;display\nA;"Un\nB;Deux\n')
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.table"


def test_columns_that_are_needed(tmp_path: Path) -> None:
    """Guards: another table taken for the nomenclature."""
    path = written(tmp_path / "a.csv", "nom;prénom\nA;B\n")
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.columns"
    assert refused(tmp_path, "csv", path, version="1") == ("nomenclature.url", "a.csv")
    assert refused(tmp_path, "csv", path, url=FRACTURES) == ("nomenclature.version", "a.csv")
    assert refused(tmp_path, "csv", path, **OPTIONS, expected="2024")[0] == (
        "nomenclature.other-version"
    )
    path = written(tmp_path / "b.csv", "code;display\n;Sans code\n")
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "book.code"
    path = written(tmp_path / "c.csv", "code;display\n")
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] in ("book.empty", "nomenclature.columns")


# --- archives -------------------------------------------------------------------------------
def test_archives_are_read_and_never_unpacked(tmp_path: Path) -> None:
    """Guards: a name in an archive that writes elsewhere."""
    path = zipped(tmp_path / "a.zip", {"../../evil.csv": TABLE.encode(), ".hidden.csv": b"x"})
    load(tmp_path / "data", "csv", path, **OPTIONS)
    assert opened(tmp_path / "data", "Fractures#2025").count == 6
    assert not list(tmp_path.rglob("evil*"))


def test_archives_that_are_harmed(tmp_path: Path) -> None:
    """Guards: half an archive taken for the whole."""
    whole = zipped(tmp_path / "a.zip", {"a.csv": TABLE.encode() * 100}).read_bytes()
    for content in (whole[:-30], whole[:60], whole.replace(whole[60:80], bytes(20), 1)):
        path = written(tmp_path / "b.zip", content)
        assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.archive"


def test_an_archive_that_swells(tmp_path: Path) -> None:
    """Guards: a disk or memory filled by a small file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"code;display\n" + b"A;B\n" * 10_000_000)
    path = written(tmp_path / "a.zip", buffer.getvalue())
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.size"


def test_an_archive_under_a_password(tmp_path: Path) -> None:
    """Guards: a refusal that does not say what to do."""
    content = bytearray(zipped(tmp_path / "a.zip", {"a.csv": TABLE.encode()}).read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path = written(tmp_path / "b.zip", bytes(content))
    assert refused(tmp_path, "csv", path, **OPTIONS)[0] == "nomenclature.locked"
