"""Guards the walk through folders."""

from pathlib import Path

import pytest

from hygie.files import size_of, walk


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
