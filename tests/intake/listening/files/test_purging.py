"""Guards files that somebody still needs from a purge that takes too much."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.intake.listening.files import day_folders
from hygie.intake.listening.files.depot import OutOfReachError
from hygie.intake.listening.files.purging import PURGE_SECONDS, Purging, day_of, is_of
from hygie.intake.listening.files.troubles import database_away
from hygie.intake.listening.folder import FolderDepot
from hygie.intake.sources.declaration import Folder
from hygie.limits.gateway import MAX_PURGED_TOGETHER

TODAY = datetime.now(UTC).astimezone().date()


def kept(root: Path, name: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("MSH|")
    return file


def inside(root: Path) -> list[str]:
    return sorted(str(one.relative_to(root)) for one in root.rglob("*"))


class Deposit:
    """A folder whose clock is ours."""

    def __init__(self, root: Path, **way) -> None:
        self.today, self.seconds = TODAY, 0.0
        declared = Folder(path=str(root), **way)
        depot = FolderDepot(declared, [root.parent], lambda _: "")
        self.purging = Purging(declared, depot, lambda: self.today, lambda: self.seconds)

    async def after(self, days: int) -> int:
        self.today, self.seconds = TODAY + timedelta(days=days), self.seconds + PURGE_SECONDS
        return await self.purging.step()


async def test_what_was_put_away_goes_when_its_days_are_over(tmp_path):
    """Copies of messages in clear that lie in a folder for ever; those of today that are gone."""
    kept(tmp_path, f"traites/{TODAY}/a.hl7")
    kept(tmp_path, f"refuses/{TODAY}/b.hl7")
    kept(tmp_path, f"refuses/{TODAY}/b.hl7.txt")
    deposit = Deposit(tmp_path, keep_days=30, keep_refused_days=90)
    assert await deposit.after(30) == 0
    assert await deposit.after(31) == 1
    assert inside(tmp_path / "traites") == []
    assert len(inside(tmp_path / "refuses")) == 3
    assert await deposit.after(91) == 2
    assert inside(tmp_path) == ["refuses", "traites"]


async def test_by_default_everything_is_kept(tmp_path):
    """Files removed that nobody asked to remove."""
    kept(tmp_path, f"traites/{TODAY}/a.hl7")
    assert await Deposit(tmp_path).after(10_000) == 0
    assert len(inside(tmp_path)) == 3


async def test_what_is_not_ours_stays(tmp_path):
    """Links followed out of the folder; files of others, put there by hand or by another tool."""
    outside = tmp_path / "elsewhere"
    kept(outside, f"{TODAY}/x.hl7")
    root = tmp_path / "labo"
    day = f"traites/{TODAY}"
    later = kept(root, "traites/2020-01-01/later.hl7")  # changed after the day it lies in
    for name in ("new.hl7", "traites/notes.txt", "traites/old/n.hl7", f"{day}/sub/n.hl7",
                 "traites/20200101/n.hl7"):  # fmt: skip
        kept(root, name)
    kept(root, f"{day}/ours.hl7")
    (root / day / "link.hl7").symlink_to(outside / str(TODAY) / "x.hl7")
    (root / "traites" / "2020-02-02").symlink_to(outside / str(TODAY))
    (root / "refuses").symlink_to(outside)
    before = inside(root)
    deposit = Deposit(root, keep_days=1, keep_refused_days=1)
    assert await deposit.after(100) == 1
    assert set(before) - set(inside(root)) == {f"{day}/ours.hl7"}
    assert later.exists()
    assert len(inside(outside)) == 2


async def test_a_folder_out_of_reach_is_left_for_later(tmp_path):
    """A purge that stops a source from taking what comes in."""

    class Away:
        async def purge(self, *_) -> int:
            raise OutOfReachError(database_away())

    assert await Purging(Folder(path="/x", keep_days=1), Away()).step() == 0
    missing = Deposit(tmp_path / "labo", keep_days=1)
    assert await missing.after(100) == 0


async def test_much_is_removed_in_parts(tmp_path):
    """A hundred thousand files, removed while what comes in waits; some of them left for ever."""
    for number in range(MAX_PURGED_TOGETHER + 1):
        kept(tmp_path, f"traites/{TODAY}/{number}.hl7")
    deposit = Deposit(tmp_path, keep_days=1)
    assert await deposit.after(100) == MAX_PURGED_TOGETHER
    assert await deposit.purging.step() == 1
    assert inside(tmp_path) == ["traites"]


def test_an_error_of_one_file_keeps_it(tmp_path, monkeypatch):
    """A purge that ends at the first file whose rights are wrong, or fails for ever."""
    for name in "ab":
        kept(tmp_path, f"traites/{TODAY}/{name}")
    real = os.unlink

    def unlink(name, **at):
        if name == "a":
            raise PermissionError
        real(name, **at)

    monkeypatch.setattr(os, "unlink", unlink)
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert day_folders.purge(folder, "traites", TODAY + timedelta(days=9), 9) == 1
    finally:
        os.close(folder)
    assert inside(tmp_path / "traites" / str(TODAY)) == ["a"]


@given(st.dates(date(1970, 1, 2), date(2100, 1, 1)), st.dates())
def test_days_are_read_as_they_are_written(day, before):
    """A folder of another name taken for one of ours."""
    assert day_of(str(day), before) == (day if day < before else None)
    assert day_of(str(day).replace("-", ""), date.max) is None
    noon = datetime(day.year, day.month, day.day, 12).timestamp()  # noqa: DTZ001 - of the machine
    assert is_of(day, noon)
    assert not is_of(day, noon + 2 * 86_400)


@pytest.mark.parametrize("when", [float("inf"), float("nan"), 1e20, 2**63])
def test_a_time_that_is_none_is_not_ours(when):
    """A server that says anything."""
    assert not is_of(TODAY, when)
