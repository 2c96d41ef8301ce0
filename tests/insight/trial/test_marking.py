"""Guards the places of a result: the right line, and the same result as without looking for it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygie.fhir.codec import encode
from hygie.fhir.definitions import r4
from hygie.fhir.path import compile_path
from hygie.fhir.path.items import to_json
from hygie.insight.trial.marking import MARK, Marked

GIVEN: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "contained": [{"resourceType": "Organization", "id": "o", "name": "X", "active": True}],
    "name": [
        {"family": "A", "given": ["B", "C"], "_given": [None, {"id": "second"}]},
        {"family": "A", "given": ["B", "C"], "_given": [None, {"id": "second"}]},
        {"_family": {"extension": [{"url": "http://x.test/e", "valueInteger": 3}]}},
    ],
    "telecom": [{"system": "phone", "rank": 1}, {"system": "email", "rank": 1}],
    "birthDate": "1970-03-04",
    "_birthDate": {"extension": [{"url": "http://x.test/e", "valueBoolean": True}]},
    "multipleBirthInteger": 1,
}
EXPRESSIONS = (
    "Patient", "name", "name.given", "name.distinct().count()", "name[0] = name[1]",
    "name[0] ~ name[1]", "name.given | telecom.system", "name.given.isDistinct()",
    "descendants().count()", "descendants().where($this is boolean)", "children().count()",
    "name.family.hasValue()", "name.family.extension.value", "name.given.id", "repeat(children())",
    "telecom.rank", "active", "multipleBirth", "birthDate.extension('http://x.test/e').value",
    "contained.ofType(Organization).active", "telecom.where(rank = 1).system", "id",
    "name.intersect(name.skip(1))", "name.exclude(name.first())", "birthDate.extension.url",
    "name.given.where(extension.empty())", "active.type().name", "name.select(given.first())",
    "(active | contained.active).count()", "name.given.aggregate($total & $this, '')",
)  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_marks_change_no_result(expression: str) -> None:
    """Guards: an expression that finds something else when one looks where."""
    path = compile_path(expression, "Patient", r4())
    marked = Marked(GIVEN)
    found = path(marked.resource)
    placed = [(marked.place_of(item), item) for item in found]
    shown = [marked.original(p) if p else to_json([item])[0] for p, item in placed]
    assert shown == to_json(path(GIVEN))
    assert MARK not in encode(shown).decode()


@pytest.mark.parametrize(
    ("expression", "places"),
    [
        ("name.given", ["name[0].given[0]", "name[0].given[1]", "name[1].given[0]",
                        "name[1].given[1]"]),
        ("name[2].family", ["name[2].family"]),
        ("name[2].family.extension.value", ["name[2].family.extension[0].valueInteger"]),
        ("birthDate | active", ["birthDate", "active"]),
        ("telecom.rank", ["telecom[0].rank", "telecom[1].rank"]),
        ("telecom.where(system = 'email')", ["telecom[1]"]),
        ("contained.ofType(Organization).name", ["contained[0].name"]),
    ],
)  # fmt: skip
def test_every_element_is_told_from_all_others(expression: str, places: list[str]) -> None:
    """Guards: the wrong one of two equal values shown."""
    marked = Marked(GIVEN)
    found = compile_path(expression, "Patient", r4())(marked.resource)
    assert [marked.place_of(item) for item in found] == [f"Patient.{place}" for place in places]


def test_what_is_computed_has_no_place() -> None:
    """Guards: a line pointed at for a value that stands nowhere."""
    marked = Marked(GIVEN)
    for expression in ("name.count()", "1 + 1", "name[0].family & 'x'", "active.not()"):
        (item,) = compile_path(expression, "Patient", r4())(marked.resource)
        assert marked.place_of(item) == ""


names = st.sampled_from(["id", "name", "_name", "given", "_given", "value", "extension", "_x"])
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
)


@given(st.dictionaries(names, odd, max_size=5))
def test_any_json_can_be_marked(members: dict[str, Any]) -> None:
    """Guards: a page that breaks down on the very resource that one wants to understand."""
    given = {"resourceType": "Patient", **members}
    marked = Marked(given)
    compile_path("descendants()", "Patient", r4())(marked.resource)
    assert marked.original("Patient") == given
