"""Guards against elements that are found where there is nothing, or not found where they are."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.path.generated import SHAPES, Resources

from hygie.fhir.definitions import r4
from hygie.fhir.path.items import (
    QUANTITIES,
    SYSTEM_TYPES,
    Element,
    children,
    member,
    root,
    system,
    to_json,
)
from hygie.fhir.path.model import is_a
from hygie.refusal import Refused

json = st.recursive(
    st.sampled_from(SHAPES),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "given", "_given", "extension", "valueString", "contact", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json)
def test_no_json_is_too_odd(value: Any) -> None:
    """Danger: a malformed resource stops an index, an alert or a view with a bug."""
    data = value if isinstance(value, dict) else {"name": value, "active": value}
    level = [root({**data, "resourceType": "Patient"}, r4())]
    while level:
        assert len(to_json(level)) == len(level)
        assert not any(isinstance(system(item), Element) for item in level)
        level = [
            child for item in level for child in children(item, r4()) if isinstance(child, Element)
        ]


@given(st.integers(0, 10**6))
def test_children_are_all_members(seed: int) -> None:
    """Danger: an element is seen by its name and not among the children, or the other way round."""
    item = root(Resources(Random(seed), r4(), wild=0.2).resource(), r4())
    names = [definition.name for definition in r4().types[item.type].elements]
    found = [child for name in names for child in member(item, name, r4())]
    assert to_json(found) == to_json(children(item, r4()))


@pytest.mark.parametrize("data", [None, [], {}, {"resourceType": "Resource"}, {"resourceType": 1}])
def test_a_resource_without_a_type_is_refused(data: Any) -> None:
    """Danger: an expression is evaluated on something of which nothing is known."""
    with pytest.raises(Refused):
        root(data, r4())


def test_values_are_of_the_types_that_the_definitions_say() -> None:
    """Danger: what reads items and what writes code for them take an element for two types."""
    primitives = {n: t.system for n, t in r4().types.items() if t.kind == "primitive"}
    assert primitives == SYSTEM_TYPES
    assert {name for name in r4().types if is_a(r4(), name, "Quantity")} == QUANTITIES


def test_health_data_is_not_shown() -> None:
    """Danger: a value of a patient gets into a log by way of an element's text."""
    assert "Secret" not in repr(Element("Secret", "string"))
