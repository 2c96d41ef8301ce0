"""`hygie view` as scripts call it: rows on standard output, refusals on standard error."""

import asyncio
import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from tests.cli.house import HYGIE, run

from hygie.bootstrap import open_house
from hygie.cli import cli
from hygie.insight.views import library
from hygie.insight.views.engines import ENGINES
from hygie.refusal import Refused
from hygie.settings import Settings

VIEW = {
    "resourceType": "ViewDefinition", "name": "patients", "url": "urn:test:p",
    "resource": "Patient", "status": "active",
    "select": [{"column": [
        {"name": "id", "path": "id"},
        {"name": "family", "path": "name.first().family"},
        {"name": "twins", "path": "multipleBirth.ofType(integer)", "type": "integer"},
    ]}],
}  # fmt: skip
PATIENTS = [
    {
        "resourceType": "Patient",
        "id": "a",
        "name": [{"family": "DUVALLON"}],
        "multipleBirthInteger": 2,
    },
    {"resourceType": "Organization", "id": "o", "name": "Service"},
    {"resourceType": "Patient", "id": "b", "name": [{"family": "=ÉVIDENCE"}]},
]  # fmt: skip
ROWS = [
    {"id": "a", "family": "DUVALLON", "twins": 2},
    {"id": "b", "family": "=ÉVIDENCE", "twins": None},
]


@pytest.fixture
def view(tmp_path: Path) -> Path:
    path = tmp_path / "view.json"
    path.write_text(json.dumps(VIEW))
    return path


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "patients.ndjson"
    path.parent.mkdir()
    path.write_text("\n".join(map(json.dumps, PATIENTS)))
    return path


def asked(*words: Any) -> Result:
    return CliRunner().invoke(cli, ["view", *map(str, words)])


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "spark"])
def test_rows_are_printed(view: Path, lines: Path, engine: str) -> None:
    """Guards: the contract that other people's scripts rely on."""
    assert rows(asked(view, lines, "--engine", engine)) == ROWS
    assert rows(asked(view, lines.parent, "--engine", engine)) == ROWS
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in PATIENTS]}
    lines.write_text(json.dumps(bundle))
    assert rows(asked(view, lines, lines, "--engine", engine)) == ROWS * 2


def test_rows_go_to_files(view: Path, lines: Path, tmp_path: Path) -> None:
    """Guards: a table in another format than its name says, or one that others can read."""
    for name in ("t.csv", "t.parquet", "t.duckdb", "t.ndjson", "t.json"):
        result = asked(view, lines, "--output", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, ""), result.output
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "t.csv").read_text() == "id,family,twins\na,DUVALLON,2\nb,'=ÉVIDENCE,\n"
    assert json.loads((tmp_path / "t.json").read_text()) == ROWS
    query = f"SELECT id, twins FROM '{tmp_path / 't.parquet'}' ORDER BY id"
    assert duckdb.sql(query).fetchall() == [("a", 2), ("b", None)]
    with duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True) as base:
        assert base.execute("SELECT count(*) FROM patients").fetchall() == [(2,)]


def test_a_bad_line_stops_it_and_leaves_no_file(view: Path, lines: Path, tmp_path: Path) -> None:
    """Guards: a table that misses rows and does not say so."""
    with lines.open("a") as file:
        file.write("\n{not json\n" + json.dumps({"resourceType": "Patient", "id": "c"}))
    output = tmp_path / "t.csv"
    result = asked(view, lines, "--output", output)
    assert isinstance(result.exception, Refused)
    assert result.exception.refusal.issues[0].location == f"{lines}:4"
    assert not output.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "view.json"]
    passed = asked(view, lines, "--skip-bad")
    assert [row["id"] for row in rows(passed)] == ["a", "b", "c"]
    assert f"{lines}:4" in passed.stderr
    assert "1 ressources" in passed.stderr


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"resourceType": "Patient"}, "view.type"),
    ({**VIEW, "resource": "Nonsense"}, "view.resource"),
    ({**VIEW, "select": [{"column": [{"name": "a", "path": "id +"}]}]}, ""),
)


