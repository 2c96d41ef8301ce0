"""DuckDB and Python give the same rows, of resources that are as they should be or are not."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests.insight.views.samples import SAMPLES
from tests.insight.views.sql.conftest import Json, batch
from tests.insight.views.suite import cases

from hygie.fhir.definitions import r4
from hygie.insight.views import View, read_view, schema
from hygie.insight.views.library import names, ready
from hygie.insight.views.rows import compile_view
from hygie.insight.views.sql import Engine, engine
from hygie.insight.views.tables import to_arrow
from hygie.refusal import Refused

EXTENDED = {"extension": [{"url": "urn:u", "valueCode": "c"}]}
JUNK: list[Any] = [
    5, -3, True, False, None, 0, 12345678901234567890, "x", "12", "true", "", "2020", "2020-02-30",
    "2020-01-01", "2015-02-07T13:28:17Z", "2015-02-07T13:28", {}, [], [1], ["a"], {"a": 1}, [None],
    [{}], [[]], [{"a": 1}, 5, None, "s"], EXTENDED,
]  # fmt: skip
BESIDE: list[Any] = [EXTENDED, {"id": "i"}, {}, None, 5, [None, EXTENDED], [EXTENDED]]


def damaged(value: Any, chance: random.Random, rate: float) -> Any:
    """The value with parts of it lost, misplaced, or of another kind."""
    if chance.random() < rate:
        return chance.choice(JUNK)
    if isinstance(value, list):
        return [damaged(item, chance, rate) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: damaged(inner, chance, rate) for name, inner in value.items()}
    beside = {f"_{name}": chance.choice(BESIDE) for name in value if chance.random() < rate}
    return {k: v for k, v in found.items() if chance.random() >= rate} | beside


def resources(sound: list[Json], seed: str) -> list[Json]:
    chance = random.Random(seed)
    found = list(sound)
    for number in range(24):
        resource = sound[number % len(sound)]
        other = damaged(resource, chance, chance.choice([0.02, 0.1, 0.2]))
        kept = other if isinstance(other, dict) else {}
        found.append({**kept, "resourceType": resource["resourceType"]})
    return found


def views() -> Iterator[Any]:
    for name in names():
        yield pytest.param(ready(name), SAMPLES[name][0], id=name)
    for number, case in enumerate(cases()):
        if case.expected is not None and number % 6 == 0:
            yield pytest.param(read_view(case.view), case.resources, id=str(case))


@pytest.mark.parametrize(("view", "sound"), list(views()))
def test_the_same_rows(view: View, sound: list[Json], monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: an engine that reads malformed JSON in its own way, and tells nobody.

    A chunk that Python was asked for cannot differ: a quarter of them, at least, must not be.
    """
    monkeypatch.setattr(engine, "CHUNK_RESOURCES", 2)
    monkeypatch.setattr(engine, "MORSEL", 2)
    python = compile_view(view, r4())
    asked = Engine(view, r4(), python)
    given = resources(sound, view.name or "view")
    try:
        rows = [row for resource in given for row in python(resource)]
    except Refused:
        with pytest.raises(Refused):
            list(asked.run([batch(given)]))
        return
    found = [tuple(row.values()) for part in asked.run([batch(given)]) for row in part.to_pylist()]
    expected = to_arrow(rows, schema(view, r4())).to_pylist()
    assert found == [tuple(row.values()) for row in expected]
    assert asked.by_python <= len(given) * 3 // 8
