"""Guards against a master key that is misread, or that stays where others can see it."""

import base64
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.refusal import Refused
from hygie.store.keys import sources as key_sources
from hygie.store.keys.keyfile import read_key_file
from hygie.store.keys.sources import decoded, from_command, from_environment, in_memory

KEY = bytes(range(32))


@given(st.binary(min_size=32, max_size=32))
def test_both_writings_are_read(key: bytes):
    """A key read differently from how it was written is another key."""
    assert decoded(base64.b64encode(key), "x") == decoded(key.hex().encode(), "x") == key
    assert decoded(key.hex().upper().encode() + b"\n", "x") == key


@given(st.binary(max_size=100).filter(lambda text: len(text.strip()) not in (44, 64)))
def test_anything_else_is_refused(text: bytes):
    """A passphrase, or half a key, must not silently become a key."""
    with pytest.raises(Refused, match=r"store\.key-text"):
        decoded(text, "x")


def test_the_key_leaves_the_environment():
    """What stays in the environment is inherited by every program that we start."""
    environment = {"HYGIE_MASTER_KEY": KEY.hex(), "HOME": "/"}
    assert from_environment(environment) == KEY
    assert environment == {"HOME": "/"}
    assert from_environment(environment) is None


def test_a_refused_key_is_not_shown():
    """An error message is read by many, and kept in logs."""
    with pytest.raises(Refused) as refused:
        from_environment({"HYGIE_MASTER_KEY": "my-own-passphrase"})
    assert "passphrase" not in refused.value.refusal.issues[0].text("fr")


def test_a_key_in_memory_is_on_no_disk_and_for_our_account_only():
    """Another process of ours reads it while we live; afterwards nobody does."""
    with in_memory(KEY) as path:
        assert read_key_file(path) == KEY
        program = (
            f"import os; print(os.open({str(path)!r}, 0) and open({str(path)!r}, 'rb').read())"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, text=True
        )
        assert done.stdout.strip() == repr(KEY)
        assert "memfd" in str(path.readlink())
    assert not path.exists()


def test_what_a_command_prints_is_the_key(tmp_path: Path):
    """A key service's tool prints raw bytes or text; a shell would change what it is given."""
    (tmp_path / "raw").write_bytes(KEY)
    assert from_command(f"cat {tmp_path}/raw") == KEY
    assert from_command(f"echo {KEY.hex()}") == KEY
    with pytest.raises(Refused, match=r"store\.key-text"):
        from_command(f"echo {KEY.hex()} | cat")


@pytest.mark.parametrize("command", ["false", "/nowhere/at/all", "'", "yes"])
def test_a_command_that_fails_is_refused(command: str):
    """A start that goes on without its key, or that waits for an endless output."""
    with pytest.raises(Refused, match=r"store\.key-command"):
        from_command(command)


def test_a_command_that_hangs_is_ended(monkeypatch):
    """A key service that does not answer must not hold the start for ever, nor be left behind."""
    monkeypatch.setattr(key_sources, "MASTER_KEY_COMMAND_SECONDS", 0.2)
    start = time.monotonic()
    with pytest.raises(Refused, match=r"store\.key-command"):
        from_command("sleep 60")
    assert time.monotonic() - start < 5
