"""The commands as a user runs them: real processes, one data directory, a real server."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

HYGIE = [sys.executable, "-c", "from hygie.cli import main; main()"]
ADMISSION = """\
MSH|^~\\&|GAM|CLINIQUE|HYGIE|CLINIQUE|20260102101500||ADT^A01^ADT_A01|CLI-1|P|2.5^FRA^2.11|||||FRA|\
UNICODE UTF-8|||2.11^IHE_FRANCE-2.11-PAM
EVN||20260102101500
PID|||900001^^^CLINIQUE&1.2.250.1.999.1&ISO^PI||DUVALLON^ZÉLIE^ZÉLIE^^^^L||19700304|F\
||||||||||||||||||||||||PROV
PV1||I|MED^101^1^CLINIQUE||||||||||||||||V900001^^^CLINIQUE&1.2.250.1.999.2&ISO^VN\
|||||||||||||||||||||||||20260102101500
ZBE|MVT900001^CLINIQUE|20260102101500||INSERT|N||^^^^^^UF^^^MED|||HMS
"""
PASSWORD_OF_RIGHTS = "Cheval-Agrafe-2026"
WRONG = ADMISSION.replace("CLI-1", "CLI-2").replace("ADT^A01^ADT_A01", "ADT^A99^ADT_A01")


def run(data: Path, *words: str, answer: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HYGIE_DATA": str(data), "LC_ALL": "C.UTF-8", **more}
    environment.pop("HYGIE_DATABASE_URL", None)
    return subprocess.run(
        [*HYGIE, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        input=answer,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory into which two messages were ingested, one of them wrong."""
    directory = tmp_path_factory.mktemp("house") / "data"
    messages = tmp_path_factory.mktemp("messages")
    (messages / "admission.hl7").write_text(ADMISSION)
    (messages / "wrong.hl7").write_text(WRONG)
    done = run(directory, "ingest", str(messages), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["filed"] == 1
    assert json.loads(done.stdout)["quarantined"] == 1
    return directory


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[str]:
    """The address of `hygie serve` on that directory."""
    port = free_port()
    command = [*HYGIE, "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield wait_for(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        assert process.wait(30) == 0
        assert not (data / "postgres" / "postmaster.pid").exists(), "PostgreSQL was left running"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(address: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/health").status_code == 200:
                return address
        time.sleep(0.1)
    raise AssertionError("the server did not start")


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


def test_the_key_is_for_its_owner_only(data: Path) -> None:
    """Guards: a master key that others can read."""
    assert (data / "keys" / "master.key").stat().st_mode & 0o077 == 0


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


def test_a_lost_key_is_not_replaced(data: Path, server: str) -> None:
    """Guards: a new key under which nothing old can be read, made without a word."""
    elsewhere = data / "keys" / "aside"
    (data / "keys" / "master.key").rename(elsewhere)
    try:
        done = run(data, "quarantine", "list")
        assert done.returncode == 1
        assert not (data / "keys" / "master.key").exists()
    finally:
        elsewhere.rename(data / "keys" / "master.key")


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


@pytest.mark.parametrize("ttl", ["0h", "1w", "-1h", "99999999d", "h"])
def test_a_duration_that_is_none_is_refused(tmp_path: Path, ttl: str) -> None:
    """Guards: a token that lives for ever by a slip of the keyboard."""
    done = run(tmp_path, "token", "create", "--scope", "system/*.rs", "--ttl", ttl)
    assert done.returncode == 2
    assert not (tmp_path / "postgres").exists()


def test_the_master_key_is_replaced_under_a_running_server(server: str, data: Path) -> None:
    """Guards: a rotation that stops the ward, or that loses what was written before it."""
    token = run(data, "token", "create", "--scope", "system/*.rs", "--ttl", "5m").stdout.strip()
    before = (data / "keys" / "master.key").read_bytes()
    done = run(data, "key", "rotate")
    assert done.returncode == 0, done.stderr
    kept = [path for path in (data / "keys").iterdir() if path.name != "master.key"]
    assert [path.read_bytes() for path in kept] == [before]
    assert (data / "keys" / "master.key").read_bytes() != before
    answer = httpx.get(
        f"{server}/fhir/Patient?family=duvallon", headers={"Authorization": f"Bearer {token}"}
    )
    assert len(answer.json()["entry"]) == 1
    assert run(data, "quarantine", "list").returncode == 0


def test_a_new_key_file_is_taken_at_the_next_start(tmp_path: Path) -> None:
    """Guards: a rotation after which nobody has the key, or the former one still opens."""
    data, new = tmp_path / "data", tmp_path / "new.key"
    assert run(data, "token", "list").returncode == 0
    assert run(data, "key", "rotate", "--new-key-file", str(new)).returncode == 0
    assert new.stat().st_mode & 0o077 == 0
    assert run(data, "token", "list").returncode == 1
    assert run(data, "token", "list", HYGIE_MASTER_KEY_FILE=str(new)).returncode == 0
    text = new.read_bytes().hex()
    assert run(data, "token", "list", HYGIE_MASTER_KEY=text).returncode == 0
    assert run(data, "token", "list", HYGIE_MASTER_KEY_COMMAND=f"echo {text}").returncode == 0
    assert run(data, "key", "rotate", HYGIE_MASTER_KEY=text).returncode == 1


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


def test_a_record_is_rekeyed_then_erased(server: str, data: Path) -> None:
    """Guards: an erasure that the running server does not know of, or made by a slip."""
    token = run(data, "token", "create", "--scope", "system/*.cruds", "--ttl", "5m").stdout.strip()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    address = f"{server}/fhir/Patient/to-erase"
    body = {"resourceType": "Patient", "id": "to-erase", "active": True}
    assert httpx.put(address, headers=headers, json=body).status_code == 201
    assert run(data, "key", "rekey", "Patient/to-erase").returncode == 0
    assert httpx.get(address, headers=headers).status_code == 200
    asked = ["key", "destroy", "Patient/to-erase", "--reason", "demande du patient"]
    assert run(data, *asked, answer="another\n").returncode == 1
    assert httpx.get(address, headers=headers).status_code == 200
    assert run(data, *asked, answer="to-erase\n").returncode == 0
    assert httpx.get(address, headers=headers).status_code == 410
    assert httpx.put(address, headers=headers, json=body).status_code == 410


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
