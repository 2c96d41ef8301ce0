"""Messages about one person, in any order of arrival."""

from itertools import permutations

import pytest

from hygie.intake import Filters

WORDS = (
    ("20260110120000", {5: "MARTIN^ANNE^ANNE LUCIE^^^^L", 11: "1 rue A^^RENNES^^35000^FRA^H"}),
    ("20260111120000", {5: "MARTIN^ANNA^ANNA LUCIE^^^^L", 13: "^PRN^CP^^^^^^^^^0639980001"}),
    ("20260112120000", {5: "MARTINE^ANNA^ANNA LUCIE^^^^L"}),
)


def said(write, event, at, person, control):
    raw = write(event, person=person, control=control)
    return raw.replace(b"EVN||20260110120000", b"EVN||" + at.encode())


@pytest.fixture
def messages(write):
    events = ("ADT^A28", "ADT^A31", "ADT^A31")
    return [
        said(write, event, at, person, f"L{n}")
        for n, (event, (at, person)) in enumerate(zip(events, WORDS, strict=True))
    ]


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
async def test_the_last_word_holds_whatever_came_last(gateway, everything, messages, order):
    """A patient's former name back in the record, because a message was late."""
    for number in order:
        assert (await gateway.receive("gam", messages[number])).state == "filed"
    (patient,) = await everything("Patient")
    assert patient["name"][0]["family"] == "MARTINE"
    assert patient["name"][0]["given"] == ["ANNA"]
    assert patient["address"][0]["city"] == "RENNES"
    assert patient["telecom"][0]["value"] == "0639980001"


async def test_a_late_word_is_told_of(gateway, messages):
    """A change that was not made, and nobody knows."""
    receipts = [await gateway.receive("gam", messages[number]) for number in (0, 2, 1)]
    assert [[issue.rule for issue in r.issues] for r in receipts] == [[], [], ["person.late"]]


async def test_a_replay_of_an_old_message_undoes_nothing(gateway, everything, messages, context):
    """A mapping changed, one event replayed, and every patient back to the day of admission."""
    for message in messages:
        await gateway.receive("gam", message)
    (before,) = await everything("Patient")
    await gateway.replays.ask(Filters(event="ADT^A28"), "essai", context)
    await gateway.replaying.once()
    assert (await everything("Patient"))[0] == before


async def test_a_clock_in_the_future_silences_nobody(gateway, everything, write):
    """One message of the year 2099 after which no correction is taken any more."""
    ahead = said(write, "ADT^A28", "20990101000000", {5: "MARTIN^ANNE^ANNE^^^^L"}, "F1")
    await gateway.receive("gam", ahead)
    later = said(write, "ADT^A31", "20990101000001", {5: "MARTIN^ANNA^ANNA^^^^L"}, "F2")
    await gateway.receive("gam", later)
    assert (await everything("Patient"))[0]["name"][0]["given"] == ["ANNA"]
