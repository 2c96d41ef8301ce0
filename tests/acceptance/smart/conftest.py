"""Applications made by others, and unmodified, against a real server."""

import http.server
import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.house import PASSWORD, House, finished
from tests.rights import OPEN

SCOPES = "patient/*.rs user/*.rs"


@pytest.fixture(scope="session")
def smart_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server with a physician, two patients, and one's observations."""
    directory = tmp_path_factory.mktemp("smart")
    (directory / "data").mkdir(mode=0o700)
    (directory / "data" / "droits.toml").write_text(OPEN, "utf-8")
    with House(directory) as house:
        finished(house.launch(
            "account", "create", "claire", "--display", "Dr Claire Morel", "--role", "physician",
            "--password", PASSWORD,
        ))  # fmt: skip
        token = finished(house.launch("token", "create", "--scope", "system/*.cruds")).strip()
        house.tokens = {"all": token}
        with house.client(**{"Content-Type": "application/fhir+json"}) as client:
            for resource in resources():
                path = f"/{resource['resourceType']}/{resource['id']}"
                answer = client.put(path, content=json.dumps(resource))
                assert answer.status_code == 201, answer.text
        yield house


def resources() -> list[dict[str, Any]]:
    people = [("jeanne", "ARCANGUES"), ("paul", "ESCALIER")]
    found: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": id_, "name": [{"family": name, "given": [id_.title()]}],
         "birthDate": "1951-02-03", "gender": "unknown"}
        for id_, name in people
    ]  # fmt: skip
    for id_, _ in people:
        for number, category in enumerate(("laboratory", "laboratory", "vital-signs")):
            found.append({
                "resourceType": "Observation", "id": f"{id_}-{number}", "status": "final",
                "category": [{"coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                    "code": category,
                }]}],
                "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
                "subject": {"reference": f"Patient/{id_}"},
                "effectiveDateTime": "2026-01-01T10:00:00Z",
            })  # fmt: skip
    return found


def made(house: House, *options: str) -> dict[str, str]:
    """An application of an administrator's making."""
    command = house.launch("client", "create", "--json", *options)
    return dict(json.loads(finished(command)))


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address of another site than ours where it is served."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://localhost:{server.server_address[1]}"
        server.shutdown()
