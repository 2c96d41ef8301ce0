"""Guards `hygie policy`, and that `hygie validate --data` applies what it keeps."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from hygie.cli.policy import policy
from hygie.cli.validate import validate

PROFILED = '{"resourceType":"Patient","meta":{"profile":["https://x/unknown"]}}'


def run(*words: object) -> Result:
    return CliRunner().invoke(policy, [str(word) for word in words])


def silenced(data: Path, rule: str, *words: str) -> Result:
    return run("silence", rule, "--source", "LABO", "--motive", "m", "--data", data, *words)


def test_add_list_and_lift(tmp_path: Path) -> None:
    """Guards: a silence that cannot be found again, or ended."""
    assert "quarantaine" in run("list", "--data", tmp_path).stdout
    added = json.loads(silenced(tmp_path, "fr.x", "--place", "Patient.name", "--json").stdout)
    assert (added["id"], added["place"]) == (1, "Patient.name")
    assert "fr.x en Patient.name, LABO" in run("list", "--data", tmp_path).stdout
    run("lift", 1, "--data", tmp_path)
    assert "fr.x" not in run("list", "--data", tmp_path).stdout
    listed = json.loads(run("list", "--all", "--json", "--data", tmp_path).stdout)
    assert listed["silences"][0]["liftedBy"].startswith("console:")


def test_a_silence_says_whose_faults_and_why(tmp_path: Path) -> None:
    """Guards: a rule silenced for everybody, or without a motive, by a word forgotten."""
    for words in (("--source", "A"), ("--motive", "m")):
        assert run("silence", "fr.x", *words, "--data", tmp_path).exit_code == 2


def test_validation_applies_the_policy_of_its_source(tmp_path: Path) -> None:
    """Guards: a check on files that tells something else than the server would do."""
    file = tmp_path / "p.json"
    file.write_text(PROFILED)
    (tmp_path / "policy.json").write_text(
        '{"clauses":[{"source":"LABO","severity":"warning","effect":"refuse"}]}'
    )
    words = ["--data", str(tmp_path), str(file)]
    assert CliRunner().invoke(validate, words).exit_code == 0
    assert CliRunner().invoke(validate, ["--source", "LABO", *words]).exit_code == 1
    found = CliRunner().invoke(validate, ["--source", "LABO", "--json", *words]).stdout
    for issue in json.loads(found)["issue"]:
        silenced(tmp_path, issue["details"]["coding"][0]["code"])
    assert CliRunner().invoke(validate, ["--source", "LABO", *words]).exit_code == 0