def test_a_wrong_view_is_refused_before_anything_is_read(view: Path, tmp_path: Path) -> None:
    """Guards: an hour of reading before a misspelt column is found."""
    for definition, rule in WRONG:
        view.write_text(json.dumps(definition))
        result = asked(view, view)
        assert isinstance(result.exception, Refused), result.output
        assert rule in [issue.rule for issue in result.exception.refusal.issues] or not rule
        assert result.stdout == ""


def test_a_view_needs_no_resource_type(view: Path, lines: Path) -> None:
    """Guards: the specification's own views, and our documentation's, refused as no resources."""
    view.write_text(json.dumps({key: VIEW[key] for key in ("resource", "select")}))
    assert rows(asked(view, lines)) == ROWS
    view.write_text("[]")
    assert isinstance(asked(view, lines).exception, Refused)


def test_a_place_is_said_once(view: Path, lines: Path, tmp_path: Path) -> None:
    """Guards: "select[0].column[0].path: select[0].column[0].path: …"."""
    column = {"name": "a", "path": "id +"}
    view.write_text(json.dumps({**VIEW, "select": [{"column": [column]}]}))
    told = run(tmp_path / "data", "view", str(view), str(lines)).stderr
    assert told.count("select[0].column[0].path") == 1


def test_being_told_to_stop_leaves_no_half_of_a_table(view: Path, tmp_path: Path) -> None:
    """Guards: health data in a hidden folder that nobody ever removes."""
    words = [*HYGIE, "view", str(view), "/dev/stdin"]
    out = tmp_path / "out"
    out.mkdir()
    with subprocess.Popen([*words, "--output", str(out / "t.csv")], stdin=subprocess.PIPE) as asked:
        while asked.poll() is None and not list(out.iterdir()):
            time.sleep(0.02)
        asked.send_signal(signal.SIGTERM)
        assert asked.wait(10) == 128 + signal.SIGTERM
    assert not list(out.iterdir())


def test_what_does_not_go_together_is_said(view: Path, lines: Path, tmp_path: Path) -> None:
    """Guards: a choice made silently between two sources, or binary on a screen."""
    for words, rule in (
        ((), "view.none"),
        ((tmp_path,), "view.none"),
        ((view, lines, "--data", tmp_path), "view.sources"),
        ((view, lines, "--format", "parquet"), "view.screen"),
        ((view, lines, "--output", tmp_path / "t.xlsx"), "view.format"),
        (("--library", "nothing", lines), "view.unknown"),
        ((view, "--data", tmp_path / "nowhere"), "ops.no-store"),
    ):
        result = asked(*words)
        assert isinstance(result.exception, Refused), (words, result.output)
        assert [issue.rule for issue in result.exception.refusal.issues] == [rule]


def test_ready_views_are_named_and_run(lines: Path) -> None:
    """Guards: views that are listed and do not run."""
    listed = asked("--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == list(library.names())
    assert len(rows(asked("--library", "patients", lines))) == 2


def test_over_what_is_stored_and_on_record(view: Path, lines: Path, tmp_path: Path) -> None:
    """Guards: a command that reads a whole hospital and leaves no trace of it."""
    data = tmp_path / "data"
    done = run(data, "ingest", str(lines), "--json")
    assert json.loads(done.stdout)["filed"] == 3, done.stderr
    stored = run(data, "view", str(view))
    assert stored.returncode == 0, stored.stderr
    found = [json.loads(line) for line in stored.stdout.splitlines()]
    assert sorted(found, key=lambda row: row["id"]) == ROWS
    assert traces(data) == ["view patients urn:test:p sha256:"]


def traces(data: Path) -> list[str]:
    """What the ledger says of views, but for the digest."""

    async def read() -> list[str]:
        async with open_house(Settings(data=data)) as house:
            entries = [record.entry for record in await house.ledger.recent()]
        views = [entry for entry in entries if entry.action == "view"]
        assert all(entry.count == 2 and entry.context.actor for entry in views)
        return [entry.detail[:-64] for entry in views]

    return asyncio.run(read())
