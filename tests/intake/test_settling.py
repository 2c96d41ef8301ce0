"""Guards against what settling many messages at once could change: order, identity, exactly once.
A batch must come to what its messages come to one by one."""

import asyncio
from itertools import count

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.fhir.french.keys import ins_key
from hygie.intake import settling
from hygie.intake.room import Room
from hygie.intake.values import Filters

NUMBER = "2760376540123"
INS = f"{NUMBER}{ins_key(NUMBER)}^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS"
PLACE = "^^ROUEN^^^^BDL^^76540"


MARKS = count(1)


def numbered(number):
    return {3: f"{number}^^^CH&1.2.3&ISO^PI"}


@pytest.fixture
def before(monkeypatch):
    """before(act): `await act(work)` just before each message is filed."""
    real = settling.file_arrival

    def arrange(act):
        async def after(work):
            await act(work)
            return await real(work)

        monkeypatch.setattr(settling, "file_arrival", after)

    return arrange


async def test_three_systems_that_tell_of_one_new_person_make_one_patient(
    gateway, write, everything
):
    """A batch in which nobody waits for anybody: three records of one national identity."""
    persons = [{3: f"{n}^^^S{n}&1.2.{n}&ISO^PI~{INS}", 11: PLACE, 32: "VALI"} for n in (3, 4, 5)]
    receipts = await gateway.receive_all("gam", [write("ADT^A28", person=one) for one in persons])
    assert [receipt.state for receipt in receipts] == ["filed"] * 3
    [patient] = await everything("Patient")
    assert len(patient["identifier"]) == 4


async def test_one_visit_number_of_two_patients_is_refused_for_one(gateway, write, everything, zbe):
    """A stay that two messages of one batch each take for theirs."""
    raws = [
        write("ADT^A01", person=numbered(n), visit="V1", extra=[zbe(f"M{n}", "202601101200")])
        for n in (1, 2)
    ]
    receipts = await gateway.receive_all("gam", raws)
    filed, stopped = sorted(receipts, key=lambda receipt: receipt.state)
    assert (filed.state, stopped.state) == ("filed", "quarantined")
    assert stopped.issues[0].rule == "visit.of-another"
    assert len(await everything("Encounter")) == 1


def movements(write, zbe, person):
    """Admission, transfers, discharge: in another order they are quarantined, or come to less."""
    visit = {"person": numbered(person), "visit": f"V{person}"}
    made = [write("ADT^A01", **visit, extra=[zbe(f"M{person}.0", "202601101200")])]
    for hour in (13, 14, 15):
        movement = zbe(f"M{person}.{hour}", f"20260110{hour}00", unit=f"21{hour}")
        made.append(write("ADT^A02", **visit, extra=[movement]))
    made.append(write("ADT^A03", **visit, extra=[zbe(f"M{person}.9", "202601111200")]))
    return made


async def test_the_messages_of_a_patient_keep_their_order(
    gateway, write, zbe, everything, before, monkeypatch
):
    """A discharge filed before the admission because its batch was quicker."""
    monkeypatch.setattr("hygie.intake.line.IN_A_ROW", 2)
    filed = {}

    async def note(work):
        await asyncio.sleep(0.001 * (work.admission.id % 5))
        filed.setdefault(work.admission.arrival.lanes, []).append(work.admission.id)

    before(note)
    sent = [movements(write, zbe, person) for person in range(6)]
    mixed = [sent[person][rank] for rank in range(5) for person in range(6)]
    accepted = [await gateway.accept("gam", raw) for raw in mixed]
    receipts = [await one.settled() for one in accepted]
    assert {receipt.state for receipt in receipts} == {"filed"}
    assert len(filed) == 6
    assert all(entries == sorted(entries) for entries in filed.values())
    assert {stay["status"] for stay in await everything("Encounter")} == {"finished"}


