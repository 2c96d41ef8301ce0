"""Guards the start of a command: what it does not need it does not wait for."""

import subprocess
import sys

import asyncpg
import pytest

from hygie.cli import COMMANDS, cli, outage_of

HEAVY = {"asyncpg", "cryptography", "duckdb", "jinja2", "pyarrow", "starlette", "uvicorn"}
LIGHT = ("validate", "fhirpath")


@pytest.mark.parametrize("command", LIGHT)
def test_a_command_on_files_loads_no_server_and_no_database(command: str) -> None:
    """Guards: half a second before each of a thousand files."""
    asked = (
        "import sys\n"
        "from hygie.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    words = [sys.executable, "-c", asked, command, "--help"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert command in done.stdout
    assert HEAVY.isdisjoint(done.stdout.splitlines()[-1].split())


def test_every_command_is_found_and_says_what_it_does() -> None:
    """Guards: a command that is listed and cannot be loaded."""
    context = cli.make_context("hygie", ["validate", "--help"], resilient_parsing=True)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str()
    assert cli.get_command(context, "options") is None


def test_a_database_out_of_reach_is_told_from_a_bug() -> None:
    """Guards: a traceback for who has only to wait, or a sentence that hides a bug."""
    away = outage_of(asyncpg.ConnectionDoesNotExistError("gone"))
    assert away is not None
    assert away.issues[0].rule == "store.unavailable"
    assert outage_of(FileNotFoundError("no such file")) is None
    assert outage_of(asyncpg.UndefinedTableError("a bug")) is None
    assert outage_of(KeyError("a bug")) is None
