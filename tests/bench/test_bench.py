"""The benches measure what they say."""

import time
from functools import partial

import pytest
from bench.data import copied, heavy, ndjson, transactions
from bench.data import resources as synthetic
from bench.harness import Figure, Floor, beside, micros, paired, ratio_of
from bench.house import constant
from bench.load import Asked, load, once

from hygie.fhir.codec import decode
from hygie.fhir.references import walk_references
from hygie.fhir.validate import base_validator


def test_a_ratio_is_cost_over_cost() -> None:
    """Guards against a table in which better looks worse."""
    pairs = [(2.0, 1.0), (4.0, 2.0), (9.0, 3.0)]
    assert ratio_of(pairs) == 2.0
    assert micros("x", pairs, 4, "floor").ours == 1_000_000
    assert beside("x", 50, "/s", Floor(200, "f")).ratio == 4
    assert beside("x", 200, "ms", Floor(50, "f")).ratio == 4


def test_a_goal_is_met_from_the_right_side() -> None:
    """Guards against a table that says yes to what is too slow or too large."""
    assert Figure(name="x", ours=9, unit="/s", goal=8).met
    assert not Figure(name="x", ours=7, unit="/s", goal=8).met
    assert Figure(name="x", ours=7, unit="ms", goal=8).met
    assert not Figure(name="x", ours=9, unit="B", goal=8).met
    assert Figure(name="x", ours=9, unit="B").met is None


def test_pairs_are_measured_in_turn() -> None:
    """Guards against a floor measured at another moment than what it is the floor of."""
    order: list[str] = []
    pairs = paired(partial(order.append, "ours"), partial(order.append, "floor"), rounds=2)
    assert order == ["ours", "floor"] * 3
    assert len(pairs) == 2
    slow = paired(lambda: time.sleep(0.02), lambda: None, rounds=1)
    assert slow[0][0] > 0.015 > slow[0][1]


def test_resources_are_valid_and_refer_to_each_other() -> None:
    """Guards against figures of refusals, and of references that lead nowhere."""
    resources = synthetic(12)
    known = {f"{r['resourceType']}/{r['id']}" for r in resources}
    validator = base_validator()
    assert len(known) == len(resources) > 200
    for resource in resources:
        assert validator.validate(resource) == []
        for link in walk_references(resource):
            assert link["reference"] in known


def test_copies_are_other_resources_that_refer_to_each_other() -> None:
    """Guards against a million resources that are ten thousand, written a hundred times."""
    first = [decode(line) for line in copied(ndjson(synthetic(12)), 7).splitlines()]
    known = {f"{r['resourceType']}/{r['id']}" for r in first}
    assert len(known) == len(first) == len(synthetic(12))
    assert known.isdisjoint(f"{r['resourceType']}/{r['id']}" for r in synthetic(12))
    for resource in first:
        assert all(link["reference"] in known for link in walk_references(resource))


def test_transactions_and_the_heavy_patient_are_valid() -> None:
    """Guards against figures of refusals."""
    validator = base_validator()
    entries = [entry for raw in transactions()[:5] for entry in decode(raw)["entry"]]
    assert len(entries) > 50
    for resource in [*heavy(60), *(entry["resource"] for entry in entries)]:
        assert validator.validate(resource) == []


def test_the_clients_count_what_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against figures of nothing, where `wrk` is and where it is not."""
    with constant(b"{}") as server:
        asked = [Asked("/a", '{"n": @@}'), Asked("/b", "{}")]
        assert once(server.address, asked * 20, "x", connections=2) > 0
        for _ in range(2):
            found = load(server.address, asked, "x", method="POST", connections=2, seconds=1)
            assert found.rate > 50
            assert 0 < found.p50_ms <= found.p99_ms
            monkeypatch.setattr("bench.load.shutil.which", lambda _name: None)
