"""The commands as a user runs them: real processes, one data directory, a real server."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from tests.cli.house import ADMISSION, HYGIE, WRONG, free_port, run, wait_for


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_a_server_without_a_complaint(tmp_path: Path, workers: int) -> None:
    """Guards: a clean stop that looks like a failure, to people and to whatever watches over it."""
    port = free_port()
    given = ["--data", str(tmp_path / "d"), "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen([*HYGIE, "serve", *given], stderr=subprocess.PIPE, text=True)
    wait_for(f"http://127.0.0.1:{port}")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Abort" not in said


def test_the_quarantine_is_listed_and_shown_with_its_reason(data: Path) -> None:
    """Guards: a refused message that nobody can find."""
    listed = [
        json.loads(line) for line in run(data, "quarantine", "list", "--json").stdout.splitlines()
    ]
    assert [entry["event"] for entry in listed] == ["ADT^A99"]
    shown = run(data, "quarantine", "show", str(listed[0]["id"]))
    assert "MSH-9" in shown.stdout
    assert "DUVALLON" in shown.stdout


def test_a_source_is_declared_shown_and_stopped(server: str, data: Path, tmp_path: Path) -> None:
    """Guards: a feed that can be changed from pages alone; a mistake in it that is not told."""
    deposit = data / "depots" / "labo"
    deposit.mkdir(parents=True)
    file = tmp_path / "labo.toml"
    file.write_text(f'name = "labo"\n[way]\nkind = "folder"\npath = "{deposit.resolve()}"\n')
    assert run(data, "sources", "declare", str(file)).stdout.startswith("labo ")
    assert json.loads(run(data, "sources", "stop", "labo", "--json").stdout)["version"] == 2
    shown = run(data, "sources", "show", "labo").stdout
    assert "running = false" in shown
    file.write_text(shown.replace("depots/labo", "keys"))
    refused = run(data, "sources", "declare", str(file))
    assert refused.returncode == 1
    assert "way.path" in refused.stderr
    assert len(run(data, "sources", "history", "labo", "--json").stdout.splitlines()) == 2
    file.write_text(WRONG)
    tried = run(data, "sources", "try", "labo", str(file), "--json")
    assert (tried.returncode, json.loads(tried.stdout)["state"]) == (1, "quarantined")


def test_a_route_is_declared_sends_and_sends_again(server: str, data: Path, tmp_path: Path) -> None:
    """Danger: what is filed leaves by no route, or what left cannot be told, or sent again."""
    folder = (data / "envois" / "aval").resolve()
    file = tmp_path / "aval.toml"
    file.write_text(
        f'name = "aval"\n[destination]\nkind = "folder"\npath = "{folder}"\n'
        '[content]\nkind = "forward"\nevents = ["ADT^*"]\n'
        'where = [{ field = "PID-8", values = ["F"] }]\n'
    )
    assert run(data, "routes", "declare", str(file)).stdout.startswith("aval ")
    message = tmp_path / "message.hl7"
    message.write_text(
        ADMISSION.replace("CLI-1", "CLI-9").replace("90000", "90009").replace("DUVALLON", "BREVAL")
    )
    assert run(data, "ingest", str(message)).returncode == 0
    written = until(lambda: list(folder.glob("*.hl7")))
    assert "CLI-9" in written[0].read_text()
    written[0].unlink()
    assert run(data, "routes", "replay", "aval", "--all", "--sent").stdout.strip() == "1"
    assert until(lambda: list(folder.glob("*.hl7"))) == written
    [told] = [json.loads(one) for one in run(data, "routes", "list", "--json").stdout.splitlines()]
    assert (told["name"], told["standing"]["dead"]) == ("aval", 0)
    file.write_text(run(data, "routes", "show", "aval").stdout.replace("envois/aval", "keys"))
    assert run(data, "routes", "declare", str(file)).returncode == 1
    assert "stopped" in run(data, "routes", "stop", "aval").stdout
    assert run(data, "routes", "remove", "aval").returncode == 0


def until(look: Callable[[], list[Path]]) -> list[Path]:
    deadline = time.monotonic() + 20
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_subscriptions_are_listed_and_ended(server: str, data: Path) -> None:
    """Danger: nobody can tell who is sent what, or stop it."""
    secret = run(data, "token", "create", "--scope", "system/*.cruds", "--name", "ward").stdout
    level = (
        "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content"
    )
    asked = {
        "resourceType": "Subscription", "status": "requested", "reason": "x",
        "criteria": "urn:hygie:topic:any-change:Patient",
        "channel": {
            "type": "websocket", "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": level, "valueCode": "id-only"}]},
        },
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {secret.strip()}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=f"{server}/fhir", headers=headers, timeout=30) as client:
        made = client.post("/Subscription", json=asked)
        assert made.status_code == 201, made.text
        id_ = made.json()["id"]
        listed = json.loads(run(data, "subscriptions", "list", "--json").stdout)
        assert (listed["id"], listed["client"], listed["events"]) == (id_, "ward", 0)
        assert run(data, "subscriptions", "off", id_).stdout.strip() == id_
        assert client.get(f"/Subscription/{id_}").json()["status"] == "off"
    assert "Personne" in run(data, "subscriptions", "list").stdout


def test_a_head_without_end_is_cut(server: str) -> None:
    """Guards: a stranger filling the server's memory with one header."""
    host, _, port = server.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nX: ")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            connection.sendall(b"a" * 64_000_000)
    assert httpx.get(f"{server}/health").status_code == 200


