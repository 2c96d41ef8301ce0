"""What people do about messages in quarantine."""

import pytest

from hygie.refusal import Refused

WHY = "date relue avec le bureau des entrées"


@pytest.fixture
async def stopped(gateway, write):
    """A message in quarantine, and what it should have said."""
    right = write("ADT^A28", control="S1")
    wrong = right.replace(b"|19760302|", b"|never|")
    receipt = await gateway.receive("gam", wrong)
    assert receipt.state == "quarantined"
    return receipt.id, wrong, right


async def test_a_corrected_message_is_filed_and_the_original_stays(
    gateway, stopped, everything, context
):
    """An original overwritten by whoever corrects it."""
    entry, wrong, right = stopped
    receipt = await gateway.corrections.correct(entry, right, WHY, context)
    assert receipt.state == "filed"
    assert len(await everything("Patient")) == 1
    original = await gateway.entry(entry, context)
    assert (original.state, original.content) == ("corrected", wrong.strip(b"\r"))
    assert (await gateway.entry(receipt.id, context)).corrects == entry
    (act,) = await gateway.corrections.acts(entry)
    assert (act.name, act.by, act.motive) == ("corrected", context.actor, WHY)


async def test_a_correction_that_is_still_wrong_waits_in_place_of_the_first(
    gateway, stopped, context
):
    """Two entries in quarantine for one message."""
    entry, _, right = stopped
    receipt = await gateway.corrections.correct(
        entry, right.replace(b"|F|", b"|?|").replace(b"|19760302|", b"|19761302|"), WHY, context
    )
    assert receipt.state == "quarantined"
    assert [waiting.id for waiting in await gateway.quarantine()] == [receipt.id]


@pytest.mark.parametrize("change", ["nothing", "no-message", "no-motive"])
async def test_what_is_no_correction_is_refused(gateway, stopped, context, change):
    """A quarantine emptied by a slip of the hand."""
    entry, wrong, right = stopped
    content = {"nothing": wrong.strip(b"\r"), "no-message": b"hello"}.get(change, right)
    motive = "  " if change == "no-motive" else WHY
    with pytest.raises(Refused):
        await gateway.corrections.correct(entry, content, motive, context)
    assert (await gateway.entry(entry, context)).state == "quarantined"


async def test_of_two_who_correct_one_message_the_second_is_told(gateway, stopped, context):
    """One message filed twice, differently."""
    entry, _, right = stopped
    await gateway.corrections.correct(entry, right, WHY, context)
    with pytest.raises(Refused) as refused:
        await gateway.corrections.correct(entry, right.replace(b"ANNE", b"JEANNE"), WHY, context)
    assert refused.value.refusal.issues[0].rule == "intake.moved-meanwhile"


async def test_what_is_put_aside_can_be_taken_back(gateway, stopped, context):
    """A message lost by one click."""
    entry, wrong, _ = stopped
    assert await gateway.corrections.discard([entry], "essai de recette", context) == 1
    assert await gateway.quarantine() == []
    assert (await gateway.entry(entry, context)).content == wrong.strip(b"\r")
    assert await gateway.corrections.take_back([entry], context) == 1
    assert [waiting.id for waiting in await gateway.quarantine()] == [entry]
    assert [act.name for act in await gateway.corrections.acts(entry)] == [
        "discarded", "taken-back"
    ]  # fmt: skip


async def test_all_or_none_are_put_aside(gateway, stopped, write, context):
    """Half a selection gone, without a word."""
    entry, _, _ = stopped
    filed = await gateway.receive("gam", write("ADT^A28", person={3: "9^^^CH&1.2.3&ISO^PI"}))
    with pytest.raises(Refused):
        await gateway.corrections.discard([entry, filed.id], "tri", context)
    assert [waiting.id for waiting in await gateway.quarantine()] == [entry]
