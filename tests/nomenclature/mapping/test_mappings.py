"""From codes in use to decisions, to history rewritten, and back."""

import asyncio

import pytest

from hygie.fhir.codec import decode
from hygie.nomenclature.mapping.correspondences import Target
from hygie.nomenclature.mapping.decisions import Decision
from hygie.nomenclature.mapping.mappings import Mappings
from hygie.refusal import Refused

LOCAL, LOINC = "urn:oid:1.2.3", "http://loinc.org"
SODIUM = Target(LOINC, "2951-2", "Sodium [Moles/Vol]")


def observation(code, display="Sodium"):
    coding = {"system": LOCAL, "code": code, "display": display}
    return {"resourceType": "Observation", "status": "final", "code": {"coding": [coding]}}


def decision(code="NA", target=SODIUM, equivalence="equivalent", comment=""):
    return Decision(
        system=LOCAL, code=code, display="Sodium", target=target, equivalence=equivalence,
        comment=comment,
    )  # fmt: skip


async def rewrite(mappings, context, kind):
    await mappings.rewrite(context, kind, LOCAL, "NA")
    await mappings.history.do(await mappings.runs.take())
    return (await mappings.latest())[0]


async def test_codes_in_use_are_counted(mappings, repository, context):
    """Danger: a technician maps codes that nobody uses, and misses those that count."""
    assert await mappings.usage() is None
    for code in ("NA", "NA", "K"):
        await repository.create(context, observation(code))
    await mappings.count(context)
    await mappings.history.do(await mappings.runs.take())
    usage = await mappings.usage()
    assert [(one.code, one.uses, one.display) for one in usage.codes] == [
        ("NA", 2, "Sodium"), ("K", 1, "Sodium"),
    ]  # fmt: skip
    assert usage.resources == 3


async def test_history_is_mapped_and_unmapped(mappings, repository, store, context):
    """Danger: what was added to the past cannot be taken away, or takes more with it."""
    stored = [await repository.create(context, observation(code)) for code in ("NA", "K")]
    before = [decode(one.body)["code"] for one in stored]
    await mappings.decisions.decide(context, decision())
    done = await rewrite(mappings, context, "apply")
    assert (done.state, done.total, done.done, done.changed) == ("done", 2, 2, 1)
    mapped = decode((await store.read(context, "Observation", stored[0].id)).body)
    assert [one["code"] for one in mapped["code"]["coding"]] == ["NA", "2951-2"]
    assert (await rewrite(mappings, context, "apply")).changed == 0
    assert (await rewrite(mappings, context, "undo")).changed == 1
    after = [await store.read(context, "Observation", one.id) for one in stored]
    assert [decode(one.body)["code"] for one in after] == before


async def test_decisions_of_several_people_at_once_are_all_kept(mappings, store, context):
    """Danger: two technicians decide in the same second, and one decision is lost."""
    other = Mappings(store, mappings.decisions._repository)
    await asyncio.gather(
        *(one.decisions.decide(context, decision(f"C{number}"))
          for number in range(6) for one in (mappings, other))
    )  # fmt: skip
    assert len(await mappings.decided()) == 6


async def test_a_decision_is_withdrawn(mappings, context):
    """Danger: a mistake cannot be undone."""
    await mappings.decisions.decide(context, decision())
    assert len(await mappings.correspondences()) == 1
    await mappings.decisions.withdraw(context, LOCAL, "NA", LOINC)
    assert len(await mappings.correspondences()) == 0
    with pytest.raises(Refused):
        await mappings.decisions.withdraw(context, LOCAL, "NA", LOINC)
    with pytest.raises(Refused):
        await mappings.rewrite(context, "apply", LOCAL, "NA")


async def test_no_code_is_right_is_a_decision_too(mappings, context):
    """Danger: a code that was judged comes back to be judged every week."""
    none = Target(LOINC, "")
    await mappings.decisions.decide(context, decision(target=none, equivalence="unmatched"))
    assert [one.equivalence for one in await mappings.decided()] == ["unmatched"]
    assert len(await mappings.correspondences()) == 0


async def test_an_inexact_mapping_says_what_differs(mappings, context):
    """Danger: a reader takes an approximate code for the exact one."""
    with pytest.raises(Refused):
        await mappings.decisions.decide(context, decision(equivalence="narrower"))
    said = decision(equivalence="narrower", comment="sang capillaire seulement")
    await mappings.decisions.decide(context, said)
    assert await mappings.decided() == [said]


async def test_one_run_at_a_time_and_it_can_be_cancelled(mappings, context):
    """Danger: two runs write the same resources against each other, or one cannot be stopped."""
    number = await mappings.count(context)
    with pytest.raises(Refused):
        await mappings.count(context)
    run = await mappings.runs.take()
    await mappings.runs.cancel(number)
    assert not await mappings.runs.advance(run, 1, 1, 0, 0)
    assert await mappings.runs.take() is None


async def test_a_run_that_died_is_taken_up(mappings, repository, context):
    """Danger: after a crash half of history is mapped, for ever."""
    await repository.create(context, observation("NA"))
    await mappings.decisions.decide(context, decision())
    await mappings.rewrite(context, "apply", LOCAL, "NA")
    assert await mappings.runs.take()  # and its process is killed
    again = await mappings.runs.take()
    await mappings.history.do(again)
    assert (await mappings.latest())[0].changed == 1


async def test_no_code_is_readable_in_the_database(mappings, repository, context, store):
    """Danger: a stolen dump tells what the establishment measures, and who decided."""
    await repository.create(context, observation("SECRETCODE", "SECRETNAME"))
    await mappings.count(context)
    await mappings.history.do(await mappings.runs.take())
    for table in ("code_usage", "mapping_run"):
        rows = await store.pool.fetch(f"SELECT t::text FROM hygie.{table} AS t")
        assert rows
        for row in rows:
            raw = bytes.fromhex(row[0].partition("\\x")[2].partition('"')[0].partition(")")[0])
            assert b"SECRET" not in raw
            assert "SECRET" not in row[0]
