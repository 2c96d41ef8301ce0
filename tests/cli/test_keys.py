"""The commands of keys, as a user runs them: made, replaced, lost, destroyed."""

from pathlib import Path

import httpx
from tests.cli.house import run


def test_the_key_is_for_its_owner_only(data: Path) -> None:
    """Guards: a master key that others can read."""
    assert (data / "keys" / "master.key").stat().st_mode & 0o077 == 0


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
