"""Random slicings against a slow, obvious reading of the specification (profiling.html)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.validate.profiles.making import element, found, sliced

SYSTEMS = ("urn:a", "urn:b", "urn:c", "urn:d")
RULES = ("open", "closed", "openAtEnd")
Limits = tuple[int, int | None]

limits = st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(2, 3)))


def expected(
    items: list[str], slices: list[Limits], rules: str, *, ordered: bool
) -> list[tuple[str, str]]:
    """What is wrong, by rule and place, in any order."""
    wrong = []
    slice_of = [SYSTEMS.index(i) if SYSTEMS.index(i) < len(slices) else None for i in items]
    for at, own in enumerate(slice_of):
        place = f"Patient.identifier[{at}]"
        before = [one for one in slice_of[:at] if one is not None]
        if own is None and rules == "closed":
            wrong.append(("profile.slice-closed", place))
        if own is not None and ordered and any(one > own for one in before):
            wrong.append(("profile.slice-order", place))
        if own is not None and rules == "openAtEnd" and None in slice_of[:at]:
            wrong.append(("profile.slice-order", place))
    for number, (least, most) in enumerate(slices):
        count = slice_of.count(number)
        if count < least:
            wrong.append(("profile.slice-minimum", "Patient"))
        elif most is not None and count > most:
            wrong.append(("profile.slice-maximum", "Patient.identifier"))
    return wrong


@given(
    items=st.lists(st.sampled_from(SYSTEMS), max_size=6),
    slices=st.lists(limits, min_size=1, max_size=3),
    rules=st.sampled_from(RULES),
    ordered=st.booleans(),
    by=st.sampled_from(["system", "$this"]),
)
def test_slicing_is_as_it_is_read(
    items: list[str], slices: list[Limits], rules: str, ordered: bool, by: str
) -> None:
    """Danger: a count, an order or an end that is checked otherwise than it is written."""
    kind = "value" if by == "system" else "pattern"
    said = [sliced("Patient.identifier", (kind, by), rules=rules, ordered=ordered)]
    for number, (least, most) in enumerate(slices):
        pattern = {"patternIdentifier": {"system": SYSTEMS[number]}} if by == "$this" else {}
        most_said = "*" if most is None else str(most)
        name = f"s{number}"
        said.append(element("Patient.identifier", name, min=least, max=most_said, **pattern))
        if by == "system":
            said.append(element("Patient.identifier.system", fixedUri=SYSTEMS[number]))
    value: dict[str, Any] = {"resourceType": "Patient"}
    if items:
        value["identifier"] = [{"system": item} for item in items]
    wanted = expected(items, slices, rules, ordered=ordered)
    assert sorted(found(value, *said)) == sorted(wanted)


@given(items=st.lists(st.sampled_from(SYSTEMS), max_size=6), slices=st.lists(limits, min_size=1))
def test_closed_finds_all_that_open_finds(items: list[str], slices: list[Limits]) -> None:
    """Danger: closing a slicing hides a fault."""
    value = {"resourceType": "Patient", "identifier": [{"system": item} for item in items]}

    def faults(rules: str) -> set[tuple[str, str]]:
        said = [sliced("Patient.identifier", ("value", "system"), rules=rules)]
        for number, (least, _) in enumerate(slices[:3]):
            said.append(element("Patient.identifier", f"s{number}", min=least))
            said.append(element("Patient.identifier.system", fixedUri=SYSTEMS[number]))
        return set(found(value, *said))

    assert faults("open") <= faults("closed")
