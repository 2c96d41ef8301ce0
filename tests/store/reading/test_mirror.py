"""A mirror shows what is there now, whoever wrote it."""

from hygie.fhir.codec import decode

SET = {"resourceType": "ValueSet", "status": "active"}


async def test_what_others_write_is_seen_at_the_next_look(store, other, context):
    """Danger: a nomenclature that was corrected is still answered from memory."""
    mirror = other.mirror("CodeSystem", "ValueSet")
    first = await mirror.look()
    assert mirror.resources == ()
    made = await store.create(context, {**SET, "url": "http://example.org/1"})
    second = await mirror.look()
    assert second != first
    assert [decode(one.body)["url"] for one in mirror.resources] == ["http://example.org/1"]
    await store.update(context, {**SET, "id": made.id, "url": "http://example.org/2"})
    await mirror.look()
    assert [one.version for one in mirror.resources] == [2]
    await store.delete(context, "ValueSet", made.id)
    await mirror.look()
    assert mirror.resources == ()


async def test_nothing_changed_is_the_same_edition(store, context):
    """Danger: all that is made of the definitions is made anew at each request."""
    await store.create(context, {**SET, "url": "http://example.org/1"})
    mirror = store.mirror("ValueSet")
    edition = await mirror.look()
    held = mirror.resources
    assert await mirror.look() == edition
    await store.create(context, {"resourceType": "Basic", "code": {"text": "other"}})
    assert await mirror.look() == edition
    assert mirror.resources == held
