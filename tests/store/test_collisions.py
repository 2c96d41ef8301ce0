"""Guards against two facts that share a keyed hash: told apart, or refused; never mistaken."""

from zoneinfo import ZoneInfo

import pytest

from hygie.refusal import Refused
from hygie.store.store import Store


def patient(name: str, **values: object) -> dict:
    return {"resourceType": "Patient", "id": name, **values}


@pytest.fixture
async def collided(database_url, keyring, trail, monkeypatch):
    """A store in which the ids a and b, and the texts that end in x or y, have one hash."""
    reference, blind = keyring.reference, keyring.blind
    monkeypatch.setattr(
        keyring, "reference", lambda kind, name: reference(kind, name.replace("b", "a"))
    )
    monkeypatch.setattr(keyring, "blind", lambda scope, text: blind(scope, text.replace("y", "x")))
    opened = await Store.open(
        database_url, keyring, lambda pool: trail, zone=ZoneInfo("Europe/Paris")
    )
    async with opened.transaction(_context()) as transaction:
        await transaction.update(patient("a", identifier=[{"system": "urn:i", "value": "x"}]))
    yield opened
    await opened.close()


def _context():
    from hygie.sight import EVERYTHING  # noqa: PLC0415
    from hygie.trace import Context  # noqa: PLC0415

    return Context(actor="dr.martin", kind="account", request="test", sight=EVERYTHING)


async def test_another_id_of_the_same_key_is_not_read(collided, context):
    """The wrong patient would be shown."""
    assert (await collided.read(context, "Patient", "a")).id == "a"
    with pytest.raises(Refused, match=r"store\.not-found"):
        await collided.read(context, "Patient", "b")
    with pytest.raises(Refused, match=r"store\.not-found"):
        await collided.vread(context, "Patient", "b", 1)
    async with collided.transaction(context) as transaction:
        assert await transaction.read("Patient", "b") is None


async def test_another_id_of_the_same_key_is_not_written(collided, context):
    """One patient's record would be overwritten by another's."""
    for write in ("update", "write_many"):
        async with collided.transaction(context) as transaction:
            given = patient("b") if write == "update" else [patient("b")]
            with pytest.raises(Refused, match=r"store\.id-taken"):
                await getattr(transaction, write)(given)
    assert (await collided.read(context, "Patient", "a")).version == 1


async def test_two_ids_of_one_key_do_not_come_together(collided, context):
    """The second would silently take the place of the first."""
    async with collided.transaction(context) as transaction:
        with pytest.raises(Refused, match=r"store\.id-taken"):
            await transaction.write_many([patient("ca"), patient("cb")])


async def test_another_fact_of_the_same_hash_is_no_identity(collided, context, make_query):
    """A message would be filed under someone else: identifiers are read again once opened."""
    for value, expected in (("urn:i|x", 1), ("urn:i|y", 0), ("y", 0)):
        query = make_query("Patient", ("identifier", value))
        assert len((await collided.search(context, query)).matches) == expected
        async with collided.transaction(context) as transaction:
            assert len((await transaction.search(query)).matches) == expected


async def test_another_id_is_not_found(collided, context, make_query):
    """A search by id must find what a read of it would."""
    assert len((await collided.search(context, make_query("Patient", ("_id", "a")))).matches) == 1
    assert (await collided.search(context, make_query("Patient", ("_id", "b")))).matches == ()
