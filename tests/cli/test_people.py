"""The commands of accounts, rights and tokens, as a user runs them."""

import json
import re
from pathlib import Path

import httpx
import pytest
from tests.cli.house import run

PASSWORD_OF_RIGHTS = "Cheval-Agrafe-2026"


def test_a_token_made_beside_the_server_opens_fhir(server: str, data: Path) -> None:
    """Guards: the way of the README, from command to answer."""
    token = run(data, "token", "create", "--scope", "system/*.rs", "--ttl", "5m").stdout
    assert token.count("\n") == 1
    answer = httpx.get(
        f"{server}/fhir/Patient?family=duvallon",
        headers={"Authorization": f"Bearer {token.strip()}"},
    )
    assert [e["resource"]["name"][0]["family"] for e in answer.json()["entry"]] == ["DUVALLON"]


def test_the_rights_a_server_starts_with_are_on_record_once(server: str, data: Path) -> None:
    """Guards: a rights file that was changed, and no trace of it. Commands leave none."""
    token = run(data, "token", "create", "--scope", "system/AuditEvent.rs", "--ttl", "5m").stdout
    answer = httpx.get(
        f"{server}/fhir/AuditEvent?subtype=change-rights",
        headers={"Authorization": f"Bearer {token.strip()}"},
    )
    (found,) = answer.json()["entry"]
    (policy,) = found["resource"]["agent"][0]["policy"]
    assert policy.startswith("urn:hygie:rule:rights.none.")


def test_nobody_reads_without_a_token(server: str) -> None:
    """Guards: anonymous access to data."""
    assert httpx.get(f"{server}/fhir/Patient").status_code == 401
    assert httpx.get(f"{server}/").headers["location"] == "/connexion"


def test_a_revoked_token_is_refused_and_listed_as_such(data: Path) -> None:
    """Guards: a withdrawn right that nobody can see was withdrawn."""
    run(data, "token", "create", "--scope", "system/*.rs", "--name", "withdrawn")
    known = [json.loads(line) for line in run(data, "token", "list", "--json").stdout.splitlines()]
    number = next(token["id"] for token in known if token["name"] == "withdrawn")
    assert run(data, "token", "revoke", str(number)).returncode == 0
    assert "revoked" in run(data, "token", "list").stdout
    assert run(data, "token", "revoke", str(number)).returncode == 1


def test_rights_are_explained_for_every_account_in_force(data: Path) -> None:
    """Guards: somebody who may read a record, and is not told of."""
    for name, role in (("n.dim", "medical-information"), ("n.loin", "nurse"), ("n.clos", "nurse")):
        words = ["account", "create", name, "--display", name, "--role", role]
        assert run(data, *words, answer=f"{PASSWORD_OF_RIGHTS}\n" * 2).returncode == 0
    assert run(data, "account", "disable", "n.clos").returncode == 0
    words = ["rights", "explain", "Observation", "--patient", "x", "--json"]
    told = [json.loads(line) for line in run(data, *words).stdout.splitlines()]
    rules = {one["account"]: (one["permit"], one["rule"]) for one in told}
    assert rules["n.dim"] == (True, "scope.establishment")
    assert rules["n.loin"] == (False, "team.none")
    assert "n.clos" not in rules
    assert run(data, "rights", "explain", "Nonsense", "--patient", "x").returncode == 2


def test_an_account_is_made_listed_and_closed(data: Path) -> None:
    """Guards: a person who left and may still come in."""
    words = ["account", "create", "a.durand", "--display", "Anne Durand", "--role", "physician"]
    assert run(data, *words, "--password", "Quatre-Vents-1951!").returncode == 0
    said = run(data, "account", "set", "a.durand", "--unit", "Location/1", "--until", "2099-01-01")
    assert said.stdout.strip() == "a.durand"
    assert run(data, "account", "set", "a.durand", "--national", "1").returncode != 0
    assert '"units":["Location/1"]' in run(data, "account", "list", "--json").stdout
    assert run(data, "account", "disable", "a.durand").returncode == 0
    assert "disabled" in run(data, "account", "list").stdout


def test_a_list_of_accounts_comes_in_and_goes_out(data: Path, tmp_path: Path) -> None:
    """Danger: two hundred accounts by hand; a list that is half done."""
    listed = tmp_path / "internes.csv"
    listed.write_text("compte;nom;role\nzoe;Zoé Blin;nurse\nyann;Yann;roi\n", "cp1252")
    refused = run(data, "account", "import", str(listed))
    assert refused.returncode == 1
    assert "3" in refused.stderr
    listed.write_text("compte;nom;role\nzoe;Zoé Blin;nurse\n", "cp1252")
    told = run(data, "account", "import", str(listed), "--dry-run")
    assert (told.returncode, told.stdout) == (0, "")
    assert "1 new, 0 changed" in told.stderr
    done = run(data, "account", "import", str(listed))
    assert re.fullmatch(r"zoe;[0-9A-Z-]{29};\S+\n", done.stdout), done.stderr
    assert ";Zoé Blin;nurse;" in run(data, "account", "export").stdout
    again = run(data, "account", "invite", "zoe")
    assert again.stdout.startswith("zoe;")
    assert again.stdout != done.stdout


@pytest.mark.parametrize("ttl", ["0h", "1w", "-1h", "99999999d", "h"])
def test_a_duration_that_is_none_is_refused(tmp_path: Path, ttl: str) -> None:
    """Guards: a token that lives for ever by a slip of the keyboard."""
    done = run(tmp_path, "token", "create", "--scope", "system/*.rs", "--ttl", ttl)
    assert done.returncode == 2
    assert not (tmp_path / "postgres").exists()
