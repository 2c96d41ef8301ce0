"""Guards against rows altered on disk: told apart, named, and never in the way of the others."""

from zoneinfo import ZoneInfo

import pytest

from hygie.refusal import Category, Refused
from hygie.store.keys.envelope import unlock
from hygie.store.keys.keyring import Keyring
from hygie.store.keys.master import MasterKey
from hygie.store.store import Store


def patient(name: str) -> dict:
    return {"resourceType": "Patient", "id": name, "name": [{"family": "Martin"}]}


async def key_of(store, name: str) -> int:
    return store.keyring.reference("Patient", name)


@pytest.fixture
async def three(store, context):
    async with store.transaction(context) as transaction:
        await transaction.write_many([patient("a"), patient("b"), patient("c")])
    return store


FLIP = "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE key = $1"
CUT = "UPDATE hygie.resource SET body = substr(body, 1, 10) WHERE key = $1"
VERSION = "UPDATE hygie.resource SET version = 7 WHERE key = $1"
HIDE = "UPDATE hygie.resource SET deleted = true WHERE key = $1"
FORMAT = "UPDATE hygie.resource SET body = set_byte(body, 0, 9) WHERE key = $1"
DICTIONARY = "UPDATE hygie.resource SET body = set_byte(body, 1, 200) WHERE key = $1"
SWAP = """
UPDATE hygie.resource SET body = o.body, patient = o.patient
FROM hygie.resource o WHERE hygie.resource.key = $1 AND o.key <> $1
"""


@pytest.mark.parametrize("change", [FLIP, CUT, VERSION, HIDE, FORMAT, DICTIONARY, SWAP])
async def test_an_altered_row_is_refused(change, three, context):
    """One person's data under another's name is the worst that a store can do."""
    await three.pool.execute(change, await key_of(three, "a"))
    with pytest.raises(Refused, match=r"store\.body-unreadable") as refused:
        await three.read(context, "Patient", "a")
    assert refused.value.refusal.category is Category.CONFLICT
    assert (await three.read(context, "Patient", "b")).id == "b"


async def test_the_others_are_still_found(three, context, make_patient_query):
    """One damaged row must not close a ward's list; it must not be silently left out either."""
    await three.pool.execute(FLIP, await key_of(three, "a"))
    page = await three.search(context, make_patient_query("name", "martin"))
    assert {one.id for one in page.matches} == {"b", "c"}
    assert [issue.rule for issue in page.issues] == ["store.body-unreadable"]
    assert page.issues[0].details["row"] == str(await key_of(three, "a"))


async def test_an_altered_row_is_not_overwritten(three, context):
    """Writing over a damaged version would destroy the evidence."""
    await three.pool.execute(FLIP, await key_of(three, "a"))
    with pytest.raises(Refused, match=r"store\.body-unreadable"):
        async with three.transaction(context) as transaction:
            await transaction.update(patient("a") | {"gender": "male"})


async def test_a_destroyed_key_erases(three, context):
    """Erasure destroys the key: the record must be gone for good, and only that one."""
    await three.pool.execute(
        "DELETE FROM hygie.patient_key WHERE patient = $1", await key_of(three, "a")
    )
    three.vault.keys._cache.clear()
    with pytest.raises(Refused, match=r"store\.key-destroyed"):
        await three.read(context, "Patient", "a")
    assert (await three.read(context, "Patient", "b")).id == "b"


async def test_another_master_key_is_refused(three, database_url, tmp_path, trail):
    """Writing under a wrong key would split the store in two unreadable halves."""
    MasterKey.generate(tmp_path / "other.key")
    with pytest.raises(Refused, match=r"store\.key-wrong"):
        await unlock(database_url, tmp_path / "other.key")
    other = Keyring(b"o" * 32, {1: b"w" * 32})
    with pytest.raises(Refused, match=r"store\.keys-foreign"):
        await Store.open(database_url, other, lambda pool: trail, zone=ZoneInfo("Europe/Paris"))
