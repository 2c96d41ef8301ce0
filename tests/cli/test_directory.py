"""Guards `hygie directory`, asked as an administrator asks it: of a real directory (slapd)."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.access.directory.conftest import declared
from tests.access.directory.server import MISSING, PASSWORD, Slapd, available, running

HYGIE = [sys.executable, "-c", "from hygie.cli import main; main()"]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def slapd(tmp_path: Path) -> Iterator[Slapd]:
    if not available():
        pytest.skip(MISSING)
    with running(tmp_path / "slapd") as server:
        yield server


@pytest.fixture
def hygie(tmp_path: Path, slapd: Slapd, database_url: str) -> Run:
    """The command itself, on a house that follows the directory."""
    data = tmp_path / "data"
    (data / "secrets").mkdir(parents=True)
    secret = data / "secrets" / "annuaire.secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    (data / "ca.pem").write_bytes(slapd.ca.read_bytes())
    (data / "annuaire.toml").write_text(declared(slapd.url))
    settings = {
        "HYGIE_DATA": str(data), "HYGIE_DATABASE_URL": database_url, "LC_ALL": "C",
        "HYGIE_OUTBOUND_ALLOW": "127.0.0.1,localhost",
    }  # fmt: skip

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [*HYGIE, "directory", *words]
        return subprocess.run(
            command, env=os.environ | settings, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    return run


@pytest.mark.slow
def test_what_is_understood_then_done(hygie: Run, slapd: Slapd) -> None:
    """Guards: a check that changes accounts, and a run that does not say what it did to whom."""
    empty = hygie("check")
    assert empty.returncode == 1
    assert "Personne" in empty.stderr, empty.stderr
    dn = slapd.add("claire.morel", "Dr Claire Morel", employeeNumber="10003456789")
    slapd.join("medecins", dn)
    checked = hygie("check")
    assert checked.returncode == 0, checked.stderr
    assert "claire.morel" in checked.stdout
    assert "role physician" in checked.stdout
    tried = hygie("sync", "--dry-run")
    assert tried.stdout.startswith("créé     claire.morel: display - → Dr Claire Morel")
    assert "rien n’a été fait" in tried.stderr
    done = hygie("sync", "--json")
    assert json.loads(done.stdout)["kind"] == "arrive"
    assert "1 créés" in done.stderr
    slapd.delete(dn)
    stopped = hygie("sync")
    assert (stopped.returncode, "Arrêt de sécurité" in stopped.stderr) == (1, True)
    forced = hygie("sync", "--force")
    assert forced.stdout == "fermé    claire.morel: n’est plus dans l’annuaire\n"
    assert PASSWORD not in checked.stdout + checked.stderr + stopped.stderr
