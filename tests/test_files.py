"""Guards the walk through folders, and files that are written whole."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hygie.files import one_at_a_time, size_of, walk, write_whole


def test_folders_are_walked_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    """Guards: an order that changes from one run to the next, or a link that leads elsewhere."""
    for name in ("b.json", "a/z.json", "a/b/c.json", ".hidden/x.json", "a/.y.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    found = [str(path.relative_to(tmp_path)) for path in walk([tmp_path])]
    assert found == ["a/b/c.json", "a/z.json", "b.json"]


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a walk that ends at the first folder without rights, or passes it in silence."""

    def denied(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", denied)
    assert list(walk([tmp_path])) == [tmp_path]


def test_the_size_of_what_is_not_there_is_none(tmp_path: Path) -> None:
    """Guards: a crash over a file that went away."""
    assert size_of(tmp_path / "absent") == 0


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    """Guards: half a file after a crash; a file that any account of the machine reads."""
    path = tmp_path / "a.json"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: a full disk that costs what was there before."""
    path = tmp_path / "a.json"
    write_whole(path, b"first")

    def full(_: int) -> None:
        raise BlockingIOError

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BlockingIOError):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"


def test_those_who_hold_a_lock_go_one_by_one(tmp_path: Path) -> None:
    """Guards: two commands that write the same file at once."""
    inside: list[int] = []

    def enter(number: int) -> None:
        with one_at_a_time(tmp_path / "new/.lock"):
            inside.append(number)
            assert len(inside) == 1
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(enter, range(50))) == [None] * 50
