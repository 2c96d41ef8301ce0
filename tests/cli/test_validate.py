"""Guards `hygie validate`: its outcomes, exit statuses and reports."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hygie.cli.validate import validate

TEXT = '"text": {"status": "empty", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">–</div>"}'
RIGHT = f'{{"resourceType": "Patient", "active": true, {TEXT}}}'
WRONG = f'{{"resourceType": "Patient", "actif": true, {TEXT}}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "export"
    made.mkdir()
    (made / "right.json").write_text(RIGHT)
    (made / "wrong.json").write_text(WRONG)
    (made / "lines.ndjson").write_text(f"{RIGHT}\n{WRONG}\n")
    (made / "LISEZMOI.txt").write_text("bonjour")
    return made


def run(*words: object) -> Result:
    return CliRunner().invoke(validate, [str(word) for word in words])


def test_one_outcome_a_file_in_order(folder: Path) -> None:
    """Guards: a script that pairs files and lines of the answer."""
    done = run("--json", folder)
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [one["resourceType"] for one in outcomes] == ["OperationOutcome"] * 3
    lines, right, wrong = (one["issue"] for one in outcomes)
    assert lines[0]["extension"][0]["valueInteger"] == 2
    assert right[0]["severity"] == "information"
    assert wrong[0]["expression"] == ["Patient.actif"]
    assert "1 fichier d’un autre genre" in done.stderr


def test_a_file_that_is_named_is_read_whatever_its_name(folder: Path) -> None:
    """Guards: a file passed over without a word."""
    assert run(folder / "LISEZMOI.txt").exit_code == 1


def test_statuses(folder: Path, tmp_path: Path) -> None:
    """Guards: misuse taken for valid data, or for invalid data."""
    assert run(folder / "right.json").exit_code == 0
    assert run(folder / "wrong.json").exit_code == 1
    other = tmp_path / "other.json"
    other.write_text("{}")
    misused = (
        (), ("absent.json",), ("--report", "x.pdf", folder), ("--baseline", other, folder),
        ("--unknown", folder), ("--report", folder / "absent" / "r.html", folder),
    )  # fmt: skip
    for words in misused:
        assert run(*words).exit_code == 2, words


def test_reports_and_the_trend_between_them(folder: Path, tmp_path: Path) -> None:
    """Guards: a report that cannot be compared with the one before it."""
    first, second, page = (tmp_path / name for name in ("1.json", "2.json", "2.html"))
    run("--report", first, "--source", "LABO", folder)
    (folder / "wrong.json").unlink()
    run("--report", second, "--report", page, "--baseline", first, folder)
    before, after = json.loads(first.read_text()), json.loads(second.read_text())
    assert before["asked"]["source"] == "LABO"
    assert first.stat().st_mode & 0o077 == 0
    assert [file["name"] for file in before["files"]] == ["lines.ndjson", "wrong.json"]
    assert after["trend"]["before"]["errors"] == 2
    assert after["trend"]["changes"][0]["movement"] == "fewer"
    assert "en baisse" in page.read_text()


def test_a_report_without_excerpts_names_nothing(folder: Path, tmp_path: Path) -> None:
    """Guards: names of files and values in a report that promised none."""
    report = tmp_path / "r.json"
    run("--report", report, "--no-excerpts", folder)
    text = report.read_text()
    assert "actif" not in text
    assert "wrong.json" not in text


def test_sentences_in_english(folder: Path) -> None:
    """Guards: a supplier abroad who is answered in French."""
    assert "There is no element" in run("--english", folder / "wrong.json").stdout
