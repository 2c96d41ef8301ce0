"""Several messages accepted together: in order, in one commit, each with its own answer."""

from hygie.intake.batches import Piece


async def test_messages_of_a_file_are_accepted_in_order_and_settled_after(gateway, write):
    """Guards: a file cut into messages of which one is lost, or takes another's answer."""
    raws = [write("ADT^A28", control="1"), b"hello", write("ADT^A28", control="2")]
    pieces = [Piece("labo", "lot.hl7", "hl7v2" if n != 1 else None, raw, 0)
              for n, raw in enumerate(raws)]  # fmt: skip
    together = await gateway.accept_all("labo", pieces)
    assert [one.state for one in together.receipts] == ["received", "refused", "received"]
    settled = await together.settled()
    assert [one.state for one in settled] == ["filed", "refused", "filed"]
    first, last = settled[0].id, settled[2].id
    assert 0 < first < last
    entry = await gateway.entry(first)
    assert (entry.source, entry.name) == ("labo", "lot.hl7")


async def test_nothing_at_all_is_accepted_too(gateway):
    """Guards: an empty batch that never ends."""
    assert list(await (await gateway.accept_all("labo", [])).settled()) == []


async def test_what_cannot_be_settled_now_is_accepted_all_the_same(gateway, write, monkeypatch):
    """Guards: a sender told that a message is lost while it is safe."""

    async def away(*_):
        raise OSError

    monkeypatch.setattr(gateway.settler, "settle", away)
    together = await gateway.accept_all("labo", [Piece("labo", "a", "hl7v2", write("ADT^A28"))])
    assert [one.state for one in await together.settled()] == ["received"]
