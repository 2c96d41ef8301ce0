"""One thing broken in a valid resource: the issue names that place."""

import copy
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygie.fhir.validate import base_validator

Path = tuple[str | int, ...]
STEPS = {
    "valueAddress": "value.ofType(Address)",
    "valueCodeableConcept": "value.ofType(CodeableConcept)",
    "valueTime": "value.ofType(time)",
    "valueQuantity": "value.ofType(Quantity)",
    "valuePeriod": "value.ofType(Period)",
    "effectiveDateTime": "effective.ofType(dateTime)",
    "deceasedBoolean": "deceased.ofType(boolean)",
    "multipleBirthInteger": "multipleBirth.ofType(integer)",
    "onsetAge": "onset.ofType(Age)",
    "_birthDate": "birthDate",
}
"""JSON name -> FHIRPath step, where they differ in the resources of these tests."""

CONSEQUENCES = ("reference.contained", "reference.empty", "value.binding")
"""What a broken contained resource, reference or coding makes wrong elsewhere."""


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place inside a resource, save what says which type it is of."""
    members: Any = ()
    if isinstance(value, dict):
        members = ((k, v) for k, v in value.items() if k != "resourceType")
    elif isinstance(value, list):
        members = enumerate(value)
    for key, member in members:
        yield (*path, key)
        yield from paths(member, (*path, key))


def location(resource: Any, path: Path) -> str:
    text = str(resource["resourceType"])
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else "." + STEPS.get(step, step)
    return text


def mutated(resource: Any, path: Path, value: Any) -> Any:
    changed = copy.deepcopy(resource)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return changed


def mutants(value: Any) -> Iterator[tuple[str, Any]]:
    """The rule that is broken, and a value that breaks it where `value` was."""
    yield "structure.null", None
    if isinstance(value, list):
        yield "structure.empty", []
        yield "structure.list", value[0]
    else:
        yield "structure.single", [value]
    if isinstance(value, dict):
        yield "structure.empty", {}
        yield "structure.object", "x"
    if isinstance(value, str):
        yield "structure.empty", ""
        yield "value.json-type", Decimal("12.5")
        yield "value.json-type", {"x": 1}
    if isinstance(value, bool | int | Decimal):
        yield "value.json-type", "x"


def found(resource: Any) -> list[tuple[str, str]]:
    issues = base_validator().validate(resource)
    return [(i.rule, i.location) for i in issues if not i.rule.startswith("invariant.")]


def test_each_mutant_is_found_at_its_place(patient: Any, observation: Any, condition: Any) -> None:
    """Danger: a fault that passes, or that is reported somewhere else."""
    count = 0
    for resource in (patient, observation, condition):
        for path in paths(resource):
            value: Any = resource
            for step in path:
                value = value[step]
            for rule, broken in mutants(value):
                problems = found(mutated(resource, path, broken))
                assert (rule, location(resource, path)) in problems
                assert {r for r, _ in problems} <= {rule, *CONSEQUENCES}
                count += 1
    assert count > 400


def test_each_unknown_member_is_found_at_its_place(
    patient: Any, observation: Any, condition: Any
) -> None:
    """Danger: an object somewhere in a resource whose members nobody checks."""
    for resource in (patient, observation, condition):
        for path in paths(resource):
            value: Any = resource
            for step in path:
                value = value[step]
            if isinstance(value, dict):
                problems = found(mutated(resource, path, {**value, "zzz": 1}))
                assert problems == [
                    ("structure.unknown-element", location(resource, path) + ".zzz")
                ]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "extension", "url", "value", "valueString", "reference", "type", "coding",
                 "_x", "_given", "given", "resourceType", "contained", "entry", "resource", "div"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("type_name", ["Patient", "Observation", "Bundle", "Parameters"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_escapes_as_an_exception(
    patient: Any, observation: Any, type_name: str, data: st.DataObject
) -> None:
    """Danger: an exception of generated code for a shape that nobody thought of."""
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"fullUrl": "urn:x", "resource": patient}, {"resource": observation}],
    }
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "x", "resource": patient}]}
    known = {"Patient": patient, "Observation": observation, "Bundle": bundle}
    resource = known.get(type_name, parameters)
    path = data.draw(st.sampled_from(list(paths(resource))))
    changed = mutated(resource, path, data.draw(json_values))
    for issue in base_validator().validate(changed):
        assert issue.text("fr")
        assert issue.location.startswith(type_name)