def test_the_demonstration_leaves_a_served_directory_alone(server: str, data: Path) -> None:
    """Guards: passwords of a living server changed by a second start."""
    done = run(data, "demo", "--load-only", "--patients", "1")
    assert done.returncode == 1
    assert "mots de passe" not in done.stdout


def test_a_refused_file_is_named_with_its_reason(data: Path, tmp_path: Path) -> None:
    """Guards: a count of refusals that leads nowhere."""
    (tmp_path / "notes.txt").write_text("rien de médical")
    os.mkfifo(tmp_path / "pipe")
    done = run(data, "ingest", str(tmp_path), "--json")
    assert [file["path"] for file in json.loads(done.stdout)["refusals"]] == [
        str(tmp_path / "notes.txt")
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("--data", "/proc/nowhere"),
        ("--database-url", "postgresql://nobody@127.0.0.1:9/none"),
    ],
)
def test_what_is_out_of_reach_is_said_in_a_sentence(tmp_path: Path, words: tuple[str, str]) -> None:
    """Guards: a traceback where an administrator needs a reason."""
    done = run(tmp_path, "serve", *words)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_second_server_on_the_directory_is_refused(server: str, data: Path) -> None:
    """Guards: two servers writing one database."""
    done = run(data, "serve", "--port", "8")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_validate_says_where_and_fails(tmp_path: Path) -> None:
    """Guards: a wrong resource passing a script that checks the exit status."""
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    right.write_text('{"resourceType": "Patient", "active": true}')
    wrong.write_text('{"resourceType": "Patient", "actif": true}')
    assert run(tmp_path, "validate", str(right)).returncode == 0
    done = run(tmp_path, "validate", "--json", str(right), str(wrong))
    assert done.returncode == 1
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    assert outcomes[1]["issue"][0]["expression"] == ["Patient.actif"]


def test_processes_file_beside_a_server(server: str, data: Path, tmp_path: Path) -> None:
    """Guards: lines lost between processes, or an import that needs the server stopped."""
    lines = [
        json.dumps({"resourceType": "Basic", "id": f"b{n % 900}", "code": {"text": f"{n}"}})
        for n in range(1_000)
    ]
    lines[500] = "{"
    (tmp_path / "all.ndjson").write_text("\n".join(lines))
    done = run(data, "ingest", str(tmp_path), "--jobs", "2", "--json")
    summary = json.loads(done.stdout)
    assert (summary["filed"], summary["quarantined"]) == (999, 1), done.stderr
    assert done.stderr == ""
    again = json.loads(run(data, "ingest", str(tmp_path), "--jobs", "2", "--json").stdout)
    assert (again["filed"], again["duplicates"]) == (200, 800)
    token = run(data, "token", "create", "--scope", "system/*.rs", "--ttl", "5m").stdout.strip()
    bearer = {"Authorization": f"Bearer {token}"}
    latest = httpx.get(f"{server}/fhir/Basic/b99", headers=bearer).json()
    assert (latest["code"]["text"], latest["meta"]["versionId"]) == ("999", "4")


def test_doctor_examines_a_store_that_is_served(data: Path, server: str) -> None:
    """Guards: an examination that needs the service to stop, or that scripts cannot read."""
    done = run(data, "doctor", "--rest", "0", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"healthy": True, "findings": []}
    assert "sain" in run(data, "doctor", "--rest", "0").stdout


def test_doctor_names_the_directory_that_holds_nothing(tmp_path: Path) -> None:
    """Guards: a new, empty store declared healthy because of a typing error."""
    done = run(tmp_path / "nothing", "doctor")
    assert done.returncode == 1
    assert "nothing" in done.stderr
    assert not (tmp_path / "nothing").exists()


def test_reindex_says_what_it_did(data: Path, server: str) -> None:
    """Guards: an operator who cannot tell whether anything had to be done."""
    assert "Rien à faire" in run(data, "reindex", "--rest", "0").stdout
    done = run(data, "reindex", "--type", "Patient", "--rest", "0", "--json")
    report = json.loads(done.stdout)
    assert report["unreadable"] == 0
    (patients,) = report["types"]
    assert (patients["type"], patients["changed"]) == ("Patient", 0)
    assert patients["done"] >= 1
