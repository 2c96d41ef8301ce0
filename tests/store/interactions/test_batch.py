"""Guards batches: each entry on its own, whatever becomes of the others."""

import logging
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.refusal import Category, Refused
from hygie.store.interactions import Manner, Repository
from hygie.store.store import Store, Transaction
from hygie.trace import Context


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **more}


def entry(method: str, url: str, resource: Any = None, **request: str) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **request}}
    return made if resource is None else made | {"resource": resource}


async def answered(
    repository: Repository, context: Context, *entries: Any, **manner: Any
) -> list[dict[str, Any]]:
    content = {"resourceType": "Bundle", "type": "batch", "entry": list(entries)}
    result = await repository.bundle(context, content, Manner(base="http://h.test", **manner))
    answer = decode(result.body)
    assert base_validator().validate(answer) == []
    assert answer["type"] == "batch-response"
    found: list[dict[str, Any]] = answer["entry"]
    assert result.refused == sum(made["response"]["status"] >= "4" for made in found)
    return found


def statuses(entries: list[dict[str, Any]]) -> list[str]:
    return [made["response"]["status"][:3] for made in entries]


async def test_every_interaction_can_be_an_entry(repository: Repository, context: Context) -> None:
    """Danger: something that works alone does not work in a batch."""
    await repository.update(context, "Patient", "p", patient(id="p", gender="male"))
    found = await answered(
        repository,
        context,
        entry("GET", "Patient/p"),
        entry("GET", "Patient/p", ifNoneMatch='W/"1"'),
        entry("PUT", "Patient/p", patient(id="p", gender="female"), ifMatch='W/"1"'),
        entry("GET", "Patient/p/_history/1"),
        entry("GET", "Patient/p/_history"),
        entry("GET", "Patient/_history?_count=1"),
        entry("GET", "Patient?gender=female"),
        entry("DELETE", "Patient/p"),
        entry("GET", "Patient/p"),
        entry("POST", "Patient", patient()),
    )
    expected = ["200", "304", "200", "200", "200", "200", "200", "204", "410", "201"]
    assert statuses(found) == expected
    assert found[0]["resource"]["gender"] == "male"
    assert "resource" not in found[1]
    assert found[3]["resource"]["meta"]["versionId"] == "1"
    assert len(found[4]["resource"]["entry"]) == 2
    assert found[6]["resource"]["entry"][0]["resource"]["id"] == "p"


async def test_a_wrong_entry_hurts_no_other(
    repository: Repository, context: Context, store: Store
) -> None:
    """Danger: one bad record keeps a thousand good ones out."""
    found = await answered(
        repository,
        context,
        entry("POST", "Patient", patient(gender="femme")),
        entry("POST", "Nonsense", patient()),
        entry("GET", "Patient?colour=blue"),
        entry("PUT", "Patient/x", patient(id="x"), ifMatch='W/"4"'),
        entry("POST", "Patient", patient()),
        language="en",
    )
    assert statuses(found) == ["422", "400", "400", "412", "201"]
    for index, made in enumerate(found[:4]):
        issues = made["response"]["outcome"]["issue"]
        assert issues[0]["expression"][0].startswith(f"Bundle.entry[{index}]")
        assert "é" not in issues[0]["details"]["text"]
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.resource") == 1


async def test_what_is_not_permitted_is_refused_for_its_entry(
    repository: Repository, context: Context
) -> None:
    """Danger: a batch does what its token does not allow."""
    found = await answered(
        repository,
        context,
        entry("POST", "Patient", patient()),
        entry("GET", "Patient?gender=male"),
        entry("GET", "Patient/x/_history"),
        permitted=lambda t, v: (t, v) in {("Patient", "search"), ("Patient", "read")},
    )
    assert statuses(found) == ["403", "200", "404"]


async def test_a_bug_in_one_entry_shows_nothing_and_spares_the_others(
    repository: Repository,
    context: Context,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Danger: an exception's text carries a name into an answer or a log."""
    real = Store.create

    async def broken(self: Store, context: Context, resource: Any, **more: Any) -> Any:
        if resource.get("gender"):
            raise ValueError("Martin Durand, 1970-01-01")
        return await real(self, context, resource, **more)

    monkeypatch.setattr(Store, "create", broken)
    with caplog.at_level(logging.DEBUG):
        found = await answered(
            repository,
            context,
            entry("POST", "Patient", patient(gender="male")),
            entry("POST", "Patient", patient()),
        )
    assert statuses(found) == ["500", "201"]
    assert "Durand" not in str(found[0]) + caplog.text
    assert "ValueError" in caplog.text
    assert context.request in caplog.text


async def test_a_hook_runs_once_after_the_entries(repository: Repository, context: Context) -> None:
    """Danger: a message counts as filed before its entries are."""
    seen: list[int] = []

    async def looks(tx: Transaction) -> None:
        seen.append(await tx.connection.fetchval("SELECT count(*) FROM hygie.resource"))

    content = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [entry("POST", "Patient", patient())] * 2,
    }
    await repository.bundle(context, content, hook=looks)
    assert seen == [2]


async def test_the_reads_of_a_bundle_give_out_only_so_much(
    repository: Repository, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a small request makes an answer that fills the memory of the server."""
    await repository.update(context, "Patient", "p", patient(id="p"))
    one = len((await repository.update(context, "Patient", "p", patient(id="p"))).body)
    monkeypatch.setattr("hygie.store.interactions.answers.MAX_BUNDLE_BYTES", 3 * one)
    reads = [entry("GET", "Patient/p")] * 5
    found = await answered(repository, context, *reads)
    assert statuses(found) == ["200", "200", "200", "413", "413"]
    content = {"resourceType": "Bundle", "type": "transaction", "entry": reads}
    with pytest.raises(Refused) as caught:
        await repository.bundle(context, content)
    assert caught.value.refusal.category is Category.TOO_LARGE
    assert caught.value.refusal.issues[0].location == "Bundle.entry[3]"
