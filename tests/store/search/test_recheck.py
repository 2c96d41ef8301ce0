"""What was found out once about a resource, and must not be said of another, nor of its next."""

import pytest

from hygie.store.search import recheck
from hygie.store.search.recheck import Recheck


@pytest.fixture
def read(monkeypatch):
    """How many resources were read again."""
    read: list[str] = []
    truly = Recheck._read

    def counted(self, criteria, opened):
        read.append(opened.stored.id)
        return truly(self, criteria, opened)

    monkeypatch.setattr(Recheck, "_read", counted)
    return read


def patient(name: str, given: str = "p1"):
    return {"resourceType": "Patient", "id": given, "name": [{"family": name}]}


async def ids(store, context, query) -> list[str]:
    return [one.id for one in (await store.search(context, query)).matches]


async def test_each_version_is_read_for_itself(store, context, make_query, read):
    """A name that was corrected, and the patient still found by the wrong one."""
    query = make_query("Patient", ("family", "Durandeau"))
    await store.update(context, patient("Durandeau"))
    assert await ids(store, context, query) == ["p1"]
    assert await ids(store, context, query) == ["p1"]
    assert read == ["p1"]
    await store.update(context, patient("Durandel"))
    assert await ids(store, context, query) == []
    await store.update(context, patient("Durandeau"))
    assert await ids(store, context, query) == ["p1"]


async def test_each_question_is_answered_for_itself(store, context, make_query, read):
    """An answer about one name, given for another that begins like it."""
    await store.update(context, patient("Durandeau"))
    for name, expected in (("Durandeau", ["p1"]), ("Durandel", []), ("Durande", ["p1"])):
        assert await ids(store, context, make_query("Patient", ("family", name))) == expected
    exact = make_query("Patient", ("family:exact", "Durande"))
    assert await ids(store, context, exact) == []


async def test_what_is_remembered_is_bounded(store, context, make_query, read, monkeypatch):
    """Memory that grows with what is searched."""
    monkeypatch.setattr(recheck, "MAX_KNOWN", 2)
    for number in range(4):
        await store.update(context, patient("Durandeau", f"p{number}"))
    query = make_query("Patient", ("family", "Durandeau"))
    assert len(await ids(store, context, query)) == 4
    assert len(store._searcher._recheck._known) == 2
    monkeypatch.setattr(recheck, "MAX_KNOWN_BYTES", 1)
    assert len(await ids(store, context, query)) == 4
    assert len(read) == 8
