"""One real server for the whole suite, with accounts, tokens and messages of our own making."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.house import PASSWORD, House, finished
from tests.acceptance.messages import write_all
from tests.rights import OPEN

SCOPES = {
    "all": "system/*.cruds",
    "reader": "system/*.rs",
    "patients": "system/Patient.rs",
    "writer": "system/*.cu",
}
ACCOUNTS = {"claire": "physician", "thierry": "technician", "adele": "administrator"}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with one token a scope and one account a role. Still up when all is over."""
    directory = tmp_path_factory.mktemp("acceptance")
    (directory / "data").mkdir(mode=0o700)
    (directory / "data" / "droits.toml").write_text(OPEN, "utf-8")
    with House(directory) as house:
        tokens = {
            name: house.launch("token", "create", "--scope", scope, "--name", name)
            for name, scope in SCOPES.items()
        }
        accounts = [
            house.launch(
                "account", "create", name, "--display", f"Mme {name.title()}",
                "--role", role, "--password", PASSWORD,
            )
            for name, role in ACCOUNTS.items()
        ]  # fmt: skip
        house.tokens = {name: finished(command).strip() for name, command in tokens.items()}
        for command in accounts:
            finished(command)
        yield house
        assert house.is_up()


class Intake:
    """What `hygie ingest` and `hygie quarantine list` said of the folder of messages."""

    def __init__(self, house: House, folder: Path) -> None:
        self.files = write_all(folder)
        self.summary: dict[str, Any] = json.loads(house.run("ingest", "--json", str(folder)))
        listed = house.run("quarantine", "list", "--json").splitlines()
        self.quarantine: list[dict[str, Any]] = [json.loads(line) for line in listed]

    def of(self, folder: str) -> list[dict[str, Any]]:
        """Quarantine entries whose message came from this folder."""
        return [entry for entry in self.quarantine if Path(entry["source"]).name == folder]


@pytest.fixture(scope="session")
def intake(house: House, tmp_path_factory: pytest.TempPathFactory) -> Intake:
    return Intake(house, tmp_path_factory.mktemp("messages"))
