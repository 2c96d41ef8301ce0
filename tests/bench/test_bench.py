"""The benches measure what they say."""

import time
from functools import partial

from bench.data import resources as synthetic
from bench.harness import micros, paired, rate, ratio_of

from hygie.fhir.references import walk_references
from hygie.fhir.validate import base_validator


def test_a_ratio_is_cost_over_cost() -> None:
    """Guards against a table in which better looks worse."""
    pairs = [(2.0, 1.0), (4.0, 2.0), (9.0, 3.0)]
    assert ratio_of(pairs) == 2.0
    assert micros("x", pairs, 4, "floor").ours == 1_000_000
    assert rate("x", pairs, 8, "/s", "floor").ours == 2.0


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
