"""Guards transactions: all or nothing, in the standard's order, references resolved."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.refusal import Category, Refused, refuse
from hygie.store.interactions import Manner, Repository, creating, updating
from hygie.store.interactions.messages import NOT_A_BUNDLE
from hygie.store.store import Store, Transaction
from hygie.trace import Context

SYSTEM = "urn:test:number"
ONE = "urn:uuid:00000000-0000-4000-8000-000000000001"
TWO = "urn:uuid:00000000-0000-4000-8000-000000000002"
OID = "urn:oid:1.2.250.1"


def patient(number: str = "1", **more: Any) -> dict[str, Any]:
    identifier = [{"system": SYSTEM, "value": number}]
    return {"resourceType": "Patient", "identifier": identifier, **more}


def flag(subject: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": "x"},
        "subject": {"reference": subject},
        **more,
    }


def linked_to(reference: str) -> list[dict[str, Any]]:
    return [{"other": {"reference": reference}, "type": "seealso"}]


def criteria(number: str) -> str:
    return f"identifier={SYSTEM}|{number}"


def entry(
    method: str, url: str, resource: Any = None, full_url: str = "", **request: str
) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    if full_url:
        made["fullUrl"] = full_url
    return made


def bundle(*entries: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Bundle", "type": kind}
    return made | {"entry": list(entries)} if entries else made


BASE: dict[str, Any] = {"base": "http://h.test"}


async def answered(
    repository: Repository, context: Context, *entries: dict[str, Any], **manner: Any
) -> list[dict[str, Any]]:
    """The entries of the answer, which is a valid Bundle."""
    result = await repository.bundle(context, bundle(*entries), Manner(**BASE | manner))
    answer = decode(result.body)
    assert base_validator().validate(answer) == []
    assert answer["type"] == "transaction-response"
    found: list[dict[str, Any]] = answer.get("entry", [])
    return found


def statuses(entries: Sequence[dict[str, Any]]) -> list[str]:
    return [made["response"]["status"][:3] for made in entries]


async def count(store: Store) -> int:
    found: int = await store.pool.fetchval("SELECT count(*) FROM hygie.resource WHERE NOT deleted")
    return found


async def test_entries_refer_to_each_other(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a result filed under no patient, or under a placeholder."""
    found = await answered(
        repository,
        context,
        entry("POST", "Flag", flag(ONE), TWO),
        entry("POST", "Patient", patient(link=linked_to(OID)), ONE),
        entry("PUT", "Patient/p", patient("2", id="p", link=linked_to(ONE)), OID),
    )
    assert statuses(found) == ["201", "201", "201"]
    ids = [made["response"]["location"].split("/")[1] for made in found]
    one = decode((await store.read(context, "Patient", ids[1])).body)
    assert one["link"][0]["other"]["reference"] == "Patient/p"
    other = decode((await store.read(context, "Patient", "p")).body)
    assert other["link"][0]["other"]["reference"] == f"Patient/{ids[1]}"
    filed = decode((await store.read(context, "Flag", ids[0])).body)
    assert filed["subject"]["reference"] == f"Patient/{ids[1]}"


