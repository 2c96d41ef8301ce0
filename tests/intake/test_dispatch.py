"""Guards against pieces lost, filed twice, or out of order between importers."""

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygie.intake import dispatch
from hygie.intake.dispatch import Dispatch
from hygie.intake.values import Summary
from hygie.limits import MAX_LINE_BYTES
from hygie.refusal import Category, Phrase, Refused, refuse


class Book:
    """Importers that write down what they filed, and when."""

    def __init__(self, count):
        self.filed = []
        self.busy = 0
        self.importers = [self] * count

    async def file(self, batch):
        self.busy += 1
        await asyncio.sleep(0)
        others = self.busy > 1
        self.filed += [(json.loads(piece.raw), others) for piece in batch.pieces]
        self.busy -= 1
        return Summary(filed=len(batch.pieces))


def line(number, name, kind="Basic"):
    return json.dumps({"resourceType": kind, "id": name, "number": number}).encode()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "BUNDLE"]), max_size=40),
    st.integers(1, 4), st.integers(1, 5),
)  # fmt: skip
def test_order_is_kept_where_it_matters(tmp_path_factory, names, importers, together):
    """An older version that wins; a bundle beside what came before it."""
    folder = tmp_path_factory.mktemp("files")
    kinds = ["Bundle" if name == "BUNDLE" else "Basic" for name in names]
    lines = [line(n, name, kind) for n, (name, kind) in enumerate(zip(names, kinds, strict=True))]
    (folder / "x.ndjson").write_bytes(b"\n".join(lines))
    book = Book(importers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "RESOURCES_TOGETHER", together)
        summary = asyncio.run(Dispatch(book.importers).run([folder / "x.ndjson"]))
    assert summary.filed == len(names) or not names
    order = [resource["number"] for resource, _ in book.filed]
    assert sorted(order) == list(range(len(names)))
    for name in set(names):
        of_one = [r["number"] for r, _ in book.filed if r["id"] == name]
        assert of_one == sorted(of_one)
    for place, (resource, beside_others) in enumerate(book.filed):
        if resource["resourceType"] == "Bundle":
            assert not beside_others
            assert order[place] == place


async def test_a_line_without_end_concerns_that_line(tmp_path):
    """A file of which nothing is taken, or a full memory, because of one line."""
    path = tmp_path / "x.ndjson"
    with path.open("wb") as file:
        file.write(line(0, "a") + b"\n")
        for _ in range(3):
            file.write(b"x" * MAX_LINE_BYTES)
        file.write(b"\n" + line(1, "b"))
    book = Book(2)
    seen = []
    summary = await Dispatch(book.importers, lambda done, of: seen.append((done, of))).run([path])
    assert [resource["id"] for resource, _ in book.filed] == ["a", "b"]
    [refusal] = summary.refusals
    assert (refusal.path, refusal.rule) == (f"{path}:2", "intake.size")
    assert seen[-1] == (path.stat().st_size,) * 2


async def test_what_an_importer_raises_ends_the_import(tmp_path):
    """An import that goes on, or hangs, without a database."""
    phrase = Phrase("perdu", "lost")

    class Lost:
        async def file(self, batch):
            raise refuse(Category.BUSY, "store.lost", phrase)

    (tmp_path / "x.ndjson").write_bytes(b"\n".join(line(n, f"{n}") for n in range(2_000)))
    with pytest.raises(Refused) as caught:
        await asyncio.wait_for(Dispatch([Lost()] * 3).run([tmp_path]), 10)
    assert caught.value.refusal.category is Category.BUSY


async def test_a_stopped_import_files_what_it_read(tmp_path):
    """Ctrl-C that leaves nobody knowing what was filed."""
    (tmp_path / "x.ndjson").write_bytes(b"\n".join(line(n, f"{n}") for n in range(2_000)))
    book = Book(2)
    running = Dispatch(book.importers, lambda done, of: running.stop())
    summary = await running.run([tmp_path])
    assert 0 < summary.filed == len(book.filed) < 2_000
