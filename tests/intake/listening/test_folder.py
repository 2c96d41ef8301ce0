"""A watched folder: what is taken, when, where it goes; senders that write badly or mean ill."""

import os
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from tests.intake.listening.files.depots import Receiver, Told

from hygie.intake.listening.files.collector import Collector
from hygie.intake.listening.files.completeness import Completeness
from hygie.intake.listening.folder import FolderDepot
from hygie.intake.sources.declaration import Folder
from hygie.limits import MAX_BUNDLE_BYTES

DAY = date(2026, 6, 1)


def message(number: int) -> bytes:
    return f"MSH|^~\\&|A|B|C|D|2026||ADT^A28|{number}|P|2.5\rPID|{number}\r".encode()


class Watch:
    """A folder and the one who takes from it."""

    def __init__(self, path: Path, **way) -> None:
        self.path = path
        self.receiver, self.told = Receiver(), Told()
        self.way = Folder(path=str(path), **way)
        self.allowed = [path.parent]
        self.collector = self.anew()

    def anew(self) -> Collector:
        """As after a restart."""
        completeness = Completeness(self.way.pattern)
        depot = FolderDepot(self.way, self.allowed, completeness.companion, lambda: DAY)
        return Collector("labo", depot, completeness, self.receiver, self.told)

    def put(self, name, content: bytes | int = 1, at: float = 0) -> Path:
        file = self.path / name
        file.write_bytes(message(content) if isinstance(content, int) else content)
        os.utime(file, (at, at))
        return file

    async def look(self, times: int = 2):
        for _ in range(times):
            said = await self.collector.once()
        return said

    def inside(self) -> list[str]:
        """All files, from the folder on."""
        every = (one for one in self.path.rglob("*") if one.is_file() and not one.is_symlink())
        return sorted(str(one.relative_to(self.path)) for one in every)

    @property
    def numbers(self) -> list[int]:
        return [int(raw.split(b"|")[9]) for raw in self.receiver.kept]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    path = tmp_path / "labo"
    path.mkdir()
    return Watch(path)


async def test_files_are_taken_oldest_first_and_kept(watch):
    """Guards: an order of messages that nobody sent; a file that is lost with what it held."""
    watch.put("b.hl7", 1, at=1)
    watch.put("a.hl7", 2, at=2)
    watch.put("c.hl7", message(3) + message(4), at=2)
    assert await watch.look() is None
    assert watch.numbers == [1, 2, 3, 4]
    assert watch.receiver.names == ["b.hl7", "a.hl7", "c.hl7", "c.hl7"]
    assert watch.inside() == [f"traites/2026-06-01/{name}.hl7" for name in "abc"]
    assert watch.told.messages == 4


async def test_a_file_is_deleted_when_it_was_asked_so(watch):
    """Guards: health data that stays in clear where nobody wanted it."""
    watch.way = Folder(path=str(watch.path), after="delete")
    watch.collector = watch.anew()
    watch.put("a.hl7")
    await watch.look()
    assert (watch.numbers, watch.inside()) == ([1], [])


async def test_a_half_written_file_waits_for_its_end(watch):
    """Guards: half a message filed, and the other half refused."""
    file = watch.put("a.hl7", message(1)[:30])
    await watch.look(1)
    with file.open("ab") as more:
        more.write(message(1)[30:])
    await watch.look(1)
    assert watch.receiver.kept == []
    await watch.look(1)
    assert watch.numbers == [1]


async def test_what_is_refused_goes_apart_with_its_reason(watch):
    """Guards: a file that disappears without anybody being told why."""
    watch.put("a.pdf", b"%PDF-1.7")
    watch.put("b.ndjson", b'{"resourceType":"Patient"}\n' + b"x" * 20_000_000 + b"\n")
    await watch.look()
    away = watch.path / "refuses" / "2026-06-01"
    assert "ni un message HL7 v2" in (away / "a.pdf.txt").read_text()
    assert (away / "b.ndjson.txt").read_text().startswith("ligne 2 : ")
    assert watch.inside() == [f"refuses/2026-06-01/{name}" for name in
                              ("a.pdf", "a.pdf.txt", "b.ndjson", "b.ndjson.txt")]  # fmt: skip
    assert len(watch.receiver.kept) == 1


async def test_a_file_larger_than_any_message_is_refused_unread(watch):
    """Guards: a memory filled by one file."""
    with watch.put("a.hl7").open("ab") as file:
        file.truncate(MAX_BUNDLE_BYTES + 1)
    await watch.look()
    assert "limite" in (watch.path / "refuses" / "2026-06-01" / "a.hl7.txt").read_text()