async def test_relative_references_follow_a_moved_entry(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: "Patient/1" of another server is taken for our Patient/1 (R4 §2.36.4.1)."""
    await repository.update(context, "Patient", "1", patient("ours", id="1"))
    found = await answered(
        repository,
        context,
        entry("POST", "Patient", patient("theirs", id="1"), "http://there/fhir/Patient/1"),
        entry("POST", "Flag", flag("Patient/1"), "http://there/fhir/Flag/1"),
        entry("POST", "Flag", flag("Patient/1"), ONE),
    )
    theirs, moved, here = (made["response"]["location"].split("/")[1] for made in found)
    subject = decode((await store.read(context, "Flag", moved)).body)["subject"]
    assert subject["reference"] == f"Patient/{theirs}"
    subject = decode((await store.read(context, "Flag", here)).body)["subject"]
    assert subject["reference"] == "Patient/1"


async def test_a_wrong_500th_entry_leaves_nothing(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: half a bundle is stored, and nobody knows which half."""
    entries = [entry("POST", "Patient", patient(str(n))) for n in range(500)]
    entries[499]["resource"]["birthDate"] = "1970-02-30"
    entries[3]["resource"]["gender"] = "femme"
    with pytest.raises(Refused) as caught:
        await repository.bundle(context, bundle(*entries))
    refusal = caught.value.refusal
    assert refusal.category is Category.UNPROCESSABLE
    locations = [issue.location for issue in refusal.issues]
    assert locations == [
        "Bundle.entry[3].resource.gender",
        "Bundle.entry[499].resource.birthDate",
    ]
    assert await count(store) == 0


async def test_what_fails_in_the_store_undoes_all(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a version conflict at the end leaves the deletes at the beginning done."""
    await repository.update(context, "Patient", "p", patient(id="p"))
    await repository.update(context, "Patient", "q", patient(id="q"))
    with pytest.raises(Refused) as caught:
        await repository.bundle(
            context,
            bundle(
                entry("PUT", "Patient/p", patient("9", id="p"), ifMatch='W/"7"'),
                entry("POST", "Patient", patient("3")),
                entry("DELETE", "Patient/q"),
            ),
        )
    refusal = caught.value.refusal
    assert refusal.category is Category.PRECONDITION
    assert refusal.issues[0].location.startswith("Bundle.entry[0]")
    assert await count(store) == 2


async def test_the_order_is_the_standards(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a read sees the state before, a criterion what is about to be deleted."""
    await repository.update(context, "Patient", "old", patient("1", id="old"))
    found = await answered(
        repository,
        context,
        entry("GET", f"Patient?{criteria('1')}"),
        entry("PUT", f"Patient?{criteria('2')}", patient("2")),
        entry("GET", "Patient/kept"),
        entry("POST", "Patient", patient("1"), ifNoneExist=criteria("1")),
        entry("PUT", "Patient/kept", patient("5", id="kept")),
        entry("DELETE", "Patient/old"),
        base="http://here/fhir",
    )
    assert statuses(found) == ["200", "201", "200", "201", "201", "204"]
    seen = found[0]["resource"]["entry"]
    assert [e["fullUrl"] for e in seen] == [found[3]["fullUrl"]]
    assert found[2]["resource"]["id"] == "kept"


async def test_criteria_see_what_comes_before_them(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a bundle that names one person twice makes two of them."""
    found = await answered(
        repository,
        context,
        entry("POST", "Patient", patient("1"), ONE, ifNoneExist=criteria("1")),
        entry("POST", "Patient", patient("1"), TWO, ifNoneExist=criteria("1")),
        entry("POST", "Flag", flag(TWO)),
        entry("POST", "Flag", flag(f"Patient?{criteria('1')}")),
    )
    assert statuses(found) == ["201", "200", "201", "201"]
    one = found[0]["response"]["location"].split("/")[1]
    assert found[1]["response"]["location"].split("/")[1] == one
    for made in found[2:]:
        id_ = made["response"]["location"].split("/")[1]
        body = decode((await store.read(context, "Flag", id_)).body)
        assert body["subject"]["reference"] == f"Patient/{one}"


async def test_one_resource_once(repository: Repository, context: Context, store: Store) -> None:
    """Danger: two entries change one resource, and their order decides (R4 §3.1.0.11.2)."""
    await repository.update(context, "Patient", "p", patient("1", id="p"))
    pairs = (
        (entry("PUT", "Patient/p", patient("2", id="p")), entry("DELETE", "Patient/p")),
        (
            entry("PUT", "Patient/p", patient("2", id="p")),
            entry("PUT", "Patient/p", patient("3", id="p")),
        ),
        (
            entry("PUT", "Patient/p", patient("1", id="p", gender="male")),
            entry("PUT", f"Patient?{criteria('1')}", patient("1", gender="female")),
        ),
        (
            entry("POST", "Patient", patient("7")),
            entry("PUT", f"Patient?{criteria('7')}", patient("7", gender="female")),
        ),
    )
    for index, pair in enumerate(pairs):
        with pytest.raises(Refused) as caught:
            await repository.bundle(context, bundle(*pair))
        issue = caught.value.refusal.issues[0]
        assert (index, issue.rule) == (index, "bundle.identity-twice")
        assert issue.location == "Bundle.entry[1]"
    assert (await store.read(context, "Patient", "p")).version == 1


async def test_a_full_url_names_one_entry(repository: Repository, context: Context) -> None:
    """Danger: a reference that could mean two entries is resolved to either."""
    with pytest.raises(Refused) as caught:
        await repository.bundle(
            context,
            bundle(
                entry("POST", "Patient", patient("1"), ONE),
                entry("POST", "Patient", patient("2"), ONE),
            ),
        )
    assert "Bundle.entry[1]" in {i.location for i in caught.value.refusal.issues}


async def test_references_that_lead_nowhere_are_refused(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a placeholder is stored, and the link is lost for ever."""
    for subject, rule, location in (
        (TWO, "bundle.reference-dangling", "Bundle.entry[1].resource"),
        (f"Patient?{criteria('9')}", "reference.none", "Bundle.entry[1].resource"),
    ):
        with pytest.raises(Refused) as caught:
            await repository.bundle(
                context,
                bundle(
                    entry("POST", "Patient", patient("1"), ONE),
                    entry("POST", "Flag", flag(subject)),
                ),
            )
        issue = caught.value.refusal.issues[0]
        assert (issue.rule, issue.location) == (rule, location)
    assert await count(store) == 0


async def test_a_reference_resolves_to_a_right_type_or_not_at_all(
    repository: Repository, context: Context
) -> None:
    """Danger: a placeholder hides that the entry it means is not what the element may hold."""
    plan = {"resourceType": "CarePlan", "status": "active", "intent": "plan"}
    with pytest.raises(Refused) as caught:
        await repository.bundle(
            context,
            bundle(
                entry("POST", "Flag", flag(TWO), ONE),
                entry("POST", "CarePlan", plan | {"subject": {"reference": ONE}}),
                entry("POST", "Patient", patient("1"), TWO),
            ),
        )
    issue = caught.value.refusal.issues[0]
    assert issue.location.startswith("Bundle.entry[1].resource.subject")


async def test_patches_travel_as_binaries(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a patch entry that is not understood is stored as a document."""
    await repository.update(context, "Patient", "p", patient("1", id="p"))
    binary = {
        "resourceType": "Binary",
        "contentType": "application/json-patch+json",
        "data": "W3sib3AiOiJhZGQiLCJwYXRoIjoiL2dlbmRlciIsInZhbHVlIjoibWFsZSJ9XQ==",
    }
    found = await answered(repository, context, entry("PATCH", "Patient/p", binary))
    assert statuses(found) == ["200"]
    assert b'"gender":"male"' in (await store.read(context, "Patient", "p")).body
    for wrong in ({**binary, "contentType": "text/plain"}, {**binary, "data": "%%%"}, None):
        with pytest.raises(Refused) as caught:
            await repository.bundle(context, bundle(entry("PATCH", "Patient/p", wrong)))
        assert caught.value.refusal.issues[0].location.startswith("Bundle.entry[0].resource")


async def test_only_transactions_and_batches_are_carried_out(
    repository: Repository, context: Context
) -> None:
    """Danger: a document is taken for orders."""
    for content in (bundle(kind="document"), bundle(kind="nonsense"), patient()):
        with pytest.raises(Refused) as caught:
            await repository.bundle(context, content)
        assert caught.value.refusal.issues[0].rule == "bundle.type"
    assert await answered(repository, context) == []


async def test_a_hook_commits_with_the_transaction(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a message counts as filed and is not, or is filed twice."""

    async def fails(_tx: Transaction) -> None:
        raise refuse(Category.CONFLICT, "test", NOT_A_BUNDLE)

    seen: list[int] = []

    async def looks(tx: Transaction) -> None:
        query = "SELECT count(*) FROM hygie.resource"
        seen.append(await tx.connection.fetchval(query))

    one = bundle(entry("POST", "Patient", patient("1")))
    with pytest.raises(Refused):
        await repository.bundle(context, one, hook=fails)
    assert await count(store) == 0
    await repository.bundle(context, one, hook=looks)
    assert seen == [1]


async def test_other_rooms_write_within_their_own_transaction(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: what intake files is not checked, or does not commit with its inbox row."""
    steps = [
        creating(flag(ONE)),
        updating(patient("1", id="p"), full_url=ONE),
        creating(patient("1"), if_none_exist=criteria("1")),
    ]
    written = await store.run(context, lambda tx: repository.apply(tx, steps))
    assert [w.created for w in written] == [True, True, True]
    again = [creating(patient("1", gender="femme"))]
    with pytest.raises(Refused):
        await store.run(context, lambda tx: repository.apply(tx, again))
    twice = [updating(patient("1", id="p")), updating(patient("2", id="p"))]
    with pytest.raises(Refused) as caught:
        await store.run(context, lambda tx: repository.apply(tx, twice))
    assert caught.value.refusal.issues[0].rule == "bundle.identity-twice"


async def test_two_who_ask_at_once_make_one(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: two gateways admit one person at the same moment, and make two records."""
    made = await asyncio.gather(
        *(repository.create(context, patient("1"), if_none_exist=criteria("1")) for _ in range(8))
    )
    assert sum(one.created for one in made) == 1
    assert len({one.id for one in made}) == 1
    assert await count(store) == 1


async def test_the_types_that_are_not_permitted_stop_everything(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: a token for results changes identities through a bundle."""
    entries = [
        entry("POST", "Flag", flag(f"Patient?{criteria('1')}")),
        entry("POST", "Patient", patient("2"), ifNoneExist=criteria("2")),
        entry("GET", "Encounter/1"),
    ]
    cases = (
        ({"Flag": {"create"}}, ["Bundle.entry[1]", "Bundle.entry[1]", "Bundle.entry[2]"]),
        ({"Flag": {"create"}, "Patient": {"create"}}, ["Bundle.entry[1]", "Bundle.entry[2]"]),
    )
    for rights, locations in cases:
        manner = Manner(permitted=lambda t, v, r=rights: v in r.get(t, ()))
        with pytest.raises(Refused) as caught:
            await repository.bundle(context, bundle(*entries), manner)
        refusal = caught.value.refusal
        assert refusal.category is Category.FORBIDDEN
        assert [issue.location for issue in refusal.issues] == locations
    manner = Manner(permitted=lambda t, v: (t, v) == ("Flag", "create"))
    with pytest.raises(Refused) as caught:
        await repository.bundle(context, bundle(entries[0]), manner)
    assert caught.value.refusal.category is Category.FORBIDDEN
    assert await count(store) == 0


async def test_a_very_large_record_is_stored_whole(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: the database runs out of locks at an entry count that is promised."""
    half = 3_500
    entries = [entry("PUT", f"Flag/f{n}", flag("Patient/p", id=f"f{n}")) for n in range(half)]
    entries += [entry("POST", "Flag", flag("Patient/p")) for _ in range(half)]
    result = await repository.bundle(context, bundle(*entries))
    assert result.refused == 0
    assert await count(store) == 2 * half