async def test_what_another_process_admitted_before_goes_first(gateway, write, zbe, before, leave):
    """A patient's messages in the order of processes, not of arrival."""
    first, *rest = movements(write, zbe, 1)
    await leave(first)
    filed = []

    async def note(work):
        filed.append(work.admission.arrival.event)

    before(note)
    receipts = [await gateway.receive("gam", raw) for raw in rest]
    assert {receipt.state for receipt in receipts} == {"filed"}
    assert filed == ["ADT^A01", "ADT^A02", "ADT^A02", "ADT^A02", "ADT^A03"]


async def test_a_duplicate_in_one_batch_is_filed_once(gateway, write, everything):
    """A message sent twice in one breath, filed twice."""
    raw = write("ADT^A28")
    accepted = await asyncio.gather(*(gateway.accept("gam", raw) for _ in range(5)))
    receipts = [await one.settled() for one in accepted]
    assert sorted(receipt.state for receipt in receipts) == ["duplicate"] * 4 + ["filed"]
    assert {receipt.answered for receipt in receipts} == {"filed"}
    assert len(await everything("Patient")) == 1


async def test_a_message_that_fails_in_the_database_is_found_and_set_apart(
    gateway, write, everything, before
):
    """A whole batch in quarantine, or a feed that stops, because of one message."""

    async def spoil(work):
        if "13^" in work.admission.arrival.raw.decode():
            await work.tx.asking.statements.fetch("SELECT 1 / $1::integer", 0)

    before(spoil)
    raws = [write("ADT^A28", person=numbered(n)) for n in range(10, 26)]
    receipts = await gateway.receive_all("gam", raws)
    assert [r.state for r in receipts].count("filed") == 15
    assert (receipts[3].state, receipts[3].issues[0].rule) == ("quarantined", "intake.unexpected")
    assert len(await everything("Patient")) == 15


@pytest.mark.parametrize(
    "fault",
    [OSError("away"), asyncpg.DiskFullError("full"), asyncpg.QueryCanceledError("slow"),
     asyncpg.DeadlockDetectedError("met")],
)  # fmt: skip
async def test_an_outage_quarantines_nothing_and_is_tried_again(
    gateway, write, everything, monkeypatch, fault
):
    """Good messages in quarantine because the database was away, or a feed that forgets them."""

    async def fails(*_):
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(type(gateway._inbox), "hold", fails)
        raws = [write("ADT^A28", person=numbered(n)) for n in (1, 2)]
        receipts = [await gateway.receive("gam", raw) for raw in raws]
    assert [receipt.state for receipt in receipts] == ["received"] * 2
    entry = await gateway.entry(receipts[0].id)
    assert (entry.state, entry.attempts) == ("received", 1)
    assert entry.retry_at is not None
    later = "UPDATE hygie.inbox SET retry_at = clock_timestamp() + $1 * interval '1 hour'"
    await gateway._store.pool.execute(later, 1)
    assert await gateway.retries.once() == 0, "not before its time"
    await gateway._store.pool.execute(later, 0)
    assert await gateway.retries.once() == 2
    assert len(await everything("Patient")) == 2
    assert (await gateway.entry(receipts[0].id)).state == "filed"


async def test_attempts_come_later_each_time(gateway, write, leave):
    """A database that comes back, and is met by all that waits, every second."""
    await leave(write("ADT^A28"))
    [waiting] = await gateway.messages(Filters(states=("received",)))
    delays = []
    for _ in range(8):
        await gateway._inbox.postpone([waiting.id])
        delays.append(
            await gateway._store.pool.fetchval(
                "SELECT extract(epoch FROM retry_at - clock_timestamp())::float FROM hygie.inbox"
            )
        )
    assert [round(delay) for delay in delays] == [1, 5, 15, 60, 300, 900, 900, 900]


async def test_who_brings_more_than_can_wait_is_made_to_wait(gateway, write, before, monkeypatch):
    """Memory that grows with the sender's speed."""
    monkeypatch.setattr(gateway._reception, "_room", Room(3, 1_000_000))
    go = asyncio.Event()
    before(lambda _: go.wait())
    sent = [
        asyncio.create_task(gateway.accept("gam", write("ADT^A28", person=numbered(n))))
        for n in range(8)
    ]
    await asyncio.sleep(0.3)
    assert sum(task.done() for task in sent) == 3
    go.set()
    receipts = [await (await task).settled() for task in sent]
    assert {receipt.state for receipt in receipts} == {"filed"}


