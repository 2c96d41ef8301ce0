"""Guards `hygie terminology`: what was loaded is told, listed and removed; what can be, is said."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from tests.nomenclature.shelves import FRACTURES, TABLE, written

from hygie.cli.terminology import terminology
from hygie.insight.quality.installed import Packages
from hygie.nomenclature.loading import KINDS


def run(*words: object) -> Result:
    return CliRunner().invoke(terminology, [str(word) for word in words])


def test_load_list_and_remove(tmp_path: Path) -> None:
    """Guards: a nomenclature that cannot be seen or withdrawn, and doubts that nobody is told."""
    path = written(tmp_path / "a.csv", TABLE + "S42;Encore;S99;;;\n")
    data = tmp_path / "data"
    options = ["--url", FRACTURES, "--version", "2025", "--title", "Fractures", "--data", data]
    loaded = run("load", "csv", path, *options)
    assert loaded.exit_code == 0
    assert "Fractures#2025" in loaded.stdout
    assert "S42" in loaded.stderr
    again = json.loads(run("load", "csv", path, *options, "--json").stdout)
    assert (again["nomenclature"], again["state"]) == ("Fractures#2025", "unchanged")
    assert "a.csv" in run("list", "--data", data).stdout
    listed = json.loads(run("list", "--examine", "--json", "--data", data).stdout)
    assert (listed["concepts"], listed["url"], listed["readable"]) == (6, FRACTURES, True)
    assert listed["sources"][0]["name"] == "a.csv"
    (data / "nomenclatures" / "Fractures#2025.book").write_bytes(b"")
    assert "Fractures#2025" in run("list", "--data", data).stdout
    assert not json.loads(run("list", "--json", "--data", data).stdout)["readable"]
    assert run("remove", "Fractures#2025", "--data", data).exit_code == 0
    assert run("list", "--data", data).stdout == ""


def test_the_reference_sets_become_a_package(tmp_path: Path) -> None:
    """Guards: value sets of the State that are loaded and that no profile finds."""
    base = {"date": "2026-05-05T00:00:00Z", "status": "active", "version": "1"}
    given = tmp_path / "nos"
    site = "https://mos.esante.gouv.fr/NOS/"
    tre = {"resourceType": "CodeSystem", "url": site + "TRE", "content": "complete", **base}
    jdv = {"resourceType": "ValueSet", "url": site + "JDV", **base}
    other = {"resourceType": "ValueSet", "url": "https://a.test/x", **base}
    for number, resource in enumerate((tre, jdv, other)):
        written(given / f"{number}.json", json.dumps(resource))
    data = tmp_path / "data"
    assert "fr.esante.nos#2026.5.5" in run("load", "nos", given, "--data", data).stdout
    again = json.loads(run("load", "nos", given, "--json", "--data", data).stdout)
    assert again == {"package": "fr.esante.nos#2026.5.5", "state": "unchanged"}
    library = Packages(data).library()
    assert library.find("ValueSet", site + "JDV")
    assert library.find("CodeSystem", site + "TRE")
    assert library.find("ValueSet", "https://a.test/x") is None
    assert run("load", "nos", tmp_path / "nos" / "2.json", "--data", data).exit_code == 1


def test_kinds_say_where_to_get_them() -> None:
    """Guards: a licence that nobody was told of."""
    for kind in KINDS:
        assert kind.loader
    told = [json.loads(line) for line in run("kinds", "--json").stdout.splitlines()]
    assert [one["kind"] for one in told] == [kind.name for kind in KINDS]
    assert all(one["source"] and one["licence"] and one["files"] for one in told)
    assert "csv" in run("kinds").stdout


def test_a_kind_that_is_not_known(tmp_path: Path) -> None:
    """Guards: a traceback for a slip of the finger."""
    path = written(tmp_path / "a.csv", TABLE)
    failed = run("load", "cim11", path, "--data", tmp_path)
    assert failed.exit_code == 1
    assert "cim11" in str(failed.exception) or "nomenclature.no-kind" in str(failed.exception)
