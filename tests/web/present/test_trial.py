"""Guards the tree of a resource in which an expression found something."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hygie.insight.trial import Found
from hygie.web.present.json_source import MAX_SHOWN_LINES
from hygie.web.present.trial import read_tree

RAW = (
    b'{"resourceType":"Patient","name":[{"family":"A"},{"family":"B","given":["C"]}],"active":true}'
)


def at(*places: str) -> list[Found]:
    return [Found("FHIR.x", "", place) for place in places]


def marked(raw: bytes, *places: str) -> list[tuple[tuple[int, ...], str]]:
    lines = read_tree(raw, at(*places)).lines
    return [(line.found, line.text.strip()) for line in lines if line.inside]


def test_values_and_whole_blocks_are_marked() -> None:
    """Guards: a mark on another line than what was found, or on a bracket alone."""
    assert marked(RAW, "Patient.active") == [((1,), '"active": true')]
    assert marked(RAW, "Patient.name[1]", "Patient.name[0].family") == [
        ((2,), '"family": "A"'),
        ((1,), "{"), ((), '"family": "B",'), ((), '"given": ['), ((), '"C"'), ((), "]"), ((), "}"),
    ]  # fmt: skip
    assert len(marked(RAW, "Patient")) == len(read_tree(RAW, ()).lines)


def test_what_is_found_twice_or_within_bears_all_its_numbers() -> None:
    """Guards: a number of the result that leads nowhere."""
    found = marked(RAW, "Patient.name[1]", "Patient.name[1].given[0]", "Patient.name[1]", "")
    assert found[0] == ((1, 3), "{")
    assert ((2,), '"C"') in found


def test_what_is_found_far_down_is_shown() -> None:
    """Guards: a long bundle in which the very thing found is cut off."""
    names = [{"family": str(number)} for number in range(MAX_SHOWN_LINES)]
    raw = json.dumps({"resourceType": "Patient", "name": names}).encode()
    view = read_tree(raw, at(f"Patient.name[{len(names) - 1}].family"))
    assert view.left_out
    assert (view.lines[-1].found, len(view.lines)) == ((1,), MAX_SHOWN_LINES + 2)


values = st.recursive(
    st.text(max_size=5) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)


@given(st.dictionaries(st.text(max_size=3), values), st.lists(st.text(max_size=8), max_size=4))
def test_any_resource_can_be_drawn(members: dict[str, Any], places: list[str]) -> None:
    """Guards: a page that breaks down on odd JSON."""
    raw = json.dumps({"resourceType": "X", **members}).encode()
    lines = read_tree(raw, at(*places)).lines
    assert json.loads("\n".join(line.text for line in lines)) == json.loads(raw)