async def test_a_message_that_its_sender_mended_takes_the_place_of_the_first(
    gateway, write, everything
):
    """A message in quarantine for ever though its sender has sent it again as it should be."""
    good = write("ADT^A28", control="7")
    bad = good.replace(b"19760302", b"19760231")
    worse = good.replace(b"19760302", b"19760299")
    first, second = [await gateway.receive("gam", raw) for raw in (bad, worse)]
    assert (first.state, second.state) == ("quarantined", "quarantined")
    assert second.issues[0].rule == "hl7.time"
    third = await gateway.receive("gam", good)
    assert third.state == "filed"
    states = [(await gateway.entry(r.id)).state for r in (first, second, third)]
    assert states == ["corrected", "corrected", "filed"]
    assert (await gateway.entry(third.id)).corrects == second.id
    other = good.replace(b"ANNE", b"JEANNE")
    assert (await gateway.receive("gam", other)).issues[0].rule == "intake.control-id-reused"
    assert len(await everything("Patient")) == 1


ACTS = st.lists(
    st.tuples(st.sampled_from(["A28", "A31", "A01", "A02", "A03", "A40"]), st.integers(1, 3)),
    min_size=2,
    max_size=7,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, size=st.integers(2, 7))
async def test_a_batch_comes_to_what_its_messages_come_to_one_by_one(
    acts, size, gateway, everything, write, zbe
):
    """Something that is true of one message at a time, and not of several."""
    told = []
    for together in (1, size):
        mark = f"X{next(MARKS)}X"  # the persons and stays of this time
        raws = [_message(write, zbe, f"{mark}{rank}", mark, *act) for rank, act in enumerate(acts)]
        receipts = []
        for start in range(0, len(raws), together):
            receipts += await gateway.receive_all("gam", raws[start : start + together])
        states = [(r.state, [issue.rule for issue in r.issues]) for r in receipts]
        kept = await everything("Patient") + await everything("Encounter")
        told.append((states, sorted(_told(kept, mark))))
    assert told[0] == told[1]


def _message(write, zbe, movement, mark, event, who):
    person = numbered(f"{mark}{who}")
    if event == "A40":
        return write("ADT^A40", person=person, extra=[f"MRG|{mark}{who % 3 + 1}^^^CH&1.2.3&ISO^PI"])
    if event in ("A28", "A31"):
        return write(f"ADT^{event}", person=person)
    rank = int(movement.removeprefix(mark))
    extra = [zbe(movement, f"2026011{rank}1200")]
    return write(f"ADT^{event}", person=person, visit=f"{mark}{who}", extra=extra)


def _told(kept, mark):
    """What there is of one time, but for ids."""
    for resource in kept:
        numbers = [item["value"] for item in resource.get("identifier", [])]
        if any(number.startswith(mark) for number in numbers):
            said = {"status": resource.get("status"), "active": resource.get("active")}
            yield (
                resource["resourceType"], sorted(n.removeprefix(mark) for n in numbers),
                repr(said), len(resource.get("extension", [])), len(resource.get("link", [])),
                int(resource["meta"]["versionId"]),
            )  # fmt: skip


async def test_a_message_that_takes_too_long_holds_its_patient_and_nobody_else(
    gateway, write, before
):
    """A process that tries one message for ever, because the next of its patient waits for it."""

    async def slow(work):
        if work.admission.arrival.control_id == "SLOW":
            raise asyncpg.QueryCanceledError("slow")

    before(slow)
    raws = [write("ADT^A28", control="SLOW"), write("ADT^A31"), write("ADT^A31")]
    raws.append(write("ADT^A28", person=numbered(2)))
    async with asyncio.timeout(10):
        receipts = await gateway.receive_all("gam", raws)
        assert [receipt.state for receipt in receipts] == ["received"] * 3 + ["filed"]
        assert (await gateway.receive("gam", write("ADT^A31"))).state == "received"
    before(lambda _: asyncio.sleep(0))
    await gateway.resume()
    assert not await gateway.messages(Filters(states=("received",)))
