"""Guards against a master key that leaks, gets lost, or opens what is not its own."""

import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from hygie.refusal import Refused
from hygie.store.keys.master import MasterKey

ONE = MasterKey(b"1" * 32)


def test_a_new_key_is_private_and_kept(tmp_path: Path):
    """The master key is the whole store: one owner, one file, the same after a restart."""
    path = tmp_path / "keys" / "master.key"
    made = MasterKey.generate(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert MasterKey.load(path).name == made.name


def test_a_key_is_never_replaced(tmp_path: Path):
    """Generating over a key would make every record unreadable."""
    MasterKey.generate(tmp_path / "key")
    with pytest.raises(Refused, match=r"store\.key-exists"):
        MasterKey.generate(tmp_path / "key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_others_can_read_is_refused(tmp_path: Path, mode: int):
    """A key that another account may have copied protects nothing."""
    MasterKey.generate(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    with pytest.raises(Refused, match=r"store\.key-readable"):
        MasterKey.load(tmp_path / "key")


@pytest.mark.parametrize("size", [0, 31, 33, 1000])
def test_a_key_of_another_size_is_refused(tmp_path: Path, size: int):
    """A truncated key would silently be another key."""
    (tmp_path / "key").write_bytes(os.urandom(size))
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(Refused, match=r"store\.key-size"):
        MasterKey.load(tmp_path / "key")


def test_a_missing_key_is_named(tmp_path: Path):
    """Making a new key when the old one is missing would hide the loss."""
    with pytest.raises(Refused, match=r"store\.key-missing"):
        MasterKey.load(tmp_path / "key")


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**15 - 1))
def test_what_it_wraps_comes_back(key: bytes, generation: int):
    """A store key that does not unwrap is the whole store."""
    assert ONE.unwrap(ONE.wrap(key, generation), generation) == key


def test_it_unwraps_only_its_own():
    """Another key's, or a key put in another's place, must not pass."""
    with pytest.raises(InvalidTag):
        MasterKey.random().unwrap(ONE.wrap(b"k" * 32, 0), 0)
    with pytest.raises(InvalidTag):
        ONE.unwrap(ONE.wrap(b"k" * 32, 1), 0)


def test_keys_are_told_apart_by_their_names():
    """A sentence that names the wrong key sends the administrator to the wrong escrow."""
    assert ONE.name == MasterKey(b"1" * 32).name != MasterKey(b"2" * 32).name
    assert len(ONE.name) == 16