async def test_a_name_that_was_taken_before_is_kept_beside(watch):
    """Guards: a kept file overwritten by the next one of its name."""
    for number in (1, 2, 3):
        watch.put("adt.hl7", number, at=number)
        await watch.look()
    kept = watch.path / "traites" / "2026-06-01"
    assert (kept / "adt.hl7").read_bytes() == message(1)
    assert (kept / "adt~2.hl7").read_bytes() == message(2)
    assert (kept / "adt~3.hl7").read_bytes() == message(3)


async def test_a_crash_after_the_commit_takes_the_file_again(watch, monkeypatch):
    """Guards: a message lost between commit and move. That it is filed once is the inbox's."""
    watch.put("a.hl7")
    with monkeypatch.context() as patch:
        patch.setattr(FolderDepot, "put_away", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            await watch.look()
    watch.collector = watch.anew()
    await watch.look()
    assert watch.numbers == [1, 1]
    assert watch.inside() == ["traites/2026-06-01/a.hl7"]


async def _power_cut(*_):
    raise KeyboardInterrupt


async def test_nothing_moves_while_the_database_is_away(watch):
    """Guards: a file put away whose messages were never committed."""
    watch.put("a.hl7", b"".join(message(n) for n in range(100)))
    watch.put("b.hl7", 200)
    watch.receiver.fails_after = 1
    said = await watch.look()
    assert said.rule == "source.database"
    assert watch.inside() == ["a.hl7", "b.hl7"]
    watch.receiver.fails_after = -1
    assert await watch.look(1) is None
    assert watch.numbers == [*range(64), *range(100), 200]


async def test_a_file_that_cannot_be_moved_is_taken_once(watch):
    """Guards: the same file received anew at every look, for as long as a disk is full."""
    watch.way = Folder(path=str(watch.path), pattern="*.hl7")
    watch.collector = watch.anew()
    watch.put("a.hl7")
    (watch.path / "traites").write_text("in the way")
    assert (await watch.look(5)).rule == "source.stuck"
    assert watch.numbers == [1]
    (watch.path / "traites").unlink()
    assert await watch.look(1) is None
    assert watch.inside() == ["traites/2026-06-01/a.hl7"]
    assert watch.numbers == [1]


async def test_a_file_replaced_after_it_was_read_stays(watch, monkeypatch):
    """Guards: a new file put away unread, under the name of the one that was."""
    watch.put("adt.hl7", 1)
    whole = watch.receiver.__call__

    async def replaced(pieces):
        watch.put("new", 2).rename(watch.path / "adt.hl7")
        return await whole(pieces)

    watch.collector._receive = replaced
    await watch.look()
    watch.collector._receive = whole
    assert (watch.numbers, watch.inside()) == ([1], ["adt.hl7"])
    await watch.look()
    assert watch.numbers == [1, 2]


async def test_a_file_replaced_at_the_very_moment_is_put_back(watch, monkeypatch):
    """Guards: the same, between the look and the move."""
    watch.put("adt.hl7", 1)
    move = os.rename

    def race(source, target, **where):
        monkeypatch.setattr(os, "rename", move)
        watch.put("new", 2)
        move(watch.path / "new", watch.path / "adt.hl7")
        move(source, target, **where)

    await watch.look(1)
    monkeypatch.setattr(os, "rename", race)
    await watch.look(1)
    assert watch.inside() == ["adt.hl7"]
    await watch.look()
    assert watch.numbers == [1, 2]


async def test_links_pipes_and_folders_are_no_files(watch, tmp_path):
    """Guards: a sender who has Hygie read what it may not read itself, or wait for ever."""
    (tmp_path / "secret").write_bytes(message(9))
    (watch.path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(watch.path / "pipe")
    (watch.path / "folder").mkdir()
    assert await watch.look(3) is None
    assert watch.receiver.kept == []


async def test_a_link_in_place_of_the_folder_of_what_was_taken_leads_nowhere(watch, tmp_path):
    """Guards: files of patients moved to where somebody else reads them."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (watch.path / "traites").symlink_to(elsewhere)
    watch.put("a.hl7")
    assert (await watch.look(3)).rule == "source.stuck"
    assert list(elsewhere.iterdir()) == []
    assert watch.numbers == [1]


async def test_a_folder_that_leads_elsewhere_is_not_read(watch, tmp_path):
    """Guards: a folder replaced by a link once its declaration was checked."""
    watch.put("a.hl7")
    watch.allowed[:] = [tmp_path / "other"]
    assert (await watch.look(3)).rule == "source.outside"
    assert watch.receiver.kept == []


async def test_a_folder_that_is_gone_is_told_and_looked_for_again(watch):
    """Guards: a share unmounted at night that is never looked at again."""
    watch.path.rename(watch.path.with_name("away"))
    assert (await watch.look(1)).rule == "source.unreachable"
    watch.path.with_name("away").rename(watch.path)
    watch.put("a.hl7")
    assert await watch.look(2) is None
    assert watch.numbers == [1]


async def test_a_file_that_fails_does_not_stop_the_others(watch, monkeypatch):
    """Guards: one bad block of a disk that stops a feed."""
    watch.put("a.hl7")
    watch.put("b.hl7", 2)
    read = FolderDepot.read

    async def failing(depot, found):
        if found.name == "a.hl7":
            raise OSError(5, "Input/output error")
        return await read(depot, found)

    monkeypatch.setattr(FolderDepot, "read", failing)
    said = await watch.look()
    assert "a.hl7" in said.text("fr")
    assert watch.numbers == [2]
    assert watch.inside() == ["a.hl7", "traites/2026-06-01/b.hl7"]


NAMES = [b"r\xe9sultat.hl7", b"a\nb.hl7", b"-rf", "é ' \" $(x).hl7".encode()]


@pytest.mark.parametrize("name", NAMES)
async def test_names_are_bytes_and_do_no_harm(watch, name):
    """Guards: a name of an older system that cannot be kept, or that is taken for something."""
    watch.put(os.fsdecode(name))
    assert await watch.look() is None
    assert watch.numbers == [1]
    assert watch.receiver.names[0].isprintable()
    assert watch.inside() == [f"traites/2026-06-01/{os.fsdecode(name)}"]


async def test_with_companions_both_go(watch):
    """Guards: companions that gather, and say of the next file of that name that it is whole."""
    watch.way = Folder(path=str(watch.path), pattern="*.hl7.ok")
    watch.collector = watch.anew()
    watch.put("a.hl7")
    await watch.look(3)
    assert watch.receiver.kept == []
    watch.put("a.hl7.ok", b"")
    await watch.look(1)
    assert watch.inside() == ["traites/2026-06-01/a.hl7"]


async def test_what_was_committed_before_a_crash_is_filed_once(watch, gateway, write, monkeypatch):
    """Guards: a patient with two stays for one admission, since the power went between commit and
    move. With the real inbox."""
    watch.put("a.hl7", write("ADT^A28") + write("ADT^A28", person={3: "9^^^CH&1.2.3&ISO^PI"}))
    watch.receiver = partial(gateway.accept_all, "labo")
    watch.collector = watch.anew()
    with monkeypatch.context() as patch:
        patch.setattr(FolderDepot, "put_away", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            await watch.look()
    watch.collector = watch.anew()
    assert await watch.look() is None
    assert watch.inside() == ["traites/2026-06-01/a.hl7"]
    assert (await gateway.counts()).states == {"filed": 2, "duplicate": 2}


async def test_a_reason_never_takes_the_place_of_a_refused_file(watch):
    """Guards: a refused file lost under the sentence that tells why another one was."""
    watch.put("a.pdf.txt", b"%PDF-1.7 of the sender", at=1)
    watch.put("a.pdf", b"%PDF-1.7", at=2)
    await watch.look()
    away = watch.path / "refuses" / "2026-06-01"
    assert (away / "a.pdf.txt").read_bytes() == b"%PDF-1.7 of the sender"
    assert (away / "a~2.pdf").read_bytes() == b"%PDF-1.7"
    assert "ni un message HL7 v2" in (away / "a~2.pdf.txt").read_text()


@pytest.mark.parametrize(
    "name",
    ["é" * 125 + ".hl7", "." + "x" * 254, "x" * 255, "x." + "y" * 253, "a\nb\r.hl7",
     "\udce9t\udce9.hl7", "-rf *.hl7", "~$.x"],
)  # fmt: skip
async def test_whatever_its_name_a_file_is_taken_once_and_put_away(watch, name):
    """Guards: a file that is taken again and again because its name leaves no room for another."""
    for number, content in ((1, message(1)), (2, message(2)), (3, b"%PDF-1.7")):
        watch.put(name, content, at=number)
        await watch.look()
    meant = not name.startswith((".", "~$"))
    assert watch.numbers == ([1, 2] if meant else [])
    assert watch.told.issue is None
    assert len(watch.inside()) == (4 if meant else 1)
